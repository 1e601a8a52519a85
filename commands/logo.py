"""`python -m commands.logo`: draw mark, word mark and favicon. Their files are committed.

The mark is two speech marks in a rounded square, one for each voice in the room. The word mark
is Literata as paths: an `<img>` can use no web font.
"""

import math
from pathlib import Path

from commands.fonts import FACES, STATIC, source_of

INK = {"light": ("#1C2529", "#2B5B78"), "dark": ("#E3E8E9", "#38799F")}  # word, square (theme)
SIDE, CORNER = 30.0, 8.0
BALL = 3.3  # radius of a speech mark's ball
MARKS = ((10.0, 18.0, 1.0), (19.2, 18.0, 0.62))  # centre x, y and opacity of each voice
# One speech mark around the centre of its ball, in ball radii: tail up, then round the ball.
TAIL = (
    ((-1.0, 0.0), (-1.0, -1.45), (-0.3, -2.4), (0.9, -2.8)),
    ((1.22, -2.1), (0.58, -1.8), (0.22, -1.42), (0.12, -0.993)),
)
WORD = "Verbatim"

Point = tuple[float, float]


def mark_path(x: float, y: float) -> str:
    def at(point: Point) -> str:
        return f"{x + BALL * point[0]:.2f} {y + BALL * point[1]:.2f}"

    up, down = TAIL
    return (
        f"M{at(up[0])}C{at(up[1])} {at(up[2])} {at(up[3])}L{at(down[0])}"
        f"C{at(down[1])} {at(down[2])} {at(down[3])}A{BALL} {BALL} 0 1 1 {at(up[0])}Z"
    )


def mark_polygon(x: float, y: float, steps: int = 24) -> list[Point]:
    """The same outline as straight pieces, for the bitmap."""
    outline: list[Point] = []
    for a, b, c, d in TAIL:
        for i in range(steps + 1):
            t = i / steps
            w = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            outline.append(
                (
                    w[0] * a[0] + w[1] * b[0] + w[2] * c[0] + w[3] * d[0],
                    w[0] * a[1] + w[1] * b[1] + w[2] * c[1] + w[3] * d[1],
                )
            )
    start = math.atan2(outline[-1][1], outline[-1][0])
    sweep = (math.pi - start) % (2 * math.pi)
    for i in range(1, 2 * steps + 1):
        angle = start + sweep * i / (2 * steps)
        outline.append((math.cos(angle), math.sin(angle)))
    return [(x + BALL * px, y + BALL * py) for px, py in outline]


def word_path(x: float, baseline: float, size: float) -> tuple[str, float]:
    """The word's outline and where it ends."""
    from fontTools import subset
    from fontTools.pens.svgPathPen import SVGPathPen
    from fontTools.pens.transformPen import TransformPen
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    literata = next(face for face in FACES if face.package == "fontpkg-literata")
    font = TTFont(source_of(literata), lazy=False)
    subsetter = subset.Subsetter()
    subsetter.populate(text=WORD)
    subsetter.subset(font)  # eight letters instead of a thousand
    instantiateVariableFont(font, {"wght": 600, "opsz": 24}, inplace=True)
    glyphs, characters = font.getGlyphSet(), font.getBestCmap()
    scale = size / font["head"].unitsPerEm
    pen = SVGPathPen(glyphs, ntos=lambda value: f"{value:.1f}")
    for character in WORD:
        glyph = glyphs[characters[ord(character)]]
        glyph.draw(TransformPen(pen, (scale, 0, 0, -scale, x, baseline)))
        x += glyph.width * scale
    return pen.getCommands(), x


def logo(word_colour: str, square: str) -> str:
    word, end = word_path(39, 22.4, 21.5)
    marks = "".join(
        f'<path fill="#fff" fill-opacity="{opacity:g}" d="{mark_path(x, y)}"/>'
        for x, y, opacity in MARKS
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {math.ceil(end) + 1} {SIDE:g}" '
        f'height="{SIDE:g}"><title>{WORD}</title>'
        f'<rect width="{SIDE:g}" height="{SIDE:g}" rx="{CORNER:g}" fill="{square}"/>'
        f'{marks}<path fill="{word_colour}" d="{word}"/></svg>\n'
    )


def favicon(path: Path, pixels: int = 64, oversample: int = 8) -> None:
    from PIL import Image, ImageColor, ImageDraw

    scale = pixels * oversample / SIDE
    edge = pixels * oversample - 1
    image = Image.new("RGBA", (pixels * oversample,) * 2)
    draw = ImageDraw.Draw(image)
    square = ImageColor.getrgb(INK["light"][1])
    draw.rounded_rectangle((0, 0, edge, edge), CORNER * scale, fill=square)
    for x, y, opacity in MARKS:
        mixed = tuple(round(255 * opacity + channel * (1 - opacity)) for channel in square[:3])
        outline = [(px * scale, py * scale) for px, py in mark_polygon(x, y)]
        draw.polygon(outline, fill=mixed)
    image.resize((pixels, pixels), Image.Resampling.LANCZOS).save(path, optimize=True)


def main() -> None:
    STATIC.mkdir(parents=True, exist_ok=True)
    for theme, (word_colour, square) in INK.items():
        (STATIC / f"logo-{theme}.svg").write_text(logo(word_colour, square))
    favicon(STATIC / "favicon.png")


if __name__ == "__main__":
    main()
