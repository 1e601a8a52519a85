"""Passwords: what is accepted, and how it is kept.

Length instead of composition rules, and no rotation, as NIST SP 800-63B and OWASP ASVS 5 chapter
6.2 have it: 15 to 256 characters, nothing that is common, and nothing made of the names around it.
argon2id at 46 MiB, one pass, one lane: the first configuration of OWASP's password storage
recommendations.
"""

import re
import secrets
import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from services.errors import Invalid

SHORTEST, LONGEST = 15, 256  # characters
UNGUESSABLE = 8  # characters that must remain once common words, names and runs are taken out
COMMON = Path(__file__).with_name("common_passwords.txt")
RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LEET = str.maketrans("@4301$5!7", "aaeoissit")
# Read aloud or copied from paper: nothing that looks like something else.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1)


def hash_password(password: str) -> str:
    """An argon2id string with its own salt. About 60 ms of one core and 46 MiB while it runs."""
    return _hasher.hash(_normal(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether it is the password. Without a stored hash the same work is done, so that the time
    taken does not tell whether an account exists."""
    try:
        _hasher.verify(stored or _dummy(), _normal(password))
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """The hash was made with weaker settings than today's."""
    return _hasher.check_needs_rehash(stored)


def temporary() -> str:
    """A password to hand over on paper: 20 characters of 31, 99 bits."""
    groups = ("".join(secrets.choice(READABLE) for _ in range(5)) for _ in range(4))
    return "-".join(groups)


def require_good(password: str, *around: str) -> None:
    """Raises Invalid with a sentence when the password is too short, too long, common, or made of
    `around`: the user's name and e-mail, the clinic's name."""
    length = len(_normal(password))
    if length < SHORTEST:
        raise Invalid(
            f"Use at least {SHORTEST} characters. Four unrelated words are easy to remember."
        )
    if length > LONGEST:
        raise Invalid(f"Use at most {LONGEST} characters.")
    if _is_guessable(password, around):
        raise Invalid(
            "This password is easy to guess: it is common, or made of names and simple runs. "
            "Choose another; four or five unrelated words work well."
        )


def _is_guessable(password: str, around: tuple[str, ...]) -> bool:
    folded = re.sub(r"[\W_]+", "", _normal(password).casefold())
    words = _common() | {"verbatim"} | {word for text in around for word in _words(text)}
    by_length = sorted(words, key=len, reverse=True)
    return any(
        _remaining(variant, by_length) < UNGUESSABLE for variant in (folded, folded.translate(LEET))
    )


def _remaining(text: str, words: list[str]) -> int:
    """Different letters that are left once words, runs and repetitions are gone."""
    if text in words:
        return 0
    for word in words:
        text = text.replace(word, " ")
    for run in RUNS:
        for line in (run, run[::-1]):
            for size in range(len(line), 3, -1):
                for start in range(len(line) - size + 1):
                    text = text.replace(line[start : start + size], " ")
    text = re.sub(r"(.{1,8}?)\1{2,}", r"\1", text)
    text = re.sub(r"(.{4,}?)\1+", r"\1", text)
    return len(text.replace(" ", ""))


def _words(text: str) -> set[str]:
    """Words of four letters or more: "anna.weber@linden.example" has anna, weber, linden,
    example."""
    return {word for word in re.split(r"[\W_]+", text.casefold()) if len(word) >= 4}


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


@cache
def _dummy() -> str:
    return _hasher.hash(secrets.token_urlsafe(24))
