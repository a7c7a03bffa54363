"""Candidates: the people whom the agency places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrack360.base import (
    CANDIDATE,
    FastTrack360EntryOperator,
    FastTrack360FieldsOperator,
    FastTrack360ListOperator,
)
from airflow_provider_fleetops.protocol.errors import is_blank

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastTrack360UpsertCandidateOperator(FastTrack360FieldsOperator):
    """Make a candidate exist with the given values: created if absent, changed where it differs, else left alone.

    Found by ``candidate_id``, else by ``external_reference``, your own number of the person: a name or an e-mail
    address in a search would stand in a URL. Effectively once. Returns
    ``{"candidate_id", "action": "created" | "updated" | "unchanged", "calls"}``. What is about the person is not shown
    among the rendered fields.

    :param external_reference: your own number of the person. (templated)
    :param candidate_id: the candidate's id, where it is known: it is read by that, and never created. (templated)
    :param office_id: id of the office. (templated)
    :param status: one of the agency's own candidate statuses. (templated)
    :param skill_group_id: id of the skill group. (templated)
    :param grade_id: id of the grade. (templated)
    :param custom_fields_type: name of the set of custom fields. (templated)
    :param first_name: first name; this and the next two, office, status, skill group and grade create a candidate.
    :param last_name: last name.
    :param email_address: e-mail address.
    :param mobile: mobile phone.
    :param opt_in: ``status``, ``email``, ``sms``.
    :param availability: ``primary`` and ``secondary`` preference.
    :param address: street address: ``line1`` … ``line3``, ``suburb``, ``city``, ``state``, ``country``, ``postcode``;
        keys that are left out stay as they are.
    :param mail_address: postal address, likewise.
    :param custom_fields: values of custom fields.
    """

    sends: ClassVar[Mapping[str, str]] = {
        "external_reference": "externalReference",
        "office_id": "officeId",
        "status": "status",
        "skill_group_id": "skillGroupId",
        "grade_id": "gradeId",
        "custom_fields_type": "customFieldsType",
        "first_name": "firstName",
        "last_name": "lastName",
        "email_address": "email",
        "mobile": "mobile",
        "opt_in": "optIn",
        "availability": "availability",
        "address": "address",
        "mail_address": "mailAddress",
        "custom_fields": "customFields",
    }
    named: ClassVar[Sequence[str]] = ("candidate_id",)
    personal_fields: ClassVar[Sequence[str]] = (
        "first_name", "last_name", "email_address", "mobile", "opt_in", "availability", "address", "mail_address",
        "custom_fields",
    )  # fmt: skip
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1; created or changed 2; with an address or another object changed 3"

    def __init__(
        self,
        *,
        external_reference: str | None = None,
        candidate_id: int | str | None = None,
        office_id: int | str | None = None,
        status: str | None = None,
        skill_group_id: int | str | None = None,
        grade_id: int | str | None = None,
        custom_fields_type: str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        email_address: str | None = None,
        mobile: str | None = None,
        opt_in: Mapping[str, Any] | None = None,
        availability: Mapping[str, Any] | None = None,
        address: Mapping[str, Any] | None = None,
        mail_address: Mapping[str, Any] | None = None,
        custom_fields: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.external_reference = external_reference
        self.candidate_id = candidate_id
        self.office_id = office_id
        self.status = status
        self.skill_group_id = skill_group_id
        self.grade_id = grade_id
        self.custom_fields_type = custom_fields_type
        self.first_name = first_name
        self.last_name = last_name
        self.email_address = email_address
        self.mobile = mobile
        self.opt_in = opt_in
        self.availability = availability
        self.address = address
        self.mail_address = mail_address
        self.custom_fields = custom_fields

    def act(self, context: Context) -> dict[str, Any]:
        known = None if is_blank(self.candidate_id) else self.candidate_id
        result: dict[str, Any] = self.hook.upsert_candidate(self.fields(), candidate_id=known)
        self.log.info("Candidate %s %s with %d calls", result["candidate_id"], result["action"], result["calls"])
        return result


class FastTrack360GetCandidateOperator(FastTrack360EntryOperator):
    """Read one candidate.

    Returns its id, status, office, skill group, grade, reference and time of change, with a digest of the whole.

    :param candidate_id: the candidate's id. (templated)
    """

    entry: ClassVar[str] = "candidate.get"
    takes: ClassVar[Mapping[str, str]] = {"candidate_id": "candidate_id"}
    returns: ClassVar[Sequence[str]] = CANDIDATE

    def __init__(self, *, candidate_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.candidate_id = candidate_id


class FastTrack360ListCandidatesOperator(FastTrack360ListOperator):
    """Read candidates, all of them or those that changed since a time.

    Returns a list with each one's id, status, office, skill group, grade, reference and time of change. Names and
    addresses go to ``output_path`` alone.

    :param modified_since: ISO-8601 time with a zone: only what changed at or after it, for example
        ``{{ data_interval_start }}``. Without it everything is read, which costs quota. (templated)
    """

    entry: ClassVar[str] = "candidates.list"
    takes: ClassVar[Mapping[str, str]] = {"modified_since": "modified_since"}
    returns: ClassVar[Sequence[str]] = CANDIDATE

    def __init__(self, *, modified_since: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.modified_since = modified_since
