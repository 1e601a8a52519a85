"""Words that point at a section: looked for in what was said, rare ones counting for more than common ones."""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from services.adapters.llm import SectionRequest

FILLERS = re.compile(
    r"\b(?:um+|uh+|erm?|hm+|mm+|mhm|like|you know|i mean|sort of|kind of|well|okay|so|yeah|just|really|actually)\b"
)
WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
ENDINGS = ("s", "es", "d", "ed", "ing")  # that a cue's last word may have more in speech
LONGEST_CUE = 6  # words
LONGER = 0.5  # what each further word of a cue adds to what it counts
SHORTEST_WORD = 4  # letters of a describing word that is taken for a cue

ALL_RISKS = frozenset({"suicide", "self-harm", "harm-to-others", "abuse", "neglect", "means"})
# What a section is about, by a word of its key.
RISKS = {
    "risk": ALL_RISKS,
    "suicide": frozenset({"suicide"}),
    "self_harm": frozenset({"self-harm"}),
    "harm_to_others": frozenset({"harm-to-others", "abuse", "neglect"}),
    "means": frozenset({"means"}),
}
# Sections that are not pointed at by cues alone: what was said most fully fills them, and by whom.
OPEN_FIRST = frozenset(
    "subjective data presenting_issue presenting_problem situation problem behaviour".split()
)
OPEN = frozenset("course content discussed summary talked_about themes topic".split())

# A plan is what somebody commits to; a day of the week in a story is none.
PLANS = ("plan", "until_next", "agreed", "aftercare", "target_dates")
COMMITTED = re.compile(
    r"\b(?:will|shall|\w+'ll|going to|gonna|let's|let us|would you|could you|can you|can we|could we|i can|we can|try|"
    r"next (?:time|week|session|month|appointment|\w+day)|homework|agree|agreed|see you|meet again|plan|promise|"
    r"wants to see|want to see|appointment|until then)\b"
)


def is_no_commitment(section: SectionRequest, text: str) -> bool:
    """Whether a text that a cue of a plan stands in commits nobody to anything."""
    about_plans = any(key in section.key for key in PLANS)
    return about_plans and not COMMITTED.search(_plain(text))


def content_words(text: str, stop: frozenset[str]) -> list[str]:
    """What carries meaning: no fillers, no stop words."""
    return [word for word in WORD.findall(FILLERS.sub(" ", _plain(text))) if word not in stop]


def open_to(sections: Sequence[SectionRequest], number: int) -> str | None:
    """Whose words may fill the section though no cue points at them; None: cues alone."""
    section = sections[number]
    if section.key.startswith("intervention"):
        return "therapist"
    begins = section.key in OPEN_FIRST and not any(
        earlier.key in OPEN_FIRST for earlier in sections[:number]
    )
    # Behaviour is what was done in one format, and an examiner's finding in another.
    begins = begins and (section.key != "behaviour" or number == 0)
    return "client" if begins or section.key in OPEN else None


def risks(section: SectionRequest) -> frozenset[str]:
    """Categories of risk that the section is about."""
    return next((found for key, found in RISKS.items() if key in section.key), frozenset())


def phrases(text: str) -> frozenset[str]:
    """Every run of words in the text that may be a cue, its last word also without an ending."""
    words = WORD.findall(_plain(text))
    found: set[str] = set()
    for at in range(len(words)):
        before = ""
        for word in words[at : at + LONGEST_CUE]:
            found.update(before + form for form in _forms(word))
            before += f"{word} "
    return frozenset(found)


def scores(
    section: SectionRequest, said: Sequence[frozenset[str]], stop: frozenset[str]
) -> list[float]:
    """For the `phrases` of each text 0 to 1: the section's cues in it, the rarer and the longer the more."""
    wanted = _cues(section, stop)
    hits = [wanted & each for each in said]
    counts = Counter(cue for each in hits for cue in each)
    rarest = math.log(1 + len(said))
    weights = {
        cue: math.log(1 + len(said) / count) / rarest * (1 + LONGER * cue.count(" "))
        for cue, count in counts.items()
    }
    sums = [sum(weights[cue] for cue in each) for each in hits]
    return [each / (each + 1) for each in sums]


def _cues(section: SectionRequest, stop: frozenset[str]) -> frozenset[str]:
    """The section's own; one that has none is pointed at by the words that describe it."""
    if section.cues:
        return frozenset(" ".join(WORD.findall(_plain(cue))) for cue in section.cues) - {""}
    described = content_words(f"{section.title} {section.belongs}", stop)
    return frozenset(word for word in described if len(word) >= SHORTEST_WORD)


def _forms(word: str) -> Iterator[str]:
    yield word
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) > len(ending) + 2:
            yield word[: -len(ending)]


def _plain(text: str) -> str:
    return text.casefold().replace("’", "'")
