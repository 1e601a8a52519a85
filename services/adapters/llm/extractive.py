"""The drafter that needs no model: quotes, word for word, what was said about each section, and concludes nothing.

A passage belongs to the section whose cues it contains; sections that are mostly one person's words are filled
with what was said most fully. Centrality among all passages (tf-idf, Luhn 1958; Erkan and Radev 2004) decides
little on dialogue (central is chatty), so how much a passage says counts more; maximal marginal relevance
(Carbonell and Goldstein 1998) keeps passages from repeating each other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.adapters.llm import (
    Draft,
    DraftedSection,
    DraftedStatement,
    DraftRequest,
    SectionRequest,
    clock,
    cues,
    paragraphs,
)
from services.adapters.llm.turns import Passage, passages

NAME = "extractive-1"
ROLES = {"client": "Client", "therapist": "Therapist"}
INNER_QUOTES = str.maketrans({"“": "‘", "”": "’", '"': "'"})
CAPS = {"short": 3, "medium": 5, "long": 9}  # passages of a section
MOST_RISK = 24  # passages of a section about risk; a reader is to see them all
FEWEST_WORDS = 3  # content words of a passage that says something
FULL = 25  # content words from which more say no more
ANSWERED = 0.9  # what a bare answer says, of what its question says
LEAST_RELEVANT = 0.25  # below it a cue may stand in a passage by chance
AT_RISK = 2.0  # what a passage counts that was found to be about risk: more than any other
NEAR = (0, 1, 2, 3)  # turns from a passage about risk in which cues of risk count
QUESTION_ALONE = 0.4  # what a question counts in a section that is not of the therapist's doings
UNCOMMITTED = 0.3  # what words count in a plan that commit nobody
OTHERS_WORDS = 0.35  # what the other's words count in a section of one speaker's
UNCLEAR = 0.4  # what a passage counts that the recogniser was unsure of
FULLNESS = 0.8  # weight of how much a passage says against how central it is
RELEVANCE = 0.7  # weight of relevance against novelty, the usual middle of MMR's range
CANDIDATES = 80  # of one section, that novelty is weighed among
LONGEST_QUOTE = 70  # words, of passages that follow each other and are quoted as one


@dataclass(frozen=True)
class _Said:
    """Passages worth quoting, with what is known of each."""

    passages: tuple[Passage, ...]
    fullness: tuple[float, ...]  # 0 to 1: how much it says
    vectors: Any  # sparse tf-idf rows, or None where nothing but stop words was said
    stop: frozenset[str]


class Extractive:
    """Drafter. Works in any language; cues are English, so elsewhere only what was said most fully is quoted."""

    sends_words_out = False

    def draft(self, request: DraftRequest) -> Draft:
        cap = CAPS.get(request.style.get("length", ""), CAPS["medium"])
        said = _said(request, passages([one for one in request.lines if not one.is_written]))
        spoken = _assigned(request.sections, said, cap)
        # Each has a room and weights of its own: no document takes anything from the session.
        papers = _said(
            request, paragraphs.passages([one for one in request.lines if one.is_written])
        )
        written = _pointed_at(request.sections, papers, cap)
        if request.sections and not any(spoken) and not any(written):
            written[0] = _filling(papers, None, written, cap)
        sections = tuple(
            DraftedSection(
                section.key,
                (*_statements(said, spoken[at]), *_statements(papers, written[at])),
            )
            for at, section in enumerate(request.sections)
        )
        return Draft(sections, NAME, quotes_only=True)


def _said(request: DraftRequest, found: Sequence[Passage]) -> _Said:
    stop = _stop_words(request.language)
    kept: list[Passage] = []
    fullness: list[float] = []
    for passage in found:
        words = len(set(cues.content_words(passage.text, stop)))
        if not _worth_quoting(passage, words):
            continue
        kept.append(passage)
        full = _fullness(words)
        if passage.question and words < FEWEST_WORDS:
            asked = len(set(cues.content_words(passage.question.text, stop)))
            full = max(full, ANSWERED * _fullness(asked))
        fullness.append(full * (UNCLEAR if passage.is_unclear else 1.0))
    return _Said(tuple(kept), tuple(fullness), _vectors(kept, stop), stop)


def _fullness(words: int) -> float:
    return min(math.log1p(words) / math.log1p(FULL), 1.0)


def _worth_quoting(passage: Passage, words: int) -> bool:
    if passage.risk:
        return True
    if passage.text.rstrip().endswith(("-", "–", "—")):
        return False  # broken off
    if passage.page and paragraphs.LABEL.search(passage.text):
        return False  # a form's question without an answer
    if words < FEWEST_WORDS:
        return passage.question is not None
    return not (passage.asks and passage.speaker == "client")


def _stop_words(language: str) -> frozenset[str]:
    if language != "en":
        return frozenset()
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return frozenset(ENGLISH_STOP_WORDS)


def _vectors(kept: Sequence[Passage], stop: frozenset[str]) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    try:
        return TfidfVectorizer(sublinear_tf=True, stop_words=list(stop) or None).fit_transform(
            [passage.text for passage in kept]
        )
    except ValueError:  # nothing but stop words
        return None


def _assigned(sections: Sequence[SectionRequest], said: _Said, cap: int) -> list[list[int]]:
    """For each section the passages it quotes, by number: those that point at it, and where it is open to more what
    was said most fully."""
    chosen = _pointed_at(sections, said, cap)
    for number in range(len(sections)):
        whose = cues.open_to(sections, number)
        if whose is not None:
            chosen[number] += _filling(said, whose, chosen, cap - len(chosen[number]))
    if sections and not any(chosen):  # no cue was found: another language, or another subject
        chosen[0] = _filling(said, "client", chosen, cap) or _filling(said, None, chosen, cap)
    return chosen


def _pointed_at(sections: Sequence[SectionRequest], said: _Said, cap: int) -> list[list[int]]:
    """A passage is in one section, but one about two kinds of risk in the sections of both."""
    phrases = [cues.phrases(_heard(passage)) for passage in said.passages]
    relevance = [_relevance(section, said, phrases) for section in sections]
    mine: list[dict[int, float]] = [{} for _ in sections]
    for at in range(len(said.passages)):
        best = max((each[at] for each in relevance), default=0.0)
        numbers = [number for number, each in enumerate(relevance) if best and each[at] == best]
        for number in numbers if best == AT_RISK else numbers[:1]:
            mine[number][at] = best
    most = [MOST_RISK if cues.risks(section) else cap for section in sections]
    return [_novel(said, scored, most[number]) for number, scored in enumerate(mine)]


def _relevance(
    section: SectionRequest, said: _Said, phrases: Sequence[frozenset[str]]
) -> list[float]:
    """Of each passage for the section; 0: none. One that was found to be about risk comes before everything in a
    section about risk, where cues by themselves ("plan", "how often") count only near such a passage."""
    risks = cues.risks(section)
    at_risk = [_at_risk(passage, risks) for passage in said.passages]
    near = {
        passage.turn + off
        for passage, is_it in zip(said.passages, at_risk, strict=True)
        if is_it
        for off in NEAR
    }
    out: list[float] = []
    for number, pointing in enumerate(cues.scores(section, phrases, said.stop)):
        passage, full = said.passages[number], said.fullness[number]
        score = pointing * full * _whose(section, passage)
        if cues.is_no_commitment(section, _heard(passage)):
            score *= UNCOMMITTED
        if at_risk[number]:
            score = AT_RISK
        elif (risks and passage.turn not in near) or score < LEAST_RELEVANT:
            score = 0.0
        out.append(score)
    return out


def _heard(passage: Passage) -> str:
    """What a cue may stand in: an answer is about what the question was about."""
    return f"{passage.question.text} {passage.text}" if passage.question else passage.text


def _at_risk(passage: Passage, risks: frozenset[str]) -> bool:
    found = set(passage.risk) | set(passage.question.risk if passage.question else ())
    return not risks.isdisjoint(found)


def _is_bare(passage: Passage, stop: frozenset[str]) -> bool:
    return len(set(cues.content_words(passage.text, stop))) < FEWEST_WORDS


def _whose(section: SectionRequest, passage: Passage) -> float:
    if section.speaker != "therapist" and passage.asks:
        return QUESTION_ALONE  # its answer says more
    if section.speaker is None or passage.speaker not in ("client", "therapist"):
        return 1.0
    return 1.0 if passage.speaker == section.speaker else OTHERS_WORDS


def _filling(
    said: _Said, whose: str | None, chosen: Sequence[Sequence[int]], room: int
) -> list[int]:
    """What was said most fully, of what no section quotes yet."""
    if room <= 0 or said.vectors is None:
        return []
    whole = said.vectors.sum(axis=0)
    central = (said.vectors @ whole.T).A1
    most = max(float(central.max()), 1e-9)
    taken = {at for each in chosen for at in each}
    scored = {
        at: FULLNESS * said.fullness[at] + (1 - FULLNESS) * float(central[at]) / most
        for at, passage in enumerate(said.passages)
        if at not in taken
        and (whose is None or passage.speaker in (whose, "other"))
        and not _is_bare(passage, said.stop)
    }
    return _novel(said, scored, room)


def _novel(said: _Said, scored: dict[int, float], most: int) -> list[int]:
    """Up to `most` passages with a score, good ones first, none that repeats one before it."""
    import numpy as np

    pool = sorted((at for at in scored if scored[at] > 0), key=lambda at: (-scored[at], at))
    pool = pool[:CANDIDATES]
    if not pool or said.vectors is None:
        return pool[:most]
    similarity = (said.vectors[pool] @ said.vectors[pool].T).toarray()
    relevance = np.array([scored[at] for at in pool])
    relevance /= relevance.max()
    chosen: list[int] = []
    while len(chosen) < min(most, len(pool)):
        repeated = similarity[:, chosen].max(axis=1) if chosen else np.zeros(len(pool))
        score = RELEVANCE * relevance - (1 - RELEVANCE) * repeated
        score[chosen] = -np.inf
        chosen.append(int(score.argmax()))
    return [pool[at] for at in chosen]


def _statements(said: _Said, chosen: Sequence[int]) -> list[DraftedStatement]:
    """In the order spoken; passages that follow each other in a turn are one quotation."""
    groups: list[list[Passage]] = []
    for at in sorted(chosen):
        passage, last = said.passages[at], groups[-1][-1] if groups else None
        follows = last is not None and (last.turn, last.order + 1) == (passage.turn, passage.order)
        if follows and _words(groups[-1]) + _words([passage]) <= LONGEST_QUOTE:
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return [_statement(group, said.stop) for group in groups]


def _words(group: Sequence[Passage]) -> int:
    return sum(len(passage.text.split()) for passage in group)


def _statement(group: Sequence[Passage], stop: frozenset[str]) -> DraftedStatement:
    first, last = group[0], group[-1]
    quote = first.whole[first.begins : last.ends]
    ids = tuple(dict.fromkeys(ident for passage in group for ident in passage.ids))
    text = _framed(first, quote, any(passage.is_unclear for passage in group))
    asked = first.question
    if asked is not None and _is_bare(first, stop):
        text = f"{_told(asked, 'asked', asked.text)} {_told(first, 'answered', quote)}"
        ids = tuple(dict.fromkeys((*asked.ids, *ids)))
    return DraftedStatement(text, None if first.page else first.speaker, ids, quote)


def _framed(passage: Passage, quote: str, is_unclear: bool) -> str:
    """Client: “…”, or Letter: “…”"""
    who = ROLES.get(passage.speaker, passage.name)
    where = "" if passage.page else f" ({clock(passage.start)})"
    marked = f"{who}, unclear{where}" if is_unclear else who
    return f"{marked}: {_quoted(quote)}"


def _told(passage: Passage, verb: str, quote: str) -> str:
    """The client answered “…”"""
    role = ROLES.get(passage.speaker)
    who = f"The {role.lower()}" if role else passage.name
    unclear = f", unclear ({clock(passage.start)})," if passage.is_unclear else ""
    return f"{who} {verb}{unclear} {_quoted(quote)}"


def _quoted(quote: str) -> str:
    return f"“{quote.translate(INNER_QUOTES)}”"
