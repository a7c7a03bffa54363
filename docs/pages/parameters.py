"""What a class takes, with what it inherits: docstrings describe a parameter once, in the class that assigns it."""

from __future__ import annotations

import inspect
import re

PACKAGE = "airflow_provider_fleetops"
# What these take is the same everywhere: a class links to them and does not repeat it.
GENERAL = ("FleetOpsOperator", "FleetOpsBulkOperator", "FleetOpsSensor")


def path_of(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def bases(cls: type) -> list[type]:
    """Our own classes that a class is made of, the nearest first."""
    return [base for base in cls.__mro__[1:] if base.__module__.startswith(f"{PACKAGE}.")]


def _docstring(cls: type) -> str:
    """The class's own; ``inspect.getdoc`` would give that of a base where there is none."""
    return inspect.cleandoc(cls.__dict__.get("__doc__") or "")


def described(cls: type) -> dict[str, str]:
    """The parameters that a class's own docstring describes: name to the lines of its field."""
    fields = re.finditer(r"^:param (\w+):.*\n?(?:[ \t]+\S.*\n?)*", _docstring(cls), re.MULTILINE)
    return {field[1]: field[0].rstrip() for field in fields}


def prose(cls: type) -> list[str]:
    """The paragraphs of a class's own docstring that are no parameters."""
    text = re.split(r"^:param ", _docstring(cls), flags=re.MULTILINE)[0]
    return [part for part in text.strip().split("\n\n") if part]


def inherited(cls: type, documented: set[type]) -> list[str]:
    """What follows a class's own docstring: the parameters of its bases, and where more is said."""
    known, fields, links = set(described(cls)), [], []
    for base in bases(cls):
        more = {name: field for name, field in described(base).items() if name not in known}
        known |= set(more)
        if base.__name__ in GENERAL:
            links.append(f"{_link(base)} ({', '.join(f'``{name}``' for name in more)})")
            continue
        fields += more.values()
        if base in documented:
            links.append(_link(base))
    lines = [line for field in fields for line in field.splitlines()]
    return [*lines, "", f"More: {', '.join(links)}."] if links else lines


def _link(cls: type) -> str:
    return f":class:`~{path_of(cls)}`"
