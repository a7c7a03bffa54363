"""The sandbox's credentials as Airflow connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]
# The extras that say how often a vendor may be looked at.
_CADENCES = {
    "fl3xx": ("recurring_seconds", "schedule_seconds"),
    "fastrac": ("tracking_seconds",),
    "fasttrak": ("reservation_seconds",),
    "fasttrack360": ("look_seconds",),
}


def connections(
    url: str, credentials: Mapping[str, Mapping[str, str]], *, cadence: int | None = None
) -> dict[str, Json]:
    """One connection per vendor (``<vendor>_default``) to the sandbox at ``url``, in the form of Airflow's JSON.

    ``cadence`` (seconds) replaces the vendors' own spacing of looks, for a world whose time runs faster.
    """
    found = {}
    for vendor, (login, password, extra) in _sign_in(credentials).items():
        pace = {} if cadence is None else dict.fromkeys(_CADENCES[vendor], cadence)
        found[f"{vendor}_default"] = {
            "conn_type": vendor,
            "host": f"{url}/{vendor}",
            "port": urlsplit(url).port,  # for the Test button: see the forms' placeholder of it
            "login": login,
            "password": password,
            "extra": extra | pace,
        }
    return found


def _sign_in(credentials: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str | None, str, Json]]:
    """Login, password and extras of each vendor."""
    fl3xx, fastrac = credentials["fl3xx"], credentials["fastrac"]
    fasttrak, staffing = credentials["fasttrak"], credentials["fasttrack360"]
    keys = {"partner_access_api_key": fasttrak["partner_access_key"], "system_id": fasttrak["system_id"]}
    return {
        "fl3xx": (None, fl3xx["token"], {"client_id": fl3xx["client_id"]}),
        "fastrac": (fastrac["access_key"], fastrac["secret_key"], {}),
        "fasttrak": (fasttrak["username"], fasttrak["password"], keys),
        "fasttrack360": (None, staffing["api_key"], {"api_version": staffing["api_version"]}),
    }
