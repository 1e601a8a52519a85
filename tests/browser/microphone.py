"""A Chromium whose microphone plays a file, and how much of that file came out at the other end."""

import io
import os
import signal
import subprocess
import wave
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import av
import numpy as np
from playwright.sync_api import Browser, BrowserContext

from tests.browser.chromium import FLAGS, PATIENCE, chromium_path
from tests.browser.conftest import ROOT, Watch

RATE = 16_000
SESSION = ROOT / "demo" / "session.ogg"
WINDOW = 1.0  # seconds that are looked for in what was played


def flags(played: Path) -> list[str]:
    return [
        *FLAGS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={played}%noloop",
    ]


def played(
    folder: Path,
    *,
    of: Path = SESSION,
    speech: float | None = None,
    silence: tuple[float, float] | None = None,
) -> Path:
    """A file (the demo's session) as the WAV that Chromium's microphone plays from the moment it is opened; with
    `speech`, that many seconds of it; `silence` in seconds around it, after `speech` a minute and a half."""
    path = folder / (f"{of.stem}.wav" if speech is None else f"speech-{speech:g}.wav")
    if not path.exists():
        sound = decoded(of.read_bytes(), rate=48_000)
        if speech is not None:
            sound = sound[: round(speech * 48_000)]
        before, after = silence or (0.0, 0.0 if speech is None else 90.0)
        quiet = [np.zeros(round(seconds * 48_000), np.float32) for seconds in (before, after)]
        sound = np.concatenate([quiet[0], sound, quiet[1]])
        with wave.open(str(path), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(48_000)
            out.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


@contextmanager
def listening(chromium: Browser, sound: Path) -> Iterator[Browser]:
    """A browser of its own, beside `chromium`, that hears `sound`."""
    path = chromium_path()
    browser = chromium.browser_type.launch(executable_path=path, args=flags(sound))
    try:
        yield browser
    finally:
        browser.close()


def profile(chromium: Browser, sound: Path, folder: Path, address: str) -> BrowserContext:
    """A browser whose disk outlives it: killed and started again, it finds what it had."""
    context = chromium.browser_type.launch_persistent_context(
        folder,
        executable_path=chromium_path(),
        args=flags(sound),
        base_url=address,
        viewport={"width": 1440, "height": 900},
    )
    context.set_default_timeout(PATIENCE)
    return context


@contextmanager
def visitor(browser: Browser, address: str, **options: object) -> Iterator[BrowserContext]:
    """A fresh visitor. Their pages must keep the policy, throw nothing, stay on this host."""
    size = {"width": options.pop("width", 1440), "height": options.pop("height", 900)}
    context = browser.new_context(viewport=size, base_url=address, **options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE)
    watch = Watch(context, address)
    try:
        yield context
    finally:
        context.close()
    assert watch.complaints == []


def decoded(content: bytes, rate: int = RATE) -> np.ndarray:
    """Mono samples of a file, or of files one after the other as a recording with two microphones is."""
    heads = [0]
    while (at := content.find(b"\x1a\x45\xdf\xa3", heads[-1] + 4)) > 0:
        heads.append(at)
    pieces = [content[a:b] for a, b in zip(heads, [*heads[1:], None], strict=True)]
    return np.concatenate([_decoded(piece, rate) for piece in pieces])


def _decoded(content: bytes, rate: int) -> np.ndarray:
    resampler = av.AudioResampler("flt", "mono", rate)
    found = [np.zeros((1, 0), np.float32)]
    with av.open(io.BytesIO(content)) as file:
        for frame in file.decode(audio=0):
            found += [out.to_ndarray() for out in resampler.resample(frame)]
        found += [out.to_ndarray() for out in resampler.resample(None)]
    return np.concatenate(found, axis=1)[0]


def place(piece: np.ndarray, source: np.ndarray) -> tuple[float, float]:
    """Where in `source` a piece of it stands, in seconds, and how sure that is (0 to 1)."""
    size = 1 << (len(source) + len(piece)).bit_length()
    product = np.fft.rfft(source, size) * np.conj(np.fft.rfft(piece, size))
    found = np.fft.irfft(product, size)[: len(source) - len(piece) + 1]
    power = np.concatenate([[0.0], np.cumsum(source.astype(np.float64) ** 2)])
    energy = power[len(piece) :] - power[: -len(piece)]
    sure = found / np.sqrt(np.maximum(energy, 1e-9) * np.sum(piece**2) + 1e-12)
    best = int(np.argmax(sure))
    return best / RATE, float(sure[best])


def skipped(recorded: np.ndarray, source: np.ndarray, *, least: float = 0.6) -> list[float]:
    """How much later each second of the recording stands in the source than in the recording.

    Without a hole it is one number all along; a hole of x seconds, or a pause, adds x from there on.
    Seconds without speech are left out: they could stand anywhere."""
    size, found = round(WINDOW * RATE), []
    for at in range(0, len(recorded) - size, size):
        piece = recorded[at : at + size]
        if np.sqrt(np.mean(piece**2)) < 0.01:
            continue
        where, sure = place(piece, source)
        if sure >= least:
            found.append(round(where - at / RATE, 2))
    return found


def signalled(folder: Path, number: signal.Signals) -> int:
    """A signal to every process of the browser that was started on this profile; how many there were."""
    listed = subprocess.run(
        ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True
    ).stdout
    rows = [
        (int(pid), int(parent), args) for pid, parent, args in map(_columns, listed.splitlines())
    ]
    found = {pid for pid, _, args in rows if f"--user-data-dir={folder}" in args.split()}
    while more := {pid for pid, parent, _ in rows if parent in found} - found:
        found |= more
    for pid in found:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    return len(found)


def _columns(line: str) -> tuple[str, str, str]:
    pid, parent, *args = line.split(None, 2)
    return pid, parent, args[0] if args else ""


def kill(folder: Path) -> None:
    assert signalled(folder, signal.SIGKILL)
