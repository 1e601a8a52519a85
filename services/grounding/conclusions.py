"""Diagnoses, risk levels and other conclusions are the clinician's; a draft may only say who said one."""

import re
from collections.abc import Iterator
from functools import cache

from services.grounding import vocabulary, words
from services.grounding.findings import Claim, Finding, amber, red
from services.grounding.speakers import is_framed

# That there is one, and not which.
_A_DIAGNOSIS = re.compile(r"diagnos[ie]s\b(?! of\b)")


@cache
def compiled(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in vocabulary.phrases(name))


def check(claim: Claim) -> Iterator[Finding]:
    text = claim.unquoted.lower().replace("’", "'")
    framed = is_framed(claim)
    for pattern in compiled("conclusions"):
        match = pattern.search(text)
        if match is None:
            continue
        part = match.group(0)
        # "Since the diagnosis": a passage says that by naming it or whoever found it, and it is nobody's conclusion.
        named = _A_DIAGNOSIS.match(text, match.start()) is None
        if not _was_said(claim, pattern, part, named=named):
            yield red(
                "conclusion",
                f"“{part}” is a conclusion that nobody speaks of in the passage it cites.",
            )
            return
        if named and not framed:
            yield amber(
                "conclusion-unframed",
                f"“{part}” is a conclusion. Say who said so, or make it your own.",
            )
            return
    if framed:
        return
    inference = next((found for one in compiled("inferences") if (found := one.search(text))), None)
    if inference and inference.group(0) not in claim.passage.tokens:  # or somebody said so
        yield amber(
            "inference", f"“{inference.group(0)}” infers. Say who said so, or make it your own."
        )
    elif any(key in claim.section for key in vocabulary.phrases("assessing_sections")):
        if not claim.quotes and not _starts_with_client(text):
            yield amber("assessment-unframed", "An assessment says who said so, or is your own.")


def _was_said(claim: Claim, pattern: re.Pattern[str], part: str, *, named: bool) -> bool:
    """The same words, or all that carry meaning in them, were spoken in the passage. A "bipolar disorder" is said by
    "bipolar"; what is not `named` by whatever tells that there is one."""
    said = [words.spelled(line.text) for line in claim.passage.lines]
    patterns = (pattern, *(() if named else (*compiled("conditions"), *compiled("diagnosed"))))
    if any(one.search(text) for one in patterns for text in said):
        return True
    conditions = _conditions(part)
    if conditions and conditions <= _conditions(" ".join(said)):
        return True
    spoken = frozenset(words.stem(words.lemma(token)) for token in claim.passage.tokens)
    stems = [words.stem(words.lemma(token)) for token in words.tokens(part) if len(token) > 2]
    return bool(stems) and all(stem in spoken for stem in stems)


def _conditions(text: str) -> frozenset[str]:
    return frozenset(found for one in compiled("conditions") for found in one.findall(text))


def _starts_with_client(text: str) -> bool:
    return bool(
        re.match(
            r"\W*(?:the )?(?:client|patient|therapist|clinician|counsell?or|he|she|they)\b", text
        )
    )
