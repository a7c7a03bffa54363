"""Fields of FL3XX that are about a person: passengers, crew, customers and their accounts, and free texts."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.personal import names

# Beyond what every vendor's names tell (:data:`~airflow_provider_fleetops.protocol.personal.TELLING`).
PERSONAL = names(
    "logName", "acronym", "trigram", "customerTrigram", "accountTrigram", "accountName", "personnelNumber",
    "weight", "luggageWeight", "preferences", "customerInfo", "salesPerson", "recipient", "mainContact", "by",
    "account.name", "accounts.name", "user.name", "customer.name", "vatNumber",
    "address", "street", "buildingDetails", "zip",
    "idCard", "idCards", "documentNumber", "documentExternalReference", "documentExpiration", "licenseNumber",
    "documents", "fileName", "originalName", "customName",
    "notes", "note", "comment", "crewNotes", "planningNotes", "externalNotes",
)  # fmt: skip
