"""The page of a connection type: what it can say, and what can be called through it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from airflow_provider_fleetops.protocol.connection import ConnectionForm, Extra
from airflow_provider_fleetops.protocol.endpoint import Body, Endpoint, Field
from airflow_provider_fleetops.protocol.vendor import Vendor
from airflow_provider_fleetops.protocol.watch import Watch
from pages.text import table

REPEATING = {"read": "reads", "idempotent": "safe to repeat", "unsafe": "sent at most once"}
STANDARD = ("host", "port", "login", "password", "schema")


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
        yield f"## States: {watch.subject}"
        yield ""
        yield f"In their order, which `target_state` goes by: {', '.join(f'`{state}`' for state in order)}."
        for side, beyond in watch.sides.items():
            reached = " or ".join(f"`{state}`" for state in (side, *sorted(beyond)))
            yield f"`{side}` lies beside the way: as a target it is reached by {reached} alone."
        yield "What was not seen yet is [`UNSEEN`](../waiting.md)."
        if watch.dead_ends:
            ends = ", ".join(f"`{state}`" for state in sorted(watch.dead_ends))
            yield f"These fail a sensor unless they are its target: {ends}."
        yield "`UNSEEN` is no goal: no look has shown it yet."
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
        yield f"### {area or 'all'}{f' ({version})' if version not in area else ''}"
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
