"""The store that Airflow's configuration names."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.state.clock import DatabaseClock
from airflow_provider_fleetops.state.local import ResilientStore
from airflow_provider_fleetops.state.store import StateStore

FILE_NAME = "fleetops.db"
OPERATIONS_DAYS = 90
DAY = 86_400.0

USAGE_DAYS = 30
# They run every task on this machine: one file serves them all.
LOCAL_EXECUTORS = frozenset({"LocalExecutor", "SequentialExecutor"})

log = logging.getLogger(__name__)
_stores: dict[tuple[str, str], ResilientStore] = {}


def open_store() -> ResilientStore:
    """The state at ``[fleetops] state_url``, or in ``fleetops.db`` under ``AIRFLOW_HOME``; nothing is connected yet.

    ``ConfigurationError`` when the URL or ``[core] fernet_key`` cannot be used.
    """
    from airflow.sdk import conf

    url, keys = configured_url(), conf.get("core", "fernet_key", fallback="") or ""
    if (url, keys) not in _stores:
        shared = StateStore(
            url,
            cipher(keys),
            operations_kept=_seconds("operations_days", OPERATIONS_DAYS),
            usage_kept=_seconds("usage_days", USAGE_DAYS),
            clock=DatabaseClock(),
        )
        _warn_of_many_machines(url, conf.get("core", "executor", fallback=""))
        _stores[url, keys] = ResilientStore(shared)
    return _stores[url, keys]


def _seconds(option: str, days: int) -> float:
    from airflow.sdk import conf

    return max(conf.getint("fleetops", option, fallback=days), 1) * DAY


def _warn_of_many_machines(url: str, executors: str) -> None:
    """Said once per process: what an SQLite file risks where tasks run on several machines."""
    names = [name.strip().split(":")[-1].rpartition(".")[2] for name in executors.split(",") if name.strip()]
    remote = [name for name in names if name not in LOCAL_EXECUTORS]
    if url.startswith("sqlite") and remote:
        log.warning(
            "[fleetops] state_url is an SQLite file, which serves one machine, but %s may run tasks on several. Each "
            "would count its own calls and make its own logins: limits can be passed, a day's quota spent early, and "
            "an operation done twice. Set state_url to a PostgreSQL database.",
            " and ".join(remote),
        )


def configured_url() -> str:
    """``[fleetops] state_url`` (also ``_cmd`` and ``_secret``), by default the file under ``AIRFLOW_HOME``."""
    from airflow.sdk import conf

    url = conf.get("fleetops", "state_url", fallback="") or ""
    return url.strip() or _default_url()  # what a ``_cmd`` prints ends with a line break


def cipher(keys: str) -> MultiFernet:
    """The cipher of ``[core] fernet_key``: the first of the comma-separated keys encrypts, all decrypt."""
    if not keys.strip() or keys.startswith("{"):  # the Task SDK leaves the default as "{FERNET_KEY}"
        raise ConfigurationError(
            "[core] fernet_key is not set, and tokens are never stored in clear",
            advice="Set [core] fernet_key in airflow.cfg or AIRFLOW__CORE__FERNET_KEY, the same for all processes",
        )
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",")])
    except ValueError:
        raise ConfigurationError(
            "[core] fernet_key is not a Fernet key",
            advice="It is 32 url-safe base64-encoded bytes, several with commas",
        ) from None


def _default_url() -> str:
    home = Path(os.path.expandvars(os.environ.get("AIRFLOW_HOME", "~/airflow"))).expanduser()
    return f"sqlite:///{home.absolute() / FILE_NAME}"
