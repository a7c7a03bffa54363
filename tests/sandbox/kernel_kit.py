"""How to knock at each vendor of the sandbox with valid credentials, over nothing but HTTP."""

from __future__ import annotations

import base64

import requests

from airflow_provider_fleetops.sandbox import Sandbox

UNLIMITED = {
    "fl3xx": {"repeat_seconds": 0, "schedule_seconds": 0},
    "fasttrack360": {"rate": 1e6, "burst": 10**6, "daily_quota": 10**6},
}


def headers_of(box: Sandbox, vendor: str) -> dict[str, str]:
    known = box.credentials(vendor)
    if vendor == "fl3xx":
        return {"X-Auth-Token": known["token"], "X-Api-Client-Id": known["client_id"]}
    if vendor == "fastrac":
        pair = f"{known['access_key']}:{known['secret_key']}"
        basic = base64.b64encode(pair.encode()).decode()
        return {
            "Authorization": f"Basic {basic}",
            "access-key": known["access_key"],
            "secret-key": known["secret_key"],
        }
    if vendor == "fasttrack360":
        return {"x-api-key": known["api_key"]}
    return _fasttrak(box, known)


def _fasttrak(box: Sandbox, known: dict[str, str]) -> dict[str, str]:
    headers = {
        "Partner-Access-Key": known["partner_access_key"],
        "Partner-API-Version": known["partner_api_version"],
        "System-ID": known["system_id"],
    }
    body = {
        "username": known["username"],
        "password": known["password"],
        "systemId": known["system_id"],
        "refreshToken": "",
    }
    url = f"{box.base_url('fasttrak')}/api/authentication/web-service-user"
    answer = requests.post(url, json=body, headers=headers, timeout=10)
    return headers | {"Authorization": f"Bearer {answer.json()['item']['token']['accessToken']}"}
