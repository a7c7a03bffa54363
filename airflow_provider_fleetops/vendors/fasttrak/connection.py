"""The connection form of the FASTTRAK Partner API. One connection is one operator's database (its System-Id)."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.connection import COMMON_EXTRAS, PORT_PLACEHOLDER, ConnectionForm, Extra

WEB_SERVICE_USER = "web-service-user"
PARTNER = "partner"
BY_STATUS = "status"
BY_ENDPOINT = "endpoint"
NEW_CUSTOMER = "new-customer"
RESERVATIONS = "reservations"

_ADDRESS, _SIGN_IN, _BOOKING, _TIMES = "Address", "Signing in", "Booking", "Times"

FORM = ConnectionForm(
    conn_type="fasttrak",
    hook_class="airflow_provider_fleetops.hooks.fasttrak.FasttrakHook",
    hook_name="FASTTRAK Partner API",
    relabeling={"host": "API base URL", "login": "Web-service user", "password": "Web-service user's password"},
    placeholders={
        "host": "https://api.ifasttrak.com/partner",
        "login": "made by the operator in its FASTTRAK database",
        "port": PORT_PLACEHOLDER,
    },
    hidden=("schema",),
    required=("host", "login", "password"),
    metered=("partner_access_api_key", "system_id"),
    extras=(
        Extra(
            "partner_access_api_key",
            "Partner access key",
            "The key FASTTRAK issued to you (header Partner-Access-Key); primary and secondary both work.",
            secret=True,
            required=True,
            section=_SIGN_IN,
        ),
        Extra(
            "system_id",
            "System id",
            "Names the operator's database (header System-Id); found in the FASTTRAK software.",
            identity=True,
            required=True,
            section=_SIGN_IN,
        ),
        Extra(
            "login_kind",
            "Login",
            "A web-service user of the operator, or a Trusted Partner (agreed with FASTTRAK).",
            default=WEB_SERVICE_USER,
            enum=(WEB_SERVICE_USER, PARTNER),
            identity=True,
            section=_SIGN_IN,
        ),
        Extra(
            "refresh_sends_credentials",
            "Refresh repeats the login",
            "Whether a refresh repeats user and password beside the refresh value; no public document says.",
            type="boolean",
            default=True,
            section=_SIGN_IN,
        ),
        Extra(
            "api_version",
            "API version",
            "Sent as Partner-Api-Version.",
            default="v2.2",
            section=_ADDRESS,
        ),
        Extra(
            "api_prefix",
            "Path prefix",
            "What stands between the base URL and every path. A single / means nothing.",
            default="/api",
            section=_ADDRESS,
        ),
        Extra(
            "create_endpoint",
            "Create through",
            "new-customer is the only create that is known to be in use; reservations serves known customer ids alone.",
            default=NEW_CUSTOMER,
            enum=(NEW_CUSTOMER, RESERVATIONS),
            section=_BOOKING,
        ),
        Extra(
            "cancel_strategy",
            "Cancel through",
            "status writes the trip back with status Cancelled; endpoint calls reservation.cancel. Both assumed.",
            default=BY_STATUS,
            enum=(BY_STATUS, BY_ENDPOINT),
            section=_BOOKING,
        ),
        Extra(
            "times_are_local",
            "Times are local",
            "Read and write times as the operator's wall clock although they end in Z. Compare one trip to know.",
            type="boolean",
            default=False,
            section=_TIMES,
        ),
        Extra(
            "time_zone",
            "Time zone of local times",
            "IANA name, for example America/New_York. Used only when times are local and a trip names no offset.",
            default="UTC",
            section=_TIMES,
        ),
        Extra(
            "reservation_seconds",
            "Sensor cadence (s)",
            "The shortest time between two looks at reservations. The vendor publishes no limit.",
            type="integer",
            default=120,
            minimum=1,
            maximum=86_400,
            section=_TIMES,
        ),
        *COMMON_EXTRAS,
    ),
)
