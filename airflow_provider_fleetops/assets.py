"""The URIs of our assets: ``fleetops://<conn_id>/<topic>``. Airflow reads this whenever it reads such an asset."""

from __future__ import annotations

import re
from urllib.parse import SplitResult

_CONN_ID = re.compile(r"[\w.-]{1,250}")
_TOPIC = re.compile(r"/[\w.-]{1,250}")


def sanitize_uri(uri: SplitResult) -> SplitResult:
    """The URI as it is; ``ValueError`` for one that does not name a connection and a topic, or that says more."""
    if not _CONN_ID.fullmatch(uri.netloc) or not _TOPIC.fullmatch(uri.path) or uri.query or uri.fragment:
        raise ValueError("an asset of fleetops is fleetops://<conn_id>/<topic>")
    return uri
