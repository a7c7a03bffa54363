"""Master data and reports: companies, people, cars, customers, pays, ageing. Only customers can be written."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime

from airflow_provider_fleetops.sandbox.fasttrak.answers import Answers
from airflow_provider_fleetops.sandbox.fasttrak.fleet import Fleet
from airflow_provider_fleetops.sandbox.fasttrak.pricing import price
from airflow_provider_fleetops.sandbox.fasttrak.reservations import MAX_RESULTS, MissingError, number
from airflow_provider_fleetops.sandbox.fasttrak.rides import Ride
from airflow_provider_fleetops.sandbox.fasttrak.shapes import CUSTOMER, Record, bind, insensitive, iso, parsed
from airflow_provider_fleetops.sandbox.fields import Fields, Invalid
from airflow_provider_fleetops.sandbox.routes import Call, Reply

_PAY_PERCENT = 45


class Lists:
    """Handlers over one `Fleet`."""

    def __init__(self, answers: Answers, fleet: Fleet) -> None:
        self._answers = answers
        self._fleet = fleet

    def all(self, kind: str) -> Callable[[Call], Reply]:
        """A handler that lists a whole kind of record."""
        return lambda call: self._answers.items(getattr(self._fleet.records, kind))

    def employees(self, call: Call) -> Reply:
        """Staff; the inactive ones only when asked for."""
        return self._answers.items(_active(call, self._fleet.records.employees, "includeInactive", "isInactive"))

    def pricing_plans(self, call: Call) -> Reply:
        """Price lists; the disabled ones only when asked for."""
        return self._answers.items(_active(call, self._fleet.records.pricing_plans, "includeDisabled", "isDisabled"))

    def customers(self, call: Call) -> Reply:
        """Customers, at most ``maxResults``."""
        limit = Fields({"maxResults": _whole(call, "maxResults", MAX_RESULTS)}).integer("maxResults", low=1)
        rows = _active(call, self._fleet.records.customers, "includeInactive", "isInactive")
        return self._answers.items(rows[:limit])

    def search_customers(self, call: Call) -> Reply:
        """Customers who match every given field, whatever the case; none is an empty list."""
        body = insensitive(Fields.of(call.json()))
        rows = self._fleet.records.customers
        if not body.boolean("includeInactive", default=False):
            rows = [row for row in rows if not row["isInactive"]]
        for name in ("emailAddress", "firstName", "lastName"):
            if wanted := body.text(name, "", low=0).casefold():
                rows = [row for row in rows if row[name].casefold() == wanted]
        if corporate := body.integer("corporateProfileId", 0):
            rows = [row for row in rows if row["corporateProfileId"] == corporate]
        return self._answers.items(rows[:MAX_RESULTS])

    def customer(self, call: Call) -> Reply:
        """One customer."""
        return self._answers.item(self._customer(call))

    def create_customer(self, call: Call) -> Reply:
        """A new profile."""
        bound = _profile(call)
        made = self._fleet.records.add_customer(bound, iso(call.world))
        return self._answers.item(made, effect=f"customer:{made['customerId']} created")

    def update_customer(self, call: Call) -> Reply:
        """Replace what a partner may write of a profile."""
        customer = self._customer(call)
        bound = _profile(call)
        changes = {"customerId": customer["customerId"], "companyId": customer["companyId"]}
        customer.update(bound | changes | {"lastModifyDate": iso(call.world)})
        return self._answers.item(customer, effect=f"customer:{customer['customerId']} updated")

    def pays(self, call: Call) -> Reply:
        """Driver pay of finished trips, by driver, company and reservation."""
        body = insensitive(Fields.of(call.json()))
        wanted = {name: body.integer(name, 0) for name in ("employeeId", "companyId", "reservationID")}
        for name in ("payDisplayType", "payStatus", "dateSearchType"):
            body.text(name, "", low=0)
        rows = [
            row
            for row in self._pays(call.world)
            if wanted["employeeId"] in (0, row["employeeId"])
            and wanted["companyId"] in (0, row["companyId"])
            and wanted["reservationID"] in (0, row["reservationId"])
        ]
        return self._answers.items(rows)

    def pays_of_reservation(self, call: Call) -> Reply:
        """Driver pay of one trip."""
        wanted = number(call, "reservationId")
        if wanted not in self._fleet.rides:
            raise MissingError("Reservation not found")
        return self._answers.items([row for row in self._pays(call.world) if row["reservationId"] == wanted])

    def ageing(self, call: Call) -> Reply:
        """What finished trips still owe, by age at ``agingDate``."""
        body = insensitive(Fields.of(call.json()))
        body.integer("companyId", 0)
        at = body.instant("agingDate") if body.has("agingDate") else call.world
        body.text("invoiceARStatus", "", low=0)
        invoices = [self._invoice(ride, at) for ride in self._dropped(min(at, call.world))]
        bill_to = {row["customerId"]: row["billToName"] for row in invoices}
        summary = [
            {"customerId": key, "billToName": name, "total": _owed(invoices, key)} for key, name in bill_to.items()
        ]
        request = {"companyId": 1, "agingDate": iso(at)}
        item = {"agingInvoiceInfoList": invoices, "agingBillToSummaryList": summary}
        return self._answers.item(item | {"invoiceAgingReportRequest": request})

    def pay_document(self, call: Call) -> Reply:
        """The pay report as a document; what the vendor sends is unknown, here it is base64 text."""
        body = insensitive(Fields.of(call.json()))
        employee = body.integer("employeeId", 0)
        body.text("payStatus", "", low=0)
        body.boolean("suppressZeroValueItems", default=False)
        rows = [row for row in self._pays(call.world) if employee in (0, row["employeeId"])]
        text = "\n".join(f"{row['reservationId']};{row['employeeId']};{row['total']:.2f}" for row in rows)
        content = base64.b64encode(text.encode()).decode()
        name = "employee-pay-report.csv"
        return self._answers.item({"documentName": name, "contentType": "text/csv", "content": content})

    def _customer(self, call: Call) -> Record:
        customer = self._fleet.records.find("customers", "customerId", number(call, "customerId"))
        if customer is None:
            raise MissingError("Customer not found")
        return customer

    def _dropped(self, now: datetime) -> list[Ride]:
        return [ride for ride in self._fleet.rides.values() if ride.status(now) == "Dropped"]

    def _pays(self, now: datetime) -> list[Record]:
        return [self._pay(ride, now) for ride in self._dropped(now)]

    def _pay(self, ride: Ride, now: datetime) -> Record:
        gross = price(ride.data["vehicleTypeId"], ride.data["estimatedHours"])["totalCharge"]
        total = round(gross * _PAY_PERCENT / 100, 2)
        driver = self._fleet.records.find("employees", "employeeId", ride.driver_id) or {}
        kind = self._fleet.records.find("vehicle_types", "vehicleTypeId", ride.data["vehicleTypeId"]) or {}
        billing = {
            "reservationId": ride.id,
            "reservationGross": gross,
            "reservationNetAfterPay": round(gross - total, 2),
            "grossMargin": 100 - _PAY_PERCENT,
            "reservationEmployeeType": driver.get("employeeType", ""),
            "vehicleTypeName": kind.get("vehicleTypeName", ""),
        }
        return {
            "employeePayId": 800_000 + ride.id % 100_000,
            "employeeId": ride.driver_id,
            "employeeName": driver.get("displayName", ""),
            "reservationId": ride.id,
            "reference": "",
            "total": total,
            "billingHoursForPay": ride.data["estimatedHours"],
            "isPaid": False,
            "isApproved": True,
            "isCreatedInBilling": False,
            "scheduledPayDate": None,
            "actualPayDate": None,
            "createTime": iso(ride.stamps(now)["dropoffTime"]),
            "companyId": ride.data["companyId"],
            "scheduledPickupTime": ride.data["scheduledPickupTime"],
            "paymentNotes": "",
            "passengerName": ride.data["primaryPassenger"]["name"],
            "customerName": self._name(ride),
            "reservationBillingSummary": billing,
        }

    def _invoice(self, ride: Ride, at: datetime) -> Record:
        return {
            "invoiceId": 600_000 + ride.id % 100_000,
            "reservationId": ride.id,
            "customerId": ride.data["customerId"],
            "billToName": self._name(ride),
            "invoiceDate": ride.data["scheduledPickupTime"],
            "daysOutstanding": max(0, (at - parsed(ride.data["scheduledPickupTime"])).days),
            "balance": price(ride.data["vehicleTypeId"], ride.data["estimatedHours"])["totalCharge"],
        }

    def _name(self, ride: Ride) -> str:
        customer = self._fleet.records.find("customers", "customerId", ride.data["customerId"])
        return f"{customer['firstName']} {customer['lastName']}" if customer else ""


def _owed(invoices: list[Record], customer_id: int) -> float:
    return float(round(sum(row["balance"] for row in invoices if row["customerId"] == customer_id), 2))


def _profile(call: Call) -> Record:
    body = insensitive(Fields.of(call.json()))
    for name in ("firstName", "lastName"):
        body.text(name)
    return bind(CUSTOMER, body)


def _active(call: Call, rows: list[Record], switch: str, flag: str) -> list[Record]:
    asked = (call.one(switch) or "false").lower()
    if asked not in ("true", "false"):
        raise Invalid(switch, "must be true or false")
    return rows if asked == "true" else [row for row in rows if not row[flag]]


def _whole(call: Call, name: str, default: int) -> int:
    text = call.one(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Invalid(name, "must be a whole number")
    return int(text)
