"""Who said it. What a sentence says itself ("Therapist asked …") goes before the field that its drafter filled in."""

import re
from collections.abc import Iterator

from services.grounding import vocabulary
from services.grounding.findings import Claim, Finding, amber, red
from services.grounding.session import Line, Passage

_CLIENT = r"(?:the )?(?:client|patient|service user)s?"
# Where a clause begins: in "pleasing the therapist feels safer" it is not the therapist who feels.
_SUBJECT = r"(?:^\W*|[.;:,(] *|\b(?:and|but|while|whereas|as|because|so|then|after|before) +)"
_THERAPIST = r"(?:the )?(?:therapist|clinician|counsell?or|practitioner|writer|provider)"
_ALSO = r"(?:also |then |further |later |again )*"
_REPORTS = (
    r"(?:report|state|said|say|told|tell|describ|express|shar|ask|suggest|explain|not(?:e|ed|es|ing)\b|recommend|agree"
    r"|confirm|deni|deny|disclos|acknowledg|mention|answer|repl|add|reflect|affirm|offer|invit|encourag|summari|propos"
    r"|prais|commend|check|wonder|point|admit|identif|rat(?:e|ed|es)\b|think|thought|believ|feel|felt|hop(?:e|ed|es)\b"
    r"|plan)"
)
_SAYS = (
    rf"{_ALSO}(?:{_REPORTS}|provid|normali|validat|would|want|is\b|was\b|has\b|had\b|does\b|did\b|like|enjoy|wish|prefer"
    r"|need)\w*"
)
_FRAMES = {
    "client": re.compile(rf"\b{_CLIENT}\b(?!'s|’s)\s+{_SAYS}|^{_CLIENT}\s*:", re.I),
    "therapist": re.compile(
        rf"{_SUBJECT}{_THERAPIST}\b(?!'s|’s)\s+{_SAYS}|^{_THERAPIST}\s*:", re.I
    ),
}
_STARTS = {
    "client": re.compile(rf"^\W*{_CLIENT}\b", re.I),
    "therapist": re.compile(rf"^\W*{_THERAPIST}\b", re.I),
}
# What the other one did about it: "…; client agreed", "…, which she welcomes".
_CLAUSES = {
    "client": re.compile(
        rf"[;,] (?:and |but |which |while )?(?:{_CLIENT}|which (?:he|she|they)) \w+", re.I
    ),
    "therapist": re.compile(rf"[;,] (?:and |but |which |while )?{_THERAPIST} \w+", re.I),
}
_THERAPIST_OF_CLIENT = re.compile(rf"\b(?:that|whether|if|how|what|why|when)\s+{_CLIENT}\b", re.I)
_THERAPIST_SUBJECT = re.compile(rf"\W*{_THERAPIST}\b(?!['’]s)", re.I)
_ACTS = "|".join(sorted(vocabulary.words("therapists_acts")))
_THERAPIST_ACT = re.compile(
    rf"\W*{_THERAPIST}(?: and {_CLIENT})? (?:also |then |further |later |again |gently |briefly |\w+ly )*(?:{_ACTS})",
    re.I,
)
_CLIENT_ACTS_THERAPIST = re.compile(
    rf"\W*{_CLIENT} (?:also |then )*(?:{'|'.join(sorted(vocabulary.words('only_therapists_acts')))})",
    re.I,
)
_AGREES = re.compile(rf"\W*{_THERAPIST} (?:also |then )*(?:agree|confirm|accept|consent)", re.I)
_STATES = re.compile(
    rf"\W*{_THERAPIST} (?:also |then )*(?:state|said|say|told|tell|report|mention|describ|express|shar)",
    re.I,
)
_CLIENT_PASSIVE = re.compile(
    rf"\W*{_CLIENT} (?:was|were|is|has been) (?:also |then )*(?:{_ACTS})\w*ed\b", re.I
)
_REPORTED = tuple(
    re.compile(
        rf"\b(?:{who}|he|she|they|i)\s+{_ALSO}"
        rf"(?:{_REPORTS}|worri|expect|intend|recogni|reali|understand|understood|see\b|sees\b|saw\b)",
        re.I,
    )
    for who in (_CLIENT, _THERAPIST)
)
_ACCEPTS = re.compile(
    rf"\W*{_CLIENT} (?:also |then )*(?:accept|agree|consent|commit|undert(?:ake|ook)|welcom|was willing|is willing)",
    re.I,
)
_COMMITS = re.compile(
    r"\W*(?:i(?:'ll|’ll|'d|’d| will| can| could| would| think so| guess so)|let's|fine|that would)\b",
    re.I,
)
MORE = 0.2  # of a statement's words, where a question states nothing
CLEARLY_MORE = 0.4  # of a statement's words


