"""Passengers of a flight: tickets, and the manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.entry import FleetOpsOnceOperator
from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxChangeOperator, Fl3xxFlightOperator

if TYPE_CHECKING:
    from airflow.sdk import Context

_SHOWN = ("ticketId", "paxUserId", "isMain", "seatOnLap")


class Fl3xxListPassengersOperator(Fl3xxFlightOperator):
    """Read the tickets of a flight; FL3XX makes as many as seats are booked, and one may be nobody's yet.

    Returns a list with ``ticketId``, ``paxUserId`` (missing while nobody is assigned), ``isMain`` and ``seatOnLap``.
    The rest goes to ``output_path``. FL3XX allows an identical read once in ten minutes: within that time all tasks get
    the same answer, also when a ticket was added or changed meanwhile.
    """

    entry = "passengers.list"
    returns: ClassVar[Sequence[str]] = _SHOWN


class Fl3xxTicketOperator(Fl3xxFlightOperator):
    """Base of the operators for one ticket.

    :param ticket_id: FL3XX's number of the ticket. (templated)
    """

    takes: ClassVar[Mapping[str, str]] = {"flight_id": "flight_id", "ticket_id": "ticket_id"}
    returns: ClassVar[Sequence[str]] = _SHOWN

    def __init__(self, *, ticket_id: int | str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.ticket_id = ticket_id


class Fl3xxPassengerOperator(Fl3xxFlightOperator):
    """Base of the operators that say whose a ticket is. References are your own numbers, never names.

    :param pax_user_id: the person, by FL3XX's number. (templated)
    :param pax_external_reference: the person, by your own number; ``pax_user_id`` wins. (templated)
    :param pax_type: ``NONE``, ``MALE``, ``FEMALE``, ``CHILD``, ``INFANT`` or ``OTHER``. (templated)
    :param is_main: the lead passenger. (templated)
    :param seat_on_lap: an infant without a seat of its own. (templated)
    :param external_reference: your own number of the ticket. (templated)
    """

    sends: ClassVar[Mapping[str, str]] = {
        "pax_user_id": "paxUserId",
        "pax_external_reference": "paxExternalReference",
        "pax_type": "paxType",
        "is_main": "isMain",
        "seat_on_lap": "seatOnLap",
        "external_reference": "externalReference",
    }
    returns: ClassVar[Sequence[str]] = _SHOWN

    def __init__(
        self,
        *,
        pax_user_id: int | str | None = None,
        pax_external_reference: str | None = None,
        pax_type: str | None = None,
        is_main: bool | str | None = None,
        seat_on_lap: bool | str | None = None,
        external_reference: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.pax_user_id = pax_user_id
        self.pax_external_reference = pax_external_reference
        self.pax_type = pax_type
        self.is_main = is_main
        self.seat_on_lap = seat_on_lap
        self.external_reference = external_reference


class Fl3xxAddPassengerOperator(FleetOpsOnceOperator, Fl3xxPassengerOperator):
    """Add a passenger to a flight, once per ``operation_key``.

    After an unclear outcome the flight's tickets are read and searched for what was sent: ``external_reference``, else
    ``pax_user_id``, else ``pax_external_reference``. Found is success, not found fails the try, and a retry looks again
    before it sends. Without any of the three nobody can look, and the task ends as ``OutcomeUnknown``.

    Returns ``ticketId``, ``paxUserId``, ``isMain``, ``seatOnLap`` and ``digest``; the ticket goes to ``output_path``.
    """

    entry = "passenger.add"
    guarantee: ClassVar[str] = "effectively once"
    calls: ClassVar[str] = "1, and 1 for each look"


class Fl3xxGetPassengerOperator(Fl3xxTicketOperator):
    """Read one ticket: ``ticketId``, ``paxUserId``, ``isMain``, ``seatOnLap``; the rest goes to ``output_path``."""

    entry = "passenger.get"


class Fl3xxUpdatePassengerOperator(Fl3xxPassengerOperator, Fl3xxTicketOperator):
    """Change a ticket, for example to give an empty one to a person. Only what is given is sent.

    Returns ``ticketId``, ``paxUserId``, ``isMain``, ``seatOnLap`` and ``digest``; the ticket goes to ``output_path``.
    """

    entry = "passenger.update"
    takes: ClassVar[Mapping[str, str]] = Fl3xxTicketOperator.takes
    guarantee: ClassVar[str] = "idempotent"


class Fl3xxRemovePassengerOperator(Fl3xxTicketOperator):
    """Remove a ticket from a flight; one that is not there is a success, so a repetition changes nothing.

    Returns ``ticketId``, ``removed`` and ``already``.
    """

    entry = "passenger.remove"
    guarantee: ClassVar[str] = "idempotent"
    calls: ClassVar[str] = "1"

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.protocol.errors import NotFound

        try:
            self.answer()
        except NotFound:
            return {"ticketId": self.ticket_id, "removed": True, "already": True}
        return {"ticketId": self.ticket_id, "removed": True, "already": False}


class Fl3xxPassengerManifestOperator(Fl3xxFlightOperator):
    """Write the manifest of a flight to a file: passengers with their documents, cargo, animals, no-fly lists.

    Returns how many ``tickets`` there are, how many are ``assigned`` to a person and how many come ``with_document``,
    ``cargo``, ``animals``, ``flightId``, ``path`` and a ``digest`` that changes with the manifest. Names, birth dates
    and passports go to ``output_path`` alone, as one JSON document: give it a place that only those may read who
    must.
    """

    entry = "pax_details.get"
    calls: ClassVar[str] = "1"

    def __init__(self, *, output_path: str, **kwargs: Any) -> None:
        super().__init__(output_path=output_path, **kwargs)

    def act(self, context: Context) -> dict[str, Any]:
        from airflow_provider_fleetops.operators.output import hand_over
        from airflow_provider_fleetops.vendors.fl3xx.on_board import manifest

        details = self.answer()
        return dict(hand_over(details, (), self.output_path) | manifest(details))


class Fl3xxUpdatePaxDetailsOperator(Fl3xxChangeOperator):
    """Change details of passengers, cargo or animals: whatever the manifest holds.

    They are read, merged with ``changes`` and written back whole; nothing is written when all is so already. FL3XX
    cannot tell whether somebody changed them in between.
    """

    entry = "pax_details.update"
