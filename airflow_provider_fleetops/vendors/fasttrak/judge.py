"""What an answer of FASTTRAK means. Its ``status`` word decides, also on HTTP 200; a wrong key is a 400.

https://developer.ifasttrak.com/security has the texts of the 400s; the envelope is that of one public consumer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.endpoint import Kind
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    ConfigurationError,
    FleetOpsError,
    NotFound,
    PermissionDenied,
    ProtocolError,
    Refused,
)
from airflow_provider_fleetops.protocol.vendor import Account

_LOOKED_AT = 4096
_DENIED = ("not authorized", "unauthorized", "permission", "access denied", "not granted", "forbidden")
_MISSING = ("not found", "does not exist", "no such", "could not be found")


def judge(_account: Account, answer: Answer) -> Any:
    """The ``item`` or ``items`` of a SUCCESS, a document's bytes, None for a write without record; or the error."""
    check_gateway(answer, bad_key=ConfigurationError)  # not AuthenticationError, for which the session is renewed
    body = envelope(answer)
    if body.get("status") == "FAILURE" and answer.response.status in (200, 201, 202, 400, 409, 422):
        # FAILURE comes with HTTP 200 too, and a 400 may be a business rule: the consumer tests the word every time.
        raise refusal(answer, body)
    _check_path(answer, body)
    _check_session(answer)
    answer.raise_for_status()
    if answer.endpoint.binary and answer.response.body:
        return answer.response.body
    if not answer.response.body.strip() and answer.endpoint.kind is not Kind.READ:
        return None
    return _value(answer, body)


def check_gateway(answer: Answer, *, bad_key: type[FleetOpsError]) -> None:
    """The three documented 400s: a wrong key is no 401, so neither a new login nor a retry can mend it."""
    if answer.response.status != 400:
        return
    text = answer.response.body[:_LOOKED_AT].decode("utf-8", "replace").lower()
    if "api gateway not authorized" in text:
        raise answer.error(
            bad_key,
            "the API gateway does not accept the partner access key",
            advice="Check partner_access_api_key; keys are issued per partner and product, the secondary key works too",
        )
    for header, extra in (("System-Id", "system_id"), ("Partner-Api-Version", "api_version")):
        if f"missing required header: {header.lower()}" in text:
            raise answer.error(
                ConfigurationError,
                f"the vendor misses the header {header}, or does not know its value",
                advice=f"Check {extra} and the header overrides of the connection",
            )


def envelope(answer: Answer) -> Mapping[str, Any]:
    """The answer's JSON object, or an empty one: a gateway or a proxy may answer in another form."""
    try:
        body = answer.response.json()
    except ValueError:
        return {}
    return body if isinstance(body, Mapping) else {}


def refusal(answer: Answer, body: Mapping[str, Any]) -> FleetOpsError:
    """A FAILURE by its words: no public document lists them, so what is not clear is a plain refusal."""
    said = str(body.get("message") or "").lower()
    if any(words in said for words in _DENIED):
        return answer.error(PermissionDenied, advice=_grant(answer))
    by_id = answer.endpoint.kind is Kind.READ and bool(answer.endpoint.path_fields)
    if any(words in said for words in _MISSING) or (by_id and not said and body.get("item") is None):
        return answer.error(NotFound)
    return answer.error(Refused, "" if said else "the vendor answered FAILURE without a reason")


def _check_path(answer: Answer, body: Mapping[str, Any]) -> None:
    """A 404 without the vendor's envelope, on a path that names no record, is a path that is not there."""
    if answer.response.status not in (404, 405) or "status" in body or answer.endpoint.path_fields:
        return
    raise answer.error(
        ConfigurationError,
        "the vendor knows no such path or method",
        advice=f"This entry is {answer.endpoint.confidence}: set the connection's path and method overrides, "
        "and check its base URL and api_prefix",
    )


def _check_session(answer: Answer) -> None:
    """401: an ended session, or (undocumented) an area that is not granted. 403: certainly the second.

    Being logged in is not enough: each operator grants the areas one by one.
    """
    if answer.response.status == 401:
        raise answer.error(AuthenticationError, advice=f"If other calls work: {_grant(answer)}")
    if answer.response.status == 403:
        raise answer.error(PermissionDenied, advice=_grant(answer))


def _grant(answer: Answer) -> str:
    return f"Ask the operator to grant the area {answer.endpoint.area!r} to this user in its FASTTRAK database"


def _value(answer: Answer, body: Mapping[str, Any]) -> Any:
    answer.json()
    if body.get("status") != "SUCCESS":
        raise answer.error(ProtocolError, "the answer has no status SUCCESS or FAILURE")
    item, items = body.get("item"), body.get("items")
    if isinstance(items, list):
        return items
    if isinstance(item, Mapping):
        return item
    if item is None and items is None and answer.endpoint.kind is not Kind.READ:
        return None  # a write may answer without the record (disableReservationRetrieveAfterUpdate)
    if item is None and answer.endpoint.path_fields and "item" in body:
        raise answer.error(NotFound, "the vendor has no such record")
    raise answer.error(ProtocolError, "a SUCCESS without 'item' (an object) or 'items' (a list)")
