"""Receives the deliveries of FL3XX and FASTTRAK, and starts a DAG run for each event, once.

``uvicorn webhook_receiver:app`` behind a proxy that ends TLS and bounds the size of a body.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import Any

import httpx
from fastapi import FastAPI, HTTPException, Request

# Per vendor: where its key is, and what an event calls the thing that it is about.
KEYS = {"fl3xx": "FL3XX_SIGNING_KEY", "fasttrak": "FASTTRAK_WEBHOOK_SECRET"}
SUBJECTS = {"fl3xx": "resourceId", "fasttrak": "reservationId"}

app = FastAPI()


def is_genuine(raw: bytes, signature: str, key: str) -> bool:
    """Whether the sender knows the key: lower-case hex HMAC-SHA256 over the bytes as they came."""
    expected = hmac.new(key.encode(), raw, hashlib.sha256).hexdigest()
    return bool(key) and hmac.compare_digest(expected.encode(), signature.encode())


@app.post("/{vendor}")
async def receive(vendor: str, request: Request) -> None:
    """Verify first, parse then; what is not 200 tells the vendor that nothing was taken."""
    raw, key = await request.body(), os.environ.get(KEYS.get(vendor, ""), "")
    if not is_genuine(raw, request.headers.get("X-Webhook-Signature", ""), key):
        raise HTTPException(401)
    await start_run(vendor, json.loads(raw))


async def start_run(vendor: str, event: dict[str, Any]) -> None:
    """The event's id names the run, so Airflow refuses (409) what was delivered twice."""
    conf = {"event": event.get("event") or event.get("eventType"), "subject": event[SUBJECTS[vendor]]}
    run = {"dag_run_id": f"{vendor}-{event['eventId']}", "logical_date": None, "conf": conf}
    airflow, token = os.environ["AIRFLOW_URL"], os.environ["AIRFLOW_TOKEN"]
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as client:
        answer = await client.post(f"{airflow}/api/v2/dags/{vendor}_event/dagRuns", json=run)
    if answer.status_code != 409:
        answer.raise_for_status()
