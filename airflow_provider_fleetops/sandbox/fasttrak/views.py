"""A reservation as the API shows it: the partner's fields, the server's, and the read-only summaries."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from airflow_provider_fleetops.sandbox.fasttrak.fleet import Fleet
from airflow_provider_fleetops.sandbox.fasttrak.pricing import price
from airflow_provider_fleetops.sandbox.fasttrak.rides import STAMPS, Ride
from airflow_provider_fleetops.sandbox.fasttrak.shapes import Record, iso

_ZONE = ZoneInfo("America/New_York")
_WINDOWS_ZONE = "Eastern Standard Time"
_FLAGS = (
    "isChangedDayOfDispatch",
    "isInBilling",
    "isInvoiced",
    "isDriverPayProcessed",
    "isDriverPayReadyForProcessing",
    "hasReservationNotes",
    "hasIncidents",
    "isFarmIn",
    "isFarmOut",
)
_ACTUALS = (
    "driverInTime",
    "driverSpotTime",
    "returnTime",
    "billingStartTime",
    "billingEndTime",
    *STAMPS.values(),
)
_NUMBERS = ("actualHours", "beginMileage", "endMileage", "numSupportDocuments", "totalDeposits", "affiliatePay")
_CAR = (
    "vehicleId vehicleTypeId name make model color year capacity vehiclePlate currentMileage phoneNumber "
    "messageAddress vin"
)


def reservation(fleet: Fleet, ride: Ride, now: datetime, *, priced: bool) -> Record:
    """The whole object; searches leave out ``pricingInformation``."""
    charges = price(ride.data["vehicleTypeId"], ride.data["estimatedHours"], ride.data["pricingId"])
    shown = ride.data | _server_fields(ride, now) | _zone(ride) | _summaries(fleet, ride, now)
    shown["totalCharges"] = charges["totalCharge"]
    return shown | {"pricingInformation": charges} if priced else shown


def thin(ride: Ride, now: datetime) -> Record:
    """What an update answers when it was told not to read the reservation again."""
    return {"reservationId": ride.id, "reservationStatus": ride.status(now)}


def finalized(fleet: Fleet, ride: Ride, now: datetime) -> bool:
    """Whether the office has closed the trip."""
    dropped = ride.stamps(now).get("dropoffTime")
    return bool(dropped and dropped + timedelta(minutes=float(fleet.limits["finalize_minutes"])) <= now)


def _server_fields(ride: Ride, now: datetime) -> Record:
    stamps = {name: iso(at) for name, at in ride.stamps(now).items()}
    return {
        "reservationId": ride.id,
        "reservationStatus": ride.status(now),
        "driverDispatchStatus": "",
        "reservationOrigin": ride.origin,
        "createUser": "webservice",
        "cancelledBy": ride.cancelled_by,
        "createTime": iso(ride.created),
        "modifiedTime": iso(ride.modified),
        "creditCardAuthorizationAmount": 0,
        "reservationGroupSummary": {"reservationGroupId": 0, "name": ""},
        **dict.fromkeys(_FLAGS, False),
        **dict.fromkeys(_NUMBERS, 0),
        **dict.fromkeys(_ACTUALS),
        **stamps,
    }


def _zone(ride: Ride) -> Record:
    """Where the trip is; the zone has a Windows name."""
    offset = ride.pickup.astimezone(_ZONE).utcoffset() or timedelta()
    minutes = int(offset.total_seconds() // 60)
    return {
        "timeZoneName": _WINDOWS_ZONE,
        "isDatabaseTimezone": True,
        "timeZoneUTCOffsetMinutes": minutes,
        "timeZoneLocalOffsetMinutes": 0,
    }


def _summaries(fleet: Fleet, ride: Ride, now: datetime) -> Record:
    """Summaries, and the driver's and the car's ids: 0 until they are scheduled."""
    records, assigned = fleet.records, ride.has_driver(now)
    customer = records.find("customers", "customerId", ride.data["customerId"])
    corporate = records.find("corporate_profiles", "corporateProfileId", ride.data["corporateProfileId"])
    vehicle = records.find("vehicles", "vehicleId", ride.vehicle_id) if assigned else None
    return {
        "isFinalized": finalized(fleet, ride, now),
        "employeeId": ride.driver_id if assigned else 0,
        "vehicleId": ride.vehicle_id if assigned else 0,
        "companySummary": {"companyId": 1, "companyName": records.companies[0]["name"]},
        "customerSummary": _part(customer, "customerId firstName lastName emailAddress phoneNumber1 cellPhoneNumber"),
        "corporateProfileSummary": _part(corporate, "corporateProfileId companyName"),
        "vehicleTypeSummary": records.find("vehicle_types", "vehicleTypeId", ride.data["vehicleTypeId"]),
        "vehicleSummary": _part(vehicle, _CAR),
        "driverSummary": _driver(fleet, ride.driver_id if assigned else 0),
        "greeterSummary": _driver(fleet, 0),
        "farmInAffiliateSummary": None,
        "farmOutAffiliateSummary": None,
    }


def _driver(fleet: Fleet, employee_id: int) -> Record:
    employee = fleet.records.find("employees", "employeeId", employee_id)
    return {
        "employeeId": employee_id,
        "affiliateId": 0,
        "affiliateDriverId": "",
        "firstName": employee["firstName"] if employee else "",
        "lastName": employee["lastName"] if employee else "",
        "cellPhoneNumber": employee["phoneCell"] if employee else "",
        "emailAddress": employee["emailAddress"] if employee else "",
        "status": employee["status"] if employee else "None",
        "imageUrl": "",
        "driverType": "Employee" if employee else "None",
    }


def _part(whole: Record | None, names: str) -> Record | None:
    return {name: whole[name] for name in names.split()} if whole else None
