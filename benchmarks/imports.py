"""What importing our modules costs a DAG processor that has loaded `airflow.sdk` already: at most 15 ms each.

Reads `python -X importtime`. Airflow's SDK is loaded once, then every module is imported in forked children of its own,
so that no module profits from another, and the median of several runs is judged.
"""

from __future__ import annotations

import importlib
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from _report import Result, conclude

GOAL_MS = 15.0
RUNS = 5
LONGEST = 180
ROOT = Path(__file__).resolve().parent.parent


# Loaded when a trigger runs; no DAG file reads it.
LATER = {"triggers/shared"}


def modules_of(package: str) -> Iterator[str]:
    """Each module, and each package, which loads its own modules only when they are asked for."""
    for path in sorted((ROOT / "airflow_provider_fleetops" / package).rglob("[a-z]*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if f"{package}/{path.stem}" not in LATER:
            yield name


def load_sdk() -> None:
    sdk = importlib.import_module("airflow.sdk")
    for name in ("BaseHook", "BaseOperator", "BaseSensorOperator", "Context", "conf", "dag", "task"):
        getattr(sdk, name)


def import_in_child(module: str) -> float:
    """Return the milliseconds that a forked child reports for the import, everything below it included."""
    with tempfile.TemporaryFile("w+") as report:
        child = os.fork()
        if child == 0:
            os.dup2(report.fileno(), 2)
            __import__(module)  # importlib.import_module would not be timed itself
            os._exit(0)
        _, status = os.waitpid(child, 0)
        report.seek(0)
        lines = report.read().splitlines()
    if status != 0:
        raise RuntimeError(f"{module} can not be imported:\n" + "\n".join(lines[-3:]))
    # "import time: self [us] | cumulative | package"; what is nested is indented by two blanks more.
    whole = [
        line.split("|") for line in lines if line.startswith("import time:") and not line.split("|")[2][1:2].isspace()
    ]
    return sum(int(columns[1]) for columns in whole) / 1000


def measure() -> int:
    """Print both tables; the exit code."""
    print(f"import on top of what is named, median of {RUNS} runs in ms (goal {GOAL_MS:g})")
    load_sdk()
    transfers = ("airflow_provider_fleetops.transfers.object_storage",)
    results = [report("airflow.sdk", ("operators", "sensors"), transfers)]
    # Only the triggerer imports triggers, and none of them can do without this.
    importlib.import_module("airflow.triggers.base")
    results.append(report("airflow.sdk and airflow.triggers.base", ("triggers",)))
    return conclude(results)


def report(base: str, packages: tuple[str, ...], more: tuple[str, ...] = ()) -> Result:
    """Print a line per module, the http provider's beside ours; the slowest of ours is judged."""
    print(f"on top of {base}")
    ours = [module for package in packages for module in modules_of(package)] + list(more)
    peers = [f"airflow.providers.http.{package}.http" for package in packages]
    runs = [{module: import_in_child(module) for module in [*ours, *peers]} for _ in range(RUNS)]
    medians = {module: statistics.median(run[module] for run in runs) for module in runs[0]}
    for module, median in medians.items():
        verdict = "peer" if module in peers else "MISSED" if median > GOAL_MS else "ok"
        fastest = min(run[module] for run in runs)
        print(f"{median:8.1f} (fastest {fastest:6.1f})  {verdict:6}  {module}")
    slowest = max(medians[module] for module in ours)
    beside = ", ".join(f"{module} {medians[module]:.0f}" for module in peers)
    measured = f"imports: slowest of {', '.join(packages)}, ms"
    return Result(measured, "", f"{slowest:.1f}", f"<= {GOAL_MS:g}", slowest <= GOAL_MS, beside)


def main() -> int:
    if "--measure" in sys.argv:
        return measure()
    # A neutral home, and warnings of others' modules out of the report.
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"AIRFLOW_HOME": home}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-W", "ignore", "-X", "importtime", __file__, "--measure"]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, check=False, timeout=LONGEST
        )
    if done.returncode:
        print(*[line for line in done.stderr.splitlines() if not line.startswith("import time:")], sep="\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
