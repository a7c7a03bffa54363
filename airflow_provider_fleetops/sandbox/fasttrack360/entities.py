"""The fields of each record: the vendor's own labels in camelCase. Names and types are assumed, see the contract."""

from __future__ import annotations

from typing import Final

from airflow_provider_fleetops.sandbox.fasttrack360.schema import (
    Schema,
    Spec,
    block,
    choice,
    custom_fields,
    day,
    email,
    flag,
    hour,
    number,
    record_id,
    rows,
    text,
    whole,
)

_LOOKUP_ID = whole(1, 9999)

ADDRESS: Final[Schema] = {
    "line1": Spec(text()),
    "line2": Spec(text()),
    "line3": Spec(text()),
    "suburb": Spec(text()),
    "city": Spec(text()),
    "state": Spec(text()),
    "country": Spec(text(), required=True),
    "postcode": Spec(text(20)),
}

CLIENT: Final[Schema] = {
    "name": Spec(text(), required=True),
    "officeId": Spec(_LOOKUP_ID, required=True, among="offices"),
    "status": Spec(text(60), required=True, among="clients.statuses"),
    "gradeId": Spec(_LOOKUP_ID, required=True, among="grades"),
    "industry": Spec(text()),
    "parentId": Spec(record_id, among="clients"),
    "address": Spec(block(ADDRESS)),
    "mailAddress": Spec(block(ADDRESS)),
    "specialNotes": Spec(text(4000)),
    "customFieldsType": Spec(text()),
    "customFields": Spec(custom_fields),
    "externalReference": Spec(text(100)),
    "creditChecked": Spec(flag),
    "termsAccepted": Spec(flag),
}

CONTACT: Final[Schema] = {
    "clientId": Spec(record_id, required=True, among="clients"),
    "firstName": Spec(text(), required=True),
    "lastName": Spec(text(), required=True),
    "email": Spec(email),
    "phone": Spec(text(40)),
    "mobile": Spec(text(40)),
    "position": Spec(text()),
    "status": Spec(text(60), among="contacts.statuses"),
    "costCentreId": Spec(record_id, among="costCentres"),
}

COST_CENTRE: Final[Schema] = {
    "clientId": Spec(record_id, required=True, among="clients"),
    "name": Spec(text(), required=True),
    "code": Spec(text(40)),
    "status": Spec(text(60), among="costCentres.statuses"),
    "contactId": Spec(record_id, among="contacts"),
}

_COMMENT: Final[Schema] = {
    "date": Spec(day),
    "standardDescription": Spec(text()),
    "comment": Spec(text(4000), required=True),
}
CLIENT_COMMENT: Final[Schema] = {"clientId": Spec(record_id, required=True, among="clients"), **_COMMENT}
CANDIDATE_COMMENT: Final[Schema] = {"candidateId": Spec(record_id, required=True, among="candidates"), **_COMMENT}
JOB_ORDER_COMMENT: Final[Schema] = {"jobOrderId": Spec(record_id, required=True, among="jobOrders"), **_COMMENT}

CANDIDATE: Final[Schema] = {
    "firstName": Spec(text(), required=True),
    "lastName": Spec(text(), required=True),
    "officeId": Spec(_LOOKUP_ID, required=True, among="offices"),
    "status": Spec(text(60), required=True, among="candidates.statuses"),
    "skillGroupId": Spec(_LOOKUP_ID, required=True, among="skillGroups"),
    "gradeId": Spec(_LOOKUP_ID, required=True, among="grades"),
    "email": Spec(email, required=True),
    "mobile": Spec(text(40)),
    "optIn": Spec(block({"status": Spec(text(60)), "email": Spec(flag), "sms": Spec(flag)})),
    "availability": Spec(block({"primary": Spec(text()), "secondary": Spec(text())})),
    "address": Spec(block(ADDRESS)),
    "mailAddress": Spec(block(ADDRESS)),
    "customFieldsType": Spec(text()),
    "customFields": Spec(custom_fields),
    "externalReference": Spec(text(100)),
}

JOB_ORDER: Final[Schema] = {
    "clientId": Spec(record_id, required=True, among="clients"),
    "jobType": Spec(choice("Temporary", "Contract", "Permanent"), required=True),
    "status": Spec(text(60), among="jobOrders.statuses"),
    "statusReason": Spec(text()),
    "position": Spec(text()),
    "skillGroupId": Spec(_LOOKUP_ID, among="skillGroups"),
    "startDate": Spec(day, required=True),
    "endDate": Spec(day),
    "orderedByContactId": Spec(record_id, among="contacts"),
    "reportToContactId": Spec(record_id, among="contacts"),
    "siteContactId": Spec(record_id, among="contacts"),
    "costCentreId": Spec(record_id, among="costCentres"),
    "jobTemplateId": Spec(record_id),
    "externalReference": Spec(text(100)),
}

TIMESHEET_ITEM: Final[Schema] = {
    "date": Spec(day, required=True),
    "attendanceType": Spec(choice("attendance", "absence"), required=True),
    "startTime": Spec(hour),
    "endTime": Spec(hour),
    "breakMinutes": Spec(whole(0, 1440)),
    "payCode": Spec(text(25)),
    "units": Spec(number(0, 168)),
}

TIMESHEET: Final[Schema] = {
    "jobOrderId": Spec(record_id, required=True, among="jobOrders"),
    "candidateId": Spec(record_id, among="candidates"),
    "weekEnding": Spec(day, required=True),
    "status": Spec(text(60), among="timesheets.statuses"),
    "alternativeTimesheetNo": Spec(text(50)),
    "items": Spec(rows(TIMESHEET_ITEM)),
    "comments": Spec(rows({"comment": Spec(text(4000), required=True), "date": Spec(day)})),
    "rejectionMessage": Spec(text(4000)),
    "adjustmentOf": Spec(record_id, among="timesheets"),
    "adjustmentReason": Spec(text()),
    "reviewStatus": Spec(choice("Not Reviewed", "Reviewed")),
}
