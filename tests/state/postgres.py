"""A private PostgreSQL cluster for tests: a temporary folder, a Unix socket, no network, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

_USER = "fleetops"


def missing() -> str:
    """Why there can be no cluster here; empty when there can."""
    if not _binaries():
        return "no PostgreSQL server is installed (initdb was not found)"
    if not (find_spec("psycopg") or find_spec("psycopg2")):
        return "neither psycopg nor psycopg2 is installed"
    if os.geteuid() == 0 and not _other_user():
        return "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as"
    return ""


@contextmanager
def cluster() -> Iterator[str]:
    """The URL of its database ``postgres``; ``?host=`` names the folder of the socket."""
    folder = Path(tempfile.mkdtemp(prefix="fleetops-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, _other_user() or 0)
        data = folder / "data"
        _run("initdb", "-D", str(data), "-U", _USER, "-A", "trust", "-E", "UTF8", "--no-sync", cwd=folder)
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off -c max_connections=60"
        _run("pg_ctl", "-D", str(data), "-w", "-l", str(folder / "log"), "-o", options, "start", cwd=folder)
        try:
            yield f"postgresql://{_USER}@/postgres?host={folder}"
        finally:
            _run("pg_ctl", "-D", str(data), "-w", "-m", "immediate", "stop", cwd=folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    usable = [folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()]
    return usable[-1] if usable else None


def _other_user() -> str | None:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next((name for name in ("postgres", "nobody") if name in names), None)


def _run(program: str, *arguments: str, cwd: Path) -> None:
    user = _other_user() if os.geteuid() == 0 else None
    done = subprocess.run(
        [str(Path(_binaries() or "") / program), *arguments],
        cwd=cwd,
        user=user,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,  # the server inherits them: a pipe would stay open
        stderr=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, f"{program} ended with {done.returncode}"
