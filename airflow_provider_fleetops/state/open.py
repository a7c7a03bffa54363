"""The store that Airflow's configuration names."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.fernet import Fernet, MultiFernet

from airflow_provider_fleetops.protocol.errors import ConfigurationError
from airflow_provider_fleetops.state.store import StateStore

FILE_NAME = "fleetops.db"
OPERATIONS_DAYS = 90
DAY = 86_400.0

_stores: dict[tuple[str, str], StateStore] = {}


def open_store() -> StateStore:
    """The state at ``[fleetops] state_url``, or in ``fleetops.db`` under ``AIRFLOW_HOME``; nothing is connected yet.

    ``ConfigurationError`` when the URL or ``[core] fernet_key`` cannot be used.
    """
    from airflow.sdk import conf

    url, keys = configured_url(), conf.get("core", "fernet_key", fallback="") or ""
    if (url, keys) not in _stores:
        days = conf.getint("fleetops", "operations_days", fallback=OPERATIONS_DAYS)
        _stores[url, keys] = StateStore(url, cipher(keys), operations_kept=max(days, 1) * DAY)
    return _stores[url, keys]


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
