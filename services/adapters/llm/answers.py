"""The form that a model's answer must have, and what is taken over of one.

A strict schema allows lists, strings, whole numbers and literals: no defaults, no open objects. What a server makes
of the schema differs (some accept and ignore it), so every answer is validated here, and its own text never reaches
an error message.
"""

from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from services.adapters.llm import DraftedSection, DraftedStatement

RISKS = Literal["suicide", "self-harm", "harm-to-others", "abuse", "neglect", "means"]

# What a server is told that keeps to such bounds (OpenAI's fine-tuned models refuse them).
LONGEST_TEXT = 400  # characters
MOST_LINES = 12
MOST_STATEMENTS = 30  # of a section


class Strict(BaseModel):
    """What an error about it says holds nothing of the answer."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class AnsweredStatement(Strict):
    text: str
    speaker: Literal["client", "therapist", "other", "both"]
    lines: list[int]
    quote: str


class AnsweredRisk(Strict):
    line: int
    category: RISKS


class AnsweredSection(Strict):
    key: str
    statements: list[AnsweredStatement]


class Answer(Strict):
    sections: list[AnsweredSection]
    risk: list[AnsweredRisk]


def schema(keys: Sequence[str], *, bounded: bool = False) -> type[Answer]:
    """`Answer` for these sections: a key that is none of them is no answer. `bounded` tells the server how long
    texts and lists may grow, which keeps a small model from running on for ever; longer ones are still taken."""
    key: Any = Literal[tuple(keys)]
    text: Any = Annotated[str, at_most("maxLength", LONGEST_TEXT)] if bounded else str
    lines: Any = Annotated[list[int], at_most("maxItems", MOST_LINES)] if bounded else list[int]
    statement: Any = create_model(
        "Statement",
        __base__=AnsweredStatement,
        text=(text, ...),
        quote=(text, ...),
        lines=(lines, ...),
    )
    statements: Any = list[statement]
    if bounded:
        statements = Annotated[statements, at_most("maxItems", MOST_STATEMENTS)]
    section: Any = create_model(
        "Section", __base__=AnsweredSection, key=(key, ...), statements=(statements, ...)
    )
    sections: Any = list[section]
    if bounded:
        sections = Annotated[sections, at_most("maxItems", len(keys))]
    return create_model("Answer", __base__=Answer, sections=(sections, ...))


def at_most(keyword: str, count: int) -> Any:
    """A bound that the server is told and that its answer is not held to."""
    return Field(json_schema_extra={keyword: count})


def taken(answer: Answer, ids: Collection[int]) -> tuple[list[DraftedSection], int]:
    """The sections as drafted, and how many statements were left out because none of the lines they name was
    given to the model."""
    left_out = 0
    sections: list[DraftedSection] = []
    for section in answer.sections:
        statements: list[DraftedStatement] = []
        for one in section.statements:
            evidence = tuple(dict.fromkeys(line for line in one.lines if line in ids))
            if not one.text.strip():
                continue
            if not evidence:
                left_out += 1
                continue
            speaker = None if one.speaker == "both" else one.speaker
            statements.append(
                DraftedStatement(one.text.strip(), speaker, evidence, one.quote.strip() or None)
            )
        sections.append(DraftedSection(section.key, tuple(statements)))
    return sections, left_out
