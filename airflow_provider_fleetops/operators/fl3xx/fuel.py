"""Fuel prices of a partner who sells fuel (API v2, a beta)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_fleetops.operators.fl3xx.base import Fl3xxEntryOperator

_PRICE = ("fboName", "contractorName", "currency", "unit", "volumeFrom", "volumeTo")


class Fl3xxFuelOperator(Fl3xxEntryOperator):
    """Base of the operators for a partner's prices at one airport.

    :param airport_code: ICAO, IATA or FAA code, or FL3XX's number of the airport. (templated)
    """

    takes: ClassVar[Mapping[str, str]] = {"airport_code": "airport_code"}

    def __init__(self, *, airport_code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.airport_code = airport_code


class Fl3xxGetFuelPricesOperator(Fl3xxFuelOperator):
    """Read your own prices at an airport: ``fboName``, ``contractorName``, ``currency``, ``unit``, volumes.

    Returns a list with one object a price; the full records go to ``output_path``.
    """

    entry = "fuel_prices.get"
    returns: ClassVar[Sequence[str]] = _PRICE


class Fl3xxSetFuelPriceOperator(Fl3xxFuelOperator):
    """Set your own price at an airport; what stood there before is replaced, and FL3XX cannot tell by whom it was set.

    :param fbo_name: who fuels. (templated)
    :param contractor_name: who sells. (templated)
    :param currency: ``EUR`` or ``USD``. (templated)
    :param unit: ``LITER`` or ``GALLON_USA``. (templated)
    :param volume_from: from this volume on, inclusive. (templated)
    :param volume_to: up to this volume, inclusive. (templated)
    :param details: the amount, its validity and whatever else, in FL3XX's own names: the public docs do not show them.
        (templated)
    """

    entry = "fuel_prices.set"
    sends: ClassVar[Mapping[str, str]] = {
        "fbo_name": "fboName",
        "contractor_name": "contractorName",
        "currency": "currency",
        "unit": "unit",
        "volume_from": "volumeFrom",
        "volume_to": "volumeTo",
    }
    template_fields: Sequence[str] = ("fl3xx_conn_id", "airport_code", *sends, "details", "output_path")
    returns: ClassVar[Sequence[str]] = _PRICE
    guarantee: ClassVar[str] = "idempotent"

    def __init__(
        self,
        *,
        fbo_name: str,
        contractor_name: str,
        currency: str,
        unit: str,
        volume_from: float | str | None = None,
        volume_to: float | str | None = None,
        details: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.fbo_name = fbo_name
        self.contractor_name = contractor_name
        self.currency = currency
        self.unit = unit
        self.volume_from = volume_from
        self.volume_to = volume_to
        self.details = details

    def body(self) -> Any:
        return {**(self.details or {}), **super().body()}


class Fl3xxRemoveFuelPricesOperator(Fl3xxFuelOperator):
    """Remove all your prices at one airport."""

    entry = "fuel_prices.remove"
    guarantee: ClassVar[str] = "idempotent"


class Fl3xxRemoveAllFuelPricesOperator(Fl3xxEntryOperator):
    """Remove all your prices at all airports."""

    entry = "fuel_prices.remove_all"
    guarantee: ClassVar[str] = "idempotent"
