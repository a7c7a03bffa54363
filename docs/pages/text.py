"""Pieces of Markdown and reStructuredText."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; cells may hold Markdown, but no line break and no bare pipe or angle bracket."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)]


def _cell(text: str) -> str:
    parts = re.split(r"(`[^`]*`)", " ".join(text.replace("|", "\\|").split()))
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)


def first_sentence(thing: object) -> str:
    """What the docstring of a class says first, as Markdown."""
    paragraph = " ".join((inspect.getdoc(thing) or "").split("\n\n", maxsplit=1)[0].split())
    sentence = re.split(r"(?<=\.)\s", paragraph)[0]
    return re.sub(r":\w+:`~?([^`]*)`", r"`\1`", sentence).replace("``", "`")


def quoted(name: str, region: str, up: str = "..") -> list[str]:
    """A directive that quotes a region of a DAG file."""
    return [
        f"```{{literalinclude}} {up}/dags/{name}",
        ":language: python",
        ":dedent:",
        f":start-after: '[START {region}]'",
        f":end-before: '[END {region}]'",
        f":caption: dags/{name}",
        "```",
        "",
    ]
