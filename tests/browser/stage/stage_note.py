"""An invented note of the invented talk, and what can be wished of it."""

from dataclasses import asdict
from typing import Any

from services.notes.content import (
    Evidence,
    Level,
    NoteContent,
    Reason,
    RiskMention,
    RiskQuestion,
    Section,
    Statement,
    to_json,
)


def _said(ident: str, text: str, *lines: int, **more: Any) -> Statement:
    return Statement(ident, text, evidence=tuple(Evidence((line,)) for line in lines), **more)


SUBJECTIVE = (
    _said("s1", "Evenings remain the hardest part of the week. On Tuesday she sat in the car for about "
          "forty minutes before going in.", 1, 3),
    _said("s2", "She describes the moment as “That it would be quiet in there. And that I would have "
          "to fill it.”", 6, speaker="client"),
    _said("s3", "Chest tightness and tiredness, rated 7 and at most 8 out of 10.", 8, 10),
    _said("s4", "Falls asleep before midnight on most days and wakes at four for about an hour.", 19, 21),
    _said("s5", "Sleeps seven hours on most nights.", 19, level=Level.CHECK,
          reasons=(Reason("number-not-found", "“seven hours” is not in the passage it cites."),)),
    _said("s6", "Takes sertraline 100 mg every morning; appointment with Dr Halvorsen in two weeks.", 22, 23,
          level=Level.CONTRADICTED,
          reasons=(Reason("number-not-found", "“100 mg” is not in the passage, which says fifty."),)),
)  # fmt: skip
ASSESSMENT = (
    _said("a1", "Used paced breathing alone at a 7 and was then able to enter the flat; first use "
          "outside a session.", 12, 13, 14),
    _said("a2", "Thinks of it less as calming down and more as having a first step.", level=Level.OWN,
          origin="written"),
)  # fmt: skip
PLAN = (_said("p1", "See Doctor Halvorsen in two weeks.", 23),)


def _content(utterances: list[dict[str, Any]], markup: str | None) -> NoteContent:
    said = (Statement("m1", f"{markup} “{markup}”", evidence=(Evidence((1,)),), level=Level.CHECK,
                      reasons=(Reason("x", f"{markup}"),)),) if markup else ()  # fmt: skip
    return NoteContent(
        "soap",
        (
            Section("subjective", "Subjective", said + SUBJECTIVE),
            Section("objective", "Objective", (), is_assessed=False),
            Section("assessment", "Assessment", ASSESSMENT),
            Section("plan", "Plan", PLAN),
        ),
        risk=(
            RiskMention("suicide", 26, utterances[26]["start"], markup or "there was just silence"),
            RiskMention("means", 23, utterances[23]["start"], "every morning", is_negated=True),
        ),
        hints=(RiskMention("suicide", 5, utterances[5]["start"], "all in order now"),),
        asked=(RiskQuestion("suicide", 27, utterances[27]["start"]),),
        drafter="extractive-1",
        title="SOAP note",
    )


class StageNote:
    """The JSON of services.notes.read, and the changes as far as the browser's side of them goes."""

    def __init__(self, utterances: list[dict[str, Any]], markup: str | None = None) -> None:
        self.revision, self.state = 1, "draft"
        self.content = to_json(_content(utterances, markup))
        self.comments: list[dict[str, Any]] = []
        if markup:
            told = {"text": markup, "by": markup, "at": "2026-11-24T11:42:08+00:00"}
            self.comments = [told | {"statement": "s1", "is_open": True}]

    def as_json(self) -> dict[str, Any]:
        return {
            **self.content, "id": 7, "state": self.state, "revision": self.revision,
            "comments": self.comments, "returned": None, "reopened": None,
            "signatures": [], "addenda": [],
        }  # fmt: skip

    def do(self, wish: dict[str, Any]) -> None:
        assert wish["note"] == 7
        assert wish["rev"] == self.revision, "the view names the revision it has seen"
        self.revision += 1
        sections = {section["key"]: section for section in self.content["sections"]}
        if wish["act"] == "note-add":
            self._add(sections[wish["section"]]["statements"], wish)
            return
        if wish["act"] == "note-restore":
            sections["subjective"]["statements"].append(asdict(SUBJECTIVE[-1]))
            return
        held, one = self._find(wish["statement"])
        match wish["act"]:
            case "note-keep":
                one |= {"level": "own", "reasons": ()}
            case "note-edit":
                one |= {
                    "text": wish["text"],
                    "level": "supported",
                    "reasons": (),
                    "origin": "edited",
                }
            case "note-evidence":
                one["evidence"] = [asdict(Evidence(tuple(wish["utterances"])))]
            case "note-remove":
                held.remove(one)
            case "note-move":
                held.remove(one)
                to = sections[wish["section"]]
                to["statements"] = list(to["statements"])
                to["statements"].insert(wish["position"], one)

    def _find(self, ident: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        for section in self.content["sections"]:
            section["statements"] = list(section["statements"])
            for one in section["statements"]:
                if one["id"] == ident:
                    return section["statements"], one
        raise AssertionError("no such statement")

    def _add(self, held: Any, wish: dict[str, Any]) -> None:
        section = next(s for s in self.content["sections"] if s["key"] == wish["section"])
        evidence = (Evidence(tuple(wish["utterances"])),) if wish["utterances"] else ()
        made = Statement(f"w{self.revision}", wish["text"], evidence=evidence, level=Level.OWN,
                         origin="written")  # fmt: skip
        at = [one["id"] for one in held].index(wish["after"]) + 1 if wish["after"] else len(held)
        section["statements"] = [*held[:at], asdict(made), *held[at:]]
        section["is_assessed"] = True
