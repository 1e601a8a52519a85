"""How right are words and speakers? The product's pipeline on real voices, beside the bare recogniser.

Words: word error rate (Whisper's English normaliser) of the pipeline, which cuts at silence while sound arrives,
and of faster-whisper on the whole file, same model and options, with and without the text of one window as the
prompt of the next, and with its silences left in, as it is by default. Speakers: share of the reference speech that is
given to the wrong person (pyannote.metrics, no collar), as the diariser says it and as the transcript's turns say it;
cpWER (meeteval) counts words under the wrong speaker as errors. Two speakers are expected.

`python benchmarks/speech_accuracy.py`
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from services.adapters.audio import Samples
from services.transcription import Passage, Transcription

ROOT = Path(__file__).parents[1]
EVAL = Path(os.environ.get("VERBATIM_EVAL_DIR", ROOT.parent / "shared")) / "eval-audio"
WER_LOSS = 0.5  # points that cutting may cost
CONFUSION = {"sessions": 0.0, "hard": 1.0, "pyannote/sample": 3.0}  # % at most, as printed

Spoken = tuple[str, float, float]  # who, start, end


@dataclass
class Heard:
    """One file: what is in it, and what the product made of it."""

    samples: Samples
    turns: list[Spoken]
    text: str  # empty where nobody wrote down what was said, as the next
    texts: dict[str, str]  # by speaker
    passages: list[Passage]
    transcription: Transcription


def main() -> None:
    if not (EVAL / "manifest.json").is_file():
        print(f"No evaluation audio in {EVAL}: nothing measured.")
        return
    entries = json.loads((EVAL / "manifest.json").read_text())
    sets = {
        name: [_heard(entry) for entry in entries if entry["path"].startswith(name)]
        for name in CONFUSION
    }
    print("| figure | set | product | beside it | target | |\n|---|---|---|---|---|---|")
    _words(sets["sessions"])
    for name, files in sets.items():
        _speakers(name, files)


def _heard(entry: dict[str, Any]) -> Heard:
    from services.adapters import wiring
    from services.adapters.audio.decoding import decode
    from services.transcriber import Transcriber
    from services.transcription import conclude

    with (EVAL / entry["path"]).open("rb") as stream:
        blocks = list(decode([stream]))
    transcriber = Transcriber(wiring.speech_recogniser(), wiring.speaker_embedder(), language="en")
    passages = [passage for block in blocks for passage in transcriber.feed(block, ending=True)]
    passages += transcriber.finish()
    samples = np.concatenate(blocks)
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for who, _, _, *said in entry["turns"]:
        texts[who] += said
    return Heard(
        samples,
        [(who, start, end) for who, start, end, *_ in entry["turns"]],
        entry.get("text", ""),
        {who: " ".join(said) for who, said in texts.items() if said},
        passages,
        conclude(passages, speakers=2, duration=len(samples) / 16_000),
    )


def _words(files: Sequence[Heard]) -> None:
    import jiwer
    from meeteval.wer import cp_word_error_rate
    from whisper_normalizer.english import EnglishTextNormalizer

    plain = EnglishTextNormalizer()
    said = [
        plain(" ".join(word.text for turn in file.transcription.turns for word in turn.words))
        for file in files
    ]
    meant = [plain(file.text) for file in files]
    ours = 100 * jiwer.process_words(meant, said).wer
    ways = {
        "whole file": {},
        "the same, no text carried over": {"condition_on_previous_text": False},
        "the same, silences left in (its default)": {"vad_filter": False},
    }
    for beside, way in ways.items():
        at_once = [plain(_whole(file.samples, **way)) for file in files]
        whole = 100 * jiwer.process_words(meant, at_once).wer
        most = whole + WER_LOSS
        _row("WER, %", "sessions", ours, f"{whole:.2f} {beside}", f"+{WER_LOSS}", most)
    errors = length = 0
    for file in files:
        by_speaker: defaultdict[str, list[str]] = defaultdict(list)
        for turn in file.transcription.turns:
            by_speaker[turn.speaker].append(turn.text)
        rate = cp_word_error_rate(
            {who: plain(text) for who, text in file.texts.items()},
            {who: plain(" ".join(texts)) for who, texts in by_speaker.items()},
            reference_sort=False,
            hypothesis_sort=False,
        )
        errors, length = errors + rate.errors, length + rate.length
    _row("cpWER, %", "sessions", 100 * errors / length, f"{ours:.2f} WER", "none", None)


def _whole(samples: Samples, **way: bool) -> str:
    """What faster-whisper makes of the file at once, with the product's model and options, or in another `way`. Each
    window of 30 s is told the text of the one before, which the product's passages are not."""
    from faster_whisper import WhisperModel

    from config import settings

    chosen = settings()
    folder = chosen.speech_model_dir or chosen.weights_dir / "whisper-base"
    model = WhisperModel(str(folder.resolve()), device="cpu", compute_type="int8", cpu_threads=2)
    segments, _ = model.transcribe(
        samples,
        language="en",
        beam_size=5,
        word_timestamps=True,
        **{"vad_filter": True} | way,
    )
    return " ".join(segment.text for segment in segments)


def _speakers(name: str, files: Sequence[Heard]) -> None:
    from services.adapters.diarisation.clustering import diarise

    diarised, written = [], []
    for file in files:
        windows = [window for passage in file.passages for window in passage.windows]
        speech = [span for passage in file.passages for span in passage.speech]
        turns = diarise(windows, speech, speakers=2)
        diarised.append([(str(turn.speaker), turn.start, turn.end) for turn in turns])
        turns = file.transcription.turns
        written.append([(turn.speaker, turn.start, turn.end) for turn in turns])
    meant = [file.turns for file in files]
    wrong, missed = _confusion(meant, diarised)
    target = CONFUSION[name]
    beside = f"{missed:.2f} more in DER"
    _row("speaker confusion, %", name, wrong, beside, f"{target:g}", target)
    wrong, missed = _confusion(meant, written)
    beside = f"{missed:.2f} more in DER"
    _row("the same in the transcript, %", name, wrong, beside, "none", None)


def _confusion(meant: Sequence[list[Spoken]], said: Sequence[list[Spoken]]) -> tuple[float, float]:
    """Confusion, and what missed speech and false alarms add to the error rate, in % of the reference."""
    from pyannote.core import Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    parts = []
    for each, other in zip(meant, said, strict=True):
        one, two = _annotation(each), _annotation(other)
        extent = one.get_timeline().extent() | two.get_timeline().extent()
        error = DiarizationErrorRate()
        parts.append(error(one, two, uem=Timeline([extent]), detailed=True))
    total = sum(part["total"] for part in parts) / 100
    rest = sum(part["missed detection"] + part["false alarm"] for part in parts)
    return sum(part["confusion"] for part in parts) / total, rest / total


def _annotation(turns: Iterable[Spoken]) -> Any:
    from pyannote.core import Annotation, Segment

    annotation = Annotation()
    for at, (who, start, end) in enumerate(turns):
        annotation[Segment(start, end), at] = who
    return annotation


def _row(
    figure: str, name: str, value: float, beside: str, target: str, most: float | None
) -> None:
    verdict = "" if most is None else "met" if round(value, 2) <= round(most, 2) else "MISSED"
    print(f"| {figure} | {name} | {value:.2f} | {beside} | {target} | {verdict} |", flush=True)


if __name__ == "__main__":
    main()
