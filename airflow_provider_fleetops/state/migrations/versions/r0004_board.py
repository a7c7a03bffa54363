"""What waiting tasks wait for, and what was seen of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create both tables with an index for each of their queries; notes were readable before, and are encrypted now."""
    op.execute("UPDATE operations SET note = ''")
    op.create_table(
        "waits",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("waiter", sa.Text, primary_key=True),
        sa.Column("interests", sa.Text, nullable=False),
        sa.Column("until", sa.Double, nullable=False, index=True),
    )
    op.create_table(
        "sightings",
        sa.Column("topic", sa.Text, primary_key=True),
        sa.Column("subject", sa.Text, primary_key=True),
        sa.Column("seen_at", sa.Double, nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("raw", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
    )
    op.create_index("ix_sightings_topic_seen_at", "sightings", ["topic", "seen_at"])


def downgrade() -> None:
    """Drop both tables: tasks that wait say again what they wait for."""
    op.drop_table("sightings")
    op.drop_table("waits")
