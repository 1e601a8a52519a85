"""An instruction as it is kept in a version: JSON that later releases can read.

An unknown key is dropped, a missing one has the default of `structure`. What the product says itself (rules of the
house, attribution) is not kept but taken from the built-in one that is current when it is read.
"""

from dataclasses import asdict
from typing import Any

from services.instructions.checks import own_rules
from services.instructions.structure import Instruction, Section, Style


def to_json(instruction: Instruction, built_in: Instruction) -> dict[str, Any]:
    return {
        "title": instruction.title,
        "purpose": instruction.purpose,
        "sections": [asdict(section) for section in instruction.sections],
        "style": asdict(instruction.style),
        "rules": list(own_rules(instruction, built_in)),
    }


def from_json(
    data: dict[str, Any],
    built_in: Instruction,
    *,
    version: int,
    source: str,
    instruction_id: int,
    built_in_version: int,
) -> Instruction:
    return Instruction(
        type=built_in.type,
        title=data["title"],
        purpose=data["purpose"],
        group=built_in.group,
        sections=tuple(_section(one) for one in data["sections"]),
        style=Style(**_known(Style, data.get("style", {}))),
        rules=(*built_in.rules, *data.get("rules", ())),
        version=version,
        source=source,
        instruction_id=instruction_id,
        built_in_version=built_in_version,
        attribution=built_in.attribution,
    )


def _section(data: dict[str, Any]) -> Section:
    return Section(**_known(Section, data) | {"cues": tuple(data.get("cues", ()))})


def _known(kind: Any, data: dict[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in kind.__dataclass_fields__ if name in data}
