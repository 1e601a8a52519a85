"""A note denies nothing that nobody asked about, and nothing that was answered with anything but a no."""

import pytest

from services import grounding
from services.grounding import denials
from services.notes.content import Evidence, Level, NoteContent, Section, Statement

SPEAKERS = [
    {"key": "T", "name": "Speaker 1", "role": "therapist"},
    {"key": "C", "name": "Speaker 2", "role": "client"},
]
UNNAMED = [{"key": "T", "name": "Speaker 1"}, {"key": "C", "name": "Speaker 2"}]
SUICIDE = "Have you had any thoughts of ending your life?"
OTHERS = "Thoughts of hurting other people?"


def verdict(
    text: str, talk: list[str], *lines: int, speakers: list[dict[str, str]] = SPEAKERS
) -> Statement:
    """`talk` is of lines "T: …" and "C: …"; without `lines` all of them are cited."""
    told = [
        {"id": at, "speaker": one[0], "start": 5.0 * (at - 1), "text": one[3:]}
        for at, one in enumerate(talk, 1)
    ]
    cited = lines or tuple(range(1, len(talk) + 1))
    one = Statement("1", text, "client", (Evidence(cited),))
    content = NoteContent("soap", (Section("subjective", "Subjective", (one,)),))
    return grounding.check(content, told, speakers).statements()[0]


def codes(statement: Statement) -> set[str]:
    return {reason.code for reason in statement.reasons}


TWO_QUESTIONS = [f"T: {SUICIDE}", "C: Sometimes, at night.", "T: Do you hurt yourself?", "C: No."]


@pytest.mark.parametrize(
    ("code", "text", "talk", "lines"),
    [
        ("denial-not-said", "Client denies suicidal ideation.", TWO_QUESTIONS, ()),
        ("denial-not-asked", "Client denies suicidal ideation.", TWO_QUESTIONS, (3, 4)),
        ("denial-not-asked", "Client denies self-harm.", [f"T: {SUICIDE}", "C: No."], ()),
        (
            "denial-not-said",
            "Client denies suicidal ideation.",
            ["T: Have you thought about killing yourself or not?", "C: Yes."],
            (),
        ),
        (
            "denial-not-said",
            "Client denies suicidal ideation.",
            [
                f"T: {SUICIDE}",
                "C: Yeah, most days.",
                "T: Do you have a plan?",
                "C: No, not a plan.",
            ],
            (),
        ),
        (
            "denial-not-said",
            "Client denies suicidal ideation.",
            [f"T: {SUICIDE}", "C: Yeah, most days. No, not a plan."],
            (),
        ),
        (
            "denial-affirmed",
            "Client denies suicidal ideation.",
            [
                f"T: {SUICIDE}",
                "C: No.",
                "T: And have you thought of killing yourself this week?",
                "C: Yes, on Friday.",
            ],
            (),
        ),
        (
            "denial-not-said",
            "When asked about suicide, the client said no.",
            ["T: Any thoughts of suicide?", "C: Yeah, most days.", "T: A plan?", "C: No."],
            (),
        ),
        (
            "denial-not-said",
            "Therapist asked about suicide; client denied.",
            ["T: Any thoughts of suicide?", "C: Yeah, most days.", "T: A plan?", "C: No."],
            (),
        ),
        (
            "denial-not-said",
            "Asked about suicide, client denied it.",
            ["T: Any thoughts of suicide?", "C: Yeah, most days.", "T: A plan?", "C: No."],
            (),
        ),
        (
            "denial-not-said",
            "Asked about suicide, client answered in the negative.",
            ["T: Any thoughts of suicide?", "C: Yeah, most days.", "T: A plan?", "C: No."],
            (),
        ),
        (
            "denial-not-said",
            "Client denies suicidal ideation.",
            [f"T: {SUICIDE}", "C: It's hard. Every night."],
            (),
        ),
    ],
)
def test_what_was_not_denied_is_red(
    code: str, text: str, talk: list[str], lines: tuple[int, ...]
) -> None:
    statement = verdict(text, talk, *lines)
    assert (statement.level, code in codes(statement)) == (Level.CONTRADICTED, True)


