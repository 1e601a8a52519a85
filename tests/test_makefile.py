"""What the Makefile decides by itself: whether the demo runs, and that a missing name is asked for in words."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# In place of app.py and of the seeding: says that it ran, and with what.
PROBE = "import os; print({name!r}, os.environ['VERBATIM_DEMO'], flush=True)\n"


# What a make tells the makes that it starts: these tests may run under one.
NOT_OURS = {"VERBATIM_DEMO", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"}


def make(*words: str, cwd: Path = ROOT, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
    return subprocess.run(
        ["make", "--old-file=setup", "--old-file=.venv/run.stamp", f"PY={sys.executable}", *words],
        cwd=cwd,
        env=own | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("kept", "environment", "ran"),
    [
        (None, {}, ["seed 1", "app 1"]),
        ("# nothing of it\n", {}, ["seed 1", "app 1"]),
        ("VERBATIM_DEMO=0\n", {}, ["app 0"]),
        ('PORT=1\nexport VERBATIM_DEMO="0"  # real sessions\n', {}, ["app 0"]),
        ("VERBATIM_DEMO=0\n", {"VERBATIM_DEMO": "1"}, ["seed 1", "app 1"]),
        ("VERBATIM_DEMO=1\n", {"VERBATIM_DEMO": "0"}, ["app 0"]),
        (None, {"VERBATIM_DEMO": "0"}, ["app 0"]),
    ],
)
def test_the_demo_runs_unless_somebody_says_no(
    tmp_path: Path, kept: str | None, environment: dict[str, str], ran: list[str]
) -> None:
    shutil.copy(ROOT / "Makefile", tmp_path)
    (tmp_path / "commands").mkdir()
    (tmp_path / "commands/seed_demo.py").write_text(PROBE.format(name="seed"))
    (tmp_path / "app.py").write_text(PROBE.format(name="app"))
    if kept is not None:
        (tmp_path / ".env").write_text(kept)
    ended = make("run", cwd=tmp_path, **environment)
    assert (ended.returncode, ended.stdout.splitlines()) == (0, ran), ended.stderr


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("transcribe",), "FILE"),
        (("transcribe", "FILE="), "FILE"),
        (("read",), "FILE"),
        (("token",), "USER"),
        (("administrator", "EMAIL=adam@clinic.example"), "NAME"),
    ],
)
def test_what_is_missing_is_asked_for(words: tuple[str, ...], name: str) -> None:
    ended = make(*words, USER="whoever-is-logged-in")
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith("Name ")
    assert f"make {words[0]} {name}=..." in ended.stderr
    assert "Traceback" not in ended.stderr
