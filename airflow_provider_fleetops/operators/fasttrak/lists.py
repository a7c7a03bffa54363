"""The operator's own records at FASTTRAK: companies, people, cars, price lists. All are read whole, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from airflow_provider_fleetops.operators.fasttrak.base import FasttrakEntryOperator


class FasttrakListCompaniesOperator(FasttrakEntryOperator):
    """Read the companies of the operator's database.

    Returns ``companyId``, ``name`` and ``isPrimary`` of each.
    """

    entry: ClassVar[str] = "companies.list"
    returns: ClassVar[Sequence[str]] = ("companyId", "name", "isPrimary")


class FasttrakListEmployeesOperator(FasttrakEntryOperator):
    """Read the employees, drivers included.

    Returns ``employeeId``, ``employeeType``, ``status``, ``isInactive``, ``isScheduleDisabled``,
    ``hasCommercialLicense``, ``hasExpiredLicense`` and ``modifiedDate`` of each; names and pay are in the file.

    :param include_inactive: those who have left too. (templated)
    """

    entry: ClassVar[str] = "employees.list"
    takes: ClassVar[Mapping[str, str]] = {"include_inactive": "include_inactive"}
    returns: ClassVar[Sequence[str]] = (
        "employeeId",
        "employeeType",
        "status",
        "isInactive",
        "isScheduleDisabled",
        "hasCommercialLicense",
        "hasExpiredLicense",
        "modifiedDate",
    )

    def __init__(self, *, include_inactive: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.include_inactive = include_inactive


class FasttrakListAffiliatesOperator(FasttrakEntryOperator):
    """Read the affiliates, to whom trips are given away.

    Returns ``affiliateId``, ``affiliateType``, ``affiliateCode``, ``fleetSize`` and ``isInactive`` of each.
    """

    entry: ClassVar[str] = "affiliates.list"
    returns: ClassVar[Sequence[str]] = ("affiliateId", "affiliateType", "affiliateCode", "fleetSize", "isInactive")


class FasttrakListVehiclesOperator(FasttrakEntryOperator):
    """Read the vehicles.

    Returns ``vehicleId``, ``vehicleTypeId``, ``name``, ``make``, ``model``, ``year``, ``capacity``,
    ``currentMileage``, ``isOutOfService``, ``outOfServiceStartDate``, ``outOfServiceEndDate`` and
    ``hasExpiredLicense`` of each, as far as they are set; plates and VIN are in the file.
    """

    entry: ClassVar[str] = "vehicles.list"
    returns: ClassVar[Sequence[str]] = (
        "vehicleId",
        "vehicleTypeId",
        "name",
        "make",
        "model",
        "year",
        "capacity",
        "currentMileage",
        "isOutOfService",
        "outOfServiceStartDate",
        "outOfServiceEndDate",
        "hasExpiredLicense",
    )


class FasttrakListVehicleTypesOperator(FasttrakEntryOperator):
    """Read the vehicle types: the numbers that a booking names. The path is assumed.

    Returns ``vehicleTypeId``, ``externalVehicleTypeId``, ``vehicleTypeName``, ``passengerCapacity``, ``bagCapacity``
    and ``isExcludedFromInternetReservations`` of each.
    """

    entry: ClassVar[str] = "vehicle_types.list"
    returns: ClassVar[Sequence[str]] = (
        "vehicleTypeId",
        "externalVehicleTypeId",
        "vehicleTypeName",
        "passengerCapacity",
        "bagCapacity",
        "isExcludedFromInternetReservations",
    )


class FasttrakListPricingPlansOperator(FasttrakEntryOperator):
    """Read the pricing plans.

    Returns ``pricingId``, ``externalPricingId``, ``corporateProfileId``, ``isDefault``, ``isGeoPricing``,
    ``isDisabled`` and ``modifyDate`` of each. Their names are in the file: a plan may be called after its customer.

    :param include_disabled: those that are out of use too. (templated)
    """

    entry: ClassVar[str] = "pricing_plans.list"
    takes: ClassVar[Mapping[str, str]] = {"include_disabled": "include_disabled"}
    returns: ClassVar[Sequence[str]] = (
        "pricingId",
        "externalPricingId",
        "corporateProfileId",
        "isDefault",
        "isGeoPricing",
        "isDisabled",
        "modifyDate",
    )

    def __init__(self, *, include_disabled: bool | str = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.include_disabled = include_disabled
