"""How Fastrac's answers are judged: the body's ``success`` decides, the HTTP status only helps to name a failure.

https://fastrac-b2b-stg-v2.apidog.io/overview-1331956m0 lists HTTP statuses but does not promise them: a failure may
come with 200, and 404 is used for business failures.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.endpoint import Kind
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    ConfigurationError,
    NotFound,
    ProtocolError,
    Refused,
)
from airflow_provider_fleetops.protocol.vendor import Account

# The one failure text of look-ups that is documented (overview).
NOTHING_FOUND = "data not found"
_ORDERS = {"orders.express": ("awb",), "orders.instant": ("awb", "booking_id")}
_KEYS = "Check access key and secret key; v2 wants HTTP Basic, v1 two headers (extra auth_style)"
_ADDRESS = "Check the base URL with its path prefix, and the connection's path overrides"


def judge(account: Account, answer: Answer) -> Any:
    """The ``data`` of a successful answer (None where it has none); else a ``FleetOpsError``."""
    status = answer.response.status
    if status == 401:
        # Missing or wrong keys (overview); v1 keys at v2 and the reverse look the same.
        raise answer.error(AuthenticationError, advice=_KEYS)
    if status == 404:
        raise _missing(answer)
    answer.raise_for_status()
    body = answer.json()
    if _failed(body):
        # A failure may come as HTTP 200 (overview).
        raise answer.error(NotFound if _nothing_found(body) else Refused)
    if not isinstance(body, Mapping) or body.get("success") is not True:
        raise answer.error(ProtocolError, "the answer has no 'success' flag: this is not Fastrac's envelope")
    return _data(answer, body.get("data"))


def _missing(answer: Answer) -> Exception:
    """404 with Fastrac's envelope is a business failure, without it the address is wrong.

    A refused cancel is 404 (https://fastrac-b2b-stg-v2.apidog.io/cancel-order-19817645e0), and a tariff of a lane
    that nobody serves was 404 in v1 (https://github.com/izamghali/fastrac-take-home-test).
    """
    body = _json_or_none(answer)
    if not _failed(body):
        return answer.error(ConfigurationError, "there is no such path (the answer is not Fastrac's)", advice=_ADDRESS)
    looks_up = answer.endpoint.kind is Kind.READ or _nothing_found(body)
    return answer.error(NotFound if looks_up else Refused)


def _json_or_none(answer: Answer) -> Any:
    try:
        return answer.response.json()
    except ValueError:
        return None


def _failed(body: Any) -> bool:
    return isinstance(body, Mapping) and body.get("success") is False


def _nothing_found(body: Mapping[str, Any]) -> bool:
    return NOTHING_FOUND in str(body.get("message")).lower()


def _data(answer: Answer, data: Any) -> Any:
    """An order without a number cannot be tracked, cancelled or told from no order: that is no success.

    The page of instant orders is cut before the answer: its booking_id alone will do.
    """
    for order, numbers in _ORDERS.items():
        given = [data.get(number) for number in numbers] if isinstance(data, Mapping) else []
        if answer.endpoint.name.endswith(order) and not any(isinstance(n, str) and n.strip() for n in given):
            raise answer.error(ProtocolError, "the order was accepted, but the answer holds no AWB")
    return data
