"""Newest message of a chat without reading all of the brand's."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_index("ix_message_chat", "message", ["brand", "chat_id", "id"])
