"""Paths of the contract's shape that hold no person's name."""

import datetime as dt
import re

import pytest

from models.document import DocumentRole
from services import vault
from services.adapters.blob.paths import checked
from services.documents import paths
from services.errors import Invalid

DAY = dt.date(2026, 2, 23)


def path_of(name: str, kind: str = "application/pdf") -> str:
    return paths.document("intake-forms", DocumentRole.THERAPIST, 42, DAY, name, kind)


def test_the_contracts_example() -> None:
    assert path_of("intake_form.pdf") == "intake-forms/Therapist/42/2026-02-23/intake_form.pdf"


@pytest.mark.parametrize(
    "name",
    [
        "Nora Feldt.pdf",
        "letter about Nora.pdf",
        "Überweisung.pdf",
        "19880504.pdf",
        "scan 04051988.pdf",
        "../../etc/passwd",
        "C:\\Users\\nora\\feldt.pdf",
        "..",
        "\N{RIGHT-TO-LEFT OVERRIDE}fdp.txt",
        "a" * 250 + ".pdf",
        "",
    ],
)
def test_any_other_name_is_replaced(name: str) -> None:
    path = path_of(name)
    assert re.fullmatch(r"intake-forms/Therapist/42/2026-02-23/document-[0-9a-f]{8}\.pdf", path), (
        "the name got into the path"
    )
    assert checked(path) == path


@pytest.mark.parametrize(("name", "stem"), [("Scan_001.PDF", "scan_001"), ("PHQ-9.pdf", "phq-9")])
def test_technical_names_stay(name: str, stem: str) -> None:
    assert path_of(name).endswith(f"/{stem}.pdf")


def test_the_ending_follows_the_bytes() -> None:
    assert path_of("scan.jpeg", "image/jpeg").endswith("/scan.jpg")
    assert path_of("scan.tif", "image/tiff").endswith("/scan.tiff")


def test_beside_is_another_path_of_the_same_ending() -> None:
    first = path_of("intake_form.pdf")
    beside = {vault.beside(first) for _ in range(20)}
    assert len(beside) == 20
    assert all(re.search(r"/intake_form-[0-9a-f]{8}\.pdf$", path) for path in beside)


def test_features_and_roles() -> None:
    assert paths.feature(" Intake Forms ") == "intake-forms"
    assert paths.feature("discharge_summaries") == "discharge-summaries"
    assert paths.role("User") is DocumentRole.USER
    for wrong in ("", "a/b", "../x", "x" * 61, "-a", "ä"):
        with pytest.raises(Invalid, match="kind of paper"):
            paths.feature(wrong)
    for wrong in ("", "user", "Doctor"):
        with pytest.raises(Invalid, match="User or Therapist"):
            paths.role(wrong)
