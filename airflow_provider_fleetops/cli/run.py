"""How every command runs: errors as one line on stderr, the exit code, and Airflow's record of who changed what."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable
from importlib import import_module

from airflow.utils.cli import action_cli, suppress_logs_and_warning
from airflow.utils.providers_configuration_loader import providers_configuration_loaded

from airflow_provider_fleetops.protocol.errors import FleetOpsError

# A command gives its exit code; None is 0.
Command = Callable[[Namespace], int | None]

# Airflow's audit log gets the whole command line, so `call`, whose arguments may be personal data, is not among these.
AUDITED = {"pools.pools", "operations.operations_resolve"}


def run(path: str, args: Namespace) -> None:
    """Run ``module.function`` of this package and leave with its exit code; 1 when it fails."""
    module, _, name = path.partition(".")
    command: Command = getattr(import_module(f"airflow_provider_fleetops.cli.{module}"), name)
    if path in AUDITED:
        command = action_cli(command, check_db=False)

    @suppress_logs_and_warning
    @providers_configuration_loaded
    def leave(args: Namespace) -> None:
        sys.exit(_exit_code(command, args))

    leave(args)


def _exit_code(command: Command, args: Namespace) -> int:
    try:
        code = command(args) or 0
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has enough, as `head` has; Python flushes once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except FleetOpsError as error:
        print(_for_a_person(error), file=sys.stderr)
        return 1
    return code


def _for_a_person(error: FleetOpsError) -> str:
    """The error's text. That nothing was sent and a retry is useless is news to a task only."""
    return str(error).replace(" (do not retry)", "")
