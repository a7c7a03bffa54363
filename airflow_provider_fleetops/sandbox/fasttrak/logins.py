"""The two authentication endpoints: log in, or refresh by the same path."""

from __future__ import annotations

from airflow_provider_fleetops.sandbox.fasttrak.answers import Answers
from airflow_provider_fleetops.sandbox.fasttrak.shapes import Record, insensitive, iso
from airflow_provider_fleetops.sandbox.fasttrak.tokens import Grant, Outcome, Sessions
from airflow_provider_fleetops.sandbox.fields import Fields
from airflow_provider_fleetops.sandbox.routes import Call, Reply


class Logins:
    """Handlers over the sessions of one web-service user."""

    def __init__(self, answers: Answers, sessions: Sessions) -> None:
        self._answers = answers
        self._sessions = sessions

    def enter(self, call: Call) -> Reply:
        """Answer with tokens, or with HTTP 200 and FAILURE."""
        body = insensitive(Fields.of(call.json()))
        names = ("username", "password", "refreshToken")
        username, password, refresh = (body.text(name, "", low=0, high=4_000) for name in names)
        if body.text("systemId").lower() != self._sessions.system_id.lower():
            return self._answers.refuse("The system id is not that of the header", 200, broke="auth")
        outcome = self._sessions.enter(username, password, refresh, call.gateway)
        if outcome.grant is None:
            return self._refused(outcome)
        return self._answers.item(
            _item(outcome.grant), effect=outcome.kind, broke="needless_login" if outcome.needless else None
        )

    def _refused(self, outcome: Outcome) -> Reply:
        """A locked user learns until when; trying again meanwhile breaks the rule of sparing this endpoint."""
        until = iso(outcome.locked_until) if outcome.locked_until else None
        item = {
            "token": None,
            "isExpired": False,
            "isLocked": until is not None,
            "lockedUntilDateUTC": until,
            "isMultiCompanyEnabled": False,
        }
        text = "The user is locked" if until else "The login is not valid"
        broke = "locked_login" if outcome.kind == "locked" else "auth"
        return self._answers.refuse(text, 200, shown=True, item=item, broke=broke)


def _item(grant: Grant) -> Record:
    """The vendor's spelling of the refresh lifetime is kept."""
    token = {
        "id": grant.id,
        "accessToken": grant.access,
        "refreshToken": grant.refresh,
        "accessTokenExpirationSeconds": grant.access_seconds,
        "refreshTokenExpiratinSeconds": grant.refresh_seconds,
    }
    state = {"isExpired": False, "isLocked": False, "lockedUntilDateUTC": None, "isMultiCompanyEnabled": False}
    return {"token": token, **state}
