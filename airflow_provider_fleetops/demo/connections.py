"""The sandbox's credentials as Airflow connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


def connections(
    url: str, credentials: Mapping[str, Mapping[str, str]], *, repeat_seconds: float = 600
) -> dict[str, Json]:
    """One connection per vendor (``<vendor>_default``) to the sandbox at ``url``, in the form of Airflow's JSON.

    ``repeat_seconds`` is FL3XX's spacing of identical reads, shorter in a world whose time runs faster.
    """
    fl3xx, fastrac = credentials["fl3xx"], credentials["fastrac"]
    fasttrak, staffing = credentials["fasttrak"], credentials["fasttrack360"]
    return {
        "fl3xx_default": {
            "conn_type": "fl3xx",
            "host": f"{url}/fl3xx",
            "password": fl3xx["token"],
            "extra": {"client_id": fl3xx["client_id"], "recurring_seconds": repeat_seconds},
        },
        "fastrac_default": {
            "conn_type": "fastrac",
            "host": f"{url}/fastrac",
            "login": fastrac["access_key"],
            "password": fastrac["secret_key"],
            "extra": {},
        },
        "fasttrak_default": {
            "conn_type": "fasttrak",
            "host": f"{url}/fasttrak",
            "login": fasttrak["username"],
            "password": fasttrak["password"],
            "extra": {
                "partner_access_api_key": fasttrak["partner_access_key"],
                "system_id": fasttrak["system_id"],
                "api_version": fasttrak["partner_api_version"],
            },
        },
        "fasttrack360_default": {
            "conn_type": "fasttrack360",
            "host": f"{url}/fasttrack360",
            "password": staffing["api_key"],
            "extra": {"api_version": staffing["api_version"]},
        },
    }
