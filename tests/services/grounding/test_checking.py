"""One statement at a time beside the passage that it cites: what is red, what is amber, what passes."""

import time

import pytest

from services import grounding
from services.notes.content import (
    Evidence,
    Level,
    NoteContent,
    Section,
    Statement,
    from_json,
    to_json,
)

TALK = [
    ("T", "Morning. How was the week since we met on Tuesday?"),
    (
        "C",
        "Hard. I slept maybe five or six hours, and I had a couple of days when I stayed in bed.",
    ),
    ("T", "How many glasses of wine were there?"),
    ("C", "Two."),
    ("T", "Are you still taking sertraline, fifty milligrams?"),
    ("C", "Yes, every morning. My sister Maeve reminds me."),
    ("T", "Have you had any thoughts of ending your life?"),
    ("C", "No. I don't want to die, I'm not happy about how things are, that's all."),
    ("T", "You could try writing the worries down at seven in the evening."),
    ("C", "I can try that, but-"),
    ("T", "Mm-hmm."),
    ("C", "-I won't promise."),
    ("T", "Would you let me tell your doctor about the wine?"),
    (
        "C",
        "Yes. She'd most likely know it already. I sit in the car ten minutes, twenty sometimes. I've not told Maeve.",
    ),
]
SPEAKERS = [
    {"key": "S1", "name": "Speaker 1", "role": "therapist"},
    {"key": "S2", "name": "Speaker 2", "role": "client"},
]


def said(talk: list[tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"id": at, "speaker": "S1" if who == "T" else "S2", "start": 10.0 * at, "text": text}
        for at, (who, text) in enumerate(talk, 1)
    ]


def note(*statements: Statement, section: str = "subjective") -> NoteContent:
    return NoteContent("soap", (Section(section, section.title(), statements),))


def judged(
    text: str, *lines: int, speaker: str | None = "client", quote: str | None = None
) -> Statement:
    one = Statement("1", text, speaker, (Evidence(lines, quote),) if lines else ())
    return grounding.check(note(one), said(TALK), SPEAKERS).statements()[0]


@pytest.mark.parametrize(
    ("text", "lines", "speaker"),
    [
        ("Client slept five or six hours and spent two days in bed.", (2,), "client"),
        ("Client slept 5 or 6 hours.", (2,), "client"),
        ("Client had two glasses of wine.", (4,), "client"),  # the question says of what
        ("Client takes sertraline 50 mg every morning.", (5, 6), "client"),
        ("Client's sister Maeve reminds her.", (6,), "client"),
        ("Client denied suicidal ideation.", (7, 8), "client"),
        ("Therapist suggested writing worries down at 7 in the evening.", (9,), "therapist"),
        ("Client: “I can try that, but I won't promise.”", (10, 12), "client"),  # cut in two
        ("Client said: “I slept … five or six hours”", (2,), "client"),  # something left out
        ("Sits in the car for up to 20 minutes.", (14,), "client"),  # a bare number beside the unit
        ("Her doctor will likely know it already.", (14,), "client"),  # somebody said so
        ("Therapist obtained consent to tell the doctor about the wine.", (13, 14), "therapist"),
        (
            "Therapist asked to tell her doctor about the wine; client agreed.",
            (13, 14),
            "therapist",
        ),
    ],
)
def test_what_the_passage_says_is_supported(
    text: str, lines: tuple[int, ...], speaker: str
) -> None:
    verdict = judged(text, *lines, speaker=speaker)
    assert (verdict.level, verdict.reasons) == (Level.SUPPORTED, ())


@pytest.mark.parametrize(
    ("code", "text", "lines", "speaker"),
    [
        ("number-not-found", "Client slept seven hours.", (2,), "client"),
        ("number-not-found", "Client stayed in bed for two weeks.", (2,), "client"),
        ("number-not-found", "Client takes sertraline 50 g.", (5, 6), "client"),
        ("number-elsewhere", "Client takes 50 milligrams in bed.", (2,), "client"),
        ("name-not-found", "Client's sister Priya reminds her.", (6,), "client"),
        ("name-not-found", "Client takes mirtazapine every morning.", (5, 6), "client"),
        ("quote-not-verbatim", "Client said: “I slept five hours.”", (2,), "client"),
        ("quote-elsewhere", "Client said: “I don't want to die”", (2,), "client"),
        ("other-speaker", "Client suggested writing the worries down.", (9,), "client"),
        ("other-speaker", "Therapist slept five or six hours.", (2,), "therapist"),
        ("denial-not-asked", "Client denies suicidal ideation.", (2,), "client"),
        ("denial-not-asked", "Client denies hallucinations.", (7, 8), "client"),
        ("conclusion", "Client meets criteria for a depressive episode.", (2,), "client"),
        ("conclusion", "Client is at low risk.", (7, 8), "client"),
        ("evidence-unknown", "Client slept five or six hours.", (2, 99), "client"),
        ("no-evidence", "Client slept five or six hours.", (), "client"),
    ],
)
def test_what_it_does_not_say_is_red_with_the_part_at_fault(
    code: str, text: str, lines: tuple[int, ...], speaker: str
) -> None:
    verdict = judged(text, *lines, speaker=speaker)
    assert verdict.level is Level.CONTRADICTED
    assert code in {reason.code for reason in verdict.reasons}
    assert all(reason.text.endswith((".", "?")) for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("code", "text", "lines"),
    [
        ("negation", "Client wants to die.", (8,)),
        ("negation", "Client is happy about how things are.", (8,)),
        ("few-words-shared", "Client paints gardens with neighbours.", (2,)),
        ("inference", "Client seems to sleep five or six hours.", (2,)),
    ],
)
def test_what_may_be_wrong_is_amber(code: str, text: str, lines: tuple[int, ...]) -> None:
    verdict = judged(text, *lines)
    assert verdict.level is Level.CHECK
    assert code in {reason.code for reason in verdict.reasons}


