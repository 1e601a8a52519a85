"""Looks for what people said in everything that the product leaves behind: files, database, logs."""

import base64
import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, inspect, text

ROOT = Path(__file__).parents[1]
SHORTEST = 6  # letters; a shorter word turns up in random bytes


def telling(sentences: Iterable[str]) -> set[str]:
    """The longer words, lower case, that the product's own code does not use: finding one is finding speech."""
    said = {word for line in sentences for word in _words(line)}
    return said - _ours()


def of_the_demo() -> set[str]:
    """What the demo's people say and are called. The clinic's vocabulary is a setting, in the clear."""
    dialogues = json.loads((ROOT / "demo" / "dialogues.json").read_text())
    people = json.loads((ROOT / "demo" / "people.json").read_text())
    lines = [words for dialogue in dialogues.values() for _, words in dialogue]
    names = [client["name"] for client in people["clients"]]
    return telling(lines + names) - {word.lower() for word in people["vocabulary"]}


def traces(words: Iterable[str], *places: Path, database: str | None = None) -> set[str]:
    """Of these words those that can be read in the files under `places`, or in a row of the database."""
    spellings = {word: _spellings(word) for word in words}
    found: set[str] = set()
    for content in (*_files(places), *(_rows(database) if database else ())):
        content = content.lower()
        found |= {word for word, forms in spellings.items() if any(f in content for f in forms)}
    return found


def _spellings(word: str) -> list[bytes]:
    """As text, as wide characters, as hex, and inside Base64 at each of its three alignments."""
    plain = word.encode()
    forms = [plain, word.encode("utf-16-le"), plain.hex().encode()]
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        forms.append(coded[-(-shift * 8 // 6) : (shift + len(plain)) * 8 // 6].lower())
    return forms


def _files(places: Iterable[Path]) -> Iterable[bytes]:
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            yield str(path.name).encode()
            if path.is_file():
                yield path.read_bytes()


def _rows(url: str) -> Iterable[bytes]:
    """Every row of every table, the queue's included, as PostgreSQL writes it out."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            for schema in inspect(connection).get_schema_names():
                if schema == "information_schema":
                    continue
                for table in inspect(connection).get_table_names(schema):
                    statement = text(f'SELECT t::text FROM "{schema}"."{table}" t')
                    for row in connection.scalars(statement):
                        yield row.encode()
    finally:
        engine.dispose()


def _words(line: str) -> set[str]:
    return {word for word in re.findall(r"[a-z]+", line.lower()) if len(word) >= SHORTEST}


@cache
def _ours() -> set[str]:
    folders = ("api", "models", "pages", "services", "ui", "migrations")
    files = [
        *(path for folder in folders for path in (ROOT / folder).rglob("*.py")),
        ROOT / "app.py",
    ]
    return {word for path in files for word in _words(path.read_text())}
