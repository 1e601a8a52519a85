"""`python -m commands.fonts`: make the typefaces' WOFF2 files from the packages that carry them.

Both families are SIL OFL-1.1; the licence text is laid beside each file, as the licence asks.
A second run compares a stamp and leaves.
"""

import hashlib
import sys
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "ui" / "static"
STAMP = STATIC / ".fonts"

# Google Fonts' ranges for latin and latin-ext: Europe's languages that use Latin letters.
LATIN = (
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,"
    "U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD"
)
LATIN_EXT = (
    "U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+1D00-1DBF,U+1E00-1E9F,"
    "U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF"
)


@dataclass(frozen=True)
class Face:
    """One file to make. `pins` fixes axes that the pages never vary."""

    package: str
    source: str
    target: str
    licence: str
    pins: tuple[tuple[str, float], ...] = ()


FACES = (
    Face(
        "fontpkg-hanken-grotesk",
        "HankenGrotesk[wght].ttf",
        "hanken-grotesk.woff2",
        "OFL-hanken-grotesk.txt",
    ),
    Face(
        "fontpkg-hanken-grotesk",
        "HankenGrotesk-Italic[wght].ttf",
        "hanken-grotesk-italic.woff2",
        "OFL-hanken-grotesk.txt",
    ),
    Face(
        "fontpkg-literata",
        "Literata[opsz,wght].ttf",
        "literata.woff2",
        "OFL-literata.txt",
        pins=(("opsz", 12.0),),  # one reading size: 15.5 to 17 px
    ),
)


def recipe() -> str:
    """What the files depend on, as a digest: this list, the ranges and the packages' versions."""
    versions = {face.package: distribution(face.package).version for face in FACES}
    parts = repr((FACES, LATIN, LATIN_EXT, sorted(versions.items())))
    return hashlib.sha256(parts.encode()).hexdigest()


def is_current(wanted: str) -> bool:
    targets = {name for face in FACES for name in (face.target, face.licence)}
    if not STAMP.is_file() or STAMP.read_text() != wanted:
        return False
    return all((STATIC / name).is_file() for name in targets)


def source_of(face: Face) -> Path:
    """Raises FileNotFoundError with a sentence when the package does not carry the face."""
    root = Path(str(distribution(face.package).locate_file(face.package.replace("-", "_"))))
    path = root / "files" / face.source
    if not path.is_file():
        raise FileNotFoundError(
            f"{face.package} carries no {face.source}. Install the pinned requirements again."
        )
    return path


def make(face: Face) -> None:
    from fontTools import subset  # half a second of imports that a second run is spared
    from fontTools.varLib.instancer import instantiateVariableFont

    source = source_of(face)
    options = subset.Options(flavor="woff2", layout_features=["*"], notdef_outline=True)
    font = subset.load_font(str(source), options, lazy=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=subset.parse_unicodes(f"{LATIN},{LATIN_EXT}".replace("U+", "")))
    subsetter.subset(font)
    if face.pins:
        instantiateVariableFont(font, dict(face.pins), inplace=True)
    part = STATIC / f".{face.target}.part"
    subset.save_font(font, str(part), options)
    part.replace(STATIC / face.target)
    licence = source.parent.parent / "LICENSE"
    (STATIC / face.licence).write_bytes(licence.read_bytes())


def main() -> None:
    wanted = recipe()
    if is_current(wanted):
        return
    STATIC.mkdir(parents=True, exist_ok=True)
    for face in FACES:
        make(face)
        size = (STATIC / face.target).stat().st_size
        sys.stdout.write(f"{face.target}: {size / 1000:.0f} kB\n")
    STAMP.write_text(wanted)


if __name__ == "__main__":
    main()
