"""Tables of what the code lists, which written pages include."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from pages.classes import bulk
from pages.parameters import path_of
from pages.text import table


def bulk_table() -> str:
    """The bulk operators: what a row is known by, what its result tells, what it costs."""
    return "\n".join(table(("operator", "key column", "result of a row", "calls"), map(_bulk_row, bulk())))


def _bulk_row(cls: Any) -> tuple[str, ...]:
    module, _, name = cls.row_kind.partition(":")
    kind = getattr(import_module(module), name)
    tells = ", ".join(f"`{column}`" for column in kind.tells)
    return f"{{py:class}}`{cls.__name__} <{path_of(cls)}>`", f"`{kind.key}`", tells, cls.calls


LISTS: Mapping[str, Callable[[], str]] = {"bulk": bulk_table}
