"""What the queue runs. Workflows take ids and return nothing; every step is idempotent.

A step that fails for good returns what to tell the reader instead of raising: the queue stores and logs
exceptions, and a person's words must not be among them.
"""

import logging
import time
from collections.abc import Callable

from dbos import DBOS
from sqlalchemy.exc import SQLAlchemyError

from models.recording import Stage
from services import jobs, summaries
from services.access import Actor
from services.adapters.errors import AudioUnreadable, IntegrationError, WeightsMissing
from services.errors import AppError, NotFound, describe
from services.notes import drafts
from services.processing import live_captions, playback_file, stored
from services.processing.transcribing import caption, let_go, transcribe
from services.transcription import conclude

log = logging.getLogger("verbatim.worker")

Failure = tuple[str, str]  # code, sentence for the reader
MODEL_MISSING = (
    "The speech model is missing or was altered. The recording is safe. Ask your administrator to run "
    "make setup, then try again."
)
NO_DRAFT = "no-draft"  # the warning of a transcript whose note could not be drafted
RECOVERIES = 25  # workers that may die over one job before it is given up
PAUSES = (1.0, 4.0)  # seconds before the second and the third try of a step


@DBOS.workflow(name="advance", max_recovery_attempts=RECOVERIES)
def advance(recording_id: int) -> None:
    """Transcribes what has arrived of a recording that still goes on. Only an early start: whatever it
    leaves undone or fails at, `process` does."""
    _arrived(recording_id)
    _captioned(recording_id)


@DBOS.workflow(name="process", max_recovery_attempts=RECOVERIES)
def process(recording_id: int, attempt: int) -> None:
    """The rest of a recording that has ended: tail, speakers, draft, summary, and a file to play."""
    failure = _transcribed(recording_id) or _labelled(recording_id)
    if not failure:
        _drafted(recording_id)
        failure = _summarised(recording_id)
    if failure:
        _failed(recording_id, attempt, failure)
    _playable(recording_id)
    _tidied(recording_id)


@DBOS.step()
def _arrived(recording_id: int) -> Failure | None:
    return _tried(recording_id, lambda actor: transcribe(actor, recording_id, to_the_end=False))


@DBOS.step()
def _captioned(recording_id: int) -> None:
    """Nothing depends on a caption: one that fails is not tried again, the next chunk brings another."""
    try:
        caption(jobs.owner(recording_id), recording_id)
    except (IntegrationError, AppError, SQLAlchemyError) as error:
        log.warning("caption.failed", exc_info=error)


@DBOS.step()
def _transcribed(recording_id: int) -> Failure | None:
    def work(actor: Actor) -> None:
        if not stored.has_transcript(actor, recording_id):
            stored.begin_stage(actor, recording_id, Stage.TRANSCRIBING)
            transcribe(actor, recording_id, to_the_end=True)
            live_captions.remove(actor, recording_id)

    return _tried(recording_id, work)


@DBOS.step()
def _labelled(recording_id: int) -> Failure | None:
    def work(actor: Actor) -> None:
        if stored.has_transcript(actor, recording_id):
            return  # an earlier attempt came this far, and people may have corrected it since
        stored.begin_stage(actor, recording_id, Stage.LABELLING)
        passages, speakers = stored.passages(actor, recording_id)
        duration = passages[-1].end if passages else 0.0
        made = conclude(passages, speakers=speakers, duration=duration)
        stored.add_transcript(actor, recording_id, made)

    return _tried(recording_id, work)


@DBOS.step()
def _drafted(recording_id: int) -> None:
    """The note in the format that was chosen. One that fails costs the session nothing: the transcript stays, with
    a warning that there is no note, and the page offers to draft it."""

    def work(actor: Actor) -> None:
        stored.begin_stage(actor, recording_id, Stage.DRAFTING)
        drafts.draft_for_worker(actor, recording_id)

    failure = _tried(recording_id, work)
    if failure:
        log.warning("draft.failed", extra={"f": {"recording": recording_id, "code": failure[0]}})
        _tried(recording_id, lambda actor: stored.warn(actor, recording_id, NO_DRAFT))


@DBOS.step()
def _summarised(recording_id: int) -> Failure | None:
    def work(actor: Actor) -> None:
        if stored.is_done(actor, recording_id):
            return  # the worker died between the step and the note that it was done
        stored.begin_stage(actor, recording_id, Stage.SUMMARISING)
        said = stored.spoken(actor, recording_id)
        summary = summaries.draft(
            said.utterances, said.speakers, identifiers=said.names, language=said.language
        )
        stored.finish(actor, recording_id, summary.text, summary.author, summary.tokens)

    return _tried(recording_id, work)


@DBOS.step()
def _playable(recording_id: int) -> Failure | None:
    return _tried(recording_id, lambda actor: playback_file.prepare(actor, recording_id))


@DBOS.step()
def _failed(recording_id: int, attempt: int, failure: Failure) -> Failure | None:
    return _tried(recording_id, lambda actor: stored.fail(actor, recording_id, attempt, *failure))


@DBOS.step()
def _tidied(recording_id: int) -> None:
    """The looks at new chunks have served; the queue keeps no history of them."""
    let_go(recording_id)
    done = DBOS.list_workflows(
        workflow_id_prefix=f"advance-{recording_id}-",
        status=["SUCCESS", "ERROR"],
        load_input=False,
        load_output=False,
    )
    DBOS.delete_workflows([workflow.workflow_id for workflow in done])


def _tried(recording_id: int, work: Callable[[Actor], None]) -> Failure | None:
    """Runs the work as the recording's owner, up to three times where that can help."""
    for pause in (*PAUSES, None):
        try:
            work(jobs.owner(recording_id))
            return None
        except NotFound:
            return None  # removed meanwhile
        except Exception as error:  # one of the three renderers
            failure, again = _told(error)
            if pause is None or not again:
                return failure
            log.warning("step.tried_again", exc_info=error)
            time.sleep(pause)
    return None


def _told(error: Exception) -> tuple[Failure, bool]:
    """What to tell the reader, and whether trying again can help."""
    if isinstance(error, AudioUnreadable):
        return ("audio-unreadable", str(error)), False
    if isinstance(error, WeightsMissing):
        log.error("worker.weights_missing", exc_info=error)
        return ("model-missing", MODEL_MISSING), False
    described = describe(error)
    again = isinstance(error, IntegrationError | SQLAlchemyError) or described.retryable
    return (described.code, described.text), again
