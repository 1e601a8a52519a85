"""The rules of the house that a machine can check: imports point down, files stay readable."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("api", "benchmarks", "commands", "models", "pages", "services", "tests", "ui")
FILES = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
LONGEST = 320  # lines


def test_imports_keep_the_contracts() -> None:
    """Layers, vendors in their adapters, one door to the database: [tool.importlinter] in pyproject.toml."""
    ran = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-3000:]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_one_room(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LONGEST


def test_only_the_settings_read_the_environment() -> None:
    guilty = [
        path.relative_to(ROOT)
        for path in FILES
        if path.parts[len(ROOT.parts)] in ("api", "models", "pages", "services", "ui")
        and any(word in path.read_text() for word in ("os.environ[", "os.environ.get", "os.getenv"))
    ]
    assert guilty == []