@pytest.mark.parametrize(
    "answer",
    [
        "Not really.",
        "No. Well, sometimes at night.",
        "No, not since Tuesday.",
        "I think about it, there's no way out.",
        "No one would miss me.",
        "I can't stop thinking about it.",
        "No, only at night.",
    ],
)
def test_a_no_that_is_not_plain_is_not_supported(answer: str) -> None:
    statement = verdict("Client denies suicidal ideation.", [f"T: {SUICIDE}", f"C: {answer}"])
    assert statement.level is not Level.SUPPORTED
    assert codes(statement) <= {"denial-unclear", "denial-not-said"}


def test_what_follows_the_no_belongs_to_the_answer() -> None:
    talk = [f"T: {SUICIDE}", "C: No.", "C: Well, sometimes at night."]
    assert "denial-unclear" in codes(verdict("Client denies suicidal ideation.", talk, 1, 2))


@pytest.mark.parametrize(
    "answer",
    [
        "No.",
        "Um, no, never.",
        "Yeah, no. Not at all.",
        "No, I haven't thought about that.",
        "I have never thought about that.",
        "No. My children need me.",
        "Not once. I ring my sister.",
    ],
)
@pytest.mark.parametrize("speakers", [SPEAKERS, UNNAMED])
@pytest.mark.parametrize(
    "text",
    [
        "Client denies suicidal ideation.",
        "SI: none.",
        "Suicidality absent.",
        "Client has not thought about suicide.",
        "No thoughts of suicide.",
        "Asked about suicide, the client said no.",
        "Therapist asked about suicide; client denied.",
        "Asked about suicide, client denied it.",
    ],
)
def test_what_was_denied_is_supported(
    answer: str, speakers: list[dict[str, str]], text: str
) -> None:
    statement = verdict(text, [f"T: {SUICIDE}", f"C: {answer}"], speakers=speakers)
    assert (statement.level, statement.reasons) == (Level.SUPPORTED, ())


def test_a_no_to_the_present_carries_a_denial_of_the_present() -> None:
    talk = [f"T: {SUICIDE}", "C: No. Not since the spring. In March I did, but not now."]
    now = verdict("Client denied current suicidal thoughts; she had some in March.", talk)
    assert now.level is Level.SUPPORTED
    assert codes(verdict("Client denied suicidal thoughts.", talk)) == {"denial-unclear"}


def test_what_was_put_as_a_no_and_agreed_to_is_read_by_a_person() -> None:
    talk = ["T: You're not thinking of suicide.", "C: Yeah, that's right."]
    assert codes(verdict("Client denies suicidal ideation.", talk)) == {"denial-unclear"}


def test_thanks_are_no_answer() -> None:
    talk = [f"T: {SUICIDE}", "C: No.", "T: I ask everybody about suicide.", "C: Okay, thanks."]
    assert verdict("Client denies suicidal ideation.", talk).level is Level.SUPPORTED


@pytest.mark.parametrize(
    "text",
    [
        "SI: none.",
        "SI/HI: denied.",
        "SI denied.",
        "Suicidality absent.",
        "Suicidal ideation: no.",
        "No SI.",
        "Suicidal ideation was not reported.",
        "Client has not thought about suicide.",
        "He has never attempted suicide.",
        "Client doesn't want to die.",
        "Client is not having thoughts of self-harm.",
        "No alcohol use.",
        "No substance misuse.",
        "Client does not use drugs.",
        "Client doesn't drink alcohol.",
        "Client is without suicidal thoughts.",
        "Hallucinations: none.",
        "Neither suicidal nor homicidal.",
        "Client said no when asked about self-harm.",
    ],
)
def test_a_negative_that_nobody_asked_about_is_red_in_any_form(text: str) -> None:
    talk = ["T: How was the week?", "C: Hard. I slept five hours, not more, and stayed in bed."]
    statement = verdict(text, talk)
    assert statement.level is Level.CONTRADICTED
    assert "denial-not-asked" in codes(statement)
    unsupported = Statement("1", text, "client")
    content = NoteContent("soap", (Section("subjective", "Subjective", (unsupported,)),))
    assert grounding.check(content, [], []).statements()[0].level is Level.CONTRADICTED


