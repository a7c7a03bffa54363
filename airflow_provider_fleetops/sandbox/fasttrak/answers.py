"""FASTTRAK's envelope and its gate: three headers in the documented order, then the bearer token, then the grants."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from airflow_provider_fleetops.sandbox.fasttrak.tokens import Sessions
from airflow_provider_fleetops.sandbox.routes import Call, Reply, Route

# Texts of https://developer.ifasttrak.com/security; that they come in the JSON envelope is an assumption.
BAD_KEY = "[400] API Gateway Not Authorized"
NO_VERSION = "[400] Missing Required Header: Partner-Api-Version"
NO_SYSTEM = "[400] Missing Required Header: System-Id"


class Answers:
    """Makes the envelope ``{item | items, status, message, includesOperationalMessage}``."""

    def __init__(self, limits: Mapping[str, Any]) -> None:
        self.limits = limits

    def item(self, value: object, **notes: Any) -> Reply:
        """One object; ``notes`` are the journal's (effect, broke, subjects)."""
        return Reply.of({"item": value, "status": "SUCCESS", "includesOperationalMessage": False}, **notes)

    def items(self, values: Sequence[object], **notes: Any) -> Reply:
        """A list."""
        return Reply.of({"items": values, "status": "SUCCESS", "includesOperationalMessage": False}, **notes)

    def failure(self, message: str, status: int = 200, **notes: Any) -> Reply:
        """A business failure, which the vendor may send as HTTP 200."""
        return self.refuse(message, 200 if self.limits["failures_as_200"] else status, **notes)

    def refuse(self, message: str, status: int, *, shown: bool = False, item: object = None, **notes: Any) -> Reply:
        """A failure with exactly this status; ``shown``: the text is fit for staff."""
        body = {"item": item, "status": "FAILURE", "message": message, "includesOperationalMessage": shown}
        return Reply.of(body, status, **notes)


class Gate:
    """Lets a call through, or answers with the documented text."""

    def __init__(self, answers: Answers, sessions: Sessions, keys: Sequence[str]) -> None:
        self._answers = answers
        self._sessions = sessions
        self._keys = tuple(keys)

    def check(self, call: Call, route: Route | None) -> Reply | None:
        """Return the refusal, or None. Logging in needs the headers and no bearer."""
        if text := self._headers(call.headers):
            return self._answers.refuse(text, 400, broke="auth")
        area = _area(call.path)
        if area == "authentication":
            return None
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._sessions.usable(token.strip(), call.gateway):
            return self._answers.refuse("Unauthorized", 401, broke="auth")
        if route and area in self._answers.limits["denied_areas"]:
            return self._answers.refuse(f"Access to {area} has not been granted", 403, broke="rights")
        return None

    def _headers(self, headers: Mapping[str, str]) -> str | None:
        key = headers.get("partner-access-key", "").encode()
        if not any(hmac.compare_digest(key, known.encode()) for known in self._keys):
            return BAD_KEY
        if not headers.get("partner-api-version", "").strip():
            return NO_VERSION
        system = headers.get("system-id", "").strip().lower()
        return None if system == self._sessions.system_id.lower() else NO_SYSTEM


def _area(path: str) -> str:
    """The API area that an operator grants: the first word after ``/api``, in lower case."""
    return [*path.split("/"), "", ""][2].lower()
