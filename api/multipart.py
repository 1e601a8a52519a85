"""Multipart forms read as they arrive: small fields into memory, files straight into sealed spools.

Starlette's own parser would write larger files to the disk as they are.
"""

from fastapi import Request
from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool

from services import vault
from services.encryption import Spool
from services.errors import Invalid

LONGEST_FIELD = 4096  # bytes
MOST_FIELDS = 30
TOO_MANY = "A field of this form is too long, or there are too many."
NOT_A_FORM = "Send the fields and the file as multipart/form-data."


class Form:
    """Fields by name, and the files. Close it: the spools' space is given back."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self.files: list[tuple[str, Spool]] = []  # names as sent, and contents

    @property
    def filename(self) -> str | None:
        return self.files[0][0] if self.files else None

    @property
    def file(self) -> Spool | None:
        """The first one, which is the only one where one is taken."""
        return self.files[0][1] if self.files else None

    def close(self) -> None:
        for _, file in self.files:
            file.close()


class _Reader:
    """The parser's callbacks: which part it is in, and where that part's bytes go."""

    def __init__(self, form: Form, file_field: str, most: int, most_mb: int | None) -> None:
        self._form, self._file_field = form, file_field
        self._most, self._most_mb = most, most_mb
        self._header: list[bytearray] = [bytearray(), bytearray()]
        self._disposition = b""
        self._name, self._value = "", bytearray()
        self._is_file = False
        self._parts = 0  # fields and unnamed parts alike, files not

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, a, b: self._header[0].extend(data[a:b]),
            "on_header_value": lambda data, a, b: self._header[1].extend(data[a:b]),
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
        }

    def _begin(self) -> None:
        self._disposition, self._value = b"", bytearray()

    def _header_end(self) -> None:
        name, value = bytes(self._header[0]).lower(), bytes(self._header[1])
        if name == b"content-disposition":
            self._disposition = value
        self._header = [bytearray(), bytearray()]

    def _headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        self._is_file = self._name == self._file_field and b"filename" in options
        if not self._is_file:
            self._parts += 1  # also those without a byte of value, which `_data` never sees
            if self._parts > MOST_FIELDS:
                raise Invalid(TOO_MANY)
            return
        if len(self._form.files) >= self._most:
            few = "one file" if self._most == 1 else f"at most {self._most} files"
            raise Invalid(f"Send {few} at a time.")
        name = options[b"filename"].decode("utf-8", "replace")
        self._form.files.append((name, vault.new_spool(self._most_mb)))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._form.files[-1][1].write(data[start:end])
            return
        self._value += data[start:end]
        if len(self._value) > LONGEST_FIELD:
            raise Invalid(TOO_MANY)

    def _end(self) -> None:
        if not self._is_file:
            self._form.fields[self._name] = self._value.decode("utf-8", "replace")


async def read_form(
    request: Request, file_field: str = "file", *, most: int = 1, most_mb: int | None = None
) -> Form:
    """The whole form with at most `most` files, each of at most `most_mb` MB (default: the limit of
    recordings), the body read as it comes. Raises Invalid, TooLarge, StorageFull; an upload that breaks off
    leaves nothing."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise Invalid(NOT_A_FORM)
    form = Form()
    reader = _Reader(form, file_field, most, most_mb)
    parser = MultipartParser(options[b"boundary"], reader.callbacks())
    try:
        async for piece in request.stream():
            await run_in_threadpool(parser.write, piece)
        parser.finalize()
    except MultipartParseError as error:
        form.close()
        raise Invalid(NOT_A_FORM) from error
    except BaseException:
        form.close()
        raise
    return form