def claimed_roles(claim: Claim) -> frozenset[str]:
    """The roles whose words the statement says that it reports; empty where it does not say."""
    text = _THERAPIST_OF_CLIENT.sub(" ", claim.unquoted)
    found = {role for role, frame in _FRAMES.items() if frame.search(text)}
    starts = {role for role, start in _STARTS.items() if start.search(text)}
    if _CLIENT_PASSIVE.match(text):
        return frozenset({"therapist"})
    if starts:
        found = found & starts or starts if len(found) < 2 else found
        found |= {role for role, clause in _CLAUSES.items() if clause.search(text)} - starts
    if not found and claim.statement.speaker:
        found = {claim.statement.speaker}
    return frozenset(found)


def check(claim: Claim) -> Iterator[Finding]:
    claimed, passage = claimed_roles(claim), claim.passage
    roles = {line.role for line in passage.cited}
    field = None if _CLIENT_PASSIVE.match(claim.unquoted) else claim.statement.speaker
    yield from _by_name(claim)
    if field in ("client", "therapist") and len(claimed) == 1 and field not in claimed:
        yield amber(
            "speaker-unclear",
            f"It is marked as the {field}’s words but speaks of the {next(iter(claimed))}’s.",
        )
    if not claimed or None in roles or not roles:
        return
    for role in sorted(claimed - roles):
        yield _nobody(claim, role)
    if len(claimed) == 1 and len(roles) > 1 and claimed <= roles:
        yield from _swapped(claim, next(iter(claimed)))
    if claimed == {"therapist"} and "client" in roles and _THERAPIST_SUBJECT.match(claim.unquoted):
        if not _THERAPIST_ACT.match(claim.unquoted):
            yield amber(
                "speaker-unclear",
                "This reads as the client’s answer rather than the therapist’s words.",
            )
    if (
        claimed == {"client"}
        and "therapist" in roles
        and _CLIENT_ACTS_THERAPIST.match(claim.unquoted)
    ):
        yield amber("speaker-unclear", "This reads as something that the therapist does.")


def _by_name(claim: Claim) -> Iterator[Finding]:
    """ "Ben said …" where two clients have names: the lines must be Ben's."""
    cited = {line.speaker for line in claim.passage.cited}
    for key, speaker in claim.session.speakers.items():
        first = str(speaker.get("name") or "").split(" ")[0]
        subject = re.match(rf"\W*{re.escape(first)}\b(?!['’]s)", claim.unquoted) if first else None
        if subject and first.lower() not in ("speaker", "client", "therapist") and key not in cited:
            yield red("other-speaker", f"None of the lines it cites is {first}’s.")


def _nobody(claim: Claim, role: str) -> Finding:
    """No cited line is of that person. An answer right after one of them still may have agreed."""
    after = claim.passage.cited[-1].position + 1
    following = claim.session.lines[after : after + 1]
    if role == "client" and following and following[0].role == role and _agrees(following[0]):
        return amber(
            "other-speaker", "The words are the therapist’s. The client’s answer follows them."
        )
    return red("other-speaker", f"None of the lines it cites is the {role}’s.")


def _agrees(line: Line) -> bool:
    return line.is_assent and line.tokens[0] not in ("mm", "mhm", "okay", "ok", "hm")


def _swapped(claim: Claim, role: str) -> Iterator[Finding]:
    """Both speak in the passage: the words must be in the lines of the one who is named, or agreed to there."""
    own = [line for line in claim.passage.cited if line.role == role]
    if (
        role == "therapist"
        and _AGREES.match(claim.unquoted)
        and not any(line.is_assent or _COMMITS.match(line.text) for line in own)
    ):
        yield amber("other-speaker", "It is the client who agrees here.")
    agreed = [
        question
        for line in own
        for question in claim.session.question(line)
        if _commits(line) or "?" in question.text
    ]
    others = tuple(line for line in claim.passage.cited if line.role != role)
    mine, theirs = _share(claim, Passage((*own, *agreed))), _share(claim, Passage(others))
    if role == "therapist" and _STATES.match(claim.unquoted):
        stated = _share(claim, Passage(tuple(line for line in own if "?" not in line.text)))
        if theirs - stated >= MORE:
            yield amber(
                "other-speaker", "This reads as the client’s words rather than the therapist’s."
            )
    if role == "client" and _ACCEPTS.match(claim.unquoted) and any(line.is_assent for line in own):
        return  # in the therapist's words, which the client says yes to
    if theirs - mine >= CLEARLY_MORE:
        other = "therapist" if role == "client" else "client"
        yield red("other-speaker", f"These are the {other}’s words rather than the {role}’s.")


def _commits(line: Line) -> bool:
    """An answer that takes up what was said before it."""
    return (
        line.is_assent
        or line.is_refusal
        or len(line.tokens) < 8
        or _COMMITS.match(line.text) is not None
    )


def _share(claim: Claim, passage: Passage) -> float:
    contents = claim.contents
    if not contents:
        return 0.0
    return sum(bool(one.keys & passage.keys) for one in contents) / len(contents)


def is_framed(claim: Claim) -> bool:
    """Says who said it, and is not only somebody's conclusion about them."""
    return any(frame.search(claim.unquoted) for frame in _REPORTED)
