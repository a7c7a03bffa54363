"""API v2 (beta): flights, permits, slots. The connection needs a ``client_id``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator, Fl3xxFlightOperator


class Fl3xxListFlightsV2Operator(Fl3xxEntryOperator):
    """Read the flights of a window from API v2, latest first.

    Which keys a row has is known of ``blocksOffEstimatedDateTime`` alone. Returns a list with those of ``id``,
    ``flightNumber``, ``tailNumber``, ``blocksOffEstimatedDateTime`` and ``paxCount`` that are there; the rows go to
    ``output_path``.

    :param from_time: first estimated off-block, a date-time with a zone. (templated)
    :param to_time: last estimated off-block. (templated)
    """

    entry = "flights_v2.list"
    takes: ClassVar[Mapping[str, str]] = {"from_time": "filter"}
    template_fields: Sequence[str] = ("fl3xx_conn_id", "from_time", "to_time", "output_path")
    returns: ClassVar[Sequence[str]] = (
        "id", "flightNumber", "tailNumber", "blocksOffEstimatedDateTime", "paxCount",
    )  # fmt: skip
    calls: ClassVar[str] = "1 for each 50 flights"

    def __init__(self, *, from_time: Any, to_time: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.from_time = from_time
        self.to_time = to_time

    def _named(self, names: Mapping[str, str]) -> dict[str, Any]:
        """The window as the condition that API v2 takes."""
        from airflow_provider_fleetops.hooks.errors import for_airflow
        from airflow_provider_fleetops.protocol.errors import InvalidInput
        from airflow_provider_fleetops.vendors.fl3xx.conditions import between

        try:
            return {names["from_time"]: between(self.from_time, self.to_time)}
        except InvalidInput as error:
            raise for_airflow(error) from None


class Fl3xxListPermitsOperator(Fl3xxFlightOperator):
    """Read the permits of a flight: ``id``, ``permitNumber``, ``status``, ``type``; the rest to ``output_path``."""

    entry = "permits.list"
    returns: ClassVar[Sequence[str]] = ("id", "permitNumber", "status", "type")


class Fl3xxListSlotsOperator(Fl3xxFlightOperator):
    """Read the slots and PPRs of a flight: ``id``, ``type``, ``direction``, ``status``; the rest to ``output_path``."""

    entry = "slots.list"
    returns: ClassVar[Sequence[str]] = ("id", "type", "direction", "status")
