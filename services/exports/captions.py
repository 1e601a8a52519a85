"""A transcript as text and as WebVTT (https://www.w3.org/TR/webvtt1/)."""

import html

from services.exports.sheet import TranscriptSheet, position, printable


def text(sheet: TranscriptSheet) -> bytes:
    head = [f"{name}: {value}" for name, value in sheet.header()]
    turns = [f"[{position(turn.start)}] {turn.speaker}: {turn.text}" for turn in sheet.turns]
    return printable("\n".join([*head, "", *turns, ""])).encode()


def vtt(sheet: TranscriptSheet) -> bytes:
    """One cue a turn, its speaker as the voice span. `&`, `<` and `>` are escaped, so that no word can become a
    tag or end a cue ("-->")."""
    cues = ["WEBVTT", ""]
    for number, turn in enumerate(sheet.turns, start=1):
        end = max(turn.end, turn.start + 0.001)
        voice = _escaped(turn.speaker).replace(".", " ")  # a dot would begin a class
        cues += [
            str(number),
            f"{_stamp(turn.start)} --> {_stamp(end)}",
            f"<v {voice}>{_escaped(turn.text)}</v>",
            "",
        ]
    return "\n".join(cues).encode()


def _escaped(words: str) -> str:
    return html.escape(" ".join(printable(words).split()), quote=False)


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    hours, rest = divmod(thousandths, 3_600_000)
    minutes, rest = divmod(rest, 60_000)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}.{rest % 1000:03}"
