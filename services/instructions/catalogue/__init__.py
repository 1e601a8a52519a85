"""The built-in instructions: one file per type, read once, in the order of index.toml.

A section may be `like` one of common.toml, and draws its cues from the sets of cues.toml that it names. The
rules of index.toml hold for every type. A change of words needs a new `version` in the file: notes record the
version that they were drafted with (tests/services/instructions/digests.toml pins what each version said).
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from services.errors import NotFound
from services.instructions.structure import Instruction, Section, Style

HERE = Path(__file__).parent
GROUPS = {
    "progress": "Progress notes",
    "assessment": "Assessment",
    "plans": "Plans",
    "other": "Other",
}


def types() -> tuple[str, ...]:
    """Every type, in the order of the catalogue."""
    return tuple(one for group in _file("index")["groups"].values() for one in group)


def default_type() -> str:
    """What is used where nobody chose."""
    return str(_file("index")["default"])


def rules() -> tuple[str, ...]:
    """The rules that hold for every type and cannot be taken away."""
    return tuple(_file("index")["rules"]["all"])


def built_in(instruction_type: str) -> Instruction:
    """The instruction as it comes with the product. Raises NotFound, naming the types that exist."""
    if instruction_type not in types():
        raise NotFound(f"No such instructions. There are: {', '.join(types())}.")
    return _built_in(instruction_type)


@cache
def _built_in(instruction_type: str) -> Instruction:
    data = _file(instruction_type)
    group = next(name for name, held in _file("index")["groups"].items() if data["type"] in held)
    return Instruction(
        type=data["type"],
        title=data["title"],
        purpose=data["purpose"],
        group=group,
        sections=tuple(_section(one) for one in data["sections"]),
        style=Style(**data.get("style", {})),
        rules=rules(),
        version=data["version"],
        built_in_version=data["version"],
        attribution=data.get("attribution", ""),
    )


def _section(given: dict[str, Any]) -> Section:
    like = _file("common")[given["like"]] if "like" in given else {}
    data = like | given
    sets = [cue for name in data.get("cue_sets", ()) for cue in _file("cues")[name]]
    cues = tuple(dict.fromkeys([*data.get("cues", ()), *sets]))
    left_out = ("like", "cue_sets", "cues")
    return Section(**{key: data[key] for key in data if key not in left_out}, cues=cues)


@cache
def _file(name: str) -> dict[str, Any]:
    return tomllib.loads((HERE / f"{name}.toml").read_text(encoding="utf-8"))