@pytest.mark.parametrize(
    "text",
    [
        "Therapist advised no alcohol before bed.",
        "Client plans activities that do not involve alcohol.",
        "Client does not want to lose her friends.",
        "Client said no to her manager.",
        "Client's father was absent.",
        "Client plans to have no drink at the next party.",
        "Client was absent from work.",
        "Client was anxious and absent that day.",
        "Client was depressed, tired and absent from work.",
        "Client has no money.",
        "Client does not like his drinking.",
        "Client has not told her husband about the drinking.",
        "Client does not think alcohol is the problem.",
        "Client has not disclosed his difficulties to his partner.",
        "Rated it 8/10, the difference being the absence of onlookers.",
    ],
)
def test_other_negatives_are_left_to_the_other_rules(text: str) -> None:
    assert denials.topics(text) == []


def test_what_the_client_says_unasked_counts() -> None:
    talk = ["T: What did you do?", "C: I don't drink alcohol any more, I went home."]
    assert verdict("Client does not drink alcohol.", talk).level is Level.SUPPORTED
    talk = ["T: What did you do?", "C: I had some beer and I went home."]
    assert "denial-not-said" in codes(verdict("Client does not drink alcohol.", talk))


@pytest.mark.parametrize(
    ("text", "asked", "later", "reason"),
    [
        (
            "Client denies abuse.",
            "Has anyone ever abused you?",
            "He pushed me down the stairs.",
            "Abuse is mentioned at 0:10.",
        ),
        (
            "Client denies suicidal ideation.",
            SUICIDE,
            "I want to kill myself some nights.",
            "Suicide is mentioned at 0:10.",
        ),
    ],
)
def test_what_is_mentioned_elsewhere_is_amber(
    text: str, asked: str, later: str, reason: str
) -> None:
    statement = verdict(text, [f"T: {asked}", "C: No.", f"C: {later}"], 1, 2)
    talk = [f"T: {asked}", "C: No.", f"T: {later}"]
    assert verdict(text, talk, 1, 2).level is Level.SUPPORTED  # the therapist's words
    talk = [f"T: {asked}", "C: No.", "T: And at home?", f"C: {later}"]
    statement = verdict(text, talk, 1, 2)
    assert statement.level is Level.CHECK
    assert [one.text for one in statement.reasons] == [reason.replace("0:10", "0:15")]


def test_a_negated_mention_elsewhere_is_no_objection() -> None:
    talk = [f"T: {SUICIDE}", "C: No.", "T: And at home?", "C: I am not suicidal."]
    assert verdict("Client denies suicidal ideation.", talk, 1, 2).level is Level.SUPPORTED


def test_substance_abuse_is_not_abuse() -> None:
    talk = ["T: Any alcohol or drugs?", "C: No.", "T: And at home?", "C: He hit me."]
    assert "denial-elsewhere" not in codes(verdict("Client denies substance abuse.", talk, 1, 2))


def test_violence_towards_another_is_not_violence_suffered() -> None:
    talk = ["T: Have you ever hit Tanya or been violent?", "C: Never. She throws things at me."]
    towards = verdict("Client denied violence towards Tanya.", talk)
    assert towards.level is Level.SUPPORTED
    assert verdict("Client denied violence.", talk).level is Level.CHECK


def test_definitely_not_is_no_yes() -> None:
    talk = [f"T: {SUICIDE}", "C: Definitely not. I've never wanted to."]
    assert verdict("Client denies suicidal ideation.", talk).level is Level.SUPPORTED


@pytest.mark.parametrize(
    ("text", "talk", "level"),
    [
        ("Alcohol: none.", ["T: Do you drink?", "C: No."], Level.SUPPORTED),
        ("Client does not drink.", ["T: Do you drink?", "C: No, not at all."], Level.SUPPORTED),
        ("No drug or alcohol use.", ["T: Any alcohol?", "C: No."], Level.CONTRADICTED),
        ("Client denies alcohol use.", ["T: Any drinking?", "C: Not really."], Level.CHECK),
        ("Client denies alcohol use.", ["T: Any drinking?", "C: Two."], Level.CONTRADICTED),
        ("No SI/HI.", [f"T: {SUICIDE}", "C: No.", f"T: {OTHERS}", "C: No."], Level.SUPPORTED),
        ("No SI/HI.", [f"T: {SUICIDE}", "C: No."], Level.CONTRADICTED),
    ],
)
def test_short_forms_are_judged_like_long_ones(text: str, talk: list[str], level: Level) -> None:
    assert verdict(text, talk).level is level
