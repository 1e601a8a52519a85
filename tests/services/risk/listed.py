"""Phrases that speak of risk, in lists that share none (benchmarks/risk.py reports them)."""

from pathlib import Path

PHRASES = Path(__file__).with_name("phrases")


def lines(name: str) -> list[str]:
    """Of `tuning`, `widened`, `kept_aside`, `families`, `held_out_…`, `fresh_…` ("category | phrase"), or of
    `everyday`, `narrowed`, `harmless_…` (a sentence)."""
    read = (PHRASES / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in read if line and not line.startswith("#")]
