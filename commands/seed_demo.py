"""Fills an empty database with the demo: invented people, sessions over some months, one with sound.

Idempotent. Transcripts without sound are written as they are; the session with sound is uploaded like
any other and transcribed by the worker.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from commands.migrate import migrate
from commands.seed_documents import make_documents
from commands.seed_notes import Seeded, make_cover, make_notes
from commands.seed_plans import make_plans
from config import settings
from models.base import now
from models.client import Consent, SessionType, TherapistClient, TherapistSession
from models.clinic import Clinic
from models.database import sessions
from models.recording import Recording, RecordingState, Stage
from models.user import Role, Supervision, User
from services import clients, recordings, summaries
from services.access import Action, Actor, Via, acting
from services.adapters.speech import Word
from services.processing import stored
from services.recordings.expected_speakers import expected_speakers
from services.transcription import Transcription, Turn
from services.vault import new_spool, open_vault

DEMO = Path(__file__).parent.parent / "demo"
PACE = 0.36  # seconds a word, about 165 words a minute
PAUSE = 0.8  # seconds between turns
HOURS = (9, 11, 14, 16)
ASKED_BEFORE = 4  # days from a client's first call to the first session


def main() -> None:
    if not settings().demo:
        raise SystemExit("The demo is made only with VERBATIM_DEMO=1.")
    migrate()
    open_vault()
    with sessions()() as session:
        if session.scalar(select(User.id).limit(1)) is not None:
            return
    people = json.loads((DEMO / "people.json").read_text())
    dialogues = json.loads((DEMO / "dialogues.json").read_text())
    actors = _make_users(people)
    made = {
        client["key"]: _make_client(actors[client["therapist"]], client)
        for client in people["clients"]
    }
    therapists = {client["key"]: actors[client["therapist"]] for client in people["clients"]}
    for client in people["clients"]:
        _backdate(therapists[client["key"]], made[client["key"]], client, people["sessions"])
    seeded = []
    for number, planned in enumerate(people["sessions"]):
        actor, client_id = therapists[planned["client"]], made[planned["client"]]
        starts_at = _days_ago(planned["days_ago"], HOURS[number % len(HOURS)])
        if planned.get("audio"):
            _upload(actor, client_id, _appointment(actor, client_id, starts_at))
        else:
            written = _write(actor, client_id, starts_at, number, dialogues[planned["dialogue"]])
            seeded.append(Seeded(actor, written, planned["days_ago"]))
    make_documents(actors["ruth"], made["mira"], people["clients"][0]["name"])
    make_plans(actors, {key: (therapists[key], made[key]) for key in made})
    make_notes(seeded, actors["helen"])
    make_cover(actors["wendy"], made["owen"], actors["ruth"])
    print(
        "The demo is ready: two therapists, a supervisor, a privacy officer and an administrator."
    )


def _make_users(people: dict[str, Any]) -> dict[str, Actor]:
    with sessions()() as session, session.begin():
        clinic = session.get_one(Clinic, 1)
        clinic.name, clinic.vocabulary = people["clinic"], "\n".join(people["vocabulary"])
        users = {
            who["key"]: User(
                email=who["email"], name=who["name"], role=Role(who["role"]), is_demo=True
            )
            for who in people["users"]
        }
        session.add_all(users.values())
        session.flush()
        for who in people["users"]:
            for key in who.get("supervises", []):
                session.add(
                    Supervision(supervisor_id=users[who["key"]].id, therapist_id=users[key].id)
                )
        return {
            key: Actor(user.id, user.name, user.role, Via.COMMAND) for key, user in users.items()
        }


def _make_client(actor: Actor, client: dict[str, Any]) -> int:
    client_id = clients.create_client(
        actor, client["name"], session_type=SessionType(client["session_type"]), language="en"
    )
    consent = Consent(client["consent"])
    if consent is not Consent.MISSING:
        clients.record_consent(actor, client_id, consent, clients.METHODS[0])
    return client_id


def _backdate(
    actor: Actor, client_id: int, client: dict[str, Any], planned: list[dict[str, Any]]
) -> None:
    """A client is there, and is asked for consent, some days before the first session."""
    first = max((one["days_ago"] for one in planned if one["client"] == client["key"]), default=0)
    with acting(actor, Action.CLIENT_CHANGE) as work:
        row = work.get(TherapistClient, client_id)
        row.created_at = _days_ago(first + ASKED_BEFORE, HOURS[0])
        if row.consent_at is not None:
            answered = client.get("withdrawn_days_ago", first + ASKED_BEFORE)
            row.consent_at = _days_ago(answered, HOURS[1])


def _days_ago(days: int, hour: int) -> dt.datetime:
    return dt.datetime.combine(now().date() - dt.timedelta(days=days), dt.time(hour), dt.UTC)


def _appointment(actor: Actor, client_id: int, starts_at: dt.datetime) -> int:
    with acting(actor, Action.RECORDING_PROCESS) as work:
        client = work.get(TherapistClient, client_id)
        appointment = TherapistSession(
            therapist_id=actor.user_id,
            therapist_client_id=client_id,
            starts_at=starts_at,
            session_type=client.session_type,
        )
        work.add(appointment)
        return appointment.id


def _upload(actor: Actor, client_id: int, appointment_id: int) -> None:
    with new_spool() as spool:
        spool.write((DEMO / "session.ogg").read_bytes())
        recordings.add_chunk(
            actor,
            recordings.Chunk(
                therapist_id=actor.user_id,
                client_id=client_id,
                session_id="demo-session",
                is_last=True,
                filename="session.ogg",
                content=spool,
                sequence=0,
                therapist_session_id=appointment_id,
            ),
        )


def _write(
    actor: Actor, client_id: int, starts_at: dt.datetime, number: int, lines: list[list[str]]
) -> int:
    """The id of its recording."""
    appointment_id = _appointment(actor, client_id, starts_at)
    said = _transcription(lines)
    with acting(actor, Action.RECORDING_PROCESS) as work:
        client = work.get(TherapistClient, client_id)
        recording = Recording(
            therapist_id=actor.user_id,
            session_id=f"demo-{number}",
            therapist_client_id=client_id,
            therapist_session_id=appointment_id,
            state=RecordingState.PROCESSING,
            stage=Stage.LABELLING,
            seconds_received=said.duration,
            seconds_transcribed=said.duration,
            language="en",
            speakers=expected_speakers(client.session_type, None),
            created_at=starts_at,
        )
        work.add(recording)
        recording_id = recording.id
    stored.add_transcript(actor, recording_id, said)
    summary = summaries.summarise(*stored.utterances(actor, recording_id))
    stored.finish(actor, recording_id, summary, summaries.AUTHOR)
    return recording_id


def _transcription(lines: list[list[str]]) -> Transcription:
    """Written words with the times that a calm speaker would take."""
    names = {who: f"Speaker {n}" for n, who in enumerate(dict.fromkeys(w for w, _ in lines), 1)}
    turns: list[Turn] = []
    at = 0.4
    for who, text in lines:
        words: list[Word] = []
        for word in text.split():
            words.append(Word(word, round(at, 2), round(at + PACE - 0.04, 2), 0.97))
            at += PACE
        turns.append(Turn(names[who], words[0].start, words[-1].end, text, tuple(words)))
        at += PAUSE
    return Transcription("en", round(at, 2), tuple(turns))


if __name__ == "__main__":
    main()
