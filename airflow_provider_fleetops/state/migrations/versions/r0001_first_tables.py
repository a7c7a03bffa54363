"""Shared values and limit windows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create both tables."""
    op.create_table(
        "shared_values",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("value", sa.Text),
        sa.Column("stored_at", sa.Double, nullable=False, server_default="0"),
        sa.Column("expires_at", sa.Double, nullable=False, server_default="0", index=True),
        sa.Column("holder", sa.Text, nullable=False, server_default=""),
        sa.Column("lease_until", sa.Double, nullable=False, server_default="0"),
    )
    op.create_table(
        "limit_windows",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("tat", sa.Double, nullable=False, server_default="0"),
        sa.Column("closed_until", sa.Double, nullable=False, server_default="0"),
        sa.Column("day", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("used", sa.BigInteger, nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Drop both tables: tokens are fetched again, limits start anew."""
    op.drop_table("limit_windows")
    op.drop_table("shared_values")
