"""Recordings: chunks come in, one at a time, in any order, possibly twice; none acknowledged is lost.

`beginning` makes one for a browser, `chunks` takes its sound in, `events` what happened meanwhile, `captioning`
shows what was said so far; `lifecycle` ends, retries and watches recordings, `abandoned` knows those that
nobody ended, `playback` gives the sound back.
"""

from services.recordings.abandoned import wait
from services.recordings.addendum import add_addendum
from services.recordings.beginning import NOTE_FORMATS, Begun, Recoverable, begin, recover
from services.recordings.captioning import Caption, Captions, captions
from services.recordings.chunks import Chunk, Received, add_chunk
from services.recordings.events import Event, add_events
from services.recordings.lifecycle import Progress, finish, progress_of, retry, watch
from services.recordings.playback import Playback, audio, playback

__all__ = [
    "NOTE_FORMATS",
    "Begun",
    "Caption",
    "Captions",
    "Chunk",
    "Event",
    "Playback",
    "Progress",
    "Received",
    "Recoverable",
    "add_addendum",
    "add_chunk",
    "add_events",
    "audio",
    "begin",
    "captions",
    "finish",
    "playback",
    "progress_of",
    "recover",
    "retry",
    "wait",
    "watch",
]
