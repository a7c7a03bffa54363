"""Quotes, bookings and empty legs as they are: one, or those that were changed since a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

_SHOWN = (
    "bookingid", "rootBookingid", "bookingIdentifier", "quoteNumber", "tripNumber", "status", "externalReference",
    "aircraft", "postFlightClosed",
)  # fmt: skip


class Fl3xxReferenceOperator(Fl3xxEntryOperator):
    """Base of the operators for one quote or booking.

    :param reference: its ``bookingid``, or your own ``externalReference``. (templated)
    """

    takes: ClassVar[Mapping[str, str]] = {"reference": "reference"}
    returns: ClassVar[Sequence[str]] = _SHOWN

    def __init__(self, *, reference: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reference = reference


class Fl3xxGetBookingOperator(Fl3xxReferenceOperator):
    """Read one quote or booking.

    Returns ``bookingid``, ``bookingIdentifier``, ``status`` (a letter: ``Q`` quoted, ``B`` booked, ``F`` flown, …),
    ``externalReference``, ``aircraft``, ``digest`` and ``flight_ids``. The record, which names the customer, goes to
    ``output_path``.
    """

    entry = "quote.get"
    calls: ClassVar[str] = "1"

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over
        from airflow_provider_fleetops.vendors.fl3xx.orders import told

        answer = self.answer()
        shown: dict[str, Any] = hand_over(answer, self.returns, self.output_path)
        return shown | {"flight_ids": told(answer)["flight_ids"]}


class Fl3xxSoldItineraryOperator(Fl3xxReferenceOperator):
    """Read the itinerary of a booking as it was sold: ``grossPrice`` and ``digest``; the legs go to ``output_path``."""

    entry = "booking.sold_snapshot"
    returns: ClassVar[Sequence[str]] = ("grossPrice",)


class Fl3xxQuoteHistoryOperator(Fl3xxReferenceOperator):
    """Read what happened to a quote: ``count`` and ``digest``; the history goes to ``output_path``.

    Seen in a public client, not documented: a token may not have it.
    """

    entry = "quote.history"
    returns: ClassVar[Sequence[str]] = ()


class Fl3xxSinceOperator(Fl3xxEntryOperator):
    """Base of the operators that list what was changed since a time.

    FL3XX takes minutes and does not say in which zone it reads them: UTC is sent, which in the zone it uses elsewhere
    (CET) lies an hour or two earlier. So rows may come again, and none is missed.

    :param since: a date-time with a zone, for example ``{{ data_interval_start }}``. (templated)
    :param customer_id: only those of this customer. (templated)
    :param customer_account_id: only those of this account. (templated)
    """

    takes: ClassVar[Mapping[str, str]] = {
        "since": "last_request",
        "customer_id": "customer_id",
        "customer_account_id": "customer_account_id",
    }
    returns: ClassVar[Sequence[str]] = _SHOWN

    def __init__(
        self,
        *,
        since: Any,
        customer_id: int | str | None = None,
        customer_account_id: int | str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.since = since
        self.customer_id = customer_id
        self.customer_account_id = customer_account_id


class Fl3xxListBookingsOperator(Fl3xxSinceOperator):
    """List the bookings that were changed since a time, as accounting sees them.

    Returns a list with ``bookingid``, ``bookingIdentifier``, ``status``, ``externalReference``, ``aircraft`` and
    ``postFlightClosed``. The records, which name customers, go to ``output_path``.

    :param show: ``PAID`` (FL3XX's default), ``NOT_PAID`` or ``READY_TO_INVOICE``. (templated)
    """

    entry = "bookings.list"
    takes: ClassVar[Mapping[str, str]] = {**Fl3xxSinceOperator.takes, "show": "filter"}
    calls: ClassVar[str] = "1 for each 10 bookings"

    def __init__(self, *, show: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.show = show


class Fl3xxListOpenQuotesOperator(Fl3xxSinceOperator):
    """List the open quotes and requests that were changed since a time.

    Returns a list with ``bookingid``, ``bookingIdentifier``, ``status``, ``externalReference`` and ``aircraft``. The
    records, which name customers, go to ``output_path``.
    """

    entry = "quotes.list"


class Fl3xxListEmptyLegsOperator(Fl3xxEntryOperator):
    """List the empty legs that are for sale: those which staff offers with a price, on aircraft visible to the API.

    Returns a list with what FL3XX tells of ``id``, ``aircraft``, ``departureAirport``, ``arrivalAirport``,
    ``departureDateUTC``, ``arrivalDateUTC`` and ``price``; the rows go to ``output_path``. Selling one is a booking.
    """

    entry = "empty_legs.list"
    returns: ClassVar[Sequence[str]] = (
        "id", "aircraft", "departureAirport", "arrivalAirport", "departureDateUTC", "arrivalDateUTC", "price",
    )  # fmt: skip
