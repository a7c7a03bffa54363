"""Staff, users and customer accounts: read, and made as another system has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator, Fl3xxOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

_CREW = ("pilotId", "externalReference", "status", "jobTitle", "homeAirport")
_USER = ("id", "internalId", "externalReference", "accountId")
_ACCOUNT = ("accountid", "internalId", "accountNumber", "externalReference")


class Fl3xxListCrewOperator(Fl3xxEntryOperator):
    """Read the crew members, all or those changed since a time.

    Returns a list with ``pilotId``, ``externalReference``, ``status``, ``jobTitle`` and ``homeAirport``; the records,
    which are about people, go to ``output_path``.

    :param modified_since: a date-time with a zone; sent in UTC, so that in the zone which FL3XX uses elsewhere (CET) it
        lies earlier: some may come again, none is missed. (templated)
    """

    entry = "crew.list"
    takes: ClassVar[Mapping[str, str]] = {"modified_since": "modified_since"}
    returns: ClassVar[Sequence[str]] = _CREW

    def __init__(self, *, modified_since: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.modified_since = modified_since


class Fl3xxGetCrewMemberOperator(Fl3xxEntryOperator):
    """Read one crew member: ``pilotId``, ``externalReference``, ``status``, ``digest``; all goes to ``output_path``.

    :param reference: the ``pilotId``, or your own ``externalReference``. (templated)
    """

    entry = "crew.get"
    takes: ClassVar[Mapping[str, str]] = {"reference": "reference"}
    returns: ClassVar[Sequence[str]] = _CREW

    def __init__(self, *, reference: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reference = reference


class Fl3xxExportRosterOperator(Fl3xxEntryOperator):
    """Read the duties of the staff in a window, one row for each person, with names, into a file.

    Returns ``count`` (people), ``digest`` and ``path``.

    :param from_time: a date-time with a zone. (templated)
    :param to_time: a date-time with a zone. (templated)
    :param show: ``ALL``, ``STAFF`` or ``EXTERNAL_STAFF``. (templated)
    :param include_flights: the flights of each person too. (templated)
    """

    entry = "roster.list"
    takes: ClassVar[Mapping[str, str]] = {
        "from_time": "from_",
        "to_time": "to",
        "show": "filter",
        "include_flights": "include_flights",
    }

    def __init__(
        self,
        *,
        from_time: Any,
        to_time: Any,
        output_path: str,
        show: str | None = None,
        include_flights: bool | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(output_path=output_path, **kwargs)
        self.from_time = from_time
        self.to_time = to_time
        self.show = show
        self.include_flights = include_flights


class Fl3xxCrewCalendarOperator(Fl3xxEntryOperator):
    """Write a crew member's duties as iCalendar to ``output_path``; returns ``bytes``, ``digest`` and ``path``.

    Seen in a public client, not documented: a token may not have it.

    :param user_id: FL3XX's number of the person. (templated)
    """

    entry = "crew_calendar.get"
    takes: ClassVar[Mapping[str, str]] = {"user_id": "user_id"}

    def __init__(self, *, user_id: int | str, output_path: str, **kwargs: Any) -> None:
        super().__init__(output_path=output_path, **kwargs)
        self.user_id = user_id


class Fl3xxListUsersOperator(Fl3xxEntryOperator):
    """Read all users: ``id``, ``internalId``, ``externalReference``, ``accountId``; the rest to ``output_path``."""

    entry = "users.list"
    returns: ClassVar[Sequence[str]] = _USER
    calls: ClassVar[str] = "1 for each 100 users"


class Fl3xxGetUserOperator(Fl3xxEntryOperator):
    """Read one user: ``id``, ``internalId``, ``accountId`` and ``digest``; the record goes to ``output_path``.

    :param external_reference: your own number of the person, or ``fl3xx_<internalId>``. (templated)
    """

    entry = "user.get"
    takes: ClassVar[Mapping[str, str]] = {"external_reference": "external_reference"}
    returns: ClassVar[Sequence[str]] = _USER

    def __init__(self, *, external_reference: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.external_reference = external_reference


class Fl3xxUpsertUserOperator(Fl3xxOperator):
    """Make a user exist with the given values: created if absent, changed where it differs, else left alone.

    Found by ``external_reference``. Returns ``user_id``, ``external_reference`` and ``action``: ``created``,
    ``updated`` or ``unchanged``.

    :param external_reference: your own number of the person. (templated)
    :param user: the values, in FL3XX's own names (``firstName``, ``lastName``, ``email``, …). Never stored among the
        rendered fields.
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "external_reference")
    personal_fields: ClassVar[Sequence[str]] = ("user",)
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1 to 2: look, create or change"

    def __init__(self, *, external_reference: str, user: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.external_reference = external_reference
        self.user = user

    def act(self, context: Context) -> dict[str, Any]:
        user, action = self.hook.upsert_user(self.external_reference, self.personal("user"))
        number = user.get("internalId") or user.get("id")
        return {"user_id": number, "external_reference": self.external_reference, "action": action}


class Fl3xxListAccountsOperator(Fl3xxEntryOperator):
    """Read all customer accounts: ``accountid``, ``accountNumber``, ``externalReference``; all to ``output_path``."""

    entry = "accounts.list"
    returns: ClassVar[Sequence[str]] = _ACCOUNT
    calls: ClassVar[str] = "1 for each 100 accounts"


class Fl3xxGetAccountOperator(Fl3xxEntryOperator):
    """Read one customer account; only those made through the API have a reference. The record to ``output_path``.

    :param external_reference: your own number of the account. (templated)
    """

    entry = "account.get"
    takes: ClassVar[Mapping[str, str]] = {"external_reference": "external_reference"}
    returns: ClassVar[Sequence[str]] = _ACCOUNT

    def __init__(self, *, external_reference: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.external_reference = external_reference


class Fl3xxEnsureAccountOperator(Fl3xxOperator):
    """Make a customer account exist: created if absent, else left alone, for FL3XX documents no way to change one.

    Returns ``account_id``, ``external_reference``, ``created`` and ``differs`` (the names of the fields that FL3XX has
    otherwise).

    :param external_reference: your own number of the account. (templated)
    :param customer: the values, in FL3XX's own names (``name``, ``vatNumber``, ``address``, …). Never stored among the
        rendered fields.
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "external_reference")
    personal_fields: ClassVar[Sequence[str]] = ("customer",)
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1 to 2: look, create"

    def __init__(self, *, external_reference: str, customer: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.external_reference = external_reference
        self.customer = customer

    def act(self, context: Context) -> dict[str, Any]:
        account, created, differs = self.hook.ensure_account(self.external_reference, self.personal("customer"))
        number = account.get("accountid") or account.get("internalId")
        told = {"account_id": number, "external_reference": self.external_reference}
        return told | {"created": created, "differs": differs}
