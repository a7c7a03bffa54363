"""``airflow fleetops ...`` as a person types it, against a migrated Airflow of its own."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from airflow_provider_fleetops import vendors
from airflow_provider_fleetops.cli.definition import STATES, get_fleetops_cli_commands
from airflow_provider_fleetops.demo.connections import connections
from airflow_provider_fleetops.protocol.ledger import Status
from airflow_provider_fleetops.sandbox import Sandbox
from tests.airflow.commands import Commands

ROOT = Path(__file__).parents[2]
ALL = set(vendors.NAMES)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("airflow-home")


@pytest.fixture(scope="module")
def airflow(home: Path, sandbox: Sandbox) -> Iterator[Commands]:
    """Airflow's commands, with the four connections stored in its database, where a task's look-up does not reach."""
    found = connections(sandbox.url, {name: sandbox.credentials(name) for name in vendors.NAMES})
    stored = {name: {**connection, "extra": json.dumps(connection["extra"])} for name, connection in found.items()}
    (home / "connections.json").write_text(json.dumps(stored))
    with Commands(home, {"AIRFLOW__CORE__FERNET_KEY": os.environ["AIRFLOW__CORE__FERNET_KEY"]}) as commands:
        assert commands("db", "migrate").code == 0
        assert commands("connections", "import", str(home / "connections.json")).code == 0
        yield commands


@pytest.fixture
def slots(home: Path) -> Callable[[], Mapping[str, int]]:
    """The pools in Airflow's database; the test begins without ours."""

    def read() -> Mapping[str, int]:
        with sqlite3.connect(home / "airflow.db") as database:
            return dict(database.execute("SELECT pool, slots FROM slot_pool WHERE pool != 'default_pool'"))

    with sqlite3.connect(home / "airflow.db") as database:
        database.execute("DELETE FROM slot_pool WHERE pool != 'default_pool'")
    return read


# --- pools -----------------------------------------------------------------------------------------------------------


def test_missing_pools_are_created_once(airflow: Commands, slots: Callable[[], Mapping[str, int]]) -> None:
    check = airflow("fleetops", "pools", "--check")
    assert (check.code, slots()) == (2, {})
    assert check.out.count("missing") == len(ALL)
    documented = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8").splitlines()
    assert {line.rstrip() for line in check.out.splitlines()} <= set(documented)
    assert airflow("fleetops", "pools").code == 0
    assert set(slots()) == ALL
    assert airflow("fleetops", "pools", "--dry-run").code == 0
    again = airflow("fleetops", "pools", "--output", "json")
    assert {row["pool"]: row["state"] for row in json.loads(again.out)} == dict.fromkeys(ALL, "exists")


def test_what_an_administrator_tuned_stays_until_told_otherwise(
    airflow: Commands, slots: Callable[[], Mapping[str, int]]
) -> None:
    assert airflow("pools", "set", "fastrac", "9", "ours").code == 0
    done = airflow("fleetops", "pools")
    assert done.code == 0
    assert "kept with 9 slots" in done.out
    assert (slots()["fastrac"], set(slots())) == (9, ALL)
    assert airflow("fleetops", "pools", "--check").code == 0
    assert airflow("fleetops", "pools", "--check", "--update").code == 2
    assert slots()["fastrac"] == 9
    updated = airflow("fleetops", "pools", "--update")
    assert (updated.code, updated.out.count("updated")) == (0, 1)
    assert slots()["fastrac"] == 4
    assert airflow("fleetops", "pools", "--check", "--update").code == 0


def test_the_printed_file_is_one_that_airflow_imports(
    airflow: Commands, slots: Callable[[], Mapping[str, int]], tmp_path: Path
) -> None:
    (tmp_path / "pools.json").write_text(airflow("fleetops", "pools", "--json").out)
    assert airflow("pools", "import", str(tmp_path / "pools.json")).code == 0
    assert airflow("fleetops", "pools", "--check", "--update").code == 0
    assert set(slots()) == ALL


def test_a_database_that_is_not_migrated_is_told_in_one_line(airflow: Commands, tmp_path: Path) -> None:
    with Commands(tmp_path, {}) as elsewhere:
        done = elsewhere("fleetops", "pools")
    assert (done.code, done.out) == (1, "")
    assert "no such table" in done.err
    assert "airflow db migrate" in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_who_made_the_pools_is_in_airflows_audit_log(
    airflow: Commands, home: Path, slots: Callable[[], Mapping[str, int]]
) -> None:
    airflow("fleetops", "pools")
    with sqlite3.connect(home / "airflow.db") as database:
        (last,) = database.execute(
            "SELECT extra FROM log WHERE event = 'cli_pools' ORDER BY id DESC LIMIT 1"
        ).fetchone()
    assert "'fleetops', 'pools'" in last


