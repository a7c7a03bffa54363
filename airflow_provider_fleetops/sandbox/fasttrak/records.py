"""One operator's master data: company, people, cars, prices. Every name is invented."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_provider_fleetops.sandbox.fasttrak.shapes import ADDRESS, CUSTOMER, Record, Shape, bind, everything
from airflow_provider_fleetops.sandbox.fields import Fields

COMPANY: dict[str, Shape] = (
    everything("int", "companyId id")
    | everything("str", "name phoneTollFree phoneMain phoneAfterHours emailAddress webSiteAddress imageUrl")
    | everything("bool", "isPrimary isPrimaryPhysicalAddress isPrimaryCorrespondenceAddress")
    | everything("bool", "isAlternatePhysicalAddress isAlternateCorrespondenceAddress")
    | everything("bool", "isCreditCardProcessingEnabled isCreditCardReportingAvailable")
    | everything("float", "latitude longitude")
    | {"addressPrimary": ADDRESS, "addressAlternate": ADDRESS}
)
EMPLOYEE: dict[str, Shape] = (
    everything("int", "employeeId userId companyId")
    | everything("str", "employeeType status displayName firstName middleName lastName title emailAddress phoneCell")
    | everything("str", "phoneHome phoneOther messageAddress metroAreaServed employeePhotoUrl payType")
    | everything("bool", "isInactive isScheduleDisabled isOccasionalDriver hasCommercialLicense hasExpiredLicense")
    | everything("bool", "hasExpiredLicenseNotification hasEmployeePhoto")
    | everything("time", "dateOfBirth hireDate terminationDate modifiedDate")
    | {"address": ADDRESS, "vehicleTypeHourlyPayList": ["int"], "vehicleTypePercentPayList": ["int"]}
)
VEHICLE: dict[str, Shape] = (
    everything("int", "vehicleId vehicleTypeId year capacity currentMileage")
    | everything("str", "name make model color vehiclePlate vin phoneNumber messageAddress vehicleTypeImageUrl")
    | everything("bool", "isOutOfService isDriverOwnedVehicle hasExpiredLicense hasExpiredLicenseNotification")
    | everything("time", "outOfServiceStartDate outOfServiceEndDate")
    | {"detailFieldList": ["str"]}
)
VEHICLE_TYPE = (
    everything("int", "vehicleTypeId passengerCapacity bagCapacity colorRed colorGreen colorBlue vehicleTypeImageId")
    | everything("str", "externalVehicleTypeId vehicleTypeName vehicleTypeImageUrl externalVehicleTypeImageId")
    | everything("bool", "isExcludedFromInternetReservations")
)
AFFILIATE: dict[str, Shape] = (
    everything("int", "affiliateId fleetSize timeOffset qualityRating")
    | everything("str", "name affiliateType affiliateCode affiliateSystemGuid phoneMain emailMain primaryContact")
    | everything("str", "serviceArea paymentTerms liveryLicense insuranceInfo notes")
    | everything("float", "commissionPercentage")
    | {"isInactive": "bool", "address": ADDRESS}
)
PRICING_PLAN = (
    everything("int", "pricingId customerProfileId corporateProfileId")
    | everything("str", "externalPricingId name friendlyName")
    | everything("bool", "isGeoPricing isDefault isDisabled")
    | everything("time", "modifyDate")
)
CORPORATE_PROFILE = (
    everything("int", "corporateProfileId pricingId")
    | everything(
        "str", "companyName accountNumber emailAddress phoneNumber1 phoneNumber2 faxNumber referencePO costCode"
    )
    | everything("str", "corporateGuid collectionType collectionMethod deliveryMethod deliveryFrequency")
    | everything("bool", "isTaxExempt doLockPricingOverrides doRequireReferencePo")
    | everything("time", "clientSinceDate createDate lastModifyDate")
)
_SINCE = "2024-03-01T00:00:00Z"

# Id, name, make and model, seats, bags, hourly rate in dollars, hidden from internet bookings.
_TYPES = (
    (1, "Sedan", "Lincoln", "Continental", 3, 3, 95.0, False),
    (2, "SUV", "Cadillac", "Escalade ESV", 6, 6, 125.0, False),
    (3, "Sprinter Van", "Mercedes-Benz", "Sprinter", 12, 12, 165.0, False),
    (4, "Stretch Limousine", "Lincoln", "Navigator L", 8, 4, 180.0, True),
)
RATES = {row[0]: row[6] for row in _TYPES}
_PEOPLE = (
    ("Ada", "Marlow", "Driver", "On_Duty"),
    ("Ben", "Okafor", "Driver", "On_Duty"),
    ("Carla", "Jimenez", "Driver", "On_Duty"),
    ("Dmitri", "Falk", "Contractor", "On_Duty"),
    ("Elif", "Sandoval", "Driver", "Off_Duty"),
    ("Farid", "Quill", "Driver", "On_Duty"),
    ("Greta", "Holm", "Dispatcher", "Unknown"),
    ("Hugo", "Penrose", "Administration", "Unknown"),
    ("Ines", "Vardy", "Driver", "Off_Duty"),
)
_CUSTOMERS = (
    ("Nora", "Castellan", True, False),
    ("Oskar", "Brandt", False, False),
    ("Petra", "Lindqvist", True, True),
    ("Quentin", "Ashby", False, False),
)


@dataclass(slots=True)
class Records:
    """Lists by kind; customers grow, the rest stands."""

    companies: list[Record] = field(default_factory=lambda: [_company()])
    employees: list[Record] = field(default_factory=lambda: [_employee(i) for i in range(len(_PEOPLE))])
    vehicle_types: list[Record] = field(default_factory=lambda: [_vehicle_type(i) for i in range(len(_TYPES))])
    vehicles: list[Record] = field(default_factory=lambda: [_vehicle(i) for i in range(2 * len(_TYPES))])
    affiliates: list[Record] = field(default_factory=lambda: [_affiliate()])
    pricing_plans: list[Record] = field(default_factory=lambda: [_pricing_plan(i) for i in range(2)])
    corporate_profiles: list[Record] = field(default_factory=lambda: [_corporate_profile()])
    customers: list[Record] = field(default_factory=lambda: [_customer(i) for i in range(len(_CUSTOMERS))])

    def find(self, kind: str, key: str, value: int) -> Record | None:
        """The record of a list whose id field has this value."""
        rows: list[Record] = getattr(self, kind)
        return next((row for row in rows if row[key] == value), None)

    def drivers(self) -> list[Record]:
        """Employees who drive and are on duty."""
        driving = {"Driver", "Contractor"}
        return [e for e in self.employees if e["employeeType"] in driving and e["status"] == "On_Duty"]

    def add_customer(self, bound: Record, now: str) -> Record:
        """Keep a new customer profile; `bound` is shaped by `shapes.CUSTOMER`."""
        number = max(row["customerId"] for row in self.customers) + 1
        customer = profile(bound) | {"customerId": number, "createDate": now, "lastModifyDate": now}
        self.customers.append(customer)
        return customer


def record(shape: dict[str, Shape], **values: object) -> Record:
    """A full record: every field of the shape at its default, but for the given ones."""
    return bind(shape, Fields({})) | values


def profile(bound: Record) -> Record:
    """A customer with the fields that only the server writes."""
    extra = {"companyName": "Harbour Line Limousines", "corporateProfileCompanyName": "", "defaultPricingName": ""}
    flags = dict.fromkeys(("isQuickQuoteCustomer", "isAffiliateCustomer", "isTransientCustomer"), False)
    dates = {"customerSinceDate": _SINCE, "createDate": _SINCE, "lastModifyDate": _SINCE, "lastReservationDate": None}
    return bound | extra | flags | dates | {"companyId": bound["companyId"] or 1}


def _company() -> Record:
    name = "Harbour Line Limousines"
    return record(COMPANY, companyId=1, id=1, name=name, isPrimary=True, emailAddress="desk@harbour-line.example")


def _employee(index: int) -> Record:
    first, last, kind, status = _PEOPLE[index]
    return record(
        EMPLOYEE,
        employeeId=201 + index,
        userId=901 + index,
        companyId=1,
        employeeType=kind,
        status=status,
        displayName=f"{first} {last}",
        firstName=first,
        lastName=last,
        emailAddress=f"{first}.{last}@harbour-line.example".lower(),
        phoneCell=f"+1555010{index:04d}",
        isInactive=index == len(_PEOPLE) - 1,
        hasCommercialLicense=kind in {"Driver", "Contractor"},
        hasExpiredLicense=index == 4,
        payType="Percentage__of_Base_Charges" if kind == "Driver" else "Do_Not_Pay",
        hireDate="2023-05-01T00:00:00",
        modifiedDate=_SINCE,
    )


def _vehicle_type(index: int) -> Record:
    number, name, _, _, seats, bags, _, hidden = _TYPES[index]
    return record(
        VEHICLE_TYPE,
        vehicleTypeId=number,
        externalVehicleTypeId=f"VT{number}",
        vehicleTypeName=name,
        passengerCapacity=seats,
        bagCapacity=bags,
        isExcludedFromInternetReservations=hidden,
    )


def _vehicle(index: int) -> Record:
    """Two cars of each type; the last one is out of service."""
    number, name, make, model, seats, _, _, _ = _TYPES[index % len(_TYPES)]
    return record(
        VEHICLE,
        vehicleId=301 + index,
        vehicleTypeId=number,
        name=f"{name} {index // len(_TYPES) + 1}",
        make=make,
        model=model,
        color="Black",
        year=2024,
        capacity=seats,
        vehiclePlate=f"HL-{100 + index}",
        vin=f"TESTVIN{index:010d}",
        currentMileage=12_000 + 850 * index,
        isOutOfService=index == 2 * len(_TYPES) - 1,
        vehicleTypeSummary=_vehicle_type(index % len(_TYPES)),
    )


def _affiliate() -> Record:
    return record(AFFILIATE, affiliateId=61, name="Bay Ridge Cars", affiliateType="GRIDD", affiliateCode="BRC")


def _pricing_plan(index: int) -> Record:
    """The default plan and a disabled one."""
    name = ("Standard", "Old rates")[index]
    standard = index == 0
    return record(
        PRICING_PLAN,
        pricingId=11 + index,
        name=name,
        friendlyName=name,
        isDefault=standard,
        isDisabled=not standard,
        modifyDate=_SINCE,
    )


def _corporate_profile() -> Record:
    name = "Northwind Aviation"
    return record(CORPORATE_PROFILE, corporateProfileId=41, companyName=name, accountNumber="NW-41", pricingId=11)


def _customer(index: int) -> Record:
    first, last, vip, strict = _CUSTOMERS[index]
    return profile(
        record(
            CUSTOMER,
            customerId=501 + index,
            companyId=1,
            firstName=first,
            lastName=last,
            emailAddress=f"{first}.{last}@guests.example".lower(),
            cellPhoneNumber=f"+1555020{index:04d}",
            isVip=vip,
            doRequireReferencePo=strict,
        )
    )
