"""Words for people of what an instruction spells for machines."""

from services.adapters.speech.languages import NAMES as LANGUAGES
from services.instructions import Instruction, Section, Style

LENGTHS = {"short": "Short", "medium": "Medium", "long": "Long"}
PERSONS = {
    "third": "Third person (the client)",
    "first": "First person (I)",
    "second": "Second person (you, to the client)",
}
TENSES = {"past": "Past tense", "present": "Present tense"}
QUOTES = {"verbatim": "Quotations word for word", "none": "No quotations"}
LINE = 46  # characters in the width of a card
SPEAKERS = {None: "Both", "client": "The client's", "therapist": "The therapist's"}


def source(instruction: Instruction) -> str:
    """Built in, version 1: where it comes from."""
    words = {
        "built-in": "Built in",
        "clinic": "The clinic's",
        "own": "Your own",
        "client": "Your own for this client",
    }
    return f"{words[instruction.source]}, version {instruction.version}"


def sections(instruction: Instruction) -> str:
    """Subjective, Objective, Assessment, Plan; or how many, and from which to which."""
    titles = [section.title for section in instruction.sections]
    listed = ", ".join(titles)
    if len(listed) <= LINE:
        return listed
    ends = f"{len(titles)} sections, {titles[0]} to {titles[-1]}"
    return ends if len(ends) <= LINE else f"{len(titles)} sections"


def style(chosen: Style) -> list[str]:
    """One line a choice."""
    lines = [
        f"{LENGTHS[chosen.length]} length",
        PERSONS[chosen.person],
        TENSES[chosen.tense],
        QUOTES[chosen.quotes],
    ]
    if chosen.modality:
        lines.append(f"In the terms of {chosen.modality}")
    if chosen.language:
        lines.append(f"Written in {LANGUAGES[chosen.language]}")
    return lines


def remarks(section: Section) -> str:
    """What is to be known of a section beside its words."""
    notes = []
    if section.speaker:
        notes.append(f"mostly {SPEAKERS[section.speaker].lower()} words")
    if not section.is_required:
        notes.append("may stay empty")
    if section.is_clinicians:
        notes.append("a conclusion of yours: the draft only offers what was said")
    text = "; ".join(notes)
    return text[:1].upper() + text[1:]
