import pytest
from faster_whisper.vad import get_vad_model


@pytest.fixture(autouse=True, scope="session")
def _small_numbers_stay() -> None:
    """The first model of a process decides whether its thread takes very small numbers for zero from then on. The
    readers' models do (rapid._session), which is theirs to decide in a process of their own; here other tests ask for
    such numbers."""
    get_vad_model()
