"""python -m commands.transcribe FILE [--speakers N] [--json]: the product's pipeline on one file."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from services.adapters.errors import AudioUnreadable, IntegrationError
from services.adapters.speech.languages import LANGUAGES

if TYPE_CHECKING:
    from services.transcription import Transcription


def main(arguments: list[str] | None = None) -> int:
    """Prints the turns, or only the JSON; 2 and one sentence on stderr when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m commands.transcribe", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--speakers", type=int, help="how many speak; estimated when left out")
    parser.add_argument("--language", help="ISO 639-1, such as en; detected when left out")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if chosen.speakers is not None and chosen.speakers < 1:
        parser.error("--speakers is at least 1")
    if chosen.language is not None and chosen.language not in LANGUAGES:
        parser.error(f"--language is one of {', '.join(sorted(LANGUAGES))}")
    try:
        with chosen.file.open("rb") as stream:
            transcription = _transcribe(stream, chosen.speakers, chosen.language)
    except OSError as error:
        print(
            f"Cannot read the file: {(error.strerror or 'unknown reason').lower()}.",
            file=sys.stderr,
        )
        return 2
    except IntegrationError as error:
        print(error, file=sys.stderr)
        return 2
    if chosen.json:
        print(json.dumps(transcription.as_json(), ensure_ascii=False))
    else:
        for turn in transcription.turns:
            print(f"{turn.speaker}: {turn.text}")
    nothing = None if transcription.turns else "No speech was found in this recording."
    for note in filter(None, [nothing, transcription.speakers_problem]):
        print(note, file=sys.stderr)
    return 0


def _transcribe(stream: BinaryIO, speakers: int | None, language: str | None) -> "Transcription":
    from config import settings
    from services.adapters import wiring
    from services.adapters.audio import SAMPLE_RATE
    from services.adapters.audio.decoding import decode
    from services.adapters.audio.probe import probe
    from services.recordings.checks import SHORTEST, TOO_SHORT
    from services.transcriber import Transcriber
    from services.transcription import conclude

    facts = probe(stream)
    if facts.duration < SHORTEST:
        raise AudioUnreadable(TOO_SHORT)
    if not facts.complete:
        print("The file ends before its header says: it may have been cut off.", file=sys.stderr)
    transcriber = Transcriber(
        wiring.speech_recogniser(),
        wiring.speaker_embedder(),
        language=language,
        at_once=settings().speech_threads,
    )
    passages, seconds = [], 0.0
    for samples in decode(stream):
        seconds += len(samples) / SAMPLE_RATE
        passages += transcriber.feed(samples, ending=True)
    passages += transcriber.finish()
    return conclude(passages, speakers=speakers, duration=seconds)


if __name__ == "__main__":
    sys.exit(main())
