"""Fields of FastTrack360 that are about a person: candidates, contacts, and free texts."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.personal import names

# Beyond what every vendor's names tell (:data:`~airflow_provider_fleetops.protocol.personal.TELLING`).
PERSONAL = names(
    "candidates.address", "candidates.mailAddress", "contacts.address", "contacts.mailAddress",
    "line1", "line2", "line3",
    "createdBy", "comment", "comments", "standardDescription", "specialNotes",
    "customFields", "rejectionMessage", "statusReason",
)  # fmt: skip
