"""Reference pages from the code: a page per connection type, and the page of operators and sensors.

``python docs/generate.py`` writes them by hand; a build does it by itself.
"""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.protocol.connection import ConnectionForm, Extra
from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field
from airflow_provider_fleetops.protocol.vendor import Vendor
from airflow_provider_fleetops.protocol.watch import Watch

PACKAGE = "airflow_provider_fleetops"
DAGS = Path(__file__).parents[1] / "dags"
REPEATING = {"read": "reads", "idempotent": "safe to repeat", "unsafe": "sent at most once"}
# A class that names one of these is made for DAG files; the others are bases.
TELLING = {"act", "entry", "row_kind", "default_target"}
STANDARD = ("host", "port", "login", "password", "schema")


def write(docs: Path) -> None:
    """Write every generated page below ``docs``; a page that did not change keeps its time stamp."""
    pages = {docs / "connections" / f"{name}.md": connection_page(vendors.vendor(name)) for name in vendors.NAMES}
    pages[docs / "operators.md"] = operators_page()
    for path, text in pages.items():
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


# --- connections -----------------------------------------------------------------------------------------------------


def connection_page(vendor: Vendor) -> str:
    """All that a connection of this type can say, and all that can be called through it."""
    form = vendor.form
    return "\n".join(
        [
            f"# {vendor.title}",
            "",
            f"Connection type `{form.conn_type}`, by default the connection `{form.conn_type}_default`.",
            f"Hook: {{py:class}}`{form.hook_class}`. [The vendor's page]({vendor.docs}).",
            "",
            "## Fields",
            "",
            *table(("field", "meaning", "example"), _standard_fields(form)),
            "",
            "## Extras",
            "",
            "An unknown or mistyped extra is an error that names it. Secret ones are masked by Airflow.",
            "",
            *_extras(form),
            "## In the environment",
            "",
            "```bash",
            f"export AIRFLOW_CONN_{form.conn_type.upper()}_DEFAULT='{json.dumps(_example(form))}'",
            "```",
            "",
            "## The Test button",
            "",
            f"It calls `{vendor.probe}`. {vendor.probe_cost.rstrip('.')}. It needs `[core] test_connection = Enabled`.",
            "",
            *_watches(vendor.watches.values()),
            *_pools(vendor),
            *_catalogue(vendor),
        ]
    )


def _standard_fields(form: ConnectionForm) -> Iterator[tuple[str, str, str]]:
    for name in STANDARD:
        if name in form.hidden:
            continue
        label = form.relabeling.get(name, name.capitalize())
        needed = ", required" if name in form.required else ""
        yield f"`{name}`{needed}", label, form.placeholders.get(name, "")


def _extras(form: ConnectionForm) -> Iterator[str]:
    for section in dict.fromkeys(extra.section for extra in form.extras):
        yield f"### {section or 'General'}"
        yield ""
        extras = [extra for extra in form.extras if extra.section == section]
        rows = [(f"`{x.name}`" + ", required" * x.required, x.help, _kind(x), _default(x)) for x in extras]
        yield from table(("extra", "meaning", "kind", "default"), rows)
        yield ""


def _kind(extra: Extra) -> str:
    if extra.secret:
        return "secret text"
    if extra.enum:
        return " or ".join(f"`{choice}`" for choice in extra.enum)
    lowest = "" if extra.minimum is None else f"from {extra.minimum:,g}"
    highest = "" if extra.maximum is None else f"to {extra.maximum:,.9g}"
    return " ".join(part for part in (extra.type, lowest, highest) if part)


def _default(extra: Extra) -> str:
    return "" if extra.default in (None, "") else f"`{json.dumps(extra.default).strip(chr(34))}`"


def _example(form: ConnectionForm) -> dict[str, Any]:
    values = {"host": "https://host.example", "login": "user", "password": "secret"}
    example: dict[str, Any] = {"conn_type": form.conn_type}
    extra = {extra.name: "..." for extra in form.extras if extra.required}
    return example | {name: values[name] for name in form.required if name in values} | {"extra": extra}


