"""The tables. Times are epoch seconds; a change here needs a migration and a new :data:`REVISION`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Double, Index, Integer, MetaData, Table, Text

REVISION = "0004"
VERSION_TABLE = "fleetops_alembic_version"

metadata = MetaData()

# ``value`` is Fernet ciphertext; NULL while the first holder of the lease has not published yet.
shared_values = Table(
    "shared_values",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text),
    Column("stored_at", Double, nullable=False, server_default="0"),
    Column("expires_at", Double, nullable=False, server_default="0", index=True),
    Column("holder", Text, nullable=False, server_default=""),
    Column("lease_until", Double, nullable=False, server_default="0"),
)

# A row is a ``protocol.limits.Window``; a missing row is an empty window.
limit_windows = Table(
    "limit_windows",
    metadata,
    Column("key", Text, primary_key=True),
    Column("tat", Double, nullable=False, server_default="0"),
    Column("closed_until", Double, nullable=False, server_default="0"),
    Column("day", BigInteger, nullable=False, server_default="0"),
    Column("used", BigInteger, nullable=False, server_default="0"),
    Column("ahead", BigInteger, nullable=False, server_default="0"),
)

# The slots that tasks come back to without having held a worker.
held_slots = Table(
    "held_slots",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", Double, nullable=False, index=True),
)

# What waiting tasks wait for: a list of ``protocol.board.Interest`` as JSON.
waits = Table(
    "waits",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("waiter", Text, primary_key=True),
    Column("interests", Text, nullable=False),
    Column("until", Double, nullable=False, index=True),
)

# What was seen last of each subject: a ``protocol.board.Sighting``, ``facts`` as JSON.
sightings = Table(
    "sightings",
    metadata,
    Column("topic", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("seen_at", Double, nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("raw", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Index("ix_sightings_topic_seen_at", "topic", "seen_at"),
)

# A row is a ``protocol.accounts.Use``.
usage = Table(
    "usage",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("at", Double, nullable=False, index=True),
    *(
        Column(name, Text, nullable=False)
        for name in ("vendor", "conn_id", "endpoint", "dag", "run", "task", "outcome")
    ),
    *(
        Column(name, BigInteger, nullable=False)
        for name in ("day", "map_index", "try_number", "calls", "wasted", "saved")
    ),
    Column("seconds", Double, nullable=False),
)

# A row is a ``protocol.ledger.Operation``; ``note``, ``result`` and ``evidence`` are Fernet ciphertexts of JSON.
operations = Table(
    "operations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("vendor", Text, nullable=False),
    Column("conn_id", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("key", Text, nullable=False, index=True),
    Column("digest", Text, nullable=False),
    Column("id_field", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    Column("sends", BigInteger, nullable=False, server_default="0"),
    Column("holder", Text, nullable=False, server_default=""),
    Column("lease_until", Double, nullable=False, server_default="0"),
    Column("created_at", Double, nullable=False, server_default="0"),
    Column("sent_at", Double, nullable=False, server_default="0"),
    Column("updated_at", Double, nullable=False, server_default="0", index=True),
    Column("result", Text),
    Column("evidence", Text),
    Index("ix_operations_status_updated_at", "status", "updated_at"),
)
