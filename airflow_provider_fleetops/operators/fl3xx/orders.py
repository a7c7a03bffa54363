"""Quotes and bookings: looked up, made once, changed as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.base import every
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator, Fl3xxOperator
from airflow_provider_fleetops.protocol.errors import is_blank

if TYPE_CHECKING:
    from airflow.sdk import Context

# What is templated and stored, with its wire name.
_ORDER: Mapping[str, str] = {
    "legs": "legs",
    "aircraft": "aircraft",
    "external_reference": "externalReference",
    "workflow": "workflow",
    "workflow_custom_name": "workflowCustomName",
    "origin": "origin",
    "auto_create_pos_flights": "autoCreatePosFlights",
}


class Fl3xxOrderOperator(Fl3xxOperator):
    """Base of the operators that order a flight, or ask what it would cost.

    :param legs: the legs in their order, in FL3XX's own names: ``departureAirport``, ``arrivalAirport``,
        ``departureDate`` (local, ``YYYY-MM-DDTHH:MM``, or ``departureDateUTC``), ``pax``, …; one with ``pax`` 0 is a
        positioning flight. (templated)
    :param customer: ``{"firstName", "lastName", "email", "account": {"name", "externalReference", …}, …}``. FL3XX finds
        people and accounts that it has and does not change them. Never stored among the rendered fields.
    :param aircraft: the tail number. (templated)
    :param external_reference: your own number of the order; it finds the order again. (templated)
    :param workflow: FL3XX's workflow, for example ``CHARTER``. (templated)
    :param workflow_custom_name: the operator's own name of the workflow. (templated)
    :param origin: where the order comes from, for example ``WEB``. (templated)
    :param comment: never stored among the rendered fields.
    :param auto_create_pos_flights: let FL3XX add the positioning flights. (templated)
    """

    fields: ClassVar[Mapping[str, str]] = _ORDER
    template_fields: Sequence[str] = ("fl3xx_conn_id", *_ORDER)
    sends: ClassVar[Mapping[str, str]] = _ORDER
    never_blank: ClassVar[Sequence[str]] = ("external_reference",)
    personal_fields: ClassVar[Sequence[str]] = ("customer", "comment")

    def __init__(
        self,
        *,
        legs: Any = None,
        customer: Any = None,
        aircraft: str | None = None,
        external_reference: str | None = None,
        workflow: str | None = None,
        workflow_custom_name: str | None = None,
        origin: str | None = None,
        comment: Any = None,
        auto_create_pos_flights: bool | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.legs = legs
        self.customer = customer
        self.aircraft = aircraft
        self.external_reference = external_reference
        self.workflow = workflow
        self.workflow_custom_name = workflow_custom_name
        self.origin = origin
        self.comment = comment
        self.auto_create_pos_flights = auto_create_pos_flights

    def order(self) -> dict[str, Any]:
        """The order by wire names, without what is empty; ``legs`` may be a template's text of a list."""
        values = {wire: getattr(self, name) for name, wire in self.fields.items()}
        values |= {name: self.personal(name) for name in self.personal_fields}
        given = {wire: value for wire, value in values.items() if not is_blank(value)}
        return {**given, "legs": every(self.legs)}


class Fl3xxLookUpQuoteOperator(Fl3xxOrderOperator, Fl3xxEntryOperator):
    """Ask for price and feasibility of a flight; nothing is stored at FL3XX.

    Returns ``net``, ``gross``, ``currency`` (0 where FL3XX has no pricing rule for the account) and ``warnings`` (their
    types, leg by leg); the answer goes to ``output_path``.
    """

    entry = "quote.lookup"
    calls: ClassVar[str] = "1"
    template_fields: Sequence[str] = (*Fl3xxOrderOperator.template_fields, "output_path")

    def body(self) -> dict[str, Any]:
        """The order."""
        return self.order()

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over
        from airflow_provider_fleetops.vendors.fl3xx.orders import offer

        answer = self.answer()
        return {**hand_over(answer, (), self.output_path), **offer(answer)}


