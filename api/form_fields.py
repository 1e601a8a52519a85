"""Fields of a multipart form, checked as FastAPI would check them: 422 in the contract's shape.

FastAPI itself cannot read these forms: it would write the files to the disk in the clear.
"""

from typing import NoReturn

from fastapi.exceptions import RequestValidationError

from api.fields import LARGEST, whole
from api.multipart import Form
from services.errors import NotFound

NONE = ("", "null", "none")


def required(form: Form, name: str, *, longest: int | None = None) -> str:
    """Raises RequestValidationError for a field that is absent, empty or longer than `longest`."""
    if name not in form.fields:
        refuse(name, "Field required", "missing")
    value = form.fields[name].strip()
    if not value:
        refuse(name, "String should have at least 1 character", "string_too_short")
    if longest is not None and len(value) > longest:
        refuse(name, f"String should have at most {longest} characters", "string_too_long")
    return value


def flag(form: Form, name: str) -> bool:
    """A required 'True' or 'False'."""
    word = required(form, name).lower()
    if word not in ("true", "false"):
        refuse(name, "Input should be 'True' or 'False'", "literal_error")
    return word == "true"


def number(form: Form, name: str) -> int | None:
    """An optional whole number; None for a field that is absent, empty or null."""
    text = form.fields.get(name, "").strip()
    if text.lower() in NONE:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and int(text) <= LARGEST):
        refuse(name, "Input should be a whole number", "int_parsing")
    return int(text)


def text(form: Form, name: str) -> str | None:
    """An optional text; None for a field that is absent, empty or null."""
    given = form.fields.get(name, "").strip()
    return None if given.lower() in NONE else given


def ident(form: Form, name: str) -> int | None:
    """An optional id, a string in the contract; None for one that is absent, empty or null.
    Raises NotFound for what is no id of ours: it names nothing."""
    text = form.fields.get(name, "").strip()
    if text.lower() in NONE:
        return None
    found = whole(text)
    if found is None:
        raise NotFound(f"There is nothing with that {name}, or it is not yours to see.")
    return found


def required_ident(form: Form, name: str) -> int:
    """The same where the contract requires one."""
    required(form, name)
    found = ident(form, name)
    if found is None:
        raise NotFound(f"There is nothing with that {name}, or it is not yours to see.")
    return found


def refuse(name: str, message: str, kind: str) -> NoReturn:
    raise RequestValidationError([{"loc": ("body", name), "msg": message, "type": kind}])