def _watches(watches: Iterable[Watch]) -> Iterator[str]:
    for watch in {watch.subject: watch for watch in watches}.values():
        order = sorted(watch.ranks, key=lambda state: watch.ranks[state])
        yield f"## States of a {watch.subject}"
        yield ""
        yield f"In their order, which `target_state` goes by: {', '.join(f'`{state}`' for state in order)}."
        if watch.dead_ends:
            ends = ", ".join(f"`{state}`" for state in sorted(watch.dead_ends))
            yield f"These fail a sensor unless they are its target: {ends}."
        yield ""


def _pools(vendor: Vendor) -> Iterator[str]:
    if vendor.pools:
        yield "## Pools"
        yield ""
        yield "`airflow fleetops pools` creates it; operators never ask for it by themselves"
        yield "([pools and limits](../pools-and-limits.md))."
        yield ""
        yield from table(("pool", "slots", "why"), ((f"`{p.name}`", str(p.slots), p.why) for p in vendor.pools))
        yield ""


def _catalogue(vendor: Vendor) -> Iterator[str]:
    entries = vendor.endpoints.values()
    known = Counter(str(entry.confidence) for entry in entries)
    yield "## Catalogue"
    yield ""
    counts = ", ".join(f"{count} {name}" for name, count in known.most_common())
    yield f"{len(entries)} entries ({counts}): what `hook.call(…)` and `FleetOpsCallOperator` can call."
    yield "Parameters in bold are required; those after *body* are fields of the JSON body."
    yield ""
    for version, area in dict.fromkeys((entry.version, entry.area) for entry in entries):
        chosen = [entry for entry in entries if (entry.version, entry.area) == (version, area)]
        yield f"### {' '.join(part for part in (area or 'all', version) if part)}"
        yield ""
        yield from table(("entry", "request", "what", "parameters", "repeating", "known from"), map(_entry, chosen))
        yield ""


def _entry(entry: Endpoint) -> tuple[str, ...]:
    source = f"[{entry.confidence}]({entry.source})" if entry.source.startswith("http") else str(entry.confidence)
    request = f"`{entry.method} {entry.path}`"
    return f"`{entry.name}`", request, entry.summary, _parameters(entry), REPEATING[str(entry.kind)], source


def _parameters(entry: Endpoint) -> str:
    parts = [_names([*entry.path_fields, *entry.query])]
    if entry.body:
        parts.append(f"*body{' (list)' if entry.body.array else ''}* {_names(_fields(entry.body))}".strip())
    return " ".join(part for part in parts if part)


def _fields(body: Body) -> Sequence[Field]:
    return [field for field in body.fields if field.required] + [field for field in body.fields if not field.required]


def _names(fields: Sequence[Field]) -> str:
    return ", ".join(f"**{field.name}**" if field.required else field.name for field in fields)


# --- operators and sensors -------------------------------------------------------------------------------------------


def operators_page() -> str:
    """What there is, with its guarantee; then each vendor's classes with their parameters and examples that run."""
    found = {name: [*_classes("operators", name), *_classes("sensors", name)] for name in vendors.NAMES}
    call, transfers = _classes("operators", "call"), _classes("transfers", "object_storage")
    bulk = _classes("operators", "bulk")
    rows = [(vendors.vendor(name).title, cls) for name, classes in found.items() for cls in classes]
    rows += [(cls.__name__.partition("Bulk")[0], cls) for cls in bulk]
    rows += [("any vendor", cls) for cls in (*call, *transfers)]
    lines = [
        "# Operators and sensors",
        "",
        "The guarantee says what a second try, a cleared task or a killed worker can do:",
        "",
        "- **read**: nothing changes at the vendor.",
        "- **idempotent**: doing it again gives the same end.",
        "- **effectively once**: it looks at the vendor before it sends again.",
        "- **at most once**: the vendor gives no way to look, so an unclear outcome is reported, never repeated.",
        "",
        *table(
            ("vendor", "class", "guarantee", "calls", "what it does"),
            (
                (title, f"{{py:class}}`{cls.__name__} <{_path(cls)}>`", _guarantee(cls), cls.calls, _first_line(cls))
                for title, cls in rows
            ),
        ),
        "",
    ]
    for name, classes in found.items():
        documented = [*_documented(classes), *_documented(_shared(name, classes))]
        lines += [f"## {vendors.vendor(name).title}", "", *documented, *_examples(name)]
    lines += ["## Many rows", "", "See [bulk](bulk.md).", "", *_documented(bulk)]
    lines += ["## Any catalogue entry", "", *_documented(call)]
    lines += ["## Whole lists into files", "", "How to: [transfers](transfers.md).", "", *_documented(transfers)]
    lines += ["## What all share", "", *_documented([_base("operators.base", "FleetOpsOperator")])]
    lines += _documented([_base("operators.rows", "FleetOpsBulkOperator"), _base("sensors.base", "FleetOpsSensor")])
    lines += ["## Hooks", "", *_hooks()]
    return "\n".join(lines)


