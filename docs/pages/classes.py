"""The table of all operators and sensors, and a page with the classes of each vendor."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from airflow_provider_fleetops import vendors
from pages.parameters import PACKAGE, bases, inherited, path_of, prose
from pages.text import first_sentence, quoted, table

DAGS = Path(__file__).parents[2] / "dags"
# A class that names one of these is made for DAG files; the others are bases.
TELLING = {"act", "entry", "row_kind", "default_target"}
HEAD = ("class", "what it does", "guarantee", "calls")
GUARANTEES = (
    "The guarantee says what a second try, a cleared task or a killed worker can do:",
    "",
    "- **read**: nothing changes at the vendor.",
    "- **idempotent**: doing it again gives the same end.",
    "- **effectively once**: it looks at the vendor before it sends again.",
    "- **at most once**: the vendor gives no way to look, so an unclear outcome is reported, never repeated.",
    "",
    "*Calls* are requests that count at the vendor.",
    "",
)


def operators_page() -> str:
    """What there is with its guarantee, what belongs to no vendor, and what all share."""
    call, transfers = classes("operators", "call"), classes("transfers", "object_storage")
    many = bulk()
    lines = ["# Operators and sensors", "", *GUARANTEES]
    for name in vendors.NAMES:
        rows = table(HEAD, map(_row, vendor_classes(name)))
        more = f"[Parameters and examples](operators/{name}.md)"
        lines += [f"## {vendors.vendor(name).title}", "", more, "", *rows, ""]
    lines += ["## Many rows", "", "How to: [bulk](bulk.md).", "", *table(HEAD, map(_row, many)), "", *_documented(many)]
    lines += ["## Any catalogue entry", "", *table(HEAD, map(_row, call)), "", *_documented(call)]
    lines += ["## Whole lists into files", "", "How to: [transfers](transfers.md).", ""]
    lines += [*table(HEAD, map(_row, transfers)), "", *_documented(transfers)]
    lines += ["## What all share", "", *_documented(shared())]
    lines += ["## Hooks", "", *_hooks()]
    return "\n".join(lines)


def vendor_page(name: str) -> str:
    """The vendor's classes with all their parameters, and the examples, which run."""
    found = vendor_classes(name)
    title = f"# {vendors.vendor(name).title}: operators and sensors"
    above = f"Guarantees and calls: [](../operators.md). The connection: [](../connections/{name}.md)."
    lines = [title, "", above, "", "## Examples", "", *_examples(name), "## Classes", "", *_documented(found)]
    told = _telling_bases(name, found)
    return "\n".join([*lines, *(["## What they share", "", *_documented(told)] if told else [])])


def vendor_classes(name: str) -> list[Any]:
    return [*classes("operators", name), *classes("sensors", name)]


def bulk() -> list[Any]:
    return classes("operators", "bulk")


def classes(kind: str, module: str) -> list[Any]:
    """The classes of a module (or package) that are made for DAGs, in its order: those that say what they do."""
    path = f"{PACKAGE}.{kind}.{module}"
    module = import_module(path)
    members = [cls for name in dir(module) if inspect.isclass(cls := getattr(module, name))]
    return [cls for cls in members if f"{cls.__module__}.".startswith(f"{path}.") and TELLING & set(cls.__dict__)]


def shared() -> list[type]:
    """The bases that belong to no vendor."""
    entries = ("operators.entry.FleetOpsEntryOperator", "operators.entry.FleetOpsOnceOperator")
    paths = ("operators.base.FleetOpsOperator", *entries)
    more = ("operators.call.AnyVendorOperator", "operators.rows.FleetOpsBulkOperator", "sensors.base.FleetOpsSensor")
    return [getattr(import_module(f"{PACKAGE}.{module}"), name) for module, _, name in map(_parted, (*paths, *more))]


def _parted(path: str) -> tuple[str, str, str]:
    return path.rpartition(".")


def _telling_bases(vendor: str, found: Sequence[type]) -> list[type]:
    """The vendor's own bases that say more than which parameters there are."""
    all_bases = dict.fromkeys(base for cls in found for base in bases(cls) if base not in found)
    return [base for base in all_bases if f".{vendor}." in f"{base.__module__}." and len(prose(base)) > 1]


def _documented(found: Sequence[type]) -> list[str]:
    told = set(found)
    for name in vendors.NAMES:
        told |= set(_telling_bases(name, vendor_classes(name)))
    return [line for cls in found for line in _directive(cls, told)]


def _directive(cls: type, told: set[type]) -> Iterator[str]:
    yield "```{eval-rst}"
    yield f".. autoclass:: {path_of(cls)}"
    yield ""
    yield from (f"   {line}".rstrip() for line in inherited(cls, told))
    yield "```"
    yield ""


def _hooks() -> list[str]:
    lines = []
    for path in (f"{PACKAGE}.hooks.base.FleetOpsHook", *(vendors.form(name).hook_class for name in vendors.NAMES)):
        lines += ["```{eval-rst}", f".. autoclass:: {path}", "   :members:", "   :member-order: bysource"]
        lines += ["   :show-inheritance:"]
        lines += ["   :exclude-members: conn_name_attr, default_conn_name, conn_type, hook_name, vendor_name"]
        lines += ["```", ""]
    return lines


def _examples(vendor: str) -> Iterator[str]:
    """Every marked region of a DAG file that belongs to the vendor, the vendor's own example first."""
    for path in sorted(DAGS.glob("*.py"), key=lambda path: (vendor not in path.stem, path.name)):
        for region in re.findall(r"# \[START (\w+)\]", path.read_text(encoding="utf-8")):
            if re.match(rf"howto_{vendor}_", region):
                yield from quoted(path.name, region, "../..")


def _row(cls: Any) -> tuple[str, ...]:
    role = f"{{py:class}}`{cls.__name__} <{path_of(cls)}>`"
    return role, first_sentence(cls), str(getattr(cls, "guarantee", "read")), str(getattr(cls, "calls", "1 a look"))
