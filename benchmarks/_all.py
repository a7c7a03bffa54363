"""Run every benchmark, one after the other, and print all goals in one table; fails where one is missed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _report import HEAD, RESULTS, Result, table

HERE = Path(__file__).resolve().parent
SCRIPTS = sorted(HERE.glob("[a-z]*.py"))


def run(script: Path, environment: dict[str, str]) -> list[Result]:
    """A benchmark's results; one that ends without any is a missed goal."""
    found = Path(environment[RESULTS])
    found.write_text("")
    began = time.monotonic()
    print(f"\n== {script.stem}", flush=True)
    code = subprocess.call([sys.executable, str(script)], cwd=HERE.parent, env=environment)
    print(f"({time.monotonic() - began:.0f} s)", flush=True)
    results = [Result(**json.loads(line)) for line in found.read_text().splitlines()]
    return results or [Result(script.stem, "", f"ended with {code}", "an end with figures", met=False)]


def main() -> int:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="fleetops-bench-") as home:
        environment = os.environ | {RESULTS: f"{home}/results", "AIRFLOW_HOME": f"{home}/airflow"}
        results = [result for script in SCRIPTS for result in run(script, environment)]
    missed = sum(not result.met for result in results)
    print(f"\n== summary, {time.monotonic() - began:.0f} s")
    table(HEAD, [result.cells() for result in results])
    print(f"{missed} of {len(results)} goals missed" if missed else f"all {len(results)} goals reached")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
