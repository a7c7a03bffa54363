"""What a trip costs: hours at the vehicle type's rate, a service charge and tax, in the vendor's shape."""

from __future__ import annotations

from airflow_provider_fleetops.sandbox.fasttrak.records import RATES
from airflow_provider_fleetops.sandbox.fasttrak.shapes import Record

DEFAULT_HOURS = 1.0
"""Pricing supplies the hours when the partner gives none
(https://support.ifasttrak.com/support/solutions/articles/62000222777)."""

_SERVICE_PERCENT = 20
_TAX_PERCENT = 8.875


def price(vehicle_type_id: int, hours: float, pricing_id: int = 11) -> Record:
    """A ``pricingInformation`` object in dollars for ``hours`` of a vehicle type."""
    rate = RATES[vehicle_type_id]
    base = round(rate * hours, 2)
    service = round(base * _SERVICE_PERCENT / 100, 2)
    tax = round((base + service) * _TAX_PERCENT / 100, 2)
    return {
        "pricingId": pricing_id,
        "vehicleTypeId": vehicle_type_id,
        "pricingVehicleTypeZoneId": 0,
        "isFlatRate": False,
        "baseRate": _line("Base", "Base_Charges", hours, rate, base),
        "additionalCharge1": _line("", "Base_Additional_Charges_1", 0, 0, 0),
        "additionalCharge2": _line("", "Base_Additional_Charges_2", 0, 0, 0),
        "additionalPricingItems": [_service(service)],
        "taxRateList": [
            {"taxRateId": 1, "applicableToPricingItemId": 0, "name": "Sales tax", "rate": _TAX_PERCENT},
        ],
        "incrementalCharge": 0,
        "minimumCharge": 0,
        "minimumRateIncludedAsBase": False,
        "totalCharge": round(base + service + tax, 2),
    }


def _line(name: str, kind: str, quantity: float, rate: float, total: float) -> Record:
    return {
        "minimum": 0,
        "estimated": quantity,
        "quantity": quantity,
        "rate": rate,
        "total": total,
        "name": name,
        "pricingItemType": kind,
    }


def _service(total: float) -> Record:
    """The service charge: a percentage of the base that goes to the driver."""
    ids = {"pricingItemId": 7, "zoneAdditionalChargeItemId": 0, "selectedTaxRateId": 1}
    flags = {"isQuantifiable": False, "isFixedPrice": False, "applyToBaseCharge": True}
    more = {"applyToAdditional1Charge": False, "applyToAdditional2Charge": False, "doPayToDriver": True}
    pay = {"doPayToDriverOnlyContractor": False, "driverPayPercentage": 100}
    who = {"isCustomerOverride": False, "isCorporateOverride": False}
    applies: Record = {
        name: []
        for name in (
            "appliesToFixedItemList",
            "appliesToVariableItemList",
            "appliesToAdditionalItemList",
            "appliesToZoneAdditionalChargeItemList",
        )
    }
    line = _line("Service charge", "Variable_Fee_Item", 1, _SERVICE_PERCENT, total)
    return line | ids | flags | more | pay | who | applies
