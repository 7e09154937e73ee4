"""Short surveys in private chat: satisfaction after a conversation, and on the brand's schedule how likely customers
are to recommend it (Reichheld 2003, "The One Number You Need to Grow"). Nobody is asked twice within the brand's time;
results are shown from the brand's number of answers on, with their uncertainty.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, and_, col, or_, select

from bot.customers.asks import Button
from bot.customers.office import Office
from config.brand import Brand
from config.texts import texts
from storage.tables import Customer, Handover, HandoverState, Sealed, Survey, SurveyKind

RANGE = {SurveyKind.SATISFACTION: range(1, 6), SurveyKind.RECOMMENDATION: range(11)}
BATCH = 20
"""Recommendations asked for in one round: the queue is for answers first."""
FIRST = timedelta(days=7)
"""How long somebody is on record before they are first asked for a recommendation."""
Z = 1.96  # 95 %


@dataclass(frozen=True, slots=True)
class Result:
    """What a survey says. `value` is a share of 4 and 5 in 0..1 (satisfaction) or a score from -100 to 100
    (recommendation), `low` and `high` its 95 % confidence interval, `counts` how often each number was given; all None
    where fewer answered than may be shown. `asked` counts who was asked."""

    kind: SurveyKind
    asked: int
    answers: int
    counts: dict[int, int] | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None


class Surveys:
    """The surveys of one brand."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def after_handover(self, session: Session, row: Handover, customer: Customer, now: datetime) -> Survey | None:
        """Ask for satisfaction with a conversation that has ended, if the brand does and the customer was answered."""
        if not self._office.brand.surveys.after_handover or row.answered_at is None or not self._may(customer, now):
            return None
        return self._ask(session, SurveyKind.SATISFACTION, customer, now)

    def due(self, session: Session, now: datetime) -> list[tuple[Survey, Customer]]:
        """Ask for a recommendation whoever it is time for, in office hours; returns what was asked of whom."""
        given, brand = self._office.brand.surveys, self._office.brand
        if given.nps_every_days is None or not brand.office_hours.open_at(now.astimezone(brand.time_zone)):
            return []
        since = now - timedelta(days=max(given.nps_every_days, given.min_days_between))
        busy = select(Handover.customer_id).where(Handover.state == HandoverState.OPEN)
        waiting = (
            select(Customer)
            .where(
                Customer.brand == self._office.slug,
                Customer.version == brand.consent.version,
                or_(
                    and_(col(Customer.surveyed_at).is_(None), col(Customer.agreed_at) <= now - FIRST),
                    col(Customer.surveyed_at) <= since,
                ),
                col(Customer.id).not_in(busy),
            )
            .order_by(col(Customer.id))
            .limit(BATCH)
        )
        found = session.exec(waiting).all()
        return [(self._ask(session, SurveyKind.RECOMMENDATION, one, now), one) for one in found]

    def scored(self, session: Session, survey: int, customer: Customer, score: int, now: datetime) -> bool:
        """Note a customer's number; False when there is no such survey of theirs, or when it has no such number."""
        row = session.get(Survey, survey)
        if row is None or row.customer_id != customer.id or score not in RANGE[row.kind]:
            return False
        row.score, row.answered_at = score, now
        session.add(row)
        return True

    def commented(self, session: Session, survey: int, text: str) -> bool:
        """Note a comment (redacted); False when there is no such survey."""
        row = session.get(Survey, survey)
        if row is None or row.brand != self._office.slug:
            return False
        row.comment = self._office.vault.seal_text(text, Sealed.SURVEY_COMMENT)
        session.add(row)
        return True

    def _may(self, customer: Customer, now: datetime) -> bool:
        apart = timedelta(days=self._office.brand.surveys.min_days_between)
        return customer.surveyed_at is None or now - customer.surveyed_at >= apart

    def _ask(self, session: Session, kind: SurveyKind, customer: Customer, now: datetime) -> Survey:
        row = Survey(brand=self._office.slug, kind=kind, customer_id=customer.id, sent_at=now)
        customer.surveyed_at = now
        session.add(row)
        session.add(customer)
        session.flush()
        say = texts(customer.lang)
        numbers = [Button(str(score), f"c:score:{score}:{row.id}") for score in RANGE[kind]]
        text = say.say(f"desk-survey-{kind}", brand=self._office.brand.name)
        rows = [numbers[start : start + 6] for start in range(0, len(numbers), 6)]
        self._office.write(session, customer, text, now, dedupe=f"survey:{row.id}", buttons=rows, purpose="survey")
        return row


def results(session: Session, brand: Brand, kind: SurveyKind, since: datetime | None = None) -> Result:
    """Return what customers answered since a time; numbers only where enough did."""
    query = select(Survey.score).where(Survey.brand == brand.slug, Survey.kind == kind)
    if since is not None:
        query = query.where(col(Survey.sent_at) >= since)
    asked = session.exec(query).all()
    scores = [score for score in asked if score is not None]
    if len(scores) < brand.surveys.min_answers:
        return Result(kind, len(asked), len(scores))
    counts = {number: scores.count(number) for number in RANGE[kind]}
    value, low, high = satisfaction(scores) if kind is SurveyKind.SATISFACTION else recommendation(scores)
    return Result(kind, len(asked), len(scores), counts, value, low, high)


def satisfaction(scores: list[int]) -> tuple[float, float, float]:
    """Return the share of 4 and 5 with its Wilson interval (Wilson 1927), which stays within 0..1 for few answers.

    >>> [round(number, 2) for number in satisfaction([5, 5, 4, 2, 5])]
    [0.8, 0.38, 0.96]
    """
    n, share = len(scores), sum(score >= 4 for score in scores) / len(scores)
    middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
    half = Z * math.sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
    return share, middle - half, middle + half


def recommendation(scores: list[int]) -> tuple[float, float, float]:
    """Return the share of 9 and 10 less that of 0 to 6, times 100, with its interval from the variance of such a
    difference; two invented answers, half of one on each side, keep it from vanishing when all agree (Agresti and Min
    2005).

    >>> [round(number) for number in recommendation([10, 9, 9, 7, 3])]
    [40, -30, 87]
    """
    n = len(scores)
    up, down = sum(score >= 9 for score in scores), sum(score <= 6 for score in scores)
    more, p, q = n + 2, (up + 0.5) / (n + 2), (down + 0.5) / (n + 2)
    half = Z * math.sqrt(max(p + q - (p - q) ** 2, 0.0) / more)
    low, high = max(p - q - half, -1.0), min(p - q + half, 1.0)
    return 100 * (up - down) / n, 100 * low, 100 * high
