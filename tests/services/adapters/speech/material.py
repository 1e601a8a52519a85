"""Speech for tests: the demo's dialogue in two synthetic voices, what is said in it, and the product's own models."""

import difflib
import json
import re
from functools import cache
from pathlib import Path

import numpy as np

from config import settings
from services.adapters.audio import SAMPLE_RATE, Samples
from services.adapters.audio.decoding import decode
from services.adapters.diarisation.campplus import CampPlus
from services.adapters.speech.faster_whisper import FasterWhisper
from services.adapters.speech.silence import Cut, PassageCutter

ROOT = Path(__file__).parents[4]
DEMO = ROOT / "demo" / "session.ogg"


@cache
def lines() -> list[tuple[str, str]]:
    """(who, what), in order."""
    dialogues = json.loads((ROOT / "demo" / "dialogues.json").read_text())
    return [(who, said) for who, said in dialogues["evenings"]]


@cache
def demo() -> Samples:
    with DEMO.open("rb") as stream:
        return np.concatenate(list(decode([stream])))


@cache
def passages() -> list[Cut]:
    cutter = PassageCutter()
    return cutter.feed(demo()) + cutter.finish()


@cache
def recogniser() -> FasterWhisper:
    return FasterWhisper(settings().weights_dir / "whisper-base")


@cache
def embedder() -> CampPlus:
    return CampPlus(settings().weights_dir / "campplus")


def seconds(samples: Samples) -> float:
    return len(samples) / SAMPLE_RATE


def plain(text: str) -> list[str]:
    return re.sub(r"[^\w' ]", " ", text.lower()).split()


def likeness(said: str, meant: str) -> float:
    """Share of words that agree, 0 to 1."""
    return difflib.SequenceMatcher(None, plain(said), plain(meant), autojunk=False).ratio()
