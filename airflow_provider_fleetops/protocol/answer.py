"""An answer together with its question: what a vendor's ``judge`` sees, and the rules that all vendors share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.endpoint import Endpoint, Kind
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    ConfigurationError,
    FleetOpsError,
    InvalidInput,
    NotFound,
    PermissionDenied,
    ProtocolError,
    Refused,
    Throttled,
    Unavailable,
)
from airflow_provider_fleetops.protocol.messages import Response
from airflow_provider_fleetops.protocol.times import parse_retry_after

EXCERPT = 200
SAYS = "the vendor says: "
_BY_STATUS: dict[int, type[FleetOpsError]] = {
    400: InvalidInput,
    401: AuthenticationError,
    403: PermissionDenied,
    404: NotFound,
    405: ConfigurationError,
    408: Unavailable,
    409: Refused,
    410: NotFound,
    413: InvalidInput,
    415: InvalidInput,
    422: InvalidInput,
    425: Throttled,
    429: Throttled,
    499: Unavailable,  # a gateway's word for "nobody waited for the answer"
}
_MESSAGE_KEYS = ("message", "Message", "error", "errors", "detail", "title")
_REQUEST_IDS = ("x-amzn-requestid", "x-request-id", "x-correlation-id", "request-id")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:=-]{1,80}")
_PERSONAL = re.compile(r"[^\s@<>\"']+@[^\s@<>\"']+|\+?\d[\d\s().-]{6,}\d|[A-Za-z0-9+/=_-]{24,}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, the endpoint it answers, the time it came, and the values that must not appear in an error text."""

    vendor: str
    endpoint: Endpoint
    response: Response
    now: datetime
    hidden: tuple[str, ...] = field(default=(), repr=False)

    def json(self) -> Any:
        """The JSON body; :class:`ProtocolError` when it is none."""
        try:
            return self.response.json()
        except ValueError:
            kind = self.response.headers.get("content-type", "no content type").split(";")[0][:40]
            size = len(self.response.body)
            raise self.error(ProtocolError, f"the answer is not JSON ({size} bytes, {kind})") from None

    def message(self) -> str:
        """The vendor's own words: the usual message keys of a JSON body, short and redacted; else nothing."""
        try:
            body = self.response.json()
        except ValueError:
            return ""
        return self.redact(_find_message(body))

    def redact(self, text: str) -> str:
        """At most 200 printable characters, without what was sent, secrets, e-mail addresses and phone numbers."""
        for value in self.hidden:
            text = text.replace(value, "…")
        text = "".join(c if c.isprintable() else " " for c in text)
        return _PERSONAL.sub("…", text)[:EXCERPT].strip()

    def error(self, kind: type[FleetOpsError], what: str = "", **facts: Any) -> FleetOpsError:
        """An error of ``kind`` with this answer's facts; without ``what`` the vendor's message is used."""
        said = self.message()
        text = what or (f"{SAYS}{said}" if said else f"the vendor answered HTTP {self.response.status}")
        base: dict[str, Any] = {
            "vendor": self.vendor,
            "endpoint": self.endpoint.name,
            "status": self.response.status,
            "request_id": self.request_id(),
        }
        return kind(text, **(base | facts))

    def request_id(self) -> str | None:
        """The vendor's id of this exchange, where it gives a plausible one."""
        given = (self.response.headers.get(name, "") for name in _REQUEST_IDS)
        plain = (text for text in given if _REQUEST_ID.fullmatch(text) and not any(h in text for h in self.hidden))
        return next(plain, None)

    def retry_after(self) -> datetime | None:
        return parse_retry_after(self.response.headers.get("retry-after"), self.now)

    def raise_for_status(self) -> None:
        """The rules that all vendors share; a vendor's ``judge`` applies its own first. 2xx passes."""
        status = self.response.status
        if 200 <= status < 300:
            return
        if status in {302, 303} and self.endpoint.kind is Kind.UNSAFE:
            # RFC 9110, section 15.4.4: "see other" is how a server may answer what it has just done.
            raise self.error(ProtocolError, "the vendor redirects this call elsewhere; it was not followed")
        if 300 <= status < 400:
            raise self.error(
                ConfigurationError,
                "the vendor redirects this call elsewhere; it was not followed",
                advice="Credentials go to the configured host only: set the base URL to the final address",
            )
        kind = _BY_STATUS.get(status, InvalidInput if status < 500 else Unavailable)
        if status == 501:
            kind = ConfigurationError
        raise self.error(kind, resume_at=self.retry_after() if kind in (Throttled, Unavailable) else None)


def _find_message(body: Any, depth: int = 0) -> str:
    if isinstance(body, str):
        return body[: EXCERPT * 4]
    if depth > 3:
        return ""
    if isinstance(body, Mapping):
        texts = [_find_message(body[key], depth + 1) for key in _MESSAGE_KEYS if body.get(key)]
        where = body.get("field")
        found = "; ".join(dict.fromkeys(text for text in texts if text))
        return f"{where}: {found}" if isinstance(where, str) and found else found
    if isinstance(body, list) and depth:
        return "; ".join(filter(None, (_find_message(item, depth + 1) for item in body[:5])))
    return ""
