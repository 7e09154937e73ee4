"""Topics: in which a message was said, in which the team is told of an alert. What members react with."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("message", sa.Column("thread", sa.String(), nullable=True))
    op.drop_index("ix_message_chat", "message")
    op.create_index("ix_message_chat", "message", ["brand", "chat_id", "thread", "id"], unique=False)
    op.create_table(
        "alertthread",
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("thread", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("lane", "alert_id"),
    )
    op.create_table(
        "reaction",
        sa.Column("message_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("brand", sa.String(), nullable=False),
        sa.Column("emojis", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("message_id", "person"),
    )
    op.create_index("ix_reaction_person", "reaction", ["brand", "person"], unique=False)
