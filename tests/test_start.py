"""What stops a start is said in words where the operator looks: on stderr, not in the log, which carries none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config import settings
from services.vault import open_vault
from tests.conftest import Configure
from tests.product import ROOT
from tests.servers.ports import free_port


def run(script: str, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, script],
        cwd=ROOT,
        env=os.environ | {"PORT": str(free_port()), "PYTHONPATH": str(ROOT)} | more,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("script", ["app.py", "worker.py"])
def test_keys_that_others_may_read(sqlite_database: str, script: str) -> None:
    settings().keys_path.chmod(0o644)
    ended = run(script)
    assert ended.returncode == 1
    assert "The encryption keys cannot be opened: the key file has mode 0644" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_database_of_another_version(tmp_path: Path, configure: Configure) -> None:
    ended = run("app.py")
    assert ended.returncode == 1
    assert "Run: make setup" in ended.stderr


def test_a_key_file_that_was_lost(sqlite_template: Path, configure: Configure) -> None:
    settings().data_dir.mkdir(parents=True)
    shutil.copy(sqlite_template, settings().data_dir / "verbatim.db")
    open_vault()
    settings().keys_path.unlink()
    ended = run("app.py")
    assert ended.returncode == 1
    assert "restore it" in ended.stderr


def test_a_setting_that_is_wrong() -> None:
    ended = run("worker.py", VERBATIM_SPEECH="guess")
    assert ended.returncode == 1
    assert ended.stderr.startswith("VERBATIM_SPEECH: ")
