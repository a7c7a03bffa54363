"""The application's "no": a status, a sentence, and the fields concerned."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Flaw:
    """One wrong field of a body or a query."""

    field: str
    code: str
    message: str


class Refusal(Exception):
    """The application refuses a call: 400 wrong field, 404 unknown id, 409 conflict, 422 business rule.

    The statuses are assumed: the vendor publishes no error reference.
    """

    def __init__(self, status: int, message: str, *flaws: Flaw) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.flaws = flaws


def missing(what: str) -> Refusal:
    """Return the answer to an id that nobody has."""
    return Refusal(404, f"{what} not found")


def conflict(message: str, field: str, code: str = "conflict") -> Refusal:
    """Return the answer to a change that the record's state forbids."""
    return Refusal(409, message, Flaw(field, code, message))


def rule(message: str, field: str, code: str = "rule") -> Refusal:
    """Return the answer to a change that a business rule forbids."""
    return Refusal(422, message, Flaw(field, code, message))


def invalid(field: str, message: str, code: str = "invalid") -> Refusal:
    """Return the answer to a single wrong field."""
    return Refusal(400, "Validation failed", Flaw(field, code, message))
