"""Reads what WhatsApp says of the account, the number and the templates: warnings for the team."""

from collections.abc import Callable, Mapping

from bot.platforms.whatsapp.events import Event, Warned
from bot.platforms.whatsapp.fields import NeedlessError, Raw, UnreadableError, dicts, identifier, name, optional

QUIET_EVENTS = frozenset(
    {
        "ACCOUNT_RECONNECTED",
        "AD_ACCOUNT_LINKED",
        "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
        "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
        "MM_LITE_TERMS_SIGNED",
        "PARTNER_ADDED",
        "PARTNER_APP_INSTALLED",
        "PARTNER_APP_UNINSTALLED",
        "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
        "PARTNER_REMOVED",
        "VERIFIED_ACCOUNT",
        "VOLUME_BASED_PRICING_TIER_UPDATE",
    }
)
"""News of an account that ask nothing of the team."""


def read(field: str, raw: Raw) -> Event:
    """The warning in a change of one of `FIELDS`. Raises NeedlessError or UnreadableError."""
    return _READERS[field](raw)


def _account(raw: Raw) -> Event:
    event = identifier(raw, "event")
    if event in QUIET_EVENTS:
        raise NeedlessError(f"account_update {event}: nothing to do")
    match event:
        case "ACCOUNT_RESTRICTION":
            kinds = [optional(one, "restriction_type") or "" for one in dicts(raw.get("restriction_info"))]
            return Warned("account_restricted", {"what": ", ".join(name(kind) for kind in kinds if kind)})
        case "ACCOUNT_VIOLATION":
            violation = raw.get("violation_info")
            what = optional(violation, "violation_type") if isinstance(violation, dict) else None
            return Warned("account_violation", {"what": name(what)})
        case "DISABLED_UPDATE":
            ban = raw.get("ban_info")
            state = optional(ban, "waba_ban_state") if isinstance(ban, dict) else None
            if state == "REINSTATE":
                raise NeedlessError("account_update REINSTATE: the account works again")
            return Warned("account_disabled", {"what": name(state)})
        case "ACCOUNT_DELETED" | "ACCOUNT_OFFBOARDED":
            return Warned("account_gone", {"what": event})
        case _:
            raise UnreadableError(f"unknown event {name(event)}")


def _alert(raw: Raw) -> Event:
    return Warned("account_alert", {"what": name(optional(raw, "alert_type") or optional(raw, "alert_severity"))})


def _number(raw: Raw) -> Event:
    event = identifier(raw, "event")
    if event in ("UNFLAGGED", "UPGRADE", "ONBOARDING", "THROUGHPUT_UPGRADE"):
        raise NeedlessError(f"phone_number_quality_update {event}: nothing to do")
    return Warned("number_quality", {"what": name(event), "limit": name(optional(raw, "current_limit"))})


def _template(raw: Raw) -> Event:
    event = identifier(raw, "event")
    if event in ("APPROVED", "PENDING", "IN_APPEAL", "REINSTATED", "UNARCHIVED"):
        raise NeedlessError(f"message_template_status_update {event}: nothing to do")
    details = _template_names(raw) | {"what": name(event), "reason": name(optional(raw, "reason"))}
    return Warned("template_state", details)


def _template_quality(raw: Raw) -> Event:
    score = identifier(raw, "new_quality_score")
    if score in ("GREEN", "UNKNOWN"):
        raise NeedlessError(f"message_template_quality_update {score}: nothing to do")
    return Warned("template_quality", _template_names(raw) | {"what": name(score)})


def _template_category(raw: Raw) -> Event:
    details = _template_names(raw) | {"what": name(optional(raw, "new_category"))}
    return Warned("template_category", details)


def _template_names(raw: Raw) -> dict[str, str]:
    return {
        "template": name(identifier(raw, "message_template_name")),
        "language": name(optional(raw, "message_template_language")),
    }


def _security(raw: Raw) -> Event:
    return Warned("security", {"what": name(identifier(raw, "event"))})


def _capability(raw: Raw) -> Event:
    raise NeedlessError("business_capability_update: limits of the business")


def _name_decision(raw: Raw) -> Event:
    decision = identifier(raw, "decision")
    if decision == "APPROVED":
        raise NeedlessError("phone_number_name_update APPROVED: nothing to do")
    return Warned("number_name", {"what": name(decision)})


_READERS: Mapping[str, Callable[[Raw], Event]] = {
    "account_update": _account,
    "account_alerts": _alert,
    "business_capability_update": _capability,
    "message_template_quality_update": _template_quality,
    "message_template_status_update": _template,
    "phone_number_name_update": _name_decision,
    "phone_number_quality_update": _number,
    "security": _security,
    "template_category_update": _template_category,
}
FIELDS = tuple(_READERS)
"""The webhook fields that are read here."""
