"""Fields of FASTTRAK that are about a person: passengers, customers, drivers, their places, and free texts."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.personal import names

# Beyond what every vendor's names tell (:data:`~airflow_provider_fleetops.protocol.personal.TELLING`).
PERSONAL = names(
    "displayName", "title", "designation", "alias", "greetSignAlias", "userName", "vin", "vehiclePlate",
    "passengerName", "customerName", "employeeName", "orderedBy", "orderedByName", "confirmedBy", "cancelledBy",
    "pricing_plans.name", "pricing_plans.friendlyName",  # a plan may be called after its customer
    "createUser", "primaryContact", "primaryPassenger", "reservationGroupSummary.name",
    "creditCardInfo", "cardHolderName", "cardNumber",
    "messageAddress", "employeePhotoUrl", "driverSummary.imageUrl", "greeterSummary.imageUrl",
    "address", "street1", "street2", "postalCode", "cityRegionPostalCode", "displayAddress", "summaryAddress",
    "geoLookupAddress", "additionalInformation", "latitude", "longitude",
    "tripNotes", "dispatchNotes", "driverNotes", "affiliateNotes", "tripPreferences", "miscNotes", "profileNotes",
    "preferences", "bookingMessage", "invoiceMessage", "paymentNotes", "notes", "description",
)  # fmt: skip
