"""What Airflow reads at start. Nothing heavy is imported here."""

from __future__ import annotations

from typing import Any

from airflow_provider_fleetops import __version__, vendors

_TITLES = {
    "fl3xx": "FL3XX",
    "fastrac": "Fastrac",
    "fasttrak": "FASTTRAK Partner API",
    "fasttrack360": "FastTrack360",
}
_KINDS = ("hooks", "operators", "sensors")
# Where a vendor has too many classes for one module, a package holds one for each area.
_PACKAGES: dict[str, dict[str, tuple[str, ...]]] = {
    "operators": {
        "fastrac": ("account", "couriers", "instant", "regions", "shipments", "tariffs"),
        "fl3xx": (
            "flights",
            "crew",
            "passengers",
            "dispatch",
            "border",
            "aircraft",
            "airports",
            "fuel",
            "bookings",
            "orders",
            "legs",
            "accounting",
            "people",
            "rosters",
            "beta",
            "webhooks",
        ),
        "fasttrack360": (
            "candidates",
            "clients",
            "comments",
            "contacts",
            "job_actions",
            "job_orders",
            "lookups",
            "timesheets",
        ),
        "fasttrak": ("bookings", "changes", "customers", "lists", "money", "quotes", "reservations", "webhooks"),
    },
}


def get_provider_info() -> dict[str, Any]:
    """The provider's metadata, as ``provider.yaml.schema.json`` wants it."""
    info: dict[str, Any] = {
        "package-name": "airflow-provider-fleetops",
        "name": "Fleet operations",
        "description": "Flights (FL3XX), parcels (Fastrac), cars (FASTTRAK Partner API) and staffing (FastTrack360).",
        "versions": [__version__],
        "integrations": [_integration(name) for name in vendors.NAMES],
        "connection-types": [vendors.form(name).metadata() for name in vendors.NAMES],
        "transfers": [
            {
                "source-integration-name": _TITLES[name],
                "target-integration-name": "Common IO",
                "python-module": "airflow_provider_fleetops.transfers.object_storage",
            }
            for name in vendors.NAMES
        ],
        "triggers": [_modules("FL3XX", "triggers", name) for name in ("changes", "slot", "wait")],
        "asset-uris": [{"schemes": ["fleetops"], "handler": "airflow_provider_fleetops.assets.sanitize_uri"}],
        "cli": ["airflow_provider_fleetops.cli.definition.get_fleetops_cli_commands"],
        "config": _CONFIG,
    }
    for kind in _KINDS:
        info[kind] = [_modules(_TITLES[name], kind, *_parts(kind, name)) for name in vendors.NAMES]
    info["operators"].append(_modules("FL3XX", "operators", "call"))
    info["operators"].append(_modules("Fastrac", "operators", "bulk"))
    return info


def _integration(name: str) -> dict[str, Any]:
    urls = {
        "fl3xx": "https://developer.fl3xx.com",
        "fastrac": "https://fastrac-b2b-stg-v2.apidog.io",
        "fasttrak": "https://developer.ifasttrak.com",
        "fasttrack360": "https://fasttrackservice.atlassian.net/wiki/spaces/FV1OH/pages/2795831497/API+Access",
    }
    return {"integration-name": _TITLES[name], "external-doc-url": urls[name], "tags": ["service"]}


def _modules(title: str, kind: str, *modules: str) -> dict[str, Any]:
    paths = [f"airflow_provider_fleetops.{kind}.{module}" for module in modules]
    return {"integration-name": title, "python-modules": paths}


def _parts(kind: str, vendor: str) -> list[str]:
    parts = _PACKAGES.get(kind, {}).get(vendor)
    return [f"{vendor}.{part}" for part in parts] if parts else [vendor]


_CONFIG: dict[str, Any] = {
    "fleetops": {
        "description": "Options of the fleet operations provider.",
        "options": {
            "state_url": {
                "description": (
                    "SQLAlchemy URL of the state that all tasks share: tokens, limits, answers. Empty: SQLite under "
                    "AIRFLOW_HOME, which serves one machine. Use PostgreSQL when workers live on several hosts."
                ),
                "version_added": "0.1.0",
                "type": "string",
                "sensitive": True,
                "example": "postgresql://fleetops@db/fleetops",
                "default": "",
            },
            "personal_key": {
                "description": (
                    "The key of the hashes that stand for personal data in transferred files. Empty: [core] "
                    "fernet_key, with whose rotation the same person gets another hash."
                ),
                "version_added": "0.1.0",
                "type": "string",
                "sensitive": True,
                "example": None,
                "default": "",
            },
            "usage_days": {
                "description": "Days for which every call to a vendor stays in the accounts.",
                "version_added": "0.1.0",
                "type": "integer",
                "example": None,
                "default": "30",
            },
            "use_pools": {
                "description": (
                    "The pools of `airflow fleetops pools` exist: what a DAG file gives to "
                    "airflow_provider_fleetops.pools.pool() is then the vendor's pool, else default_pool."
                ),
                "version_added": "0.1.0",
                "type": "boolean",
                "example": None,
                "default": "False",
            },
            "operations_days": {
                "description": (
                    "For how many days a finished operation is remembered: a create under the same key does nothing "
                    "for so long. Unresolved ones stay four times as long."
                ),
                "version_added": "0.1.0",
                "type": "integer",
                "example": None,
                "default": "90",
            },
        },
    },
}
