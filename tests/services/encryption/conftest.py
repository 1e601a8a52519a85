"""Where the keys of sealed columns are kept, anew for each test."""

from pathlib import Path

import pytest

from services.adapters.keys.file import FileKeys
from tests.services.encryption.letters import Rows


@pytest.fixture
def rows() -> Rows:
    return Rows()


@pytest.fixture
def provider(tmp_path: Path) -> FileKeys:
    return FileKeys.make(tmp_path / "keys.json")
