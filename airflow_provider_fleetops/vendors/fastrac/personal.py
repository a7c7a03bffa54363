"""Fields of Fastrac that are about a person: both ends of a parcel, and free texts of the ledger."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.personal import names

# Beyond what every vendor's names tell (:data:`~airflow_provider_fleetops.protocol.personal.TELLING`).
PERSONAL = names(
    "shipper", "receiver", "shipper_name", "shipper_address", "receiver_name", "receiver_address",
    "alamat_lengkap", "alamat_google", "address", "lat", "lng", "keterangan", "desc", "reason",
)  # fmt: skip
