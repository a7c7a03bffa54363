"""The secrets and names of the sandbox's world, to be looked for after a run."""

from __future__ import annotations

from collections.abc import Mapping

import httpx

# These tell no secret: where a host or a version stands in the log is no leak.
_PUBLIC = {"api_version", "partner_api_version", "username", "client_id", "system_id", "tenant"}


def marked_texts(fl3xx_url: str, credentials: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """Texts that must stand nowhere in clear, by a label that may be shown: credentials and passengers' full names."""
    marks = {
        f"{vendor} {name}": value
        for vendor, pairs in credentials.items()
        for name, value in pairs.items()
        if name not in _PUBLIC
    }
    headers = {"X-Auth-Token": credentials["fl3xx"]["token"]}
    answer = httpx.get(
        f"{fl3xx_url}/api/external/user", params={"limit": 1000}, headers=headers, trust_env=False, timeout=30
    )
    people = answer.raise_for_status().json()
    names = {f"passenger {p['internalId']}": f"{p['firstName']} {p['lastName']}" for p in people if p.get("lastName")}
    return marks | names
