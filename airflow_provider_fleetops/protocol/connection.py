"""A connection form as data: the UI form, the allow-list of extras, their checks and the docs page come from it."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_provider_fleetops.protocol.errors import ConfigurationError

_JSON_TYPES: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "object": Mapping,
}


@dataclass(frozen=True, slots=True)
class Extra:
    """One extra of a connection. ``secret`` ones must have a name that Airflow's secrets masker recognises.

    ``identity`` marks what, with host and credentials, tells one account at the vendor from another. ``default`` is
    applied by the hook: connections made by the API or the environment never see form defaults.
    """

    name: str
    label: str
    help: str
    type: str = "string"
    default: Any = None
    enum: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    secret: bool = False
    identity: bool = False
    required: bool = False
    section: str = ""

    def field(self) -> dict[str, Any]:
        """This extra as an entry of ``conn-fields``."""
        # A field that may not be null gets a star, and the UI does not save the form without it.
        schema: dict[str, Any] = {"type": self.type if self.required else [self.type, "null"]}
        if self.default is not None:
            schema["default"] = self.default
        if self.enum:
            schema["enum"] = list(self.enum)
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.maximum is not None:
            schema["maximum"] = self.maximum
        if self.secret:
            schema["format"] = "password"
        if self.section:
            schema["section"] = self.section
        return {"label": self.label, "description": self.help, "schema": schema}

    def read(self, value: Any) -> Any:
        """The checked value; null and ``""`` mean "not set" (the UI saves untouched fields as null)."""
        if value is None or value == "":
            if self.required:
                raise ConfigurationError(f"extra {self.name!r} is required")
            return self.default
        value = self._from_text(value)
        self._check_type(value)
        if self.enum and value not in self.enum:
            raise ConfigurationError(f"extra {self.name!r} must be one of {', '.join(self.enum)}")
        if self.minimum is not None and value < self.minimum:
            raise ConfigurationError(f"extra {self.name!r} must be at least {self.minimum:g}")
        if self.maximum is not None and value > self.maximum:
            raise ConfigurationError(f"extra {self.name!r} must be at most {self.maximum:g}")
        return value

    def _check_type(self, value: Any) -> None:
        wrong_bool = isinstance(value, bool) and self.type != "boolean"
        if wrong_bool or not isinstance(value, _JSON_TYPES[self.type]):
            raise ConfigurationError(f"extra {self.name!r} must be of type {self.type}, not {type(value).__name__}")
        if isinstance(value, float) and not math.isfinite(value):  # Python's JSON reads NaN, which passes any bound
            raise ConfigurationError(f"extra {self.name!r} must be a finite number")

    def _from_text(self, value: Any) -> Any:
        """Connections written as URIs carry every extra as text."""
        if not isinstance(value, str):
            return value
        if self.type == "boolean" and value.lower() in {"true", "false"}:
            return value.lower() == "true"
        if self.type == "integer" and re.fullmatch(r"-?\d{1,18}", value):
            return int(value)
        if self.type == "number" and re.fullmatch(r"-?\d{1,18}(\.\d{1,9})?", value):
            return float(value)
        return value


@dataclass(frozen=True, slots=True)
class ConnectionForm:
    """The form of one connection type: relabelled standard fields and the extras.

    ``metered`` names the fields that tell for the vendor whose calls it counts: limits go by them.
    """

    conn_type: str
    hook_class: str
    hook_name: str
    relabeling: Mapping[str, str]
    placeholders: Mapping[str, str]
    hidden: tuple[str, ...]
    extras: tuple[Extra, ...]
    required: tuple[str, ...] = ("host", "password")
    metered: tuple[str, ...] = ("password",)

    def metadata(self) -> dict[str, Any]:
        """The ``connection-types`` entry of ``provider_info``."""
        return {
            "connection-type": self.conn_type,
            "hook-class-name": self.hook_class,
            "hook-name": self.hook_name,
            "ui-field-behaviour": {
                "hidden-fields": list(self.hidden),
                "relabeling": dict(self.relabeling),
                "placeholders": dict(self.placeholders),
            },
            "conn-fields": {extra.name: extra.field() for extra in self.extras},
        }

    def read(self, extras: Mapping[str, Any]) -> dict[str, Any]:
        """All settings with defaults; an unknown or mistyped extra is an error that names it."""
        known = {extra.name: extra for extra in self.extras}
        unknown = sorted(set(extras) - set(known), key=str)
        if unknown:
            raise ConfigurationError(
                f"unknown extra {str(unknown[0])[:60]!r} in a {self.conn_type} connection",
                advice=f"Known extras: {', '.join(sorted(known))}",
            )
        return {name: extra.read(extras.get(name)) for name, extra in known.items()}


# The Test button of Airflow 3.3.1 and 3.3.2 answers "Bad Request" to every stored connection without a port
# (https://github.com/apache/airflow/pull/73298), so no form hides it.
PORT_PLACEHOLDER = "443; Airflow 3.3's Test button needs it"

COMMON_EXTRAS: tuple[Extra, ...] = (
    Extra(
        "paths",
        "Path overrides",
        'JSON object: an entry of the catalogue to its path at your tenant, e.g. {"entry.name": "/other/path"}.',
        type="object",
        section="Overrides",
    ),
    Extra(
        "methods",
        "Method overrides",
        'JSON object: an entry of the catalogue to its HTTP method, e.g. {"entry.name": "POST"}.',
        type="object",
        section="Overrides",
    ),
    Extra(
        "headers",
        "Header name overrides",
        "JSON object: a documented header's name to the name at your tenant. Names only, never values.",
        type="object",
        section="Overrides",
    ),
    Extra(
        "parameters",
        "Parameter name overrides",
        'JSON object: a parameter of an entry to its name at your tenant, e.g. {"entry.name.parameter": "other"}.',
        type="object",
        section="Overrides",
    ),
    Extra(
        "connect_timeout",
        "Connect timeout (s)",
        "Seconds to wait for a connection.",
        type="number",
        default=10,
        minimum=0.1,
        maximum=120,
        section="Transport",
    ),
    Extra(
        "read_timeout",
        "Read timeout (s)",
        "Seconds to wait for the next part of an answer.",
        type="number",
        default=60,
        minimum=0.1,
        maximum=600,
        section="Transport",
    ),
    Extra(
        "max_response_mb",
        "Largest answer (MiB)",
        "An answer above this size, before or after decompression, is refused.",
        type="integer",
        default=20,
        minimum=1,
        maximum=500,
        section="Transport",
    ),
    Extra(
        "patience_seconds",
        "Patience (s)",
        "The longest wait for a limit that a running task sleeps; a longer one hands the worker back.",
        type="number",
        default=30,
        minimum=0,
        maximum=600,
        section="Transport",
    ),
    Extra(
        "daily_quota",
        "Calls per UTC day",
        "What the vendor sold you. All tasks share it and stop before it is passed; it starts again at 00:00 UTC. "
        "Empty: only the vendor counts.",
        type="integer",
        minimum=1,
        maximum=100_000_000,
        section="Limits",
    ),
    Extra(
        "reserved_percent",
        "Kept for important tasks (%)",
        "The last part of the calls per UTC day, which only tasks marked important may use.",
        type="number",
        default=0,
        minimum=0,
        maximum=90,
        section="Limits",
    ),
)