# --- db --------------------------------------------------------------------------------------------------------------


def test_the_schema_is_checked_and_migrated(airflow: Commands, tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    env = {"AIRFLOW__FLEETOPS__STATE_URL_CMD": f"echo sqlite:///{file}"}
    before = airflow("fleetops", "db", "check", env=env)
    assert before.code == 1
    assert "has no schema yet" in before.err
    assert not file.exists()
    for command in ("migrate", "migrate", "check"):
        done = airflow("fleetops", "db", command, env=env)
        assert done == (0, f"The schema of sqlite:///{file} is up to date.\n", "")


def test_a_url_that_cannot_be_used_is_an_error_without_its_password(airflow: Commands) -> None:
    env = {"AIRFLOW__FLEETOPS__STATE_URL": "mysql://fleetops:hunter2@db/fleetops"}
    for command in ("migrate", "check"):
        done = airflow("fleetops", "db", command, env=env)
        assert (done.code, done.out) == (1, "")
        assert "MySQL is not supported" in done.err
        assert "hunter2" not in done.err


# --- call ------------------------------------------------------------------------------------------------------------


def test_a_read_prints_the_answer_and_a_word_of_care(airflow: Commands, sandbox: Sandbox) -> None:
    done = airflow(
        "fleetops", "call", "fl3xx_default", "flights.list", "--arg", "from_=2031-04-02", "--arg", "to=2031-04-02"
    )
    assert done.code == 0, done.err
    assert len(json.loads(done.out)) > 10
    assert "personal data" in done.err


def test_a_document_is_printed_as_its_bytes(airflow: Commands) -> None:
    picture = "uuid=00000501-0000-4000-8000-000000000000"
    done = airflow("fleetops", "call", "fl3xx_default", "aircraft.picture", "--arg", picture)
    assert done.code == 0, done.err
    assert done.out.encode(errors="surrogateescape").startswith(b"\xff\xd8")  # how a JPEG begins


def test_what_changes_something_needs_the_word_and_a_key_makes_it_once(airflow: Commands, sandbox: Sandbox) -> None:
    sandbox.control.reset()
    call = ("fleetops", "call", "fasttrack360_default", "client.create", "--body", "@-", "--key", "shell-1")
    body = json.dumps({"name": "Shell Ltd", "officeId": 11, "gradeId": 11, "status": "Active"})
    refused = airflow(*call, stdin=body)
    assert refused.code == 1
    assert "--write" in refused.err
    assert posts(sandbox) == 0
    done, again = (airflow(*call, "--write", stdin=body) for _ in range(2))
    assert done.code == 0, done.err
    assert (again.out, posts(sandbox)) == (done.out, 1)


def posts(sandbox: Sandbox) -> int:
    return sum(entry["method"] == "POST" for entry in sandbox.control.journal(vendor="fasttrack360"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nobody", "aircraft.list"), "there is no connection 'nobody'"),
        (("fl3xx_default", "aircraft.lst"), "unknown endpoint 'aircraft.lst'. Did you mean aircraft.list"),
        (("fl3xx_default", "flights.list", "--arg", "from_"), "must be NAME=VALUE"),
        (("fl3xx_default", "flights.list", "--arg", "to=1", "--arg", "to=2"), "'to' is given twice"),
        (("fl3xx_default", "flights.list", "--arg", "reuse=0"), "unknown parameter 'reuse'"),
        (("fl3xx_default", "flights.list", "--arg", "body=0"), "unknown parameter 'body'"),
        (("fl3xx_default", "flights.list", "--arg", "from_=x", "--arg", "to=x"), "must be a date"),
        (("fl3xx_default", "aircraft.list", "--body", "{"), "--body is not JSON"),
        (("fl3xx_default", "aircraft.list", "--body", "@/no/such/file"), "the file cannot be read"),
        (("fl3xx_default", "aircraft.list", "--body", "[" * 50_000), "nested too deeply"),
    ],
)
def test_a_wrong_call_is_one_line_that_names_the_rule(airflow: Commands, arguments: tuple[str, ...], said: str) -> None:
    done = airflow("fleetops", "call", *arguments)
    assert (done.code, done.out) == (1, "")
    assert said in done.err
    assert "retry" not in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_without_an_entry_all_are_listed_and_nothing_is_called(airflow: Commands, sandbox: Sandbox) -> None:
    sandbox.control.reset()
    done = airflow("fleetops", "call", "fastrac_default")
    assert (done.code, done.err) == (0, "")
    names = re.findall(r"^([a-z_.0-9]+): ", done.out, re.MULTILINE)
    assert names == list(vendors.vendor("fastrac").endpoints)
    assert re.search(r"^regions\.cities: .*\n    .*province_id\*", done.out, re.MULTILINE)
    assert re.search(r"^orders\.express: .*\(--write\)\n    --body .*courier_code\*", done.out, re.MULTILINE)
    assert sandbox.control.journal() == []


# --- operations ------------------------------------------------------------------------------------------------------


def test_an_operation_is_listed_shown_and_resolved(airflow: Commands, sandbox: Sandbox) -> None:
    sandbox.control.reset()
    body = json.dumps({"name": "Shell Ltd", "officeId": 11, "gradeId": 11, "status": "Active"})
    create = (
        "fleetops",
        "call",
        "fasttrack360_default",
        "client.create",
        "--body",
        body,
        "--write",
        "--key",
        "shell-2",
    )
    made = json.loads(airflow(*create).out)
    listed = json.loads(airflow("fleetops", "operations", "list", "--state", "done", "--output", "json").out)
    (row,) = [row for row in listed if row["key"] == "shell-2"]
    assert str(made["id"]) in airflow("fleetops", "operations", "show", row["id"]).out
    assert airflow("fleetops", "operations", "resolve", row["id"]).code == 1
    assert airflow("fleetops", "operations", "resolve", row["id"], "--not-done").code == 1
    assert airflow("fleetops", "operations", "resolve", row["id"], "--not-done", "--force").code == 0
    assert airflow(*create).code == 0
    assert posts(sandbox) == 2
    assert airflow("fleetops", "operations", "show", "nothing").code == 1


# --- usage -----------------------------------------------------------------------------------------------------------


def test_what_was_called_stands_in_the_accounts(airflow: Commands, sandbox: Sandbox) -> None:
    sandbox.control.reset()
    assert airflow("fleetops", "call", "fastrac_default", "regions.cities", "--arg", "province_id=31").code == 0
    rows = json.loads(airflow("fleetops", "usage", "--output", "json").out)
    (row,) = [row for row in rows if row["endpoint"] == "regions.cities"]
    assert (row["conn_id"], row["calls"], row["wasted"]) == ("fastrac_default", "1", "0")
    assert "fastrac_default" in airflow("fleetops", "usage", "--by", "day", "--conn-id", "fastrac_default").out
    assert "No data found" in airflow("fleetops", "usage", "--since", "2999-01-01").out
    wrong = airflow("fleetops", "usage", "--since", "yesterday")
    assert (wrong.code, "must be an ISO-8601 time" in wrong.err) == (1, True)


# --- the start of every command --------------------------------------------------------------------------------------


def test_every_airflow_command_loads_the_definition_alone() -> None:
    script = (
        "import sys, airflow.cli.cli_config\n"
        "import airflow_provider_fleetops.provider_info\n"
        "before = set(sys.modules)\n"
        "from airflow_provider_fleetops.cli.definition import get_fleetops_cli_commands\n"
        "get_fleetops_cli_commands()\n"
        "print(*sorted(set(sys.modules) - before))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["airflow_provider_fleetops.cli", "airflow_provider_fleetops.cli.definition"]


def test_a_reader_that_has_enough_gets_no_traceback() -> None:
    script = (
        "from argparse import Namespace\n"
        "from airflow_provider_fleetops.cli.run import _exit_code\n"
        "from airflow_provider_fleetops.cli.pools import pools\n"
        "raise SystemExit(_exit_code(pools, Namespace(json=True)))\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    process.stdout.close()
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(timeout=60), said) == (1, b"")


def every_help(commands: Iterable[Any]) -> Iterator[str]:
    for command in commands:
        yield command.help
        yield from (argument.kwargs.get("help") or "" for argument in getattr(command, "args", ()))
        yield from every_help(getattr(command, "subcommands", ()))


def test_no_help_text_has_brackets_which_airflows_parser_takes_for_colours() -> None:
    texts = list(every_help(get_fleetops_cli_commands()))
    assert len(texts) > 40
    assert [text for text in texts if "[" in text] == []


def test_the_states_to_list_are_those_of_the_ledger_and_each_is_explained() -> None:
    assert list(STATES) == list(Status)
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(STATES)


def test_each_command_has_help(airflow: Commands) -> None:
    done = airflow("fleetops", "--help")
    assert done.code == 0
    assert all(word in done.out for word in ("call", "db", "operations", "pools", "usage"))
