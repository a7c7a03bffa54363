"""The verdict of a fleet day: what the vendors saw, beside what a naive DAG would have cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from rich.table import Table

from airflow_provider_fleetops.demo.scan import labels, scan

Json = Mapping[str, Any]
TITLES = {"fl3xx": "FL3XX", "fastrac": "Fastrac", "fasttrak": "FASTTRAK", "fasttrack360": "FastTrack360"}
# Reads that serve many subjects at once; the subjects are what a naive DAG asks for one by one.
# Airflow keeps a connection's login in clear in its own table; Fastrac's access key is one. Anywhere else it is a leak.
_KEPT_BY_AIRFLOW = {("fastrac access_key", "airflow.db"), ("fastrac access_key", "airflow.db-wal")}
_SHARED_LOOKS = {"fl3xx": "flights.list", "fasttrak": "reservation.search_advanced"}


@dataclass(frozen=True)
class Row:
    """One vendor's line of the table."""

    vendor: str
    done: str
    calls: int
    naive: int
    broken: int


@dataclass(frozen=True)
class Verdict:
    """Whether the day went well, and why not."""

    rows: Sequence[Row]
    problems: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        return not self.problems

    def with_scan(self, home: Path, marks: dict[str, str]) -> Verdict:
        """The verdict after a search of logs, databases and XComs for marked secrets and names."""
        finds = [find for find in scan(home, marks) if (find.label, find.path.name) not in _KEPT_BY_AIRFLOW]
        found = [f"stands in clear: {labels(finds[:5])} ({len(finds)} in all)"] if finds else []
        return replace(self, problems=[*self.problems, *found])

    def table(self) -> Table:
        """For people: per vendor what was done, calls spent, calls a naive DAG would have spent."""
        caption = "naive: one request per flight or car and look, one login per task and look"
        table = Table(title="The fleet day", caption=caption)
        for name, justify in (("vendor", "left"), ("done", "left"), ("calls", "right"), ("naive", "right")):
            table.add_column(name, justify="right" if justify == "right" else "left")
        table.add_column("broken rules", justify="right")
        for row in self.rows:
            table.add_row(TITLES[row.vendor], row.done, str(row.calls), str(row.naive), str(row.broken))
        return table


def judge(
    runs: Mapping[str, str], tasks: Sequence[Json], summary: Json, journal: Sequence[Json], missing: Sequence[str]
) -> Verdict:
    """Compare what Airflow and the vendors say with what must be."""
    problems = [f"run of {dag} ended as {state}" for dag, state in runs.items() if state != "success"]
    problems += [f"the story is incomplete: {part}" for part in missing]
    rows = []
    for vendor, title in TITLES.items():
        figures = summary[vendor]
        stats = figures.get("stats", {})
        broken = figures.get("broken", {})
        duplicates = max(figures.get("duplicates", 0), stats.get("duplicates", 0))
        problems += [f"{title}: broke the rule '{rule}' {count} times" for rule, count in broken.items()]
        if duplicates:
            problems.append(f"{title}: {duplicates} duplicates")
        if figures.get("logins", 0) > 1:
            problems.append(f"{title}: {figures['logins']} logins where one is enough")
        if not figures["calls"]:
            problems.append(f"{title}: nothing was called")
        entries = [entry for entry in journal if entry["vendor"] == vendor]
        naive = _naive(vendor, entries, tasks)
        rows.append(Row(vendor, _done(entries), figures["calls"], naive, sum(broken.values()) + duplicates))
    return Verdict(rows, problems)


def _done(entries: Sequence[Json]) -> str:
    """Effects by kind: "reservation:12 created" counts as "reservation created"."""
    effects = [str(entry["effect"]) for entry in entries if entry["effect"]]
    kinds = Counter(" ".join(part.split(":")[0] for part in effect.split()) for effect in effects)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "read only"


def _naive(vendor: str, entries: Sequence[Json], tasks: Sequence[Json]) -> int:
    """Calls of a DAG that shares nothing: every look asks for each subject, every task and look logs in.

    Subjects are counted from the journal: flights that the DAG waited for, cars that were booked.
    """
    cars = sum("created" in str(entry["effect"]) for entry in entries)
    subjects = {"fl3xx": _waited_flights(tasks), "fasttrak": cars}.get(vendor, 1)
    looks = len([entry for entry in entries if entry["route"] == _SHARED_LOOKS.get(vendor)])
    logins = sum(str(entry["effect"]).startswith(("login", "refresh")) for entry in entries)
    plain = len(entries) - looks - logins
    calls = plain + looks * max(1, subjects)
    return calls * 2 if vendor == "fasttrak" else calls


def _waited_flights(tasks: Sequence[Json]) -> int:
    return len([task for task in tasks if task["task_id"] == "ensure_car"])
