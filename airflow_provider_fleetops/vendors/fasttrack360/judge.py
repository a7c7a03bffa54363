"""What an answer of FastTrack360 means: first the AWS gateway in front of it, then the application.

Owners may rewrite every gateway answer, so a rule looks at status, ``x-amzn-ErrorType`` and the text in any case, never
at an exact body: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow_provider_fleetops.protocol.answer import Answer
from airflow_provider_fleetops.protocol.endpoint import Kind
from airflow_provider_fleetops.protocol.errors import (
    AuthenticationError,
    ConfigurationError,
    FleetOpsError,
    PermissionDenied,
    ProtocolError,
    QuotaExhausted,
    Throttled,
)
from airflow_provider_fleetops.protocol.times import quota_reset
from airflow_provider_fleetops.protocol.vendor import Account

_LOOKED_AT = 4096
_BAD_TOKEN = ("expiredtoken", "unrecognizedclient", "invalidsignature", "incompletesignature", "unauthorizedexception")


def judge(_account: Account, answer: Answer) -> Any:
    """The JSON value of an answer (None for the empty answer to a write), or the error that it is."""
    if answer.response.status == 429:
        raise _too_many(answer)
    if answer.response.status == 403:
        raise _forbidden(answer)
    answer.raise_for_status()
    if not answer.response.body.strip() and answer.endpoint.kind is not Kind.READ:
        return None
    value = answer.json()
    if not isinstance(value, dict | list):
        raise answer.error(ProtocolError, f"expected an object or a list, not {type(value).__name__}")
    return value


def _too_many(answer: Answer) -> FleetOpsError:
    """Tell the two 429s apart: the day's quota and the throttle.

    https://repost.aws/knowledge-center/api-gateway-429-limit. The header decides, then the text; an answer
    with neither counts as the throttle once, and as the quota when another follows (:func:`unclear_throttle`).
    """
    if _says_spent(answer) and not _says_throttled(answer):
        # Days are UTC days, always: https://fasttrackservice.atlassian.net/wiki/spaces/FV1OH/pages/2795831497/API+Access
        return answer.error(
            QuotaExhausted,
            "the day's quota is spent",
            resume_at=quota_reset(answer.now),
            advice="No task calls before then; a higher licence tier ends it sooner",
        )
    return answer.error(Throttled, resume_at=answer.retry_after())


def unclear_throttle(answer: Answer) -> datetime | None:
    """Owners may rewrite the gateway's answers: a 429 with neither header nor text could be either of the two."""
    clear = answer.response.status != 429 or _says_spent(answer) or _says_throttled(answer)
    return None if clear else quota_reset(answer.now)


def _says_throttled(answer: Answer) -> bool:
    kind = _kind(answer)
    return "toomanyrequests" in kind or (not kind and "too many requests" in _text(answer))


def _says_spent(answer: Answer) -> bool:
    text = _text(answer)
    return "limitexceeded" in _kind(answer) or "limit exceeded" in text or "quota" in text


def _forbidden(answer: Answer) -> FleetOpsError:
    """A 403 of the gateway has four causes, and one of them is a mistyped path."""
    kind, text = _kind(answer), _text(answer)
    if "missingauthenticationtoken" in kind or "missing authentication token" in text:
        # The gateway says so of every path and method that it does not know.
        return answer.error(
            ConfigurationError,
            "the gateway knows no such path or method (it calls this 'Missing Authentication Token')",
            advice="Check host, base_path and api_version of the connection, then its path and method overrides",
        )
    if any(word in kind for word in _BAD_TOKEN):
        return answer.error(AuthenticationError)
    if "accessdenied" in kind or "not authorized" in text:
        return answer.error(PermissionDenied, advice="Ask FastTrack to give this key or user the right")
    if "forbidden" in kind or "forbidden" in text:
        # Key missing, wrong, disabled or outside the usage plan: https://stackoverflow.com/questions/39061041
        return answer.error(
            AuthenticationError,
            "the gateway does not accept the API key",
            advice="Check the key and key_header; a firewall rule at the vendor answers the same",
        )
    return answer.error(PermissionDenied)


def _kind(answer: Answer) -> str:
    """The exception's name in lower case; AWS may append ``:http://…`` to it."""
    return answer.response.headers.get("x-amzn-errortype", "").split(":")[0].strip().lower()


def _text(answer: Answer) -> str:
    return answer.response.body[:_LOOKED_AT].decode("utf-8", "replace").lower()