class Fl3xxCreateOrderOperator(Fl3xxOrderOperator):
    """Base of the operators that make a quote or a booking, at a price that was agreed where one is given.

    :param price: ``{"net", "gross", "vat", "vatPerc", "tax", "fet", "charterCost", "exchangeRate", "currency", …}``,
        without it FL3XX prices by its own rules. (templated)
    :param account_price: likewise, FL3XX's ``accountPrice``. (templated)
    :param quote_price: likewise, FL3XX's ``quotePrice``. (templated)
    :param avinode_quote_id: Avinode's number of the quote. (templated)
    """

    fields: ClassVar[Mapping[str, str]] = {
        **Fl3xxOrderOperator.fields,
        "price": "price",
        "account_price": "accountPrice",
        "quote_price": "quotePrice",
        "avinode_quote_id": "avinodeQuoteId",
    }
    template_fields: Sequence[str] = ("fl3xx_conn_id", *fields)

    def __init__(
        self,
        *,
        price: Mapping[str, Any] | None = None,
        account_price: Mapping[str, Any] | None = None,
        quote_price: Mapping[str, Any] | None = None,
        avinode_quote_id: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.price = price
        self.account_price = account_price
        self.quote_price = quote_price
        self.avinode_quote_id = avinode_quote_id


class Fl3xxCreateQuoteOperator(Fl3xxCreateOrderOperator):
    """Create a quote, once per ``external_reference``: one that exists is found, by whomever it was made.

    Returns ``booking_id``, ``booking_identifier``, ``status``, ``flight_ids`` and ``created``. The same reference with
    another order is an error.
    """

    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "2: look, create"

    def act(self, context: Context) -> dict[str, Any]:
        made: dict[str, Any] = self.hook.ensure_quote(self.order())
        return made


class Fl3xxCreateBookingOperator(Fl3xxCreateOrderOperator):
    """Book a flight, once per ``external_reference``: a booking that exists is found, by whomever it was made.

    Returns ``booking_id``, ``booking_identifier``, ``status``, ``flight_ids`` and ``created``. The same reference with
    another order is an error, and so is one that is the reference of a quote.

    :param notify_sales: let FL3XX notify Sales of a new booking. (templated)
    """

    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "2: look, create"
    template_fields: Sequence[str] = (*Fl3xxCreateOrderOperator.template_fields, "notify_sales")

    def __init__(self, *, notify_sales: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.notify_sales = notify_sales

    def act(self, context: Context) -> dict[str, Any]:
        notify = str(self.notify_sales).strip().lower() == "true"
        booked: dict[str, Any] = self.hook.ensure_booking(self.order(), notify_sales=notify)
        return booked


class Fl3xxChangeOrderOperator(Fl3xxOperator):
    """Base of the operators that change a quote or a booking.

    It is read anew, merged with ``changes`` and written back whole; nothing is written when all is so already. FL3XX
    knows no version, so it cannot tell whether somebody changed it between this read and this write. The read insists
    on a new answer: where the same was read within ten minutes, the task waits for FL3XX's spacing (``deferrable=True``
    waits without a worker).

    Returns ``booking_id``, ``booking_identifier``, ``status``, ``flight_ids`` and ``updated``.

    :param reference: the ``bookingid``, or your own ``externalReference``. (templated)
    :param changes: the fields to change, in FL3XX's own names; objects are merged. ``legs`` are all legs that shall be:
        one that is left out is cancelled, and a departure needs its arrival too, which FL3XX would not move. Never
        stored among the rendered fields.
    :param output_path: an ``ObjectStoragePath`` for the record afterwards, as JSON. (templated)
    """

    template_fields: Sequence[str] = ("fl3xx_conn_id", "reference", "output_path")
    personal_fields: ClassVar[Sequence[str]] = ("changes",)
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "2: read, write"

    def __init__(self, *, reference: int | str, changes: Any, output_path: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reference = reference
        self.changes = changes
        self.output_path = output_path

    def told(self, order: Mapping[str, Any], updated: bool) -> dict[str, Any]:
        """What goes to XCom of the record, which goes to the file."""
        from airflow_provider_fleetops.operators.output import write_json
        from airflow_provider_fleetops.vendors.fl3xx.orders import told

        if self.output_path:
            write_json(self.output_path, order)
        return told(order) | {"updated": updated}


class Fl3xxChangeQuoteOperator(Fl3xxChangeOrderOperator):
    """Change a quote; one that was booked meanwhile is refused."""

    def act(self, context: Context) -> dict[str, Any]:
        return self.told(*self.hook.change_quote(self.reference, self.personal("changes")))


class Fl3xxChangeBookingOperator(Fl3xxChangeOrderOperator):
    """Change a booking, for example its aircraft or its legs."""

    def act(self, context: Context) -> dict[str, Any]:
        return self.told(*self.hook.change_booking(self.reference, self.personal("changes")))