def test_the_sentence_names_the_part_as_the_note_spells_it() -> None:
    [reason] = [
        one for one in judged("Client slept seven hours.", 2).reasons if "number" in one.code
    ]
    assert reason.text == "“seven hours” is not in the passage it cites."


def test_a_quotation_beside_the_statement_is_checked_as_well() -> None:
    assert judged("Client speaks of sleep hours.", 2, quote="five or six hours").level is not (
        Level.CONTRADICTED
    )
    assert judged("Client speaks of sleep hours.", 2, quote="nine hours").level is (
        Level.CONTRADICTED
    )


def test_a_misheard_name_of_some_length_passes() -> None:
    talk = [("C", "I rang Siobahn, and then Doctor Macintosh.")]
    one = Statement("1", "Client rang Siobhan and Dr Mackintosh.", "client", (Evidence((1,)),))
    verdict = grounding.check(note(one), said(talk), SPEAKERS).statements()[0]
    assert verdict.level is Level.SUPPORTED


def test_an_assessment_says_who_said_so() -> None:
    unframed = Statement("1", "Sleep worries in bed.", None, (Evidence((2,)),))
    framed = Statement("2", "Client reported staying in bed.", "client", (Evidence((2,)),))
    content = grounding.check(note(unframed, framed, section="assessment"), said(TALK), SPEAKERS)
    first, second = content.statements()
    assert (first.level, second.level) == (Level.CHECK, Level.SUPPORTED)


def test_the_clinicians_own_words_stay_theirs() -> None:
    own = Statement("1", "Client is at low risk.", level=Level.OWN, origin="written")
    assert grounding.check(note(own), said(TALK), SPEAKERS).statements() == (own,)


def test_what_was_fixed_loses_its_reasons() -> None:
    wrong = judged("Client slept seven hours.", 2)
    right = Statement(
        "1", "Client slept six hours.", "client", wrong.evidence, wrong.level, wrong.reasons
    )
    verdict = grounding.check(note(right), said(TALK), SPEAKERS).statements()[0]
    assert (verdict.level, verdict.reasons) == (Level.SUPPORTED, ())


def test_not_assessed_is_never_supported() -> None:
    assert judged("Self-harm was not assessed.").level is Level.CHECK


def test_without_roles_nobody_is_accused_of_anothers_words() -> None:
    speakers = [{"key": "S1", "name": "Speaker 1"}, {"key": "S2", "name": "Speaker 2"}]
    one = Statement("1", "Client suggested writing the worries down.", "client", (Evidence((9,)),))
    verdict = grounding.check(note(one), said(TALK), speakers).statements()[0]
    assert "other-speaker" not in {reason.code for reason in verdict.reasons}


def test_one_of_two_clients_is_not_the_other() -> None:
    talk = [("T", "Who cooks?"), ("C", "I cook on Mondays."), ("B", "I never cook.")]
    told = said(talk)
    told[2]["speaker"] = "S3"
    speakers = [
        SPEAKERS[0],
        {"key": "S2", "name": "Ben Hale", "role": "client"},
        {"key": "S3", "name": "Ada Hale", "role": "client"},
    ]
    statements = [
        Statement("1", "Ada cooks on Mondays.", "client", (Evidence((2,)),)),
        Statement("2", "Ben cooks on Mondays.", "client", (Evidence((2,)),)),
    ]
    first, second = grounding.check(note(*statements), told, speakers).statements()
    assert (first.level, second.level) == (Level.CONTRADICTED, Level.SUPPORTED)


