"""From samples to passages, while they arrive: words, and voices for the speakers.

Pure, as `services.transcription` is, which says what a passage is and makes the transcript of all.
"""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from services.adapters.audio import Samples
from services.adapters.diarisation import SpeakerEmbedder, VoiceWindow
from services.adapters.errors import IntegrationError
from services.adapters.speech import Recognition, SpeechRecogniser, Word
from services.transcription import Passage

if TYPE_CHECKING:
    from services.adapters.speech.silence import Cut

ENOUGH_SPEECH = 5.0  # seconds in a passage before its language counts for the session
SURE_LANGUAGE = 0.5  # probability
BEYOND_DOUBT = 0.9
MOST_UNHEARD = 2.0  # seconds of speech without a word that a vocabulary may cost


class Transcriber:
    """Feed it the samples of one session in order; it hands back each passage once it is done, in order.

    `at_once` passages are transcribed beside each other, since none needs to know another's words; only the language
    is found on one alone. What is made does not depend on it.

    To resume after a crash give `start` (the end of the last stored passage), `index` (how many are stored) and the
    language they were in, and feed the samples from `start` on.
    """

    def __init__(
        self,
        recogniser: SpeechRecogniser,
        embedder: SpeakerEmbedder,
        *,
        language: str | None = None,
        hotwords: Sequence[str] = (),
        start: float = 0.0,
        index: int = 0,
        at_once: int = 1,
    ) -> None:
        from services.adapters.speech.silence import PassageCutter

        self._recogniser, self._embedder = recogniser, embedder
        self._language, self._hotwords = language, tuple(hotwords)
        self._index = index
        self._guessed: str | None = None  # language of the last guess, where that was beyond doubt
        self._cutter = PassageCutter(start=start)
        self._threads = ThreadPoolExecutor(at_once, "passage")
        self._most = 2 * at_once  # passages in hand: what waits for a thread is kept in memory
        self._begun: deque[_Begun] = deque()

    def feed(self, samples: Samples, *, ending: bool = False) -> list[Passage]:
        """Passages that have come out since. `ending`: nobody speaks any more, and what is left is soon wanted.
        Raises WeightsMissing, IntegrationError."""
        made = []
        for cut in self._cutter.feed(samples, ending=ending):
            made += self._made(below=self._most)
            self._begin(cut)
        return made + self.ready()

    def ready(self) -> list[Passage]:
        """Passages that have come out since. Raises as `feed` does."""
        return self._made(below=len(self._begun) + 1)

    def in_hand(self) -> Callable[[], None]:
        """Waits, in any thread, until the passages in hand now are done or given up; `ready` then has them."""
        begun = list(self._begun)

        def wait() -> None:
            for part in (part for passage in begun for part in (passage.words, passage.voices)):
                with suppress(CancelledError):
                    part.exception()

        return wait

    def finish(self, *, hurried: bool = False) -> list[Passage]:
        """The passages that are left, after the last samples. `hurried`: somebody waits, none is heard twice.
        Raises as `feed` does."""
        for cut in self._cutter.finish():
            self._begin(cut, hurried=hurried)
        made = self._made(below=1)
        self.close()
        return made

    def close(self) -> None:
        """Begins no passage any more; ones that were begun end unheard."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def guess(self) -> list[Word]:
        """What was said since the last passage: the quick way, and said differently when more has come.
        Raises as `feed` does."""
        cut = self._cutter.waiting()
        if not cut.speech:
            return []
        language = self._language or self._guessed  # to detect it costs as much as to recognise
        found = self._recogniser.recognise(cut.samples, cut.speech, language=language, quick=True)
        self._guessed = found.language if found.language_probability >= BEYOND_DOUBT else None
        return [_later(word, cut.start) for word in found.words]

    def _begin(self, cut: "Cut", *, hurried: bool = False) -> None:
        """Words and voices are made by themselves: the last passage's voices need not wait for its words."""
        words = self._threads.submit(self._words, cut, hurried)
        voices = self._threads.submit(self._voices, cut)
        self._begun.append(_Begun(self._index, cut, words, voices))
        self._index += 1
        if self._language is None:
            words.exception()  # the next one is told the language

    def _made(self, *, below: int) -> list[Passage]:
        """The first in hand, as far as they are done; waits for them until there are fewer than `below`."""
        made = []
        while self._begun and (self._begun[0].done() or len(self._begun) >= below):
            made.append(self._begun.popleft().passage())
        return made

    def _words(self, cut: "Cut", hurried: bool) -> "_Words":
        recognition = self._recognise(cut, hurried)
        if recognition is None:
            return _Words((), self._language, self._language is not None)
        words = tuple(_later(word, cut.start) for word in recognition.words)
        return _Words(words, recognition.language, self._language is not None)

    def _voices(self, cut: "Cut") -> tuple[VoiceWindow, ...] | None:
        """None: the voice model failed. The words are worth having without the voices."""
        try:
            windows = self._embedder.embed(cut.samples, cut.speech) if cut.speech else []
        except IntegrationError:
            return None
        return tuple(
            VoiceWindow(_at(cut.start, window.start), _at(cut.start, window.end), window.vector)
            for window in windows
        )

    def _recognise(self, cut: "Cut", hurried: bool) -> Recognition | None:
        if not cut.speech:
            return None  # a recogniser makes words up when it is given silence
        from services.adapters.speech.omission import unheard

        recognition = self._heard(cut, self._hotwords, hurried)
        if self._hotwords and unheard(cut.speech, recognition.words) > MOST_UNHEARD:
            # A vocabulary can make a small model leave out whole sentences.
            plain = self._heard(cut, (), hurried)
            recognition = min(recognition, plain, key=lambda each: unheard(cut.speech, each.words))
        spoken = sum(end - start for start, end in cut.speech)
        is_sure = recognition.language_probability >= SURE_LANGUAGE
        if self._language is None and spoken >= ENOUGH_SPEECH and is_sure:
            self._language = recognition.language
        return recognition

    def _heard(self, cut: "Cut", hotwords: Sequence[str], hurried: bool) -> Recognition:
        return self._recogniser.recognise(
            cut.samples, cut.speech, language=self._language, hotwords=hotwords, hurried=hurried
        )


@dataclass(frozen=True)
class _Words:
    words: tuple[Word, ...]
    language: str | None
    language_is_sure: bool


@dataclass(frozen=True)
class _Begun:
    """A passage in hand."""

    index: int
    cut: "Cut"
    words: Future[_Words]
    voices: Future[tuple[VoiceWindow, ...] | None]

    def done(self) -> bool:
        return self.words.done() and self.voices.done()

    def passage(self) -> Passage:
        """Waits for it. Raises what the models raised."""
        said, windows, start = self.words.result(), self.voices.result(), self.cut.start
        return Passage(
            index=self.index,
            start=start,
            end=round(start + self.cut.duration, 3),
            language=said.language,
            language_is_sure=said.language_is_sure,
            words=said.words,
            speech=tuple((_at(start, a), _at(start, b)) for a, b in self.cut.speech),
            windows=windows or (),
            voices_failed=windows is None,
        )


def _later(word: Word, seconds: float) -> Word:
    return Word(word.text, _at(seconds, word.start), _at(seconds, word.end), word.probability)


def _at(start: float, offset: float) -> float:
    return round(start + offset, 3)
