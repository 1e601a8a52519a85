"""What was said, prepared for the rules: lines with their speakers, and the passage that evidence points at."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services import risk
from services.grounding import vocabulary, words
from services.grounding.quantities import Quantity, quantities
from services.grounding.sentences import Readings
from services.notes.content import RiskMention

SHORT = 12  # words: an answer so short needs its question
ANSWER_WITHIN = 4  # lines after a question
_CUT_SHORT = re.compile(r"(?:[-—,]|[^\W\d_])\s*$")  # no end of a sentence
_GOES_ON = re.compile(r"^\s*(?:[-—]|[a-z])")
_REFUSAL = re.compile(
    r"\W*(?:(?:um|uh|oh|well|er|hm+|no|definitely|absolutely|certainly|probably|honestly|of course)\W+)*"
    r"(?:no|nope|nah|never|none|nothing|nobody|neither|not (?:really|at all|now|any ?more|yet)"
    r"|not(?=\W*$|\s*[.,!—-]))\b"
)
_INSIDE = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_ENGLISH = (
    0.3  # share of a text's words that are small words, from which on it is taken for English
)


@dataclass(frozen=True)
class Line:
    """One utterance."""

    id: int
    position: int
    speaker: str  # key in the transcript's list of speakers
    role: str | None  # therapist, client, other; None: nobody said
    start: float
    text: str
    english: bool = True

    @cached_property
    def tokens(self) -> list[str]:
        return words.tokens(words.spelled(self.text))

    @cached_property
    def keys(self) -> frozenset[str]:
        """Stems and groups of like meaning of everything in it that carries meaning."""
        found = [one.keys for one in words.contents(self.text, english=self.english)]
        more = words.phrase_keys(self.text) if self.english else frozenset()
        return frozenset().union(more, *found)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return quantities(self.text, english=self.english)

    @property
    def is_assent(self) -> bool:
        return bool(self.tokens) and self.tokens[0] in vocabulary.words("assents")

    @property
    def is_refusal(self) -> bool:
        """ "No.", "Um, definitely not." – not "Not more than two"."""
        return _REFUSAL.match(self.text.lower()) is not None

    @cached_property
    def is_back_channel(self) -> bool:
        said = (
            vocabulary.words("assents") | vocabulary.words("fillers") | {"oh", "no", "yes", "great"}
        )
        return all(token in said for token in self.tokens)

    @property
    def is_acknowledgement(self) -> bool:
        """Heard, and neither yes nor no: "Mm.", "Okay, thanks."."""
        said = vocabulary.words("assents") - vocabulary.words("yes") | vocabulary.words("fillers")
        thanks = {"oh", "thank", "thanks", "you", "fine"}
        return all(token in said or token in thanks for token in self.tokens)


@dataclass(frozen=True)
class Passage:
    """The lines that a statement cites, and what is needed to understand them."""

    cited: tuple[Line, ...]
    context: tuple[
        Line, ...
    ] = ()  # the question before a short answer, the rest of a turn cut in two

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(sorted({*self.cited, *self.context}, key=lambda one: one.position))

    @cached_property
    def keys(self) -> frozenset[str]:
        return frozenset().union(*(line.keys for line in self.lines))

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        return tuple(one for line in self.lines for one in line.quantities)

    @cached_property
    def tokens(self) -> frozenset[str]:
        return frozenset(token for line in self.lines for token in line.tokens)


class Session:
    """The utterances of one session. Reading them takes time once; every statement shares it."""

    def __init__(
        self, utterances: Iterable[Mapping[str, Any]], speakers: Iterable[Mapping[str, Any]]
    ) -> None:
        told = list(utterances)
        self.speakers = {str(one["key"]): one for one in speakers}
        self.english = is_english(str(one["text"]) for one in told)
        self.lines = [self._line(position, one) for position, one in enumerate(told)]
        self._by_id = {line.id: line for line in self.lines}
        self.sentences = Readings()

    def _line(self, position: int, utterance: Mapping[str, Any]) -> Line:
        key = str(utterance.get("speaker") or "")
        return Line(
            id=int(utterance["id"]),
            position=position,
            speaker=key,
            role=self.speakers.get(key, {}).get("role"),
            start=float(utterance.get("start") or 0.0),
            text=str(utterance["text"]),
            english=self.english,
        )

    def line(self, identifier: int) -> Line | None:
        return self._by_id.get(identifier)

    @cached_property
    def speakers_names(self) -> frozenset[str]:
        """Words of the speakers' names, lower case."""
        return frozenset(
            word
            for one in self.speakers.values()
            for word in words.tokens(str(one.get("name")).lower())
        )

    @cached_property
    def tokens(self) -> frozenset[str]:
        """Every word that was said."""
        return frozenset(token for line in self.lines for token in line.tokens)

    @cached_property
    def names(self) -> frozenset[str]:
        """Words that are capitalised in the middle of a sentence somewhere, lower case."""
        found = (word for line in self.lines for word in _INSIDE.findall(line.text))
        return frozenset(word.lower() for word in found)

    def near(self, passage: Passage, distance: int) -> Sequence[Line]:
        """The lines around a passage, itself included."""
        if not passage.lines:
            return ()
        first, last = passage.lines[0].position, passage.lines[-1].position
        return self.lines[max(0, first - distance) : last + distance + 1]

    def passage(self, identifiers: Iterable[int]) -> Passage:
        """Ids that are not of this session are left out."""
        found = {line for one in identifiers if (line := self.line(one)) is not None}
        cited = tuple(sorted(found, key=lambda line: line.position))
        context = {one for line in cited for one in self._context(line)} - found
        return Passage(cited, tuple(sorted(context, key=lambda line: line.position)))

    def _context(self, line: Line) -> Iterable[Line]:
        if len(line.tokens) <= SHORT or line.is_assent or line.is_refusal:
            yield from self.question(line)
        if _GOES_ON.match(line.text):
            yield from self._same_speaker(line, range(line.position - 1, line.position - 3, -1))
        if _CUT_SHORT.search(line.text):
            yield from self._same_speaker(line, range(line.position + 1, line.position + 3))

    def question(self, line: Line) -> Iterable[Line]:
        """What another person said last before a line, back-channels skipped; in whole where it was cut in two."""
        position, skipped = line.position - 1, 0
        while position >= 0 and skipped < 4:
            before = self.lines[position]
            if before.speaker != line.speaker and not before.is_back_channel:
                yield before
                if _GOES_ON.match(before.text):
                    yield from self._same_speaker(before, range(position - 1, position - 3, -1))
                return
            position, skipped = position - 1, skipped + 1

    def answer(self, line: Line) -> list[Line]:
        """What the next other person says after a line, up to somebody else; "mm" and "okay" before it left out."""
        following = self.lines[line.position + 1 : line.position + 1 + ANSWER_WITHIN]
        found: list[Line] = []
        for other in following:
            if other.speaker == line.speaker or (found and other.speaker != found[0].speaker):
                if found:
                    break
            elif found or not other.is_acknowledgement:
                found.append(other)
        return found

    @cached_property
    def mentions(self) -> tuple[RiskMention, ...]:
        """Where somebody else than the therapist may speak of risk, and does not deny it."""
        told = [
            {"id": one.id, "speaker": one.speaker, "start": one.start, "text": one.text}
            for one in self.lines
        ]
        found, _ = risk.find(told, self.speakers.values())
        return tuple(one for one in found if one.by != "therapist" and not one.is_negated)

    def _same_speaker(self, line: Line, positions: range) -> Iterable[Line]:
        for position in positions:
            if 0 <= position < len(self.lines) and self.lines[position].speaker == line.speaker:
                yield self.lines[position]
                return


def is_english(texts: Iterable[str]) -> bool:
    """By its small words. Nothing said counts as English: there is nothing to get wrong."""
    counted = small = 0
    for text in texts:
        for token in words.tokens(words.spelled(text)):
            counted, small = counted + 1, small + (token in vocabulary.words("small"))
        if counted > 2000:
            break
    return counted < 20 or small / counted >= _ENGLISH


def clock(seconds: float) -> str:
    """A place in the recording as pages write it: 12:31, 1:02:31."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
