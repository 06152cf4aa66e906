"""The tables of the configuration's versions, and of the processes that serve them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "configuration_versions",
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reason", sa.Text),
    )
    op.create_table(
        "configuration_processes",
        sa.Column("process", sa.Text, primary_key=True),
        sa.Column("pid", sa.Integer, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("serving", sa.Integer, nullable=False),
        sa.Column("prepared", sa.Integer, nullable=False),
        sa.Column("problem", sa.Text),
    )


def downgrade() -> None:
    op.drop_table("configuration_processes")
    op.drop_table("configuration_versions")
