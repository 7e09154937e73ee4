"""The brand file: what it may say (one module a group of blocks) and how it is read (`reading.py`)."""

from config.brand.base import SeverityName, Weekday
from config.brand.customers import Conversations, OfficeHours, Span, Surveys, Template, WhatsApp
from config.brand.knowledge import Fact, FaqEntry, Group, Identity, Topic, Translation, slug_of
from config.brand.model import Brand
from config.brand.people import Consent, ConsentMode, Privacy, Retention
from config.brand.reading import load_brand, parse_brand
from config.brand.team import AlertDesk, Channel, Digest, QuietHours, Team
from config.brand.thresholds import BadBuzz, Detector, Praise, Rumour, Safety, Scam, Shift, Surge, Thresholds

__all__ = [
    "AlertDesk",
    "BadBuzz",
    "Brand",
    "Channel",
    "Consent",
    "ConsentMode",
    "Conversations",
    "Detector",
    "Digest",
    "Fact",
    "FaqEntry",
    "Group",
    "Identity",
    "OfficeHours",
    "Praise",
    "Privacy",
    "QuietHours",
    "Retention",
    "Rumour",
    "Safety",
    "Scam",
    "SeverityName",
    "Shift",
    "Span",
    "Surge",
    "Surveys",
    "Team",
    "Template",
    "Thresholds",
    "Topic",
    "Translation",
    "Weekday",
    "WhatsApp",
    "load_brand",
    "parse_brand",
    "slug_of",
]
