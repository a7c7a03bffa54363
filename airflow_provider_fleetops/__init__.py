"""Airflow provider for fleet operations: FL3XX, Fastrac, FASTTRAK Partner API and FastTrack360."""

from __future__ import annotations

__version__ = "0.1.0"
