"""Passwords of locked files, as they are given. Pure."""

from services.errors import Invalid

LONGEST = 127  # bytes of UTF-8, as PDF has it (ISO 32000-2, 7.6.4.3.3)


def check(password: str) -> None:
    """Raises Invalid for what can be the password of no PDF."""
    if not 0 < len(password.encode()) <= LONGEST:
        raise Invalid(f"A password of a PDF has 1 to {LONGEST} characters.")
