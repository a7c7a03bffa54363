"""The connection form of FastTrack360. Host, paths and header names are contractual, so nearly all can be set."""

from __future__ import annotations

from dataclasses import replace

from airflow_provider_fleetops.protocol.connection import COMMON_EXTRAS, PORT_PLACEHOLDER, ConnectionForm, Extra

API_KEY = "api_key"
BEARER = "api_key+bearer_static"
OAUTH = "api_key+oauth_client_credentials"
LOGIN = "api_key+login"

_ADDRESS, _SIGN_IN, _LIMITS = "Address", "Signing in", "Limits"

_COMMON = tuple(
    replace(extra, help=f"{extra.help.rstrip('.')}, and because going over stops everybody, calls go one at a time.")
    if extra.name == "daily_quota"
    else extra
    for extra in COMMON_EXTRAS
)

FORM = ConnectionForm(
    conn_type="fasttrack360",
    hook_class="airflow_provider_fleetops.hooks.fasttrack360.FastTrack360Hook",
    hook_name="FastTrack360",
    relabeling={"host": "API base URL", "password": "API key", "login": "User (login mode only)"},
    placeholders={
        "host": "https://api.example.com (from your licence agreement)",
        "password": "the key you were given",
        "port": PORT_PLACEHOLDER,
    },
    hidden=("schema",),
    extras=(
        Extra(
            "api_version",
            "API version",
            "Follows the product release, e.g. 12.32. Stands in the base path and the version header; may be empty.",
            default="",
            section=_ADDRESS,
        ),
        Extra(
            "base_path",
            "Base path",
            "What stands between host and path; {api_version} is filled in. A single / means nothing.",
            default="/{api_version}",
            section=_ADDRESS,
        ),
        Extra(
            "version_header",
            "Version header",
            "Name of a header that carries the API version; empty: none.",
            default="",
            section=_ADDRESS,
        ),
        Extra(
            "tenant",
            "Tenant",
            "Your customer name, where one gateway serves many customers.",
            default="",
            identity=True,
            section=_ADDRESS,
        ),
        Extra(
            "tenant_header",
            "Tenant header",
            "Name of the header that carries the tenant; empty: none.",
            default="",
            section=_ADDRESS,
        ),
        Extra(
            "key_header",
            "API key header",
            "Name of the header that carries the API key.",
            default="x-api-key",
            section=_SIGN_IN,
        ),
        Extra(
            "auth_mode",
            "Authentication",
            "The API key alone, or with a bearer token: a fixed one, from client credentials, or from a login.",
            default=API_KEY,
            enum=(API_KEY, BEARER, OAUTH, LOGIN),
            identity=True,
            section=_SIGN_IN,
        ),
        Extra(
            "bearer_token",
            "Bearer token",
            f"The fixed token of {BEARER}.",
            secret=True,
            section=_SIGN_IN,
        ),
        Extra(
            "client_id",
            "Client id",
            f"The client of {OAUTH}.",
            default="",
            identity=True,
            section=_SIGN_IN,
        ),
        Extra(
            "client_secret",
            "Client secret",
            f"The client's secret of {OAUTH}.",
            secret=True,
            section=_SIGN_IN,
        ),
        Extra(
            "scope",
            "Scope",
            f"Scopes asked for with {OAUTH}, parted by blanks; may be empty.",
            default="",
            section=_SIGN_IN,
        ),
        Extra(
            "login_password",
            "Login password",
            f"The user's password of {LOGIN}.",
            secret=True,
            section=_SIGN_IN,
        ),
        Extra(
            "sign_in_path",
            "Sign-in path",
            "Where on the host a login or client credentials go, without the base path, e.g. /oauth2/token. "
            "Empty: /login or /oauth/token below the base path.",
            default="",
            section=_SIGN_IN,
        ),
        Extra(
            "user_field",
            "User field",
            f"Name of the user's field in the request of {LOGIN}.",
            default="username",
            section=_SIGN_IN,
        ),
        Extra(
            "pass_field",
            "Password field",
            f"Name of the password's field in the request of {LOGIN}.",
            default="password",
            section=_SIGN_IN,
        ),
        Extra(
            "access_field",
            "Token field",
            "Name of the token's field in the answer to a sign-in.",
            default="access_token",
            section=_SIGN_IN,
        ),
        Extra(
            "expires_field",
            "Lifetime field",
            "Name of the field in that answer that gives the token's life in seconds.",
            default="expires_in",
            section=_SIGN_IN,
        ),
        Extra(
            "requests_per_second",
            "Calls per second",
            "The throttle of your licence tier; empty: only the vendor throttles.",
            type="number",
            minimum=0.001,
            maximum=10_000,
            section=_LIMITS,
        ),
        Extra(
            "burst",
            "Burst",
            "Calls that may go at once before the calls per second hold.",
            type="integer",
            default=1,
            minimum=1,
            maximum=10_000,
            section=_LIMITS,
        ),
        Extra(
            "look_seconds",
            "Sensor cadence (s)",
            "The shortest time between two looks of a sensor: each look costs calls of the day's quota.",
            type="integer",
            default=900,
            minimum=1,
            maximum=86_400,
            section=_LIMITS,
        ),
        *_COMMON,
    ),
)
