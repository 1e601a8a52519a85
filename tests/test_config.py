"""Settings: what cannot be used stops the start in words, and `.env.example` says all there is."""

import re
from pathlib import Path

import pytest

from config import Settings, settings
from tests.conftest import Configure

EXAMPLE = Path(__file__).parents[1] / ".env.example"
SECRET = "AccountKey=c2VjcmV0"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"PORT": "many"}, "PORT: Input should be a valid integer"),
        (
            {"VERBATIM_SPEECH": "guess"},
            "VERBATIM_SPEECH: .*'faster_whisper' or 'openai_compatible'",
        ),
        ({"VERBATIM_IDLE_MINUTES": "0"}, "VERBATIM_IDLE_MINUTES: .*greater than 0"),
        ({"VERBATIM_DEMO": "1", "VERBATIM_ADDRESS": "0.0.0.0"}, "demo mode .* on loopback only"),
        (
            {"VERBATIM_DEMO": "1", "VERBATIM_PUBLIC_URL": "https://notes.clinic.example"},
            "demo mode .* on loopback only",
        ),
        ({"VERBATIM_ADDRESS": "0.0.0.0"}, "needs TLS in front"),
        (
            {"VERBATIM_ADDRESS": "0.0.0.0", "VERBATIM_PUBLIC_URL": "http://notes.clinic.example"},
            "needs TLS in front",
        ),
        ({"VERBATIM_BLOB_STORE": "azure"}, "needs VERBATIM_AZURE_STORAGE_ACCOUNT_URL or"),
        ({"VERBATIM_KEYS": "azure_key_vault"}, "needs VERBATIM_AZURE_KEY_ID"),
        ({"VERBATIM_SPEECH": "openai_compatible"}, "needs VERBATIM_SPEECH_BASE_URL"),
        (
            {
                "VERBATIM_BLOB_STORE": "azure",
                "VERBATIM_AZURE_STORAGE_ACCOUNT_URL": "https://clinic.example",
                "VERBATIM_AZURE_STORAGE_CONNECTION_STRING": SECRET,
            },
            "one of the two",
        ),
    ],
)
def test_a_wrong_value_ends_the_start_in_words(
    configure: Configure, wrong: dict[str, str], said: str
) -> None:
    configure(**wrong)
    with pytest.raises(SystemExit) as ended:
        settings()
    assert re.search(said, str(ended.value.code))
    assert SECRET not in str(ended.value.code)
    assert ended.value.__cause__ is None


@pytest.mark.parametrize("name", ["VERBATIM_LLM_BASE_URL", "VERBATIM_SPEECH_BASE_URL"])
def test_words_leave_over_tls_or_not_at_all(configure: Configure, name: str) -> None:
    for wrong in (
        "http://llm.clinic.example:8000/v1",
        "http://127.0.0.1.clinic.example/v1",
        "llm.clinic.example/v1",
        "https:///v1",
        "ftp://127.0.0.1/v1",
    ):
        configure(**{name: wrong})
        with pytest.raises(SystemExit, match=f"{name}: words of sessions go there") as ended:
            settings()
        assert "clinic.example" not in str(ended.value.code)
    for right in (
        "https://llm.clinic.example/v1",
        "http://127.0.0.1:8000/v1",
        "http://localhost/v1",
        "http://[::1]:8000/v1",
    ):
        configure(**{name: right})
        assert right in (settings().llm_base_url, settings().speech_base_url)


def test_several_wrong_values_are_all_named(configure: Configure) -> None:
    configure(PORT="0", VERBATIM_WORKER_JOBS="none")
    with pytest.raises(SystemExit, match=r"PORT: [^\n]+\nVERBATIM_WORKER_JOBS: [^\n]+"):
        settings()


def test_an_empty_value_is_the_default(configure: Configure) -> None:
    configure(VERBATIM_PUBLIC_URL="", VERBATIM_KEY_FILE="", VERBATIM_SPEECH_MODEL_DIR="")
    chosen = settings()
    assert (chosen.public_url, chosen.key_file, chosen.speech_model_dir) == (None, None, None)


def test_the_example_names_every_setting_with_its_default(configure: Configure) -> None:
    given = dict(re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))
    names = {
        str(field.validation_alias or f"VERBATIM_{name.upper()}"): name
        for name, field in Settings.model_fields.items()
    }
    assert set(given) == set(names)
    for variable, name in names.items():
        default = Settings.model_fields[name].default
        if isinstance(default, bool):
            assert given[variable] == str(int(default)), variable
        elif isinstance(default, str | int | float | Path):
            assert given[variable] == str(default), variable
        else:  # None, or an empty secret
            assert given[variable] == "", variable
