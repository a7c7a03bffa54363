"""Error answers. Their bodies are not documented, so several shapes are in use (https://developer.fl3xx.com/docs/api-basics)."""

from __future__ import annotations

import json
from http import HTTPStatus

from airflow_provider_fleetops.sandbox.routes import Call, Reply

STYLES = ("mixed", "json", "html", "empty")
_MIXED = {401: "empty", 404: "html", 405: "html", 422: "errors"}


class Refusal(Exception):
    """A handler refuses: the status, and a text that names the field and the rule."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def missing(what: str) -> Refusal:
    """Return the refusal for something that does not exist."""
    return Refusal(404, f"{what} not found")


def conflict(message: str) -> Refusal:
    """Return the refusal for a state, relationship or value that does not fit."""
    return Refusal(422, message)


def error(call: Call, status: int, message: str, *, style: str = "mixed", broke: str | None = None) -> Reply:
    """Return an error answer in the wanted style; "mixed" chooses one by API version and status."""
    if style == "mixed":
        style = _mixed(call, status)
    if style == "empty":
        return Reply(status, broke=broke)
    if style == "html":
        page = f"<!doctype html><html><body><h1>HTTP Status {status}</h1></body></html>"
        return Reply(status, page.encode(), {"content-type": "text/html;charset=utf-8"}, broke=broke)
    body = {"errors": [{"message": message}]} if style == "errors" else _spring(call, status, message)
    return Reply(status, json.dumps(body).encode(), {"content-type": "application/json"}, broke=broke)


def _mixed(call: Call, status: int) -> str:
    if call.path.startswith("/api/v2") and status != 400:
        return "empty"
    return _MIXED.get(status, "json")


def _spring(call: Call, status: int, message: str) -> dict[str, object]:
    stamp = call.gateway.strftime("%Y-%m-%dT%H:%M:%S.000+00:00")
    phrase = HTTPStatus(status).phrase
    return {"timestamp": stamp, "status": status, "error": phrase, "message": message, "path": call.path}
