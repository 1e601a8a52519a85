"""Pictures as they are meant to be looked at: the frames of a TIFF, EXIF rotation, CMYK, 16 bits, transparency."""

from typing import TYPE_CHECKING

from services.adapters.ocr.opening import check_size

if TYPE_CHECKING:
    from PIL.Image import Image


def upright(picture: "Image", megapixels: int) -> "Image":
    """The current frame in RGB on white, turned as its camera says. Raises DocumentRefused (image-too-large), or
    what Pillow raises for a damaged one."""
    from PIL import Image, ImageOps

    check_size(picture, megapixels)
    frame = ImageOps.exif_transpose(picture)
    if frame.mode.startswith(("I", "F")):
        frame = _eight_bits(frame)
    if frame.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in frame.info:
        frame = frame.convert("RGBA")
        paper = Image.new("RGBA", frame.size, "white")
        paper.alpha_composite(frame)
        frame = paper
    return frame.convert("RGB")


def _eight_bits(frame: "Image") -> "Image":
    """Grey of 16 or 32 bits; the brightest value decides what white is."""
    import numpy as np
    from PIL import Image

    grey = np.asarray(frame).astype("float32")
    white = 255.0 if grey.max() <= 255 else max(float(grey.max()), 65535.0)
    return Image.fromarray((grey * (255.0 / white)).clip(0, 255).astype("uint8"))
