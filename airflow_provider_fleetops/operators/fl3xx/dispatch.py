"""The dispatch documents of a flight: ground services, pre-flight, post-flight, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import (
    Fl3xxChangeOperator,
    Fl3xxDocumentOperator,
    Fl3xxFlightOperator,
)

if TYPE_CHECKING:
    from datetime import datetime

    from airflow_provider_fleetops.vendors.fl3xx.documents import Change

    Time = datetime | str | None


class Fl3xxGetFlightServicesOperator(Fl3xxDocumentOperator):
    """Read the ground services of a flight: handling, catering, hotels, transport.

    Returns ``flightId``, ``digest`` and ``statuses``, where each service stands by its place: ``{"departureHandler":
    "OK", "departureHotac[0]": "REQ_REVISED"}``. A ``…_REVISED`` one must be checked again, because the flight changed
    since. The whole document, which names people, goes to ``output_path``.
    """

    entry = "flight_services.get"


class Fl3xxUpdateFlightServicesOperator(Fl3xxChangeOperator):
    """Change ground services of a flight, for example ``changes={"departureHandler": {"status": "REQ"}}``.

    It is read, merged with ``changes`` and written back whole; nothing is written when all is so already. FL3XX cannot
    tell whether somebody changed it in between.
    """

    entry = "flight_services.update"


class Fl3xxGetPreflightOperator(Fl3xxDocumentOperator):
    """Read the dispatch checklists of a flight before it leaves: crew, duty times, slots, fuel.

    Returns ``flightId``, ``tailNumber``, ``digest`` and ``statuses``, where each item stands by its place:
    ``{"crewAssign": "OK", "detailsDeparture.fuel": "REQ"}``. The whole document, which names people, goes to
    ``output_path``. It was seen in public clients, and no way to write it is known.
    """

    entry = "preflight.get"


class Fl3xxGetPostflightOperator(Fl3xxDocumentOperator):
    """Read what the crew reported after a flight: times, delays, fuel.

    Returns ``flightId``, ``tailNumber``, ``digest``, ``statuses``, the times ``blocksOff``, ``takeOff``, ``landing``
    and ``blocksOn`` in UTC (None until reported), and ``delays``: by how many minutes each is behind its estimate. The
    whole document, which names people and may hold card data, goes to ``output_path``.
    """

    entry = "postflight.get"

    def told(self, document: Any) -> dict[str, Any]:
        from airflow_provider_fleetops.vendors.fl3xx.documents import movement

        return super().told(document) | movement(document)


class Fl3xxUpdatePostflightOperator(Fl3xxChangeOperator):
    """Report times, delays and fuel after a flight, for example from an electronic flight bag.

    Post-flight is read, merged and written back whole; nothing is written when all is so already. FL3XX cannot tell
    whether somebody changed it in between.

    :param blocks_off: when it left its stand, ISO-8601 with a zone. (templated)
    :param take_off: when it took off. (templated)
    :param landing: when it landed. (templated)
    :param blocks_on: when it reached its stand. (templated)
    """

    entry = "postflight.update"
    template_fields: Sequence[str] = (
        "fl3xx_conn_id",
        "flight_id",
        "blocks_off",
        "take_off",
        "landing",
        "blocks_on",
        "output_path",
    )
    _times: ClassVar[Mapping[str, str]] = {x: x for x in ("blocks_off", "take_off", "landing", "blocks_on")}

    def __init__(
        self,
        *,
        blocks_off: Time = None,
        take_off: Time = None,
        landing: Time = None,
        blocks_on: Time = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.blocks_off = blocks_off
        self.take_off = take_off
        self.landing = landing
        self.blocks_on = blocks_on

    def change(self) -> Change:
        changes = self.personal("changes") or None
        change: Change = self.hook.report_postflight(self.flight_id, changes=changes, **self._named(self._times))
        return change


class Fl3xxGetPlanningNoteOperator(Fl3xxFlightOperator):
    """Read the planning note of a flight.

    It is free text: only its size and a digest go to XCom, the note itself to ``output_path``. The call was seen in
    public clients; no way to write a note is known.
    """

    entry = "planning_note.get"


class Fl3xxGetFlightNotificationsOperator(Fl3xxFlightOperator):
    """Read the notifications of a flight.

    Only a digest goes to XCom, the rest to ``output_path``: the call was seen in public clients, its answer's shape is
    not known.
    """

    entry = "flight_notification.get"
