"""Customers of FASTTRAK: the people and companies who book."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fasttrak.base import FasttrakEntryOperator, FasttrakOperator, Personal
from airflow_provider_fleetops.protocol.errors import InvalidInput, empty

if TYPE_CHECKING:
    from airflow.sdk import Context

_FACTS = ("customerId", "companyId", "corporateProfileId", "isInactive", "isClosed", "lastModifyDate")


class FasttrakListCustomersOperator(FasttrakEntryOperator):
    """Read the customers.

    Returns ``customerId``, ``companyId``, ``corporateProfileId``, ``isInactive``, ``isClosed`` and ``lastModifyDate``
    of each; who they are is in the file.

    :param include_inactive: the inactive ones too. (templated)
    :param max_results: at most so many; without it the vendor's own ceiling holds, which is not known. (templated)
    """

    entry: ClassVar[str] = "customers.list"
    takes: ClassVar[Mapping[str, str]] = {"include_inactive": "include_inactive", "max_results": "max_results"}
    returns: ClassVar[Sequence[str]] = _FACTS

    def __init__(
        self, *, include_inactive: bool | str = False, max_results: int | str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.include_inactive = include_inactive
        self.max_results = max_results


class FasttrakSearchCustomersOperator(FasttrakEntryOperator):
    """Find the customers who match every given value.

    At least one must be given, and one that renders to nothing is an error: it would find everybody. Returns the same
    as :class:`FasttrakListCustomersOperator`; an empty list when there is none.

    :param email_address: e-mail address. Never stored among the rendered fields, nor are the next two.
    :param first_name: first name.
    :param last_name: last name.
    :param corporate_profile_id: the company they book for. (templated)
    :param include_inactive: the inactive ones too. (templated)
    """

    entry: ClassVar[str] = "customers.search"
    sends: ClassVar[Mapping[str, str]] = {
        "email_address": "emailAddress",
        "first_name": "firstName",
        "last_name": "lastName",
        "corporate_profile_id": "corporateProfileId",
        "include_inactive": "includeInactive",
    }
    returns: ClassVar[Sequence[str]] = _FACTS
    personal_fields: ClassVar[Sequence[str]] = ("email_address", "first_name", "last_name")

    def __init__(
        self,
        *,
        email_address: Personal = None,
        first_name: Personal = None,
        last_name: Personal = None,
        corporate_profile_id: int | str | None = None,
        include_inactive: bool | str = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.email_address = email_address
        self.first_name = first_name
        self.last_name = last_name
        self.corporate_profile_id = corporate_profile_id
        self.include_inactive = include_inactive

    def body(self) -> Any:
        criteria = [name for name in self.sends if name != "include_inactive"]
        given = [name for name in criteria if self.is_given(name)]
        if not given:
            raise InvalidInput(f"give at least one of {', '.join(criteria)}")
        body = super().body()
        for name in given:
            if self.sends[name] not in body:
                raise empty(name)
        return body


class FasttrakUpsertCustomerOperator(FasttrakOperator):
    """Make a customer exist with the given values: created if absent, changed where it differs, else left alone.

    The customer is found by ``customer_id``, else by the e-mail address, inactive ones included; of several the active
    one counts, then the first one made. A creation goes through the ledger and is looked for by the address after an
    unclear outcome. A change writes the whole profile back; its time of modification is looked at again right before
    the write leaves, and when somebody has saved a change meanwhile, nothing is written and a retry reads it anew. A
    change saved within that moment is lost: there is no version check. Creating and writing are assumed endpoints.

    Returns ``customer_id`` and ``action``: ``created``, ``updated`` or ``unchanged``.

    :param customer: ``first_name``, ``middle_name``, ``last_name``, ``email``, ``phone``, ``cell_phone``, ``alias``
        (greet sign), ``company_id``, ``corporate_profile_id``, ``account_number``, ``street1``, ``street2``, ``city``,
        ``state``, ``postal_code``, ``reference_po``, ``cost_code``, ``preferences``, ``is_vip``, ``is_inactive``; what
        is left out stays as it is. Never stored among the rendered fields.
    :param customer_id: FASTTRAK's number, where it is known. (templated)
    :param details: further fields of the profile in FASTTRAK's own names. Never stored among the rendered fields.
    """

    template_fields: Sequence[str] = ("fasttrak_conn_id", "customer_id")
    personal_fields: ClassVar[Sequence[str]] = ("customer", "details")
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1; 2 to create, 3 to change"

    def __init__(
        self, *, customer: Personal, customer_id: int | str | None = None, details: Personal = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.customer = customer
        self.customer_id = customer_id
        self.details = details

    def act(self, context: Context) -> dict[str, Any]:
        told: dict[str, Any] = self.hook.upsert_customer(
            self.personal("customer"), customer_id=self.customer_id, details=self.personal("details")
        )
        self.log.info("Customer %s: %s", told["customer_id"], told["action"])
        return told
