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

GOAL_MS = 15.0
RUNS = 7
ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("operators", "sensors", "triggers")
# The http provider's, for comparison.
PEERS = tuple(f"airflow.providers.http.{module}.http" for module in PACKAGES)


def our_modules() -> Iterator[str]:
    for package in PACKAGES:
        for path in sorted((ROOT / "airflow_provider_fleetops" / package).glob("[a-z]*.py")):
            yield f"airflow_provider_fleetops.{package}.{path.stem}"


def load_sdk() -> None:
    sdk = importlib.import_module("airflow.sdk")
    for name in ("BaseHook", "BaseOperator", "BaseSensorOperator", "Context", "conf", "dag", "task"):
        getattr(sdk, name)
    # The SDK's deferral needs it, and no trigger can do without it: part of what a module stands on.
    importlib.import_module("airflow.triggers.base")


def import_in_child(module: str) -> float:
    """Return the milliseconds that a forked child reports for the import, everything below it included."""
    with tempfile.TemporaryFile("w+") as report:
        child = os.fork()
        if child == 0:
            os.dup2(report.fileno(), 2)
            importlib.import_module(module)
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
    load_sdk()
    modules = [*our_modules(), *PEERS]
    runs = [{module: import_in_child(module) for module in modules} for _ in range(RUNS)]
    missed = 0
    print(f"import on top of airflow.sdk, median of {RUNS} runs in ms (goal {GOAL_MS:g})")
    for module in modules:
        median = statistics.median(run[module] for run in runs)
        judged = module not in PEERS
        missed += judged and median > GOAL_MS
        verdict = ("MISSED" if median > GOAL_MS else "ok") if judged else "peer"
        print(f"{median:8.1f}  {verdict:6}  {module}")
    return missed


def main() -> int:
    if "--measure" in sys.argv:
        return 1 if measure() else 0
    # A neutral home, and warnings of others' modules out of the report.
    with tempfile.TemporaryDirectory() as home:
        environment = os.environ | {"AIRFLOW_HOME": home}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-W", "ignore", "-X", "importtime", __file__, "--measure"]
        done = subprocess.run(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        print(*[line for line in done.stderr.splitlines() if not line.startswith("import time:")], sep="\n")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
