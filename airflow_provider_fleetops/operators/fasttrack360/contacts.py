"""Contacts and cost centres of a client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrack360.base import (
    CONTACT,
    FastTrack360EntryOperator,
    FastTrack360FieldsOperator,
    FastTrack360ListOperator,
)
from airflow_provider_fleetops.protocol.errors import is_blank

if TYPE_CHECKING:
    from airflow.sdk import Context


class FastTrack360UpsertContactOperator(FastTrack360FieldsOperator):
    """Make a contact of a client exist with the given values: created, changed where it differs, or left alone.

    It is found among the client's contacts by its e-mail address, or without one by first and last name. Effectively
    once. Returns ``{"contact_id", "action": "created" | "updated" | "unchanged", "calls"}``. Nothing about the
    person is shown among the rendered fields.

    :param client_id: whose contact it is. (templated)
    :param contact_id: the contact's id, where it is known: it is read by that, and never created. (templated)
    :param first_name: first name, needed to create a contact.
    :param last_name: last name, likewise.
    :param email_address: e-mail address.
    :param phone: phone.
    :param mobile: mobile phone.
    :param position: what the person does there.
    :param status: ``Active``, or ``Inactive`` instead of deleting it. (templated)
    :param cost_centre_id: id of the cost centre. (templated)
    """

    sends: ClassVar[Mapping[str, str]] = {
        "first_name": "firstName",
        "last_name": "lastName",
        "email_address": "email",
        "phone": "phone",
        "mobile": "mobile",
        "position": "position",
        "status": "status",
        "cost_centre_id": "costCentreId",
    }
    named: ClassVar[Sequence[str]] = ("client_id", "contact_id")
    personal_fields: ClassVar[Sequence[str]] = (
        "first_name",
        "last_name",
        "email_address",
        "phone",
        "mobile",
        "position",
    )
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1, or 1 for each 100 contacts; created or changed 1 more"

    def __init__(
        self,
        *,
        client_id: int | str,
        contact_id: int | str | None = None,
        first_name: str | None = None,
        last_name: str | None = None,
        email_address: str | None = None,
        phone: str | None = None,
        mobile: str | None = None,
        position: str | None = None,
        status: str | None = None,
        cost_centre_id: int | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.client_id = client_id
        self.contact_id = contact_id
        self.first_name = first_name
        self.last_name = last_name
        self.email_address = email_address
        self.phone = phone
        self.mobile = mobile
        self.position = position
        self.status = status
        self.cost_centre_id = cost_centre_id

    def act(self, context: Context) -> dict[str, Any]:
        known = None if is_blank(self.contact_id) else self.contact_id
        result: dict[str, Any] = self.hook.upsert_contact(self.client_id, self.fields(), contact_id=known)
        self.log.info("Contact %s %s with %d calls", result["contact_id"], result["action"], result["calls"])
        return result


class FastTrack360GetContactOperator(FastTrack360EntryOperator):
    """Read one contact.

    Returns its id, status, cost centre and time of change, with a digest of the whole.

    :param contact_id: the contact's id. (templated)
    """

    entry: ClassVar[str] = "contact.get"
    takes: ClassVar[Mapping[str, str]] = {"contact_id": "contact_id"}
    returns: ClassVar[Sequence[str]] = CONTACT

    def __init__(self, *, contact_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.contact_id = contact_id


class FastTrack360ListContactsOperator(FastTrack360ListOperator):
    """Read the contacts of a client.

    Returns a list with each one's id, status, cost centre and time of change.

    :param client_id: whose contacts. (templated)
    """

    entry: ClassVar[str] = "contacts.list"
    takes: ClassVar[Mapping[str, str]] = {"client_id": "client_id"}
    returns: ClassVar[Sequence[str]] = CONTACT

    def __init__(self, *, client_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client_id = client_id


class FastTrack360UpsertCostCentreOperator(FastTrack360FieldsOperator):
    """Make a cost centre of a client exist with the given values: created, changed where it differs, or left alone.

    It is found by its exact name among those of the client. Effectively once. Returns
    ``{"cost_centre_id", "action": "created" | "updated" | "unchanged", "calls"}``.

    :param client_id: whose cost centre it is. (templated)
    :param name: its name: a division, a department, a worksite. (templated)
    :param status: ``Active`` or ``Inactive``. (templated)
    """

    sends: ClassVar[Mapping[str, str]] = {"name": "name", "status": "status"}
    named: ClassVar[Sequence[str]] = ("client_id",)
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1, or 1 for each 100 cost centres; created or changed 1 more"

    def __init__(self, *, client_id: int | str, name: str, status: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client_id = client_id
        self.name = name
        self.status = status

    def act(self, context: Context) -> dict[str, Any]:
        result: dict[str, Any] = self.hook.upsert_cost_centre(self.client_id, self.fields())
        self.log.info("Cost centre %s %s with %d calls", result["cost_centre_id"], result["action"], result["calls"])
        return result


class FastTrack360ListCostCentresOperator(FastTrack360ListOperator):
    """Read the cost centres of a client.

    Returns a list with each one's id, name and status.

    :param client_id: whose cost centres. (templated)
    """

    entry: ClassVar[str] = "cost_centres.list"
    takes: ClassVar[Mapping[str, str]] = {"client_id": "client_id"}
    returns: ClassVar[Sequence[str]] = ("id", "name", "status")

    def __init__(self, *, client_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.client_id = client_id
