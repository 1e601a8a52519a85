"""A page's picture, whole and in part."""

import numpy as np
import pypdfium2
import pytest

from services.adapters.ocr.rendering import page_part, page_picture
from tests.services.adapters.ocr.documents import form


@pytest.mark.parametrize("turned", [0, 90])
@pytest.mark.parametrize("region", [(0.0, 0.0, 1.0, 1.0), (0.11, 0.03, 0.97, 0.439)])
def test_a_part_of_a_page_is_the_same_as_in_the_whole(
    region: tuple[float, float, float, float], turned: int
) -> None:
    with pypdfium2.PdfDocument(form([("Name", "Anna")], [("Smoker", True)])) as document:
        document.init_forms()
        page = document[0]
        page.set_rotation(turned)
        part = page_part(page, region, dpi=200)
        whole = page.render(scale=200 / 72, may_draw_forms=True, grayscale=True).to_pil().copy()
        assert part.size == whole.size == page_picture(page, dpi=200).size
    there = (part.left, part.top, part.left + part.picture.width, part.top + part.picture.height)
    assert there[:2] == (int(region[0] * whole.width), int(region[1] * whole.height))
    assert there[2] >= region[2] * whole.width > there[2] - 1
    assert there[3] >= region[3] * whole.height > there[3] - 1
    meant = np.asarray(whole.crop(there))
    assert meant.min() < 128  # something is drawn there
    assert np.array_equal(np.asarray(part.picture), meant)
