"""Run ``airflow ...`` many times for the price of one start: a process imports Airflow once and forks for each command.

``python commands.py`` reads a JSON object a line, ``{"argv": [...], "stdin": "...", "env": {...}}``, and answers with
``{"code": ..., "out": "...", "err": "..."}``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple, Self


class Done(NamedTuple):
    code: int
    out: str
    err: str


class Commands:
    """``with Commands(home, env) as airflow: airflow("fleetops", "pools").code``."""

    def __init__(self, home: Path, env: Mapping[str, str]) -> None:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
        self._env = kept | {"AIRFLOW_HOME": str(home), "AIRFLOW__CORE__LOAD_EXAMPLES": "False", **env}

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, __file__], env=self._env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()

    def __call__(self, *argv: str, stdin: str = "", env: Mapping[str, str] | None = None) -> Done:
        self._process.stdin.write(json.dumps({"argv": argv, "stdin": stdin, "env": dict(env or {})}) + "\n")
        self._process.stdin.flush()
        return Done(**json.loads(self._process.stdout.readline()))


def _serve() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Airflow 3.2 logs to stdout while it is imported

    from airflow.__main__ import main
    from airflow.cli.cli_parser import get_parser
    from airflow.models import import_all_models
    from sqlalchemy.orm import configure_mappers

    get_parser(), import_all_models(), configure_mappers()  # what takes the time
    for line in sys.stdin:
        asked = json.loads(line)
        with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            given.write(asked["stdin"].encode())
            given.seek(0)
            if (pid := os.fork()) == 0:
                for number, file in enumerate((given, out, err)):
                    os.dup2(file.fileno(), number)
                os.environ.update(asked["env"])
                sys.argv, sys.stdin = ["airflow", *asked["argv"]], os.fdopen(0)
                main()
                sys.exit()  # from here on this process is the command alone, and ends as any other
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            answer = {"code": code, "out": _text(out), "err": _text(err)}
        print(json.dumps(answer), file=answers, flush=True)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="surrogateescape")


if __name__ == "__main__":
    _serve()
