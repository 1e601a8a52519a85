"""`make transcribe`: the product's pipeline on one file, for scripts and the curious."""

import json
from pathlib import Path

import numpy as np
import pytest

from commands.transcribe import main
from tests.conftest import Configure
from tests.services.adapters.speech.material import ROOT, demo, likeness, lines
from tests.sounds import encode


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    """The first two lines of the demo, at 48 kHz in an M4A."""
    path = tmp_path / "recording.from.my phone"  # the name says nothing
    path.write_bytes(encode(np.repeat(demo()[: 11 * 16_000], 3), "m4a"))
    return path


def test_turns_as_json(
    clip: Path, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(clip), "--speakers", "2", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert set(made) == {"language", "duration", "turns"}
    assert made["language"] == "en"
    assert made["duration"] == pytest.approx(11.0, abs=0.1)
    assert [turn["speaker"] for turn in made["turns"]] == ["Speaker 1", "Speaker 2"]
    for turn, (_, said) in zip(made["turns"], lines(), strict=False):
        assert likeness(turn["text"], said) > 0.8
        assert turn["text"] == " ".join(word["word"] for word in turn["words"])
        assert set(turn["words"][0]) == {"word", "start", "end", "probability"}


def test_silence_is_no_turn(
    tmp_path: Path, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "silence.wav"
    path.write_bytes(encode(np.zeros(5 * 48_000, np.float32), "wav"))
    assert main([str(path)]) == 0
    assert capsys.readouterr() == ("", "No speech was found in this recording.\n")


def test_a_file_that_was_cut_off_says_so(
    tmp_path: Path, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = encode(np.repeat(demo()[: 6 * 16_000], 3), "wav")
    path = tmp_path / "half.wav"
    path.write_bytes(whole[: len(whole) // 2])
    assert main([str(path), "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["duration"] == pytest.approx(3, abs=0.1)
    assert err == "The file ends before its header says: it may have been cut off.\n"


def test_less_than_a_second_is_refused(
    tmp_path: Path, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "short.wav"
    path.write_bytes(encode(np.zeros(24_000, np.float32), "wav"))
    assert main([str(path)]) == 2
    assert "shorter than a second" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "Cannot read the file: no such file"), (b"", "The file is empty"), (b"\0" * 5000, "not an audio file")],
)  # fmt: skip
def test_what_cannot_be_read_gets_a_sentence_and_no_trace(
    tmp_path: Path,
    configure: Configure,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    sentence: str,
) -> None:
    path = tmp_path / "a.wav"
    if content is not None:
        path.write_bytes(content)
    assert main([str(path), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_missing_models_are_told_with_what_to_do(
    clip: Path, tmp_path: Path, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(VERBATIM_WEIGHTS_DIR=str(tmp_path / "nothing"))
    assert main([str(clip)]) == 2
    assert "Run `python -m commands.weights`." in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong", [["--speakers", "0"], ["--speakers", "two"], ["--language", "english"], ["--language", "xx"]]
)  # fmt: skip
def test_wrong_arguments_are_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([str(ROOT / "demo" / "session.ogg"), *wrong])
    assert caught.value.code == 2
    assert wrong[0] in capsys.readouterr().err
