"""A page as Markdown: headings, paragraphs, tables where they stand, fields at its end. What a table's cells say is
said once, in the table. What the page says never becomes markup of its own."""

import re
from collections.abc import Iterator, Sequence

from services.adapters.ocr import Box, Field, ReadLine, Table

MARKUP = re.compile(r"([\\`*_\[\]<>|])")
AT_START = re.compile(r"^(\s*)([#+-]|\d+[.)])(?=\s)")
BREAK = 0.6  # of a line's height: a larger gap begins a paragraph
LEADING = {"title": "# ", "heading": "## "}


def markdown_of(
    lines: Sequence[ReadLine], tables: Sequence[Table] = (), fields: Sequence[Field] = ()
) -> str:
    blocks: list[str] = []
    left = list(tables)
    last: ReadLine | None = None
    said = [(each.box, _squeezed("".join(map("".join, each.rows)))) for each in tables]
    for line in lines:
        table = next((each for each in left if each.box and _inside(line.box, each.box)), None)
        if table:
            blocks.append(_table(table))
            left.remove(table)
            last = None
        # What lies in a table's box but in none of its cells is text like any other.
        if any(
            box and _inside(line.box, box) and _squeezed(line.text) in text for box, text in said
        ):
            last = None
            continue
        text = plain(line.text)
        if last and _goes_on(last, line):
            blocks[-1] += "\n" + text
        else:
            blocks.append(LEADING.get(line.role, "") + text)
        last = line
    blocks += [_table(table) for table in left]
    blocks += ["\n".join(_fields(fields))] if fields else []
    return "\n\n".join(block for block in blocks if block)


def _squeezed(text: str) -> str:
    return "".join(text.split())


def plain(text: str) -> str:
    """With Markdown's signs escaped."""
    escaped = MARKUP.sub(r"\\\1", text)
    return AT_START.sub(lambda found: f"{found[1]}{_escaped(found[2])}", escaped)


def _escaped(sign: str) -> str:
    return f"\\{sign}" if sign in "#+-" else f"{sign[:-1]}\\{sign[-1]}"


def _goes_on(last: ReadLine, line: ReadLine) -> bool:
    """Whether `line` is the next line of the paragraph that `last` stands in."""
    if last.role != "text" or line.role != "text":
        return False
    height = max(last.box[3] - last.box[1], line.box[3] - line.box[1])
    below = -height < line.box[1] - last.box[3] < BREAK * height
    beside = min(last.box[2], line.box[2]) > max(last.box[0], line.box[0])
    return below and beside


def _inside(box: Box, other: Box) -> bool:
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return other[0] <= x <= other[2] and other[1] <= y <= other[3]


def _table(table: Table) -> str:
    wide = max(len(row) for row in table.rows)
    rows = [[*(_value(cell) for cell in row), *[""] * (wide - len(row))] for row in table.rows]
    head, *rest = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|" + " --- |" * wide, *rest])


def _fields(fields: Sequence[Field]) -> Iterator[str]:
    for field in fields:
        yield f"- **{plain(field.name) or 'Field'}:** {_value(field.value)}".rstrip()


def _value(text: str) -> str:
    """A box to tick stays what it is."""
    return text if text in ("[x]", "[ ]") else plain(text)
