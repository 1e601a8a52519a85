"""The typefaces are made once, with what the pages need, and the marks are what their command draws."""

from pathlib import Path

import pytest

from commands import fonts, logo


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("static")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "STATIC", folder)
        patch.setattr(fonts, "STAMP", folder / ".fonts")
        fonts.main()
    return folder


@pytest.mark.parametrize("face", fonts.FACES, ids=lambda face: face.target)
def test_a_face_is_variable_small_and_covers_the_languages(made: Path, face: fonts.Face) -> None:
    from fontTools.ttLib import TTFont

    font = TTFont(made / face.target)
    assert font.flavor == "woff2"
    assert [axis.axisTag for axis in font["fvar"].axes] == ["wght"]
    characters = font.getBestCmap()
    for letter in "AzÄößñçéøåłőşğĀ€–“”’…":
        assert ord(letter) in characters
    assert (made / face.target).stat().st_size < 130_000
    assert "SIL OPEN FONT LICENSE" in (made / face.licence).read_text().upper()


def test_a_second_run_makes_nothing(
    made: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fonts, "STATIC", made)
    monkeypatch.setattr(fonts, "STAMP", made / ".fonts")
    capsys.readouterr()
    before = {path: path.stat().st_mtime_ns for path in made.rglob("*")}
    fonts.main()
    assert {path: path.stat().st_mtime_ns for path in made.rglob("*")} == before
    assert capsys.readouterr().out == ""


def test_a_missing_file_or_another_recipe_is_made_again(made: Path, tmp_path: Path) -> None:
    wanted = fonts.recipe()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fonts, "STATIC", made)
        patch.setattr(fonts, "STAMP", made / ".fonts")
        assert fonts.is_current(wanted)
        assert not fonts.is_current("other")
        (made / "literata.woff2").rename(tmp_path / "away")
        assert not fonts.is_current(wanted)
        (tmp_path / "away").rename(made / "literata.woff2")


def test_the_committed_marks_are_what_the_command_draws() -> None:
    for theme, colours in logo.INK.items():
        assert (fonts.STATIC / f"logo-{theme}.svg").read_text() == logo.logo(*colours)
