"""Every table of the database. All rows carry `brand`, the slug of the brand file.

Columns named in `Sealed` hold bytes that only `storage/vault.py` opens; all other columns hold no text of a message
and no raw identity.
"""

from storage.tables.alerts import Alert, AlertEvent, AlertState
from storage.tables.base import Sealed, UtcDateTime
from storage.tables.customers import (
    Customer,
    Gap,
    GapState,
    Handover,
    HandoverLine,
    HandoverState,
    KnowledgeEntry,
    Pending,
    Question,
    Rumour,
    RumourAsker,
    RumourState,
    Survey,
    SurveyKind,
    Verdict,
)
from storage.tables.heard import Counter, Message, Narrative, Reaction, Setting, Snapshot, Tally
from storage.tables.people import Chat, ChatMode, ChatState, Consent, ConsentState
from storage.tables.queues import Inbox, Outbox, OutboxState
from storage.tables.teams import (
    Activation,
    AlertThread,
    Draft,
    DraftState,
    MovedChat,
    Role,
    TeamCode,
    TeamLink,
    TeamMember,
)
from storage.tables.whatsapp import DeliveryState, MovedPerson, WhatsAppMedia, WhatsAppStatus, WhatsAppWindow

__all__ = [
    "Activation",
    "Alert",
    "AlertEvent",
    "AlertState",
    "AlertThread",
    "Chat",
    "ChatMode",
    "ChatState",
    "Consent",
    "ConsentState",
    "Counter",
    "Customer",
    "DeliveryState",
    "Draft",
    "DraftState",
    "Gap",
    "GapState",
    "Handover",
    "HandoverLine",
    "HandoverState",
    "Inbox",
    "KnowledgeEntry",
    "Message",
    "MovedChat",
    "MovedPerson",
    "Narrative",
    "Outbox",
    "OutboxState",
    "Pending",
    "Question",
    "Reaction",
    "Role",
    "Rumour",
    "RumourAsker",
    "RumourState",
    "Sealed",
    "Setting",
    "Snapshot",
    "Survey",
    "SurveyKind",
    "Tally",
    "TeamCode",
    "TeamLink",
    "TeamMember",
    "UtcDateTime",
    "Verdict",
    "WhatsAppMedia",
    "WhatsAppStatus",
    "WhatsAppWindow",
]