def _classes(kind: str, module: str) -> list[Any]:
    """The classes of a module (or package) that are made for DAGs, in its order: those that say what they do."""
    path = f"{PACKAGE}.{kind}.{module}"
    module = import_module(path)
    members = [cls for name in dir(module) if inspect.isclass(cls := getattr(module, name))]
    return [cls for cls in members if f"{cls.__module__}.".startswith(f"{path}.") and TELLING & set(cls.__dict__)]


def _shared(vendor: str, classes: Sequence[type]) -> list[type]:
    """The vendor's own bases of these classes, where they describe parameters."""
    bases = dict.fromkeys(base for cls in classes for base in cls.__mro__[1:] if base not in classes)
    return [base for base in bases if f".{vendor}." in f"{base.__module__}." and ":param" in (base.__doc__ or "")]


def _base(module: str, name: str) -> type:
    base: type = getattr(import_module(f"{PACKAGE}.{module}"), name)
    return base


def _documented(classes: Iterable[type]) -> list[str]:
    return [line for cls in classes for line in ("```{eval-rst}", f".. autoclass:: {_path(cls)}", "```", "")]


def _hooks() -> list[str]:
    lines = []
    for path in (f"{PACKAGE}.hooks.base.FleetOpsHook", *(vendors.form(name).hook_class for name in vendors.NAMES)):
        lines += ["```{eval-rst}", f".. autoclass:: {path}", "   :members:", "   :member-order: bysource"]
        lines += ["   :exclude-members: conn_name_attr, default_conn_name, conn_type, hook_name, vendor_name"]
        lines += ["```", ""]
    return lines


def _examples(vendor: str) -> Iterator[str]:
    """Every marked region of a DAG file that belongs to the vendor, the vendor's own example first."""
    for path in sorted(DAGS.glob("*.py"), key=lambda path: (vendor not in path.stem, path.name)):
        for region in re.findall(r"# \[START (\w+)\]", path.read_text(encoding="utf-8")):
            if re.match(rf"howto_{vendor}_", region):
                yield from quoted(path.name, region)


def quoted(name: str, region: str) -> list[str]:
    """A directive that quotes a region of a DAG file."""
    return [
        f"```{{literalinclude}} ../dags/{name}",
        ":language: python",
        ":dedent:",
        f":start-after: '[START {region}]'",
        f":end-before: '[END {region}]'",
        f":caption: dags/{name}",
        "```",
        "",
    ]


def _path(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _guarantee(cls: type) -> str:
    return str(getattr(cls, "guarantee", "read"))


def _first_line(cls: type) -> str:
    paragraph = " ".join((inspect.getdoc(cls) or "").split("\n\n", maxsplit=1)[0].split())
    sentence = re.split(r"(?<=\.)\s", paragraph)[0]
    return re.sub(r":\w+:`~?([^`]*)`", r"`\1`", sentence).replace("``", "`")


# --- Markdown --------------------------------------------------------------------------------------------------------


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; cells may hold Markdown, but no line break and no bare pipe or angle bracket."""
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    return [*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in rows)]


def _cell(text: str) -> str:
    parts = re.split(r"(`[^`]*`)", " ".join(text.replace("|", "\\|").split()))
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)


if __name__ == "__main__":
    write(Path(__file__).parent)
