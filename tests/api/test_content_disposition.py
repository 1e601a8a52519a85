"""The header that names a file, whatever the name holds."""

import pytest

from api.content_disposition import content_disposition


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a.pdf", "inline; filename=\"a.pdf\"; filename*=UTF-8''a.pdf"),
        ('a"b\r\nX: y.pdf', "inline; filename=\"a_bX_ y.pdf\"; filename*=UTF-8''a%22bX%3A%20y.pdf"),
        ("日本.pdf", "inline; filename=\".pdf\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.pdf"),
        ("", "inline; filename=\"document\"; filename*=UTF-8''document"),
    ],
)
def test_names_in_headers(name: str, header: str) -> None:
    assert content_disposition(name, inline=True) == header
