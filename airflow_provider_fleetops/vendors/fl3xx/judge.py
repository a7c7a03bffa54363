"""What an answer of FL3XX means: its value, or the error that the caller can act on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.endpoint import Kind
from airflow_provider_fleetops.protocol.errors import AuthenticationError, PermissionDenied, ProtocolError, Refused
from airflow_provider_fleetops.protocol.vendor import Account

# What an object must carry to be taken for one: a create whose answer names no id is not known to have worked.
_CARRIES = {
    "flight.get": "flightId",
    "flight_booking.create": "bookingid",
    "booking.create": "bookingid",
    "booking.update": "bookingid",
    "quote.create": "bookingid",
    "quote.get": "bookingid",
    "passenger.add": "ticketId",
    "webhook.create": "id",
    "roster.create": "id",
}
# What hangs on a flight as one document.
_DOCUMENTS = frozenset(
    ("pax_details", "flight_services", "preflight", "postflight", "migration", "sanction_list", "visa")
)
# Words of an error object. FL3XX documents no error body; one that holds nothing else is never a result.
_ERROR_WORDS = frozenset({"timestamp", "status", "error", "errors", "message", "path", "success", "code", "trace"})
_MANNERS = "https://developer.fl3xx.com/docs/api-basics"


def judge(account: Account, answer: Answer) -> Any:
    """A list, an object, bytes, or None for a write that is answered with nothing."""
    status = answer.response.status
    # https://developer.fl3xx.com/docs/api-basics: 403 is a missing right, and also a request that comes too often.
    # Which of the two it is, the core decides: a right that has worked before can only mean too often.
    if status == 403:
        advice = f"The token lacks this right, or an identical request came within ten minutes ({_MANNERS})"
        raise answer.error(PermissionDenied, advice=advice)
    if status == 401:
        raise answer.error(AuthenticationError, advice="Check the password field (API token) of the connection")
    # Same page: 422 is a validation, relationship or state conflict; the request itself was understood.
    if status == 422:
        raise answer.error(Refused)
    answer.raise_for_status()
    if answer.endpoint.binary:
        return _bytes(answer)
    if not answer.response.body.strip():
        return _nothing(answer)
    return _value(answer, answer.json())


def _bytes(answer: Answer) -> bytes:
    if not answer.response.body:
        raise answer.error(ProtocolError, "the document is empty")
    return answer.response.body


def _nothing(answer: Answer) -> None:
    """A change may be acknowledged by the status alone; a read or a create must say something."""
    if answer.endpoint.kind is not Kind.IDEMPOTENT:
        raise answer.error(ProtocolError, "the answer is empty")


def _value(answer: Answer, value: Any) -> Any:
    endpoint = answer.endpoint
    if endpoint.paging is not None:
        rows = _rows(answer, value)
        return rows if endpoint.paging.style == "none" else value
    if not isinstance(value, Mapping | list):
        raise answer.error(ProtocolError, "expected an object or a list")
    if isinstance(value, Mapping) and value and set(value) <= _ERROR_WORDS:
        raise answer.error(ProtocolError, "an error object came with a success status")
    if endpoint.name.partition(".")[0] in _DOCUMENTS and not isinstance(value, Mapping):
        raise answer.error(ProtocolError, "expected an object")
    key = _CARRIES.get(endpoint.name)
    if key and (not isinstance(value, Mapping) or value.get(key) is None):
        raise answer.error(ProtocolError, f"expected an object with {key}")
    return value


def _rows(answer: Answer, value: Any) -> list[Any]:
    assert answer.endpoint.paging is not None
    try:
        rows = answer.endpoint.paging.read(value)
    except ProtocolError as error:
        raise answer.error(ProtocolError, error.what) from None
    if not all(isinstance(row, Mapping) for row in rows):
        raise answer.error(ProtocolError, "expected a list of objects")
    return rows
