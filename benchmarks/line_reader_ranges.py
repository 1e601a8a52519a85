"""What goes in and out of the convolutions of the reader of lines, on lines that are drawn here.

Words, figures and dates in the product's own typefaces, of many sizes and weights, faint, blurred, noisy, compressed or
in black and white alone. `python -m benchmarks.line_reader_ranges` measures and says how far the ranges are from those
in use; `--write` writes them to commands/weights/line_reader_ranges.json.
"""

import io
import json
import random
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper
from onnxruntime import InferenceSession
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from commands.weights import line_reader
from services.adapters.ocr import rapid

LINES, HEIGHT, NARROWEST = 150, 48, 320  # pixels, as the recogniser takes them
FACES = (
    ("fontpkg-noto-sans", "fontpkg_noto_sans/files/NotoSans[wdth,wght].ttf"),
    ("fontpkg-noto-sans", "fontpkg_noto_sans/files/NotoSans-Italic[wdth,wght].ttf"),
    ("fontpkg-hanken-grotesk", "fontpkg_hanken_grotesk/files/HankenGrotesk[wght].ttf"),
    ("fontpkg-literata", "fontpkg_literata/files/Literata[opsz,wght].ttf"),
    ("fontpkg-literata", "fontpkg_literata/files/Literata-Italic[opsz,wght].ttf"),
)
PAGES = sorted((Path(__file__).parents[1] / "docs").glob("*.md"))
WORDS = [word for page in PAGES for word in page.read_text(encoding="utf-8").split()]


def main() -> None:
    model = line_reader.prepared(rapid.model_file(*rapid.RECOGNITION))
    convolutions = line_reader.in_bytes(model)
    names = [name for node in convolutions for name in (node.input[0], node.output[0])]
    ranges = _measured(model, names)
    measured = [[ranges[node.input[0]], ranges[node.output[0]]] for node in convolutions]
    if "--write" not in sys.argv:
        used = json.loads(line_reader.RANGES.read_text())
        shift = np.abs(np.array(measured) - np.array(used)).max(axis=-1)
        width = np.ptp(np.array(used), axis=-1)
        print(f"{len(measured)} convolutions; largest shift {(shift / width).max():.1%} of a range")
    else:
        rows = ",\n".join(json.dumps(row) for row in measured)
        line_reader.RANGES.write_text(f"[\n{rows}\n]\n")


def _measured(model: Any, names: list[str]) -> dict[str, list[float]]:
    wanted = list(dict.fromkeys(names))
    del model.graph.output[:]
    model.graph.output.extend(helper.make_empty_tensor_value_info(name) for name in wanted)
    found = {name: [0.0, 0.0] for name in wanted}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "seen.onnx"
        onnx.save(model, str(path))
        session = InferenceSession(path, providers=["CPUExecutionProvider"])
        for line in _lines():
            for name, value in zip(wanted, session.run(None, {"x": line}), strict=True):
                least, most = found[name]
                found[name] = [min(least, float(value.min())), max(most, float(value.max()))]
    return {name: [round(each, 4) for each in limits] for name, limits in found.items()}


def _lines() -> Iterator[np.ndarray[Any, Any]]:
    """(1, 3, HEIGHT, width), -1 to 1, as the recogniser takes them."""
    for number in range(LINES):
        chance = random.Random(number)
        picture = _worn(_drawn(chance), chance)
        width = max(8, round(picture.width * HEIGHT / picture.height))
        pixels = np.asarray(picture.resize((width, HEIGHT)), np.float32)
        line = np.zeros((1, 3, HEIGHT, max(NARROWEST, width)), np.float32)
        line[0, :, :, :width] = pixels[:, :, ::-1].transpose(2, 0, 1) / 127.5 - 1
        yield line


def _drawn(chance: random.Random) -> Image.Image:
    package, file = chance.choice(FACES)
    face = ImageFont.truetype(str(distribution(package).locate_file(file)), chance.randint(14, 46))
    face.set_variation_by_name(chance.choice(face.get_variation_names()))
    words = [chance.choice((_word, _figure))(chance) for _ in range(chance.randint(1, 14))]
    said = " ".join(words) if chance.random() < 0.8 else " ".join(words).upper()
    right, bottom = face.getbbox(said)[2:]
    paper, ink = chance.randint(200, 255), chance.randint(0, 110)
    size = round(right) + chance.randint(2, 16), round(bottom) + chance.randint(1, 10)
    picture = Image.new("RGB", size, (paper,) * 3)
    at = chance.randint(0, 6), chance.randint(-1, 3)
    ImageDraw.Draw(picture).text(at, said, font=face, fill=(ink,) * 3)
    return picture


def _word(chance: random.Random) -> str:
    return chance.choice(WORDS)


def _figure(chance: random.Random) -> str:
    amount = f"{chance.randint(0, 99_999):,}.{chance.randint(0, 99):02d}"
    date = f"{chance.randint(1, 28):02d}/{chance.randint(1, 12):02d}/{chance.randint(1950, 2026)}"
    number = f"{chance.randint(10, 99)}-{chance.randint(1_000_000, 9_999_999)}"
    return chance.choice((amount, f"${amount}", date, number))


def _worn(picture: Image.Image, chance: random.Random) -> Image.Image:
    if chance.random() < 0.6:
        picture = picture.filter(ImageFilter.GaussianBlur(chance.uniform(0, 1.4)))
    noise = np.random.default_rng(chance.randint(0, 9999)).normal(size=(*picture.size[::-1], 3))
    pixels = np.asarray(picture, np.float32) + noise * chance.uniform(0, 14)
    picture = Image.fromarray(pixels.clip(0, 255).astype(np.uint8))
    if chance.random() < 0.6:
        kept = io.BytesIO()
        picture.save(kept, "JPEG", quality=chance.randint(30, 90))
        picture = Image.open(kept).convert("RGB")
    return picture.convert("1").convert("RGB") if chance.random() < 0.3 else picture


if __name__ == "__main__":
    main()
