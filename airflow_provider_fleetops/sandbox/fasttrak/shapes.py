"""The objects that a partner may send, as data, and the binder that reads a body by them.

Field lists follow the one public consumer of the API; the binder ignores case and unknown names, as ASP.NET's does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from airflow_provider_fleetops.sandbox.fields import BIGGEST, Fields, Invalid

# A kind of value ("int", "float", "str", "bool", "time"), an object, or a list of one kind or object.
Shape = Any
Record = dict[str, Any]

DEFAULTS: dict[str, object] = {"int": 0, "float": 0, "str": "", "bool": False, "time": None}

STATUSES = (
    "None",
    "Quotation",
    "Booked",
    "Trip_Confirmed",
    "Driver_Scheduled",
    "Driver_Confirmed",
    "En_route",
    "On_Location",
    "On_Board",
    "Dropped",
    "No_Show",
    "Cancelled",
)
TRAVEL_TYPES = ("None", "Ground", "Arrival", "Departure", "Transfer")
COLLECTION_TYPES = ("None", "Collect", "Billing", "Prepaid", "Process")


def everything(kind: str, names: str) -> dict[str, Shape]:
    """A shape whose named fields are all of one kind."""
    return dict.fromkeys(names.split(), kind)


ADDRESS = everything(
    "str",
    "street1 street2 city region postalCode country displayAddress geoLookupAddress cityRegionPostalCode",
)
FLIGHT = (
    everything("int", "airportId airlineId connectingAirportID")
    | everything("str", "airportCode airportName airlineCode airlineName flightNumber")
    | everything("time", "scheduledDateTime actualDateTime")
    | everything("str", "flightStatus flightStatusAdditional flightStatusType")
)
LOCATION: dict[str, Shape] = (
    everything("float", "latitude longitude")
    | everything("str", "additionalInformation summaryAddress displayAddress geoLookupAddress")
    | {"address": ADDRESS, "airportAirlineFlightInfo": FLIGHT}
)
PASSENGER = everything("str", "name alias phoneNumber emailAddress") | everything(
    "bool", "doEnablePassengerEmail doEnablePassengerSMS"
)
STOP = (
    everything("int", "additionalStopId reservationId order airlineId airportId")
    | everything("str", "stopType description notes address phoneNumber flightNumber")
    | everything("float", "latitude longitude")
    | everything("time", "stopTime createTime modifiedTime")
)
RESERVATION: dict[str, Shape] = (
    everything(
        "int", "reservationId companyId customerId corporateProfileId customerContactId corporateProfileContactId"
    )
    | everything("int", "reservationGroupId pricingId vehicleTypeId vehicleId employeeId greeterId creditCardId")
    | everything("int", "alternateContractId passengerCount luggageCount numAdditionalStops")
    | everything(
        "str", "externalBookingId segmentId referencePO costCode confirmedBy cancelledBy orderedBy orderedByPhone"
    )
    | everything(
        "str", "reservationPhoneNumber reservationStatus travelType bookingSource bookingCategory tripCategory"
    )
    | everything("str", "tripType tripNotes dispatchNotes driverNotes affiliateNotes tripPreferences")
    | everything("str", "collectionType collectionMethod")
    | everything("bool", "isVip isSpecialHandling isRecurring isFarmIn isFarmOut isCharter isCharterLeg")
    | everything("bool", "isExcludedFromBilling doInvoiceCustomerDirectly")
    | everything("float", "estimatedHours")
    | everything("time", "scheduledPickupTime estimatedEndTime")
    | {"fromLocation": LOCATION, "toLocation": LOCATION, "primaryPassenger": PASSENGER}
    | {"additionalPassengerStopList": [STOP], "attachmentIds": ["int"]}
)
CUSTOMER: dict[str, Shape] = (
    everything("int", "customerId companyId corporateProfileId defaultVehicleTypeId defaultPricingId")
    | everything(
        "str", "firstName middleName lastName designation greetSignAlias emailAddress phoneNumber1 phoneNumber2"
    )
    | everything(
        "str", "cellPhoneNumber faxNumber accountNumber street1 street2 city state postalCode referencePO costCode"
    )
    | everything("str", "tripNotes miscNotes profileNotes preferences bookingMessage invoiceMessage orderedByName")
    | everything("str", "orderedByPhone defaultTimezone collectionType collectionMethod")
    | everything("bool", "doRequireReferencePo doBillCorporate isVip isSpecialHandling isInactive isClosed")
)
# `disablConfirmationUpdates` is the vendor's spelling.
OVERRIDES = everything(
    "bool",
    "disableLeadTimeChecks disableStatusUpdates disablePricingUpdates disableStopUpdates disableDayOfDispatchUpdates "
    "disableTotalChargeEstimateUpdates disablConfirmationUpdates disableStatusNotifications "
    "disableReservationChangeNotifications disableDriverAssignmentNotifications disableAffiliateUpdates "
    "disableAutomaticTimezoneLookup disableReservationRetrieveAfterUpdate disableOperatorNewBookingNotification "
    "disableOperatorUpdateBookingNotification",
)


def bind(shape: Mapping[str, Shape], body: Fields) -> Record:
    """Read an object by its shape: what is missing or null gets the kind's default.

    Nested objects that are missing become ``{}`` bound by default, but flight blocks stay out: they exist only at the
    airport end. Raises `Invalid` for a value of the wrong kind.
    """
    given = insensitive(body)
    return {name: _value(kind, name, given) for name, kind in shape.items() if name != FLIGHT_KEY or given.has(name)}


FLIGHT_KEY = "airportAirlineFlightInfo"


def insensitive(body: Fields) -> Fields:
    """The same object with its keys found in any case (the consumer once wrote PascalCase and was understood)."""
    return Fields(_AnyCase(body.data), body.where)


class _AnyCase(dict[str, object]):
    """A mapping whose `get` ignores case."""

    def __init__(self, data: Mapping[str, object]) -> None:
        super().__init__({str(key).lower(): value for key, value in data.items()})

    def get(self, key: str, default: object = None) -> object:
        return super().get(key.lower(), default)


def _value(kind: Shape, name: str, body: Fields) -> object:
    if isinstance(kind, Mapping):
        return bind(kind, body.fields(name) if body.has(name) else Fields({}, f"{body.name(name)}."))
    if isinstance(kind, list):
        return _list(kind[0], name, body)
    if not body.has(name):
        return DEFAULTS[kind]
    return _scalar(kind, name, body)


def _list(kind: Shape, name: str, body: Fields) -> list[object]:
    value = body.data.get(name)
    if value in (None, []):
        return []
    if isinstance(kind, Mapping):
        return [bind(kind, row) for row in body.rows(name)]
    if not isinstance(value, list) or len(value) > 200:
        raise Invalid(body.name(name), "must be a list of at most 200 values")
    row = Fields({str(index): item for index, item in enumerate(value)}, f"{body.name(name)}.")
    return [_scalar(kind, str(index), row) for index in range(len(value))]


def _scalar(kind: str, name: str, body: Fields) -> object:
    if kind == "int":
        return body.integer(name, low=0, high=2**31 - 1)
    if kind == "float":
        return body.number(name, low=-BIGGEST)
    if kind == "bool":
        return body.boolean(name)
    if kind == "time":
        return iso(body.instant(name))
    return body.text(name, low=0, high=4_000)


def iso(at: datetime) -> str:
    """A time as the vendor writes it: ISO-8601, UTC, ``Z``, whole seconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parsed(text: str) -> datetime:
    """Read a time that `iso` wrote."""
    return datetime.fromisoformat(text)
