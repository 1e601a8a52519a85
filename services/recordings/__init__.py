"""Recordings: chunks come in, one at a time, in any order, possibly twice; none acknowledged is lost.

`chunks` takes them in, `lifecycle` ends, retries and watches recordings, `playback` gives the sound back.
"""

from services.recordings.chunks import Chunk, Received, add_chunk
from services.recordings.lifecycle import Progress, finish, progress_of, retry, watch
from services.recordings.playback import Playback, audio, playback

__all__ = [
    "Chunk",
    "Playback",
    "Progress",
    "Received",
    "add_chunk",
    "audio",
    "finish",
    "playback",
    "progress_of",
    "retry",
    "watch",
]
