"""The commands as Airflow's parser wants them.

Every ``airflow`` command imports this module, so it imports nothing but Airflow's own definitions; what a command does
is imported when it runs.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable

from airflow.cli.cli_config import ARG_OUTPUT, ARG_VERBOSE, ActionCommand, Arg, CLICommand, GroupCommand, positive_int

from airflow_provider_fleetops.vendors import NAMES


def get_fleetops_cli_commands() -> list[CLICommand]:
    """What ``provider_info`` names under ``cli``."""
    groups = [
        GroupCommand("db", "The state that all tasks share", _DATABASE),
        GroupCommand("operations", "What was sent to the vendors under a key", _OPERATIONS),
    ]
    return [GroupCommand("fleetops", "Fleet operations: pools, shared state, calls", [*groups, _POOLS, _CALL, _USAGE])]


def _command(path: str, name: str, help_text: str, *arguments: Arg, epilog: str = "") -> ActionCommand:
    return ActionCommand(name, help_text, _lazily(path), (*arguments, ARG_VERBOSE), epilog=epilog or None)


def _lazily(path: str) -> Callable[[Namespace], None]:
    def command(args: Namespace) -> None:
        from airflow_provider_fleetops.cli.run import run

        run(path, args)

    return command


# The ledger's states. Their enum is not imported: every `airflow` command would load what it needs.
STATES = ("intent", "sent", "done", "not_done", "unknown")

_LIMIT = Arg(("--limit",), type=positive_int(allow_zero=False), default=50, help="At most so many (default: 50)")

_POOLS = _command(
    "pools.pools",
    "pools",
    "Create the pools that are missing",
    Arg(("--update",), action="store_true", help="Also set existing pools to our slots and descriptions"),
    Arg(("--check", "--dry-run"), action="store_true", help="Change nothing; exit with 2 when something would change"),
    Arg(("--json",), action="store_true", help="Print a file for `airflow pools import`; no database is asked"),
    ARG_OUTPUT,
    epilog="Exit codes: 0 all is there, 1 error, 2 something is missing (with --check).",
)

_CALL = _command(
    "call.call",
    "call",
    "Call an entry of a vendor's catalogue, under its limits, and print the answer as JSON; list the entries",
    Arg(("conn_id",), help="The connection"),
    Arg(("endpoint",), nargs="?", help="The entry, for example aircraft.list; without it all are listed"),
    Arg(("--arg",), action="append", default=[], metavar="NAME=VALUE", help="A path or query parameter; repeatable"),
    Arg(("--body",), metavar="JSON", help="The JSON body, or @FILE, or @- for standard input"),
    Arg(("--write",), action="store_true", help="Allow an entry that changes something at the vendor"),
    Arg(("--key",), help="Do it once under this name, say an order number; called again it gives the first answer"),
)

_DATABASE = (
    _command(
        "db.migrate",
        "migrate",
        "Create or upgrade the schema of the shared state: state_url in the section fleetops of airflow.cfg",
    ),
    _command("db.check", "check", "Exit with 0 if the schema is up to date, else with 1"),
)

_OPERATION = Arg(("id",), help="The operation's id, as `list` shows it")
_OPERATIONS = (
    _command(
        "operations.operations_list",
        "list",
        "List operations, the newest first",
        Arg(("--state",), choices=STATES, help="Only those in this state"),
        Arg(("--vendor",), choices=NAMES, help="Only those of this vendor"),
        _LIMIT,
        ARG_OUTPUT,
    ),
    _command("operations.operations_show", "show", "Show one operation with its evidence", _OPERATION, ARG_OUTPUT),
    _command(
        "operations.operations_resolve",
        "resolve",
        "Decide about an operation whose outcome is unknown",
        Arg(("id",), help="The operation's whole id, or its key"),
        Arg(("--done",), metavar="RESULT_ID", help="It happened, and this is its id at the vendor"),
        Arg(("--not-done",), action="store_true", help="It did not happen; the next try sends it"),
        Arg(("--force",), action="store_true", help="Also an operation that is recorded as done"),
    ),
)

_USAGE = _command(
    "usage.usage_show",
    "usage",
    "Show what was called, and what it cost",
    Arg(("--conn-id",), help="Only this connection"),
    Arg(("--since",), help="Only since then (ISO 8601)"),
    Arg(("--by",), choices=("endpoint", "dag", "day"), default="endpoint", help="One row for each (default: endpoint)"),
    ARG_OUTPUT,
)
