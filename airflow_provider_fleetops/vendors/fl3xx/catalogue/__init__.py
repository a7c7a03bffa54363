"""Every FL3XX endpoint that is documented or was seen in public clients.

Calls that the docs mention without showing their path are left out: quote versions, user documents, account codes,
webhook deliveries, partner permits, fuels, FBOs, luggage, cargo, animals, travel authorization. Paths of API v1 start
with ``/api/external``, those of API v2 (a beta) with ``/api/v2``.
"""

from __future__ import annotations

from collections.abc import Mapping

from airflow_provider_fleetops.protocol.endpoint import Endpoint
from airflow_provider_fleetops.vendors.fl3xx.catalogue import beta, bookings, fleet, flights, people, webhooks

ENDPOINTS: Mapping[str, Endpoint] = {
    entry.name: entry for module in (flights, bookings, fleet, people, beta, webhooks) for entry in module.ENTRIES
}
