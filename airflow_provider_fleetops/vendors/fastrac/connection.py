"""The connection form of Fastrac. Production hosts and path prefixes are not public, so the base URL is all yours."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.connection import COMMON_EXTRAS, PORT_PLACEHOLDER, ConnectionForm, Extra

_API, _TRACKING, _BALANCE, _LIMITS = "API", "Tracking", "Balance", "Limits"

FORM = ConnectionForm(
    conn_type="fastrac",
    hook_class="airflow_provider_fleetops.hooks.fastrac.FastracHook",
    hook_name="Fastrac",
    relabeling={"host": "Base URL", "login": "Access key", "password": "Secret key"},
    placeholders={
        "host": "https://host/prefix, as Fastrac gave it to you",
        "login": "access key",
        "password": "secret key",
        "port": PORT_PLACEHOLDER,
    },
    hidden=("schema",),
    required=("host", "login", "password"),
    metered=("login",),
    extras=(
        Extra(
            "api_version",
            "API version",
            "v2 is the current one. v1 has other paths, no tariffs for several items and no cancelling.",
            default="v2",
            enum=("v2", "v1"),
            section=_API,
        ),
        Extra(
            "auth_style",
            "Authentication",
            "basic: HTTP Basic. headers: access-key and secret-key headers. Empty: what the API version wants "
            "(v2 basic, v1 headers).",
            enum=("basic", "headers"),
            section=_API,
        ),
        Extra(
            "time_zone",
            "Time zone",
            "Zone of Fastrac's times, which carry none (pickup windows, tracking histories).",
            default="Asia/Jakarta",
            section=_API,
        ),
        Extra(
            "reference_hours",
            "Reference data (h)",
            "Regions, couriers, services and categories are read once in so many hours, for all tasks. 0: each time.",
            type="number",
            default=24,
            minimum=0,
            maximum=720,
            section=_API,
        ),
        Extra(
            "tracking_seconds",
            "Tracking cadence (s)",
            "A parcel is tracked at most once in so many seconds, by all sensors together. "
            "600 suits express parcels, 30 to 60 instant ones.",
            type="number",
            default=600,
            minimum=0,
            maximum=86_400,
            section=_TRACKING,
        ),
        Extra(
            "tracking_parameters",
            "Tracking parameters",
            "Tracking is a GET with a JSON body. query: send the parameters in the URL instead, where a proxy drops "
            "bodies of GET requests. (Or override the method of orders.track.)",
            default="body",
            enum=("body", "query"),
            section=_TRACKING,
        ),
        Extra(
            "status_words",
            "Status words",
            'JSON object: a courier\'s status to ours, e.g. {"PAKET DITERIMA": "DELIVERED"}. Only one spelling is '
            "documented; the usual variants are understood without this.",
            type="object",
            section=_TRACKING,
        ),
        Extra(
            "balance_key",
            "Balance key",
            "Where the balance stands in the data of its history's answer, as a dotted path. It is not documented.",
            default="saldo",
            section=_BALANCE,
        ),
        Extra(
            "balance_seconds",
            "Balance cadence (s)",
            "The balance is looked at once in so many seconds, by all sensors together.",
            type="number",
            default=600,
            minimum=0,
            maximum=86_400,
            section=_BALANCE,
        ),
        Extra(
            "requests_per_second",
            "Requests per second",
            "Keeps all tasks together below this rate. 0: no limit of ours (Fastrac announces limits, but no number).",
            type="number",
            default=0,
            minimum=0,
            maximum=1000,
            section=_LIMITS,
        ),
        *COMMON_EXTRAS,
    ),
)