def test_a_document_is_compared_word_by_word() -> None:
    lines = {(7, 1, 1): "Sertraline 50 mg in the morning", (7, 1, 2): "Follow-up in 6 weeks"}
    right = Statement(
        "1", "Sertraline 50 mg in the morning.", None, (Evidence(document_id=7, page=1),)
    )
    wrong = Statement(
        "2", "Sertraline 75 mg in the morning.", None, (Evidence(document_id=7, page=1),)
    )
    nowhere = Statement("3", "Sertraline 50 mg.", None, (Evidence(document_id=7, page=9),))
    content = note(right, wrong, nowhere)
    levels = [one.level for one in grounding.check(content, [], [], lines).statements()]
    assert levels == [Level.SUPPORTED, Level.CONTRADICTED, Level.CONTRADICTED]
    unread = grounding.check(content, [], []).statements()
    assert {one.level for one in unread} == {Level.CHECK}


def test_what_a_document_denies_is_not_turned_round() -> None:
    lines = {
        (7, 1, 0): "There has been no self-harm, and a close friend lives nearby.",
        (7, 1, 1): "Sertraline was started on 2 March and is well tolerated.",
    }
    said = {
        "There has been no self-harm.": (0, Level.SUPPORTED),
        "Self-harm was reported.": (0, Level.CHECK),
        "A close friend lives nearby.": (0, Level.SUPPORTED),
        "Sertraline is not tolerated.": (1, Level.CHECK),
        "“Well tolerated” since 2 March.": (1, Level.SUPPORTED),
        "“Badly tolerated” since 2 March.": (1, Level.CONTRADICTED),
    }
    statements = [
        Statement(text, text, None, (Evidence(document_id=7, page=1, line=line),))
        for text, (line, _) in said.items()
    ]
    found = grounding.check(note(*statements), [], [], lines).statements()
    assert {one.text: one.level for one in found} == {
        text: level for text, (_, level) in said.items()
    }


def test_a_letter_does_not_answer_for_a_risk_that_was_not_asked_about() -> None:
    talk = [("T", "How was the week?"), ("C", "It was fine, thank you.")]
    lines = {(7, 1, 0): "There has been no self-harm."}
    letter, answer = Evidence(document_id=7, page=1, line=0), Evidence((2,))
    alone = Statement("1", "Denies self-harm.", "client", (letter,))
    both = Statement("2", "Denies self-harm.", "client", (letter, answer))
    told = [
        {"id": n, "speaker": {"T": "S1", "C": "S2"}[who], "start": n * 5.0, "text": text}
        for n, (who, text) in enumerate(talk, 1)
    ]
    first, second = grounding.check(note(alone, both), told, SPEAKERS, lines).statements()
    assert (first.level, second.level) == (Level.SUPPORTED, Level.CONTRADICTED)


def test_another_language_gets_what_needs_no_english_and_says_so() -> None:
    talk = [
        (
            "T",
            "Wie viele Stunden haben Sie in der letzten Woche geschlafen, und wie war die Stimmung?",
        ),
        (
            "C",
            "Ich habe vielleicht 5 Stunden geschlafen und war danach immer sehr müde und traurig.",
        ),
    ] * 3
    statements = [
        Statement(
            "1", "Klientin hat 5 Stunden geschlafen und war müde.", "client", (Evidence((2,)),)
        ),
        Statement("2", "Klientin hat 8 Stunden geschlafen.", "client", (Evidence((2,)),)),
        Statement("3", "Klientin: „…“ “war danach immer fröhlich”", "client", (Evidence((2,)),)),
    ]
    content = grounding.check(note(*statements), said(talk), SPEAKERS)
    levels = [one.level for one in content.statements()]
    assert levels == [Level.SUPPORTED, Level.CONTRADICTED, Level.CONTRADICTED]
    assert "not in English" in content.notice
    again = grounding.check(content, said(talk), SPEAKERS)
    assert again.notice == content.notice


@pytest.mark.parametrize("text", ["", " ", "“”", "…", "()", "“…”", "7", "🙂", "\x00"])
def test_odd_statements_are_judged_too(text: str) -> None:
    assert judged(text, 2).level in set(Level)


def test_no_talk_and_no_statements() -> None:
    assert grounding.check(note(), [], []) == note()
    one = Statement("1", "Client slept.", "client", (Evidence((1,)),))
    assert grounding.check(note(one), [], []).statements()[0].level is Level.CONTRADICTED
    empty = [{"id": 1, "speaker": "S2", "start": 0.0, "text": ""}]
    assert grounding.check(note(one), empty, SPEAKERS).statements()[0].level is Level.CHECK


def test_the_verdict_survives_storing() -> None:
    content = note(judged("Client slept seven hours.", 2))
    assert from_json(to_json(content)) == content


def test_four_hours_are_checked_in_seconds() -> None:
    long = said([(who, f"{text} {at % 97}") for at in range(600) for who, text in TALK[:10]])
    statements = [
        Statement(str(at), "Client slept five or six hours.", "client", (Evidence((10 * at + 2,)),))
        for at in range(100)
    ]
    began = time.process_time()
    content = grounding.check(note(*statements), long, SPEAKERS)
    assert {one.level for one in content.statements()} == {Level.SUPPORTED}
    assert time.process_time() - began < 10  # of processor time; about two on an idle machine
