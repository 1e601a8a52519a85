"""Numbers with what they count: "fifty milligrams", "two or three times a week", "half past six"."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from services.grounding import vocabulary, words

# canonical unit: (family, factor); quantities of one family are compared after multiplying
_UNITS: dict[str, tuple[str, float]] = {}
for _family, _factor, _spellings in (
    ("short time", 1 / 60, "second seconds sec secs"),
    ("short time", 1, "minute minutes min mins"),
    ("short time", 60, "hour hours hr hrs"),
    ("days", 1, "day days"),
    ("days", 7, "week weeks wk wks"),
    ("days", 14, "fortnight fortnights"),
    ("months", 1, "month months"),
    ("months", 12, "year years yr yrs"),
    ("months", 120, "decade decades"),
    ("weight of a drug", 0.001, "mcg microgram micrograms µg"),
    ("weight of a drug", 1, "mg mgs milligram milligrams milligramme milligrammes"),
    ("weight of a drug", 1000, "g gram grams gramme grammes"),
    ("volume", 1, "ml millilitre millilitres milliliter milliliters"),
    ("percent", 1, "% percent"),
    ("money", 1, "£ $ € pound pounds quid dollar dollars buck bucks euro euros"),
    ("money", 1000, "grand"),
    ("times", 1, "time times"),
    ("clock", 1, "am pm o'clock oclock"),
):
    _UNITS.update(dict.fromkeys(_spellings.split(), (_family, _factor)))

_PIECE = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)?|[%£$€µ]|[.;?!,/-]")
_NUMBER = re.compile(r"\d")
_SKIPPED = frozenset(
    "more extra full good different whole other of about or a an the solid long last past".split()
)
_BETWEEN = frozenset(
    {"or", "to", "and", "-", "/", "maybe", "even", "through", "till", "until", ","}
)
# Days of a month as a note rounds them: "eight weeks", "two months".
_DAYS, _ROUNDED = 30.4, 0.12
_DECADE, _ALMOST = 120, 12  # months
# "At ten to nine", not "ten to twelve people" or "drinks? Five to ten".
_ENDS = r"(?=\s*(?:$|[.,;?!]|(?:in the|at night|and|or|when|so|on|every|each|this|last)\b))"
# "Midday meals" names no time.
_TIMELY = r"\b(?:at|by|until|till|before|after|around|about|past|from|to|of|is|was) "
_DECADES = tuple(
    zip(
        "twenties thirties forties fifties sixties seventies eighties nineties".split(),
        range(20, 100, 10),
        strict=True,
    )
)
_HOUR = r"(1[0-2]|[1-9])\b"
_WRITTEN: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"\bper cent\b", "percent"),
    (r"\b(\d+) and (?:a|1) half\b", r"\1.5"),
    (r"\b(?:an?|1) (hour|day|week|month|year) and (?:a|1) half\b", r"1.5 \1"),
    (r"\b(\d+) (hours?|days?|weeks?|months?|years?) and (?:a|1) half\b", r"\1.5 \2"),
    (rf"\bhalf past {_HOUR}", r"\1:30"),
    (
        rf"\bhalf {_HOUR}(?! ?(?:m[gl]|mcg|g|milli\w+|%|percent)\b)",
        r"\1:30",
    ),  # British: "half eleven"
    (rf"\bquarter to {_HOUR}", lambda found: _before(int(found[1]), 15)),
    (
        rf"\b(at|by|until|till|before|after) (5|10|20|25) to {_HOUR}{_ENDS}",
        lambda found: f"{found[1]} {_before(int(found[3]), int(found[2]))}",
    ),
    (rf"\b(5|10|20|25) past {_HOUR}", lambda found: f"{found[2]}:{int(found[1]):02}"),
    (r"\bquarter past (\d+)\b", r"\1:15"),
    (r"\bhalf (?:an? )?hour\b", "30 minutes"),
    (r"\bquarter of (?:an? )?hour\b", "15 minutes"),
    (r"\bhalf (?:an?|the)\b", "0.5"),
    (r"\bpoint (\d)\b", r"0.\1"),
    (r"\b(?:a couple(?: of)?|couple of)\b", "2"),
    (r"\b(?:a |the )?pair of\b", "2"),
    (r"\bhalf (?:a )?dozen\b", "6"),
    (r"\b(?:a )?dozen\b", "12"),
    (r"\btwice\b", "2 times"),
    (r"\bonce (?=a |an |per |every |each )", "1 time "),
    (r"\bthrice\b", "3 times"),
    (rf"{_TIMELY}(?:midday|noon)\b", "12 pm"),
    (rf"{_TIMELY}midnight\b", "12 am"),
    *((rf"\b{word}\b", f"{digits}s") for word, digits in _DECADES),
    (r"\b(?:19|20)(\d0)s\b", r"\1s"),
    (r"(\d+)(?:st|nd|rd|th)\b", r"\1"),
    (r"(\d)(?=[a-zµ])", r"\1 "),
)
_REWRITTEN = tuple((re.compile(pattern), written) for pattern, written in _WRITTEN)
# Scales are a way of asking, instruments have numbers in their names: neither is a finding.
_SCALES = re.compile(
    r"\bout of (?:5|7|10|100)\b|(?<=\d)\s?/\s?(?:5|7|10|100)\b|\bscale (?:of|from) \d+ ?(?:to|-|through) ?\d+"
    r"|\b\d+ ?- ?\d+ scale\b|\b\d+-point\b|\b(?:phq|gad)[ -]?\d+\b|\b12[- ]steps?\b|\b24/7\b"
)
_SECOND_HAND = re.compile(
    r"\b(?:a|wait|just a|split) second\b|\bsecond(?:s|ly)?\b(?= (?:thought|hand|ly))"
)


@dataclass(frozen=True)
class Quantity:
    value: float
    family: str | None  # of its unit; None: no unit that can be compared
    noun: str | None  # stem of the word that it counts, where it has no such unit
    text: str  # as written, for the reader
    is_exact: bool = True  # False: "one" may be a pronoun, "a week" may be a rate

    def agrees(self, other: "Quantity") -> bool:
        """The same number of the same thing, as far as both say what they count."""
        if (self.is_clock or other.is_clock) and self.may_be_clock and other.may_be_clock:
            return abs(self.value % 12 - other.value % 12) < 1e-6  # 14:00, two in the afternoon
        if self.family and other.family and self.family != other.family:
            if {self.family, other.family} == {"clock", "short time"}:
                return self.value == other.value
            return self._rounds(other) or other._rounds(self)
        same = abs(self.value - other.value) < 1e-6 or self._bare(other)
        return same or self._in_decades(other) or other._in_decades(self)

    @property
    def is_clock(self) -> bool:
        return self.family == "clock" or ":" in self.text

    @property
    def may_be_clock(self) -> bool:
        return self.is_clock or (self.family is None and self.noun is None and self.value < 24)

    def _rounds(self, other: "Quantity") -> bool:
        """Months, of as many weeks."""
        days = self.value * _DAYS
        return (self.family, other.family) == ("months", "days") and (
            abs(days - other.value) <= _ROUNDED * days
        )

    def _in_decades(self, other: "Quantity") -> bool:
        """Thirty-one years, or twenty-nine, are three decades."""
        in_decades = self.text.endswith(("decade", "decades")) and other.family == "months"
        return in_decades and -_ALMOST <= other.value - self.value < _DECADE

    def _bare(self, other: "Quantity") -> bool:
        """An answer without its unit ("How many weeks? – Six.") is compared as it was spoken."""
        return (self.family is None) != (other.family is None) and self.spoken == other.spoken

    @property
    def spoken(self) -> str:
        return self.text.split(" ")[0]


def quantities(
    text: str, *, english: bool = True, with_scales: bool = True
) -> tuple[Quantity, ...]:
    """In order. Without English only numbers in digits, and what follows them. Without scales "7 out of 10" is a 7."""
    lowered = words.spelled(text)
    for ending, instead in (("-ish", ""), ("-odd", ""), ("-year-old", " years old")):
        lowered = lowered.replace(ending, instead)
    if english:
        lowered = words.in_digits(_SECOND_HAND.sub(" ", lowered))
        for pattern, written in _REWRITTEN:
            lowered = pattern.sub(written, lowered)
    pieces = _PIECE.findall(lowered if with_scales else _SCALES.sub(" ", lowered))
    found = []
    for position, piece in enumerate(pieces):
        if _NUMBER.match(piece):
            found += _of_number(pieces, position, _pronoun_one(text, piece))
        elif piece in ("a", "an") and pieces[position + 1 : position + 2]:
            unit = _UNITS.get(pieces[position + 1])
            if unit and unit[0] not in ("times", "clock"):
                found.append(Quantity(unit[1], unit[0], None, f"1 {pieces[position + 1]}", False))
    return tuple(found)


def _before(hour: int, minutes: int) -> str:
    return f"{(hour - 2) % 12 + 1}:{60 - minutes}"


def _pronoun_one(text: str, piece: str) -> bool:
    return piece == "1" and not re.search(r"(?<![\d.,])1(?![\d.,])", text)


def _of_number(pieces: list[str], position: int, may_be_pronoun: bool) -> list[Quantity]:
    value = _value(pieces[position])
    before = pieces[position - 1] if position else ""
    after = pieces[position + 1] if position + 1 < len(pieces) else ""
    family, factor, noun, unit = _counted(pieces, position)
    if before in _UNITS and not before.isalpha():
        family, factor, unit = *_UNITS[before], before
    spelled = f"{pieces[position]} {unit}".strip()
    found = [
        Quantity(
            value * factor,
            family,
            noun,
            spelled,
            not may_be_pronoun or family not in (None, "times"),
        )
    ]
    if _NUMBER.match(after) and 1 <= value < 100 and 10 <= _value(after) < 100:
        joined = value * 100 + _value(after)  # "two fifty", "nineteen ninety-eight"
        family, factor, noun, unit = _counted(pieces, position + 1)
        found = [Quantity(joined * factor, family, noun, f"{joined:g} {unit}".strip())]
    return found


def _value(piece: str) -> float:
    if ":" in piece:
        hours, minutes = piece.split(":")[:2]
        return int(hours) + int(minutes) / 100
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+", piece):
        return float(piece.replace(",", ""))
    try:
        return float(piece.replace(",", "."))
    except ValueError:  # 24.11.2026
        return float(re.sub(r"\D", "", piece))


def _counted(pieces: list[str], position: int) -> tuple[str | None, float, str | None, str]:
    """Unit family and factor, or the stem of the noun, of the number at a position; the word itself."""
    ahead = position + 1
    while ahead < len(pieces) and ahead <= position + 6:
        piece = pieces[ahead]
        if piece in _UNITS:
            return *_UNITS[piece], None, piece
        passes = piece in _BETWEEN or _NUMBER.match(piece) or piece in _SKIPPED
        if not passes:
            break
        ahead += 1
    if (
        ahead < len(pieces)
        and pieces[ahead].isalpha()
        and pieces[ahead] not in vocabulary.words("small")
    ):
        return None, 1.0, words.stem(words.lemma(pieces[ahead])), pieces[ahead]
    return None, 1.0, None, ""
