"""WhatsApp: ids of one person, windows, reports on sendings, files."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "movedperson",
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("origin", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("brand", "key"),
    )
    op.create_index("ix_movedperson_person", "movedperson", ["brand", "person"], unique=False)
    op.create_table(
        "whatsappwindow",
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noticed", sa.Boolean(), nullable=False),
        sa.Column("knocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("brand", "lane"),
    )
    op.create_table(
        "whatsappstatus",
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("sent", "delivered", "read", "failed", name="deliverystate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("brand", "ref"),
    )
    op.create_index("ix_whatsappstatus_open", "whatsappstatus", ["brand", "settled"], unique=False)
    op.create_table(
        "whatsappmedia",
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("brand", "key"),
    )
    op.create_index("ix_whatsappmedia_person", "whatsappmedia", ["brand", "person"], unique=False)
