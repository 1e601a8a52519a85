"""Documents of the client as sources of a draft: their lines, numbered after those of the session."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from string import ascii_uppercase

from services import risk
from services.adapters.llm import Line

# What a document is called in a note and to a model: by its kind, never by its file's name, which may hold a person's.
NAMES = {
    "intake-forms": "Intake form",
    "consent": "Consent form",
    "questionnaires": "Questionnaire",
    "letters": "Letter",
    "reports": "Report",
}
MARGINS = frozenset({"header", "footer", "page-number"})
UNSURE = 0.6  # confidence of a line below which it was not read well enough to conclude from
READ_IN_PART = "{} of {} pages of {} could not be read."
MOST_PLACES = 6  # that are named of one kind of risk; of more the count is said
MENTIONED = "The documents mention risk: {}."

Place = tuple[int, int, int]  # document, page, line


@dataclass(frozen=True, repr=False)
class PaperLine:
    page: int  # 1, 2, ...
    line: int  # its id on the page, from 0
    text: str
    role: str = "text"  # as services.adapters.ocr.ReadLine has it
    confidence: float = 1.0


@dataclass(frozen=True, repr=False)
class Paper:
    document_id: int
    filename: str  # as its sender called it
    feature: str
    lines: tuple[PaperLine, ...]
    pages: int
    unread: int = 0  # pages that could not be read


@dataclass(frozen=True, repr=False)
class Numbered:
    """The lines as a drafter takes them, and where each of them stands."""

    lines: tuple[Line, ...] = ()
    places: dict[int, Place] = field(default_factory=dict)

    def at(self, wanted: Collection[tuple[int | None, ...]]) -> dict[Place, str]:
        """What stands at these places; others are left out."""
        said = {self.places[one.id]: one.text for one in self.lines}
        return {place: text for place, text in said.items() if place in wanted}


def numbered(papers: Sequence[Paper], first: int) -> Numbered:
    """Every line that says something, with ids from `first` on."""
    made: list[Line] = []
    places: dict[int, Place] = {}
    for paper, name in zip(papers, names([one.feature for one in papers]), strict=True):
        at_risk = _at_risk(paper)
        for one in paper.lines:
            text = " ".join(one.text.split())
            if not text:
                continue
            ident = first + len(made)
            places[ident] = (paper.document_id, one.page, one.line)
            made.append(
                Line(
                    id=ident,
                    speaker="other",
                    name=name,
                    start=0.0,
                    text=text,
                    is_unclear=one.confidence < UNSURE,
                    risk=tuple(sorted(at_risk[one.page, one.line])),
                    page=one.page,
                    is_margin=one.role in MARGINS,
                )
            )
    return Numbered(tuple(made), places)


def names(features: Sequence[str]) -> list[str]:
    """Letter; Letter A and Letter B where there are two: a figure would read as one that a document states."""
    known = [NAMES.get(feature, "Document") for feature in features]
    counts, seen = Counter(known), Counter[str]()
    out: list[str] = []
    for name in known:
        out.append(f"{name} {ascii_uppercase[seen[name] % 26]}" if counts[name] > 1 else name)
        seen[name] += 1
    return out


def notice(papers: Sequence[Paper], found: Numbered, more: Iterable[tuple[int, str]] = ()) -> str:
    """What the reader should know of the sources: pages that are missing, and where risk is written of, with what the
    drafter took for it besides (line, category). That nothing is found means nothing, and is not said."""
    said = [
        READ_IN_PART.format(one.unread, one.pages, one.filename) for one in papers if one.unread
    ]
    places: defaultdict[str, dict[str, None]] = defaultdict(dict)
    seen = set(more)
    for line in found.lines:
        for category in sorted({*line.risk, *(kind for at, kind in seen if at == line.id)}):
            places[category][line.place] = None
    if places:
        listed = "; ".join(f"{kind} in {_few(list(where))}" for kind, where in places.items())
        said.append(MENTIONED.format(listed.replace("harm-to-others", "harm to others")))
    return " ".join(said)


def _few(places: list[str]) -> str:
    more = len(places) - MOST_PLACES
    listed = ", ".join(places[:MOST_PLACES])
    return f"{listed} and {more} more pages" if more > 0 else listed


def _at_risk(paper: Paper) -> defaultdict[tuple[int, int], set[str]]:
    """Categories of risk by line. Words that a line's end cuts in two count for both lines."""
    found: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    for one in paper.lines:
        found[one.page, one.line] |= risk.categories(one.text)
    for before, after in zip(paper.lines, paper.lines[1:], strict=False):
        ends = (before.page, before.line), (after.page, after.line)
        across = risk.categories(f"{before.text} {after.text}")
        new = across - found[ends[0]] - found[ends[1]]
        for end in ends:
            found[end] |= new
    return found
