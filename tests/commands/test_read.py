"""`make read`: the product's reading of one file, for scripts and the curious."""

import json
from pathlib import Path

import pytest

from commands.read import main
from tests.conftest import Configure
from tests.services.adapters.ocr.documents import EMPTY, LETTER, TABLE, form, pdf


@pytest.fixture
def written(tmp_path: Path, configure: Configure) -> Path:
    path = tmp_path / "letter.pdf"
    path.write_bytes(pdf([LETTER, TABLE, EMPTY]))
    return path


def test_text_is_printed_and_notes_apart(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(written)]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Referral for psychotherapy\nReason for referral\n")
    assert err == "Page 3: No text was found on this page.\n"


def test_json_is_only_the_result(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(written), "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert set(made) == {"content", "pages", "tables", "fields"}
    assert made["content"].startswith("Referral for psychotherapy\n")
    assert [page["kind"] for page in made["pages"]] == ["text", "text", "empty"]
    assert set(made["pages"][0]["lines"][0]) == {"text", "box", "confidence", "role"}
    assert made["tables"][0]["rows"] == [list(row) for row in TABLE.table]


def test_fields_of_a_form(
    tmp_path: Path, configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "form.pdf"
    path.write_bytes(form([("Name", "Rosalind Amber")], [("Consent", True)]))
    assert main([str(path), "--json"]) == 0
    fields = json.loads(capsys.readouterr().out)["fields"]
    assert [(field["name"], field["value"]) for field in fields] == [
        ("Name", "Rosalind Amber"),
        ("Consent", "[x]"),
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "Cannot read the file: no such file or directory."),
        (b"", "The file is empty. Choose another."),
        (b"%PDF-1.7 and nothing", "The PDF is damaged"),
        (pdf([LETTER], password="Sonnenblume"), "This PDF is locked."),
    ],
)
def test_what_cannot_be_read_gets_a_sentence_and_no_trace(
    tmp_path: Path,
    configure: Configure,
    capsys: pytest.CaptureFixture[str],
    content: bytes | None,
    sentence: str,
) -> None:
    path = tmp_path / "a.pdf"
    if content is not None:
        path.write_bytes(content)
    assert main([str(path), "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert sentence in err
    assert len(err.splitlines()) == 1


def test_the_password_comes_from_the_environment(
    tmp_path: Path,
    configure: Configure,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf([LETTER], password="Sonnenblume"))
    monkeypatch.setenv("VERBATIM_DOCUMENT_PASSWORD", "Sonnenblume")
    assert main([str(path)]) == 0
    assert "Mrs Amber" in capsys.readouterr().out
