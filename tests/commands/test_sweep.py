"""What no row names goes, what a row names stays, and what is being stored just now is left alone."""

import datetime as dt

from commands.sweep import sweep
from services import vault
from tests.people import People
from tests.services.recordings.sending import Recorder, webm_chunks


def test_only_old_blobs_without_a_row_go(sqlite_people: People) -> None:
    recorder = Recorder(sqlite_people.alice)
    (whole,) = webm_chunks(2.0, parts=1)
    named = recorder.send(whole, sequence=0).path
    assert named is not None
    today = dt.date.fromisoformat(named.split("/")[2])
    orphan = named.rsplit("/", 1)[0] + "/orphan.webm"
    other = "documents/kept-out.pdf"
    paper = f"letters/Therapist/1/{today}/orphan.pdf"
    for path in (orphan, other, paper):
        vault.blobs().put(path, [b"sealed"], "audio/webm")

    assert sweep(today) == (0, 0)
    assert sweep(today + dt.timedelta(days=1)) == (0, 0)
    assert sweep(today + dt.timedelta(days=2)) == (2, 1)
    assert sorted(vault.blobs().list("")) == sorted([named, other])
