"""Fields of FL3XX that are about a person: passengers, crew, customers and their accounts, and free texts."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.personal import names

# Beyond what every vendor's names tell (:data:`~airflow_provider_fleetops.protocol.personal.TELLING`).
PERSONAL = names(
    "logName", "acronym", "trigram", "customerTrigram", "accountTrigram", "accountName", "personnelNumber",
    "weight", "luggageWeight", "preferences", "customerInfo", "customerName", "cmdName", "salesPerson", "recipient",
    "mainContact", "by", "modificationUser", "deIcingSignedBy", "invoices.user",
    "account.name", "accounts.name", "user.name", "users.name", "customer.name", "person.name", "passengers.name",
    "crew.name", "crews.name", "crewMembers.name", "staff.name",
    "cmd.name", "fo.name", "fa.name", "addCrew.name", "onboardEngineers.name",
    "commander.name", "firstOfficer.name", "flightAttendants.name", "additionalCrew.name",
    "vatNumber", "creditCardNumber", "creditCardExpiration",
    "address", "street", "buildingDetails", "zip",
    "idCard", "idCards", "documentNumber", "documentExternalReference", "documentExpiration", "licenseNumber",
    "issueCountry", "documents", "document.name", "fileName", "originalName", "customName",
    "notes", "note", "comment", "crewNotes", "planningNotes", "paxNotes", "externalNote", "externalNotes",
    "flightBridgeNote", "ftlComments", "remarks", "otherRejectReason",
)  # fmt: skip
