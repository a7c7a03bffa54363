"""The accounts of all calls, slots that are held for a task, and tomorrow's part of a day's quota."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create both tables with an index for each of their queries, and add the column."""
    op.add_column("limit_windows", sa.Column("ahead", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "held_slots",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("at", sa.Double, nullable=False, index=True),
    )
    op.create_table(
        "usage",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("at", sa.Double, nullable=False, index=True),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("vendor", "conn_id", "endpoint", "dag", "run", "task", "outcome")
        ),
        *(
            sa.Column(name, sa.BigInteger, nullable=False)
            for name in ("day", "map_index", "try_number", "calls", "wasted", "saved")
        ),
        sa.Column("seconds", sa.Double, nullable=False),
    )


def downgrade() -> None:
    """Drop both tables and the column: what was counted for tomorrow is forgotten."""
    op.drop_table("usage")
    op.drop_table("held_slots")
    with op.batch_alter_table("limit_windows") as table:
        table.drop_column("ahead")
