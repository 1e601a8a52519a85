"""A transcript as passages worth quoting: turns joined across the listener's back-channels, cut at sentences.

The joining (and that it is what helps a reader most) was measured on real counselling dialogues: a turn that the
other interrupts with "Mm-hmm." is one turn. A bare "yes" or "no" is a back-channel only where nothing was asked;
after a question it is an answer and stays with the question.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from services.adapters.llm import Line

BACK_CHANNEL = re.compile(
    r"(?:\W*(?:m+-?h*m+|uh-?huh|yeah|yep|yes|no|nope|okay|ok|right|sure|mm|hm+|oh|ah|wow|got it|definitely|"
    r"exactly|absolutely|all right|alright|great|perfect|nice|cool|good|i see|um|uh|erm|\[\w+\])\W*)+",
    re.IGNORECASE,
)
SENTENCE_END = re.compile(r"(?<=[.?!…。？！])[\"”’')]*\s+")
QUESTION = re.compile(r"[?？؟]\W*$")
ENDED = re.compile(r"[.?!…。？！؟][\"”’')]*$")
BREAKS = re.compile(r"(?<=[,;:])\s+|\s+(?=(?:and|but|so|because|then)\s)", re.IGNORECASE)
HESITATION = r"(?:um+|uh+|uhm|erm*|hm+|mm+|you know|i mean|okay so|like)"
LEADING = re.compile(
    rf"(?:(?:mm-hmm|uh-huh|{HESITATION}|\[\w+\])(?:[-–,.\s]+|(?=\[)))+", re.IGNORECASE
)
TRAILING = re.compile(rf"(?:[-–,.\s]+(?:{HESITATION}|\[\w+\]))+[-–,\s]*\.?$", re.IGNORECASE)
FEWEST_WORDS = 10  # a sentence shorter than this is quoted with the next
MOST_WORDS = 45  # of one passage
BRIDGED = 2  # lines that a turn is joined across at most, back-channels of the other


@dataclass(frozen=True)
class Passage:
    """Some sentences of one turn, word for word."""

    turn: int
    speaker: str
    name: str
    ids: tuple[int, ...]
    start: float  # seconds, of the line it begins in
    whole: str  # the turn
    begins: int  # characters into the turn, without hesitations before and after
    ends: int
    order: int  # among the turn's passages
    is_unclear: bool = False
    risk: tuple[str, ...] = ()
    question: "Passage | None" = None  # that it answers
    page: int = 0  # of the document that it is from; 0: it was said

    @property
    def text(self) -> str:
        return self.whole[self.begins : self.ends]

    @property
    def asks(self) -> bool:
        return bool(QUESTION.search(self.text))


@dataclass
class Turn:
    """Lines that are read as one."""

    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def asks(self) -> bool:
        return bool(QUESTION.search(self.lines[-1].text))


def passages(lines: Sequence[Line]) -> list[Passage]:
    """All that was said but back-channels, in order."""
    out: list[Passage] = []
    asked: Passage | None = None
    for number, turn in enumerate(_turns(lines)):
        made = list(cut(number, turn))
        if asked is not None and asked.speaker != made[0].speaker:
            made[0] = replace(made[0], question=asked)
        out += made
        # Whom a client asks is told something; whom a therapist asks tells something.
        asked = made[-1] if turn.asks and made[-1].speaker != "client" else None
    return out


def _turns(lines: Sequence[Line]) -> list[Turn]:
    turns: list[Turn] = []
    before: Line | None = None
    since = 0  # lines since the last turn's last line
    for line in lines:
        if not line.text.strip():
            continue
        answers = before is not None and before.speaker != line.speaker
        answers = answers and bool(QUESTION.search(before.text if before else ""))
        before = line
        if BACK_CHANNEL.fullmatch(line.text) and not answers and not line.risk:
            since += 1
            continue
        last = turns[-1] if turns else None
        same = last is not None and (last.lines[-1].speaker, last.lines[-1].name) == (
            line.speaker,
            line.name,
        )
        unfinished = last is not None and not ENDED.search(last.lines[-1].text)
        if last is not None and same and (since == 0 or (since < BRIDGED and unfinished)):
            last.lines.append(line)
        else:
            turns.append(Turn([line]))
        since = 0
    return turns


def cut(number: int, turn: Turn, *, at_sentences: bool = True) -> Iterator[Passage]:
    """The turn in passages, at its sentences; or as one."""
    whole = turn.text
    for order, (start, end) in enumerate(_spans(whole) if at_sentences else [(0, len(whole))]):
        lines = _lines_of(turn, start, end)
        begins, ends = _trimmed(whole, start, end)
        yield Passage(
            turn=number,
            speaker=turn.lines[0].speaker,
            name=turn.lines[0].name,
            ids=tuple(line.id for line in lines),
            start=lines[0].start,
            whole=whole,
            begins=begins,
            ends=ends,
            order=order,
            is_unclear=any(line.is_unclear for line in lines),
            risk=tuple(sorted({category for line in lines for category in line.risk})),
        )


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without spaces and hesitations at either end, unless nothing else is said."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    before, after = LEADING.match(text, start, end), TRAILING.search(text, start, end)
    begins = before.end() if before else start
    ends = after.start() if after else end
    return (begins, ends) if begins < ends else (start, end)


def _spans(text: str) -> list[tuple[int, int]]:
    """Sentences, short ones with the next, long ones in pieces; every character is in one of them."""
    spans: list[tuple[int, int]] = []
    opened = 0
    for start, end in _pieces(text):
        closed = len(text[opened:start].split())
        if closed and closed + len(text[start:end].split()) > MOST_WORDS:
            spans.append((opened, start))
            opened = start
        if len(text[opened:end].split()) >= FEWEST_WORDS or QUESTION.search(text[opened:end]):
            spans.append((opened, end))
            opened = end
    if text[opened:].strip():
        spans.append((opened, len(text)))
    return spans


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Sentences; one of more than MOST_WORDS words cut where a breath may be taken, or after so many words."""
    for start, end in _between(text, SENTENCE_END, 0, len(text)):
        if len(text[start:end].split()) <= MOST_WORDS:
            yield start, end
            continue
        for a, b in _between(text, BREAKS, start, end):
            words = [match.end() for match in re.finditer(r"\S+\s*", text[a:b])]
            ends = [a + words[at - 1] for at in range(MOST_WORDS, len(words), MOST_WORDS)]
            yield from zip([a, *ends], [*ends, b], strict=True)


def _between(text: str, at: re.Pattern[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    opened = start
    for match in at.finditer(text, start, end):
        yield opened, match.end()
        opened = match.end()
    if opened < end:
        yield opened, end


def _lines_of(turn: Turn, start: int, end: int) -> list[Line]:
    """The lines that the characters come from."""
    found, at = [], 0
    for line in turn.lines:
        if (
            at < end
            and at + len(line.text) > start
            and line.text[max(start - at, 0) : end - at].strip()
        ):
            found.append(line)
        at += len(line.text) + 1
    return found
