"""Which typeface can show which words: Noto Sans, and one more for each script that it lacks.

The files come with packages (SIL OFL-1.1), so nothing of the system is needed. Only the scripts that a text
really uses are loaded: the Chinese, Japanese and Korean face alone has 16 MB.
"""

from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path


@dataclass(frozen=True)
class Typeface:
    family: str
    package: str  # on PyPI
    file: str
    ranges: tuple[tuple[int, int], ...]  # code points that ask for it

    @property
    def path(self) -> Path:
        return Path(str(distribution(self.package).locate_file(self.file)))


ROMAN = "noto-sans"
SCRIPTS = (
    Typeface(
        "arabic",
        "fontpkg-noto-sans-arabic",
        "fontpkg_noto_sans_arabic/files/NotoSansArabic[wdth,wght].ttf",
        ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE)),
    ),
    Typeface(
        "hebrew",
        "fontpkg-heebo",
        "fontpkg_heebo/files/Heebo[wght].ttf",
        ((0x0590, 0x05FF), (0xFB1D, 0xFB4F)),
    ),
    Typeface(
        "devanagari",
        "fontpkg-noto-sans-devanagari",
        "fontpkg_noto_sans_devanagari/files/NotoSansDevanagari[wdth,wght].ttf",
        ((0x0900, 0x097F), (0xA8E0, 0xA8FF)),
    ),
    Typeface(
        "tamil",
        "fontpkg-noto-sans-tamil",
        "fontpkg_noto_sans_tamil/files/NotoSansTamil[wdth,wght].ttf",
        ((0x0B80, 0x0BFF),),
    ),
    Typeface(
        "thai",
        "fontpkg-noto-sans-thai",
        "fontpkg_noto_sans_thai/files/NotoSansThai[wdth,wght].ttf",
        ((0x0E00, 0x0E7F),),
    ),
    Typeface(
        "han",
        "cvttf-notosanscjk-regular",
        "cvttf_NotoSansCJK_Regular/NotoSansCJKtc-Regular.otf",
        (
            (0x1100, 0x11FF), (0x2E80, 0x9FFF), (0xA960, 0xA97F), (0xAC00, 0xD7FF),
            (0xF900, 0xFAFF), (0xFF00, 0xFFEF), (0x20000, 0x3FFFF),
        ),
    ),
)  # fmt: skip


def roman() -> Path:
    file = "fontpkg_noto_sans/files/NotoSans[wdth,wght].ttf"
    return Path(str(distribution("fontpkg-noto-sans").locate_file(file)))


def needed(text: str) -> tuple[Typeface, ...]:
    """The further typefaces that these words ask for."""
    points = {ord(character) for character in set(text)}
    return tuple(
        face
        for face in SCRIPTS
        if any(low <= point <= high for low, high in face.ranges for point in points)
    )
