"""The ledger of operations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table and an index for each of its queries."""
    op.create_table(
        "operations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("vendor", sa.Text, nullable=False),
        sa.Column("conn_id", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False, index=True),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("id_field", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False, server_default=""),
        sa.Column("sends", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("holder", sa.Text, nullable=False, server_default=""),
        sa.Column("lease_until", sa.Double, nullable=False, server_default="0"),
        sa.Column("created_at", sa.Double, nullable=False, server_default="0"),
        sa.Column("sent_at", sa.Double, nullable=False, server_default="0"),
        sa.Column("updated_at", sa.Double, nullable=False, server_default="0", index=True),
        sa.Column("result", sa.Text),
        sa.Column("evidence", sa.Text),
    )
    op.create_index("ix_operations_status_updated_at", "operations", ["status", "updated_at"])


def downgrade() -> None:
    """Drop the table: what was done is forgotten, and may be done again."""
    op.drop_table("operations")
