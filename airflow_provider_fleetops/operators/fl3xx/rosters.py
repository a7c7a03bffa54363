"""API v2 (beta): duties and qualifications of the crew. The connection needs a ``client_id``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import every
from airflow_provider_fleetops.operators.entry import FleetOpsOnceOperator
from airflow_provider_fleetops.operators.fl3xx.base import (
    Fl3xxEntryOperator,
    Fl3xxOperator,
    Fl3xxRemovalOperator,
    Fl3xxSearchOperator,
)

if TYPE_CHECKING:
    from airflow.sdk import Context

_DUTY = ("id", "crewId", "rosterTypeId", "startDateTime", "endDateTime")
_ROSTER_TYPE = ("id", "name", "isSubtypeVisible", "isAircraftEnabled", "isDutyTimeVisible")
_QUALIFICATION = ("id", "crewId", "qualificationTypeId", "issueDate", "expiryDate")


class Fl3xxListDutiesOperator(Fl3xxSearchOperator):
    """Search the roster for duties.

    Returns a list with ``id``, ``crewId``, ``rosterTypeId``, ``startDateTime`` and ``endDateTime``; the rows go to
    ``output_path``.

    :param crew_id: only those of this crew member. (templated)
    :param roster_type_id: only those of this kind. (templated)
    :param from_time: only those that start then or later, a date-time with a zone. (templated)
    :param to_time: only those that end then or earlier. (templated)
    """

    entry = "rosters.search"
    returns: ClassVar[Sequence[str]] = _DUTY
    calls: ClassVar[str] = "1 for each 50 duties"
    conditions: ClassVar[Sequence[str]] = ("crew_id", "roster_type_id", "from_time", "to_time")
    template_fields: Sequence[str] = ("fl3xx_conn_id", *conditions, "output_path")

    def __init__(
        self,
        *,
        crew_id: int | str | None = None,
        roster_type_id: int | str | None = None,
        from_time: Any = None,
        to_time: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.crew_id = crew_id
        self.roster_type_id = roster_type_id
        self.from_time = from_time
        self.to_time = to_time


class Fl3xxSyncDutiesOperator(Fl3xxOperator):
    """Make the roster hold these duties: missing ones are made, once, different ones changed, the others left alone.

    A duty is known by crew member, kind, start and end; one that is in FL3XX and not in the list stays. All are checked
    before anything is sent. The roster is read anew: run twice within ten minutes, the second task waits for FL3XX's
    spacing (``deferrable=True`` waits without a worker).

    Returns the ids of those ``created``, ``updated`` and ``unchanged``.

    :param duties: a list of at most 1,000 ``{"crewId", "rosterTypeId", "startDateTime", "endDateTime", …}``, times with
        a zone, at most 31 days each (2 where the kind shows duty time). (templated)
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "duties")
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1 for each crew member, and 1 for each duty that differs"

    def __init__(self, *, duties: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.duties = duties

    def act(self, context: Context) -> dict[str, list[Any]]:
        from airflow_provider_fleetops.operators.output import few

        report: dict[str, list[Any]] = self.hook.sync_duties(few(every(self.duties)))
        return report


class Fl3xxRemoveDutyOperator(Fl3xxRemovalOperator):
    """Remove a duty from the roster; one that is not there is a success, so a repetition changes nothing.

    Returns ``roster_id``, ``removed`` and ``already``.

    :param roster_id: FL3XX's number of the duty. (templated)
    """

    entry = "roster.remove"
    takes: ClassVar[Mapping[str, str]] = {"roster_id": "roster_id"}
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1"

    def __init__(self, *, roster_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.roster_id = roster_id

    def act(self, context: Context) -> dict[str, Any]:
        return {"roster_id": self.roster_id, **self.removed()}


class Fl3xxListRosterTypesOperator(Fl3xxEntryOperator):
    """List the kinds of duties: ``id`` and ``name``, and the flags that say which fields a duty may have."""

    entry = "roster_types.search"
    returns: ClassVar[Sequence[str]] = _ROSTER_TYPE

    def body(self) -> dict[str, Any]:
        """No filter."""
        return {}


class Fl3xxGetRosterTypeOperator(Fl3xxEntryOperator):
    """Read one kind of duty: ``id``, ``name``, and the flags that say which fields a duty may have.

    :param roster_type_id: FL3XX's number of the kind. (templated)
    """

    entry = "roster_type.get"
    takes: ClassVar[Mapping[str, str]] = {"roster_type_id": "roster_type_id"}
    returns: ClassVar[Sequence[str]] = _ROSTER_TYPE

    def __init__(self, *, roster_type_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.roster_type_id = roster_type_id


class Fl3xxListQualificationsOperator(Fl3xxEntryOperator):
    """List qualifications and when they end, for example to warn before one does.

    Returns a list with ``id``, ``crewId``, ``qualificationTypeId``, ``issueDate`` and ``expiryDate``; the rows, with
    licence numbers, go to ``output_path``.

    :param crew_id: only those of this crew member. (templated)
    """

    entry = "crew_qualifications.list"
    takes: ClassVar[Mapping[str, str]] = {"crew_id": "filter"}
    returns: ClassVar[Sequence[str]] = _QUALIFICATION
    calls: ClassVar[str] = "1 for each 50 qualifications"

    def __init__(self, *, crew_id: int | str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.crew_id = crew_id

    def _named(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The crew member as the condition that API v2 takes."""
        return {name: f"crewId,EQ,{value}" for name, value in super()._named(names).items()}


class Fl3xxListQualificationTypesOperator(Fl3xxEntryOperator):
    """List the kinds of qualifications: ``id``, ``name`` and ``appliesTo``; the rows go to ``output_path``."""

    entry = "qualification_types.list"
    returns: ClassVar[Sequence[str]] = ("id", "name", "appliesTo")


class Fl3xxQualificationOperator(Fl3xxEntryOperator):
    """Base of the operators that write a qualification.

    :param crew_id: the crew member. (templated)
    :param qualification_type_id: its kind. (templated)
    :param issued_on: ``YYYY-MM-DD``. (templated)
    :param expires_on: ``YYYY-MM-DD``. (templated)
    :param license_number: never stored among the rendered fields.
    :param issuing_authority: who issued it. (templated)
    :param country: ISO 3166-1 alpha-3. (templated)
    :param training_started_on: ``YYYY-MM-DD``. (templated)
    :param is_pilot_in_command: whether it holds as pilot in command. (templated)
    :param base_month: the month from which its end is counted. (templated)
    :param notes: never stored among the rendered fields.
    """

    sends: ClassVar[Mapping[str, str]] = {
        "crew_id": "crewId",
        "qualification_type_id": "qualificationTypeId",
        "issued_on": "issueDate",
        "expires_on": "expiryDate",
        "license_number": "licenseNumber",
        "issuing_authority": "issuingAuthority",
        "country": "country",
        "training_started_on": "trainingStartDate",
        "is_pilot_in_command": "isPilotInCommand",
        "base_month": "baseMonth",
        "notes": "notes",
    }
    personal_fields: ClassVar[Sequence[str]] = ("license_number", "notes")
    returns: ClassVar[Sequence[str]] = _QUALIFICATION

    def __init__(
        self,
        *,
        crew_id: int | str | None = None,
        qualification_type_id: int | str | None = None,
        issued_on: str | None = None,
        expires_on: str | None = None,
        license_number: Any = None,
        issuing_authority: str | None = None,
        country: str | None = None,
        training_started_on: str | None = None,
        is_pilot_in_command: bool | str | None = None,
        base_month: str | None = None,
        notes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.crew_id = crew_id
        self.qualification_type_id = qualification_type_id
        self.issued_on = issued_on
        self.expires_on = expires_on
        self.license_number = license_number
        self.issuing_authority = issuing_authority
        self.country = country
        self.training_started_on = training_started_on
        self.is_pilot_in_command = is_pilot_in_command
        self.base_month = base_month
        self.notes = notes


class Fl3xxAddQualificationOperator(FleetOpsOnceOperator, Fl3xxQualificationOperator):
    """Add a qualification to a crew member, once per ``operation_key``.

    After an unclear outcome the crew member's qualifications are searched for one of the same kind, licence and dates.
    Returns ``id``, ``crewId``, ``qualificationTypeId``, ``issueDate``, ``expiryDate`` and ``digest``.
    """

    entry = "crew_qualification.create"
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1, and 1 for each look"


class Fl3xxUpdateQualificationOperator(Fl3xxQualificationOperator):
    """Change a qualification, for example its end. Only what is given is sent.

    Returns ``id``, ``crewId``, ``qualificationTypeId``, ``issueDate``, ``expiryDate`` and ``digest``.

    :param qualification_id: FL3XX's number of the qualification. (templated)
    """

    entry = "crew_qualification.update"
    takes: ClassVar[Mapping[str, str]] = {"qualification_id": "qualification_id"}
    guarantee: ClassVar[str] = "idempotent"

    def __init__(self, *, qualification_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.qualification_id = qualification_id


class Fl3xxRemoveQualificationOperator(Fl3xxRemovalOperator):
    """Remove a qualification; one that is not there is a success, so a repetition changes nothing.

    Returns ``qualification_id``, ``removed`` and ``already``.

    :param qualification_id: FL3XX's number of the qualification. (templated)
    """

    entry = "crew_qualification.remove"
    takes: ClassVar[Mapping[str, str]] = {"qualification_id": "qualification_id"}
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1"

    def __init__(self, *, qualification_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.qualification_id = qualification_id

    def act(self, context: Context) -> dict[str, Any]:
        return {"qualification_id": self.qualification_id, **self.removed()}
