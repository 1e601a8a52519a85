"""A finished session of Alice's, with a row of every kind that hangs on it, and the words that nobody else may see."""

import json
from typing import Any

from sqlalchemy import select

from models.base import now
from models.client import SessionType, TherapistClient, TherapistSession
from models.client_grant import ClientGrant
from models.database import reading, sessions
from models.document import Document, DocumentPage, DocumentRole, DocumentState
from models.instruction import Instruction, InstructionVersion
from models.note import Note, NoteStep, NoteVersion, ProcessNote
from models.recording import AudioBlob, Recording, RecordingState, Stage, TranscribedPassage
from models.transcript import TherapistSessionTranscript, TherapistSessionTranscriptHistory
from models.treatment import Goal, MeasureKind, Measurement
from services import api_tokens, encryption, vault, webhooks
from services.api_tokens import Scope
from services.webhooks import Event
from tests.people import People

NAME, WORDS, SESSION = "Rosalind Amber", "marmalade on the tram", "alices-session"


class Ids:
    """What a function may ask for, by the name of its parameter."""

    def __init__(self, people: People) -> None:
        self.therapist_id = self.user_id = self.supervisor_id = people.alice.user_id
        self.sign_in_id = people.alice.sign_in_id
        with sessions()() as session, session.begin():
            self._session = session
            owned = {"therapist_id": people.alice.user_id}
            client = self._put(TherapistClient(**owned), name=NAME)
            of_client = owned | {"therapist_client_id": client.id}
            appointment = self._put(
                TherapistSession(**of_client, starts_at=now(), session_type=SessionType.INDIVIDUAL)
            )
            of_session = of_client | {"therapist_session_id": appointment.id}
            recording = self._put(
                Recording(
                    **of_session,
                    session_id=SESSION,
                    state=RecordingState.DONE,
                    stage=Stage.DONE,
                    last_sequence=0,
                    playback_path="1/1/2026-11-24/a.wav",
                    playback_type="audio/wav",
                )
            )
            of_recording = owned | {"recording_id": recording.id}
            self._put(
                AudioBlob(
                    **of_recording, sequence=0, path="1/1/2026-11-24/a.wav", seconds=3.0, size=4,
                    content_type="audio/wav", sha256="0" * 64, starts_container=True, is_last=True,
                ),
                filename="rosalind.wav",
            )  # fmt: skip
            self._put(TranscribedPassage(**of_recording, position=0, start=0, end=3), content=WORDS)
            said = [{"id": 0, "speaker": "1", "start": 0.0, "end": 3.0, "text": WORDS, "words": []}]
            transcript = TherapistSessionTranscript(
                **of_session, recording_id=recording.id, language="en", duration=3.0, date=now()
            )
            for column, value in (
                ("utterances", said),
                ("machine", said),
                ("speakers", [{"key": "1", "name": NAME, "role": None}]),
            ):
                setattr(transcript, column, encryption.seal_json(transcript, column, value))
            self._put(transcript, transcript=WORDS, transcript_summary=WORDS)
            history = TherapistSessionTranscriptHistory(
                **of_session, transcript_id=transcript.id, version=1, author="x", date=now()
            )
            self._put(history, transcript_summary=WORDS)
            instruction = self._put(Instruction(instruction_type="soap", owner_id=self.user_id))
            self._put(
                InstructionVersion(
                    instruction_id=instruction.id, version=1, built_in_version=1, author_id=self.user_id
                ),
                content=json.dumps({"title": WORDS, "purpose": WORDS, "sections": []}),
            )  # fmt: skip
            note = self._put(
                Note(
                    **of_session, recording_id=recording.id, instruction_type="soap",
                    instruction_version=1,
                )
            )  # fmt: skip
            self._put(
                NoteVersion(
                    **owned, note_id=note.id, version=1, revision=1, step=NoteStep.DRAFTED,
                    author_name="extractive-1",
                ),
                content=json.dumps({"instruction_type": "soap", "title": WORDS}),
            )  # fmt: skip
            private = self._put(
                ProcessNote(author_id=self.user_id, therapist_client_id=client.id), content=WORDS
            )
            grant = self._put(
                ClientGrant(
                    therapist_client_id=client.id,
                    user_id=people.adam.user_id,
                    granted_by=people.adam.user_id,
                )
            )
            goal = self._put(Goal(**of_client), text=WORDS)
            measurement = self._put(
                Measurement(
                    **of_client, kind=MeasureKind.GAD7, taken_on=now().date(), entered_by=self.user_id
                ),
                answers=json.dumps({"total": 5, "items": []}),
            )  # fmt: skip
            document = self._put(
                Document(
                    **of_client, user_id=self.user_id, role=DocumentRole.THERAPIST, feature="letters",
                    path="letters/Therapist/1/2026-11-24/letter.pdf", content_type="application/pdf",
                    size=4, sha256="0" * 64, state=DocumentState.READ, attempt=1, shown_attempt=1, pages=1,
                ),
                filename=f"{NAME}.pdf",
            )  # fmt: skip
            line = {"id": 0, "text": WORDS, "box": [0, 0, 1, 1], "confidence": 1, "role": "text"}
            page = json.dumps({"number": 1, "lines": [line], "tables": [], "fields": []})
            self._put(
                DocumentPage(document_id=document.id, attempt=1, number=1),
                machine=page,
                content=page,
            )
        self.document_id, self.document_ids, self.path = document.id, [document.id], document.path
        self.instruction_id, self.instruction_type = instruction.id, "soap"
        self.goal_id, self.measurement_id = goal.id, measurement.id
        self.note_id, self.process_note_id = note.id, private.id
        self.grant_id, self.summary_id = grant.id, history.id
        self.client_id = client.id
        self.recording_id = recording.id
        self.recording_ids = [recording.id]
        self.therapist_ids = [people.alice.user_id]
        self.method = "in writing"  # of consent
        self.transcript_id, self.history_id = transcript.id, history.id
        with reading() as session:
            self.blob_id = session.scalars(select(AudioBlob.id)).one()
        self.token_id = api_tokens.create(people.alice, "a script", Scope.READ, 1).token.id
        url = "https://intake.clinic.example/verbatim"
        self.webhook_id = webhooks.add(people.alice, url, [Event.NOTE_SIGNED]).id
        vault.blobs().put("1/1/2026-11-24/a.wav", iter([b"RIFF"]), "audio/wav")

    def _put(self, row: Any, **sealed: str) -> Any:
        for column, text in sealed.items():
            setattr(row, column, encryption.seal(row, column, text))
        self._session.add(row)
        self._session.flush()
        return row
