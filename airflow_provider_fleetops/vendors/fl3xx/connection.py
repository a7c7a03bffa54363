"""The form of an FL3XX connection. Read at Airflow's start: nothing heavy is imported here."""

from __future__ import annotations

from airflow_provider_fleetops.protocol.connection import COMMON_EXTRAS, PORT_PLACEHOLDER, ConnectionForm, Extra

_API, _LIMITS = "API and webhooks", "Limits"

_OWN = (
    Extra(
        "client_id",
        "API client id (v2)",
        "Sent as X-Api-Client-Id with calls of API v2 (beta). FL3XX issues it; API v1 does not need it.",
        identity=True,
        section=_API,
    ),
    Extra(
        "webhook_secret",
        "Webhook signing key",
        "What webhooks are subscribed with: FL3XX signs each delivery with it, and your receiver verifies them.",
        secret=True,
        section=_API,
    ),
    Extra(
        "time_zone",
        "Time zone",
        "IANA zone in which dates begin and times without a zone are read. Without one FL3XX would use its own (CET).",
        default="UTC",
        section=_API,
    ),
    Extra(
        "recurring_seconds",
        "Spacing of identical reads (s)",
        "FL3XX allows an identical recurring request once every ten minutes; within that time all tasks share one "
        "answer. 0 switches the rule off.",
        type="number",
        default=600,
        minimum=0,
        maximum=86_400,
        section=_LIMITS,
    ),
    Extra(
        "recurring_reading",
        "How FL3XX's ten minutes are read",
        "'identical': between two identical reads. 'token', the strict reading: between any two reads of this token, "
        "aircraft schedules and calls on demand aside, which have limits of their own.",
        default="identical",
        enum=("identical", "token"),
        section="Limits",
    ),
    Extra(
        "on_demand_per_hour",
        "Calls on demand per hour",
        "FL3XX tolerates sporadic calls that a person asked for: tasks marked on_demand share this budget. 0 means "
        "that they are counted like all others.",
        type="integer",
        default=12,
        minimum=0,
        maximum=3600,
        section="Limits",
    ),
    Extra(
        "schedule_seconds",
        "Spacing of schedules (s)",
        "FL3XX allows one schedule call a minute for each tail. 0 switches the rule off.",
        type="number",
        default=60,
        minimum=0,
        maximum=86_400,
        section=_LIMITS,
    ),
    Extra(
        "forbidden_means",
        "What a 403 means",
        "FL3XX answers 403 both to a missing right and to calls that come too fast. 'both': a right that has worked "
        "before means too fast. 'no_right': never try again.",
        default="both",
        enum=("both", "no_right"),
        section=_LIMITS,
    ),
)

FORM = ConnectionForm(
    conn_type="fl3xx",
    hook_class="airflow_provider_fleetops.hooks.fl3xx.Fl3xxHook",
    hook_name="FL3XX",
    relabeling={"host": "Base URL", "password": "API token"},
    placeholders={
        "host": "https://app.fl3xx.us (EU: https://app.fl3xx.com, test: https://test.fl3xx.com)",
        "port": PORT_PLACEHOLDER,
    },
    hidden=("schema", "login"),
    extras=(*_OWN, *COMMON_EXTRAS),
)
