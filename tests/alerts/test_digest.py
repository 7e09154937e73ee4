"""The digest, from the database alone."""

from datetime import timedelta

import pytest
from desk_world import World

from alerts.digest import Digester, Period
from alerts.digest_document import digest_document, send_digest
from alerts.payload import Sending
from alerts.render import to_text
from storage.tables import Narrative, Sealed


def titled(world: World, number: int, title: str) -> None:
    row = world.session.get(Narrative, (world.brand.slug, number))
    assert row is not None
    row.title = world.vault.seal_text(title, Sealed.NARRATIVE_TITLE)
    world.session.add(row)
    world.session.flush()


@pytest.fixture
def busy(world: World) -> World:
    """Two days: yesterday quality was praised; today a story angers four people, and questions stay open."""
    world.now -= timedelta(hours=30)
    for number in range(6):
        world.message(f"p_old{number}", "excellent", narrative=None, sentiment="positive")
    world.now += timedelta(hours=28)
    world.story(1, people=4)
    world.story(2, people=2)
    titled(world, 1, "feuilles moisies")
    titled(world, 2, "deux personnes seulement")
    for number in range(4):
        world.message(f"p_angry{number}", "encore moisi", narrative=1)
    for number in range(2):
        world.message(f"p_few{number}", "bof", narrative=2, sentiment="neutral")
    asked = [
        world.message(f"p_ask{n}", f"quand est-ce livré, question {n} ?", narrative=None, topic="delivery",
                      intent="question", sentiment="neutral")
        for n in range(4)
    ]  # fmt: skip
    world.message("p_ask0", "quelqu'un ?", narrative=None, topic="delivery", intent="other", reply_to=asked[0])
    world.message("p_kind", "mardi", narrative=None, topic="delivery", intent="other", reply_to=asked[3])
    world.message("p_late", "et pour Lyon ?", narrative=None, topic="quality", intent="question", sentiment="neutral")
    world.consider(world.signal(1))
    world.now += timedelta(hours=2)
    return world


def test_what_a_day_holds(busy: World) -> None:
    digest = Digester(busy.brand, busy.vault).make(busy.session, Period.DAILY, busy.now)
    assert (digest.heard.messages, digest.heard.people, digest.heard.chats) == (13, 12, 1)
    assert digest.before.messages == 6
    (story,) = digest.stories  # two people are no crowd
    assert (story.title, story.people, story.messages, story.negative, story.alert) == (
        "feuilles moisies",
        4,
        4,
        1.0,
        "open",
    )
    moods = {mood.topic: mood for mood in digest.moods}
    assert (moods["Qualité"].messages, moods["Qualité"].before) == (7, 0.0)
    assert moods["Qualité"].negative == pytest.approx(4 / 7)
    assert moods["Livraison"].before is None
    delivery, quality = digest.unanswered
    assert (delivery.topic, delivery.questions) == ("Livraison", 3)  # one was answered, by somebody else
    assert [quote.text[-3] for quote in delivery.examples] == ["0", "1", "2"]
    assert (quality.questions, quality.examples) == (1, ())


def test_questions_get_an_hour_to_be_answered(busy: World) -> None:
    busy.now -= timedelta(minutes=61)
    digest = Digester(busy.brand, busy.vault).make(busy.session, Period.DAILY, busy.now)
    assert digest.unanswered == ()


def test_it_reads_in_the_team_s_language(busy: World) -> None:
    digest = Digester(busy.brand, busy.vault).make(busy.session, Period.DAILY, busy.now)
    text = to_text(digest_document(digest, busy.brand))
    assert text.startswith("Tisane & Co · the day until Tue 11 Mar\n")
    assert "13 messages from 12 people in 1 group\nBefore: 6 messages from 6 people in 1 group" in text
    assert "• feuilles moisies · 4 people in 1 group, 100 % negative · open" in text
    assert "• ▲ Qualité: 7 messages, 57 % negative (before: 0 %)" in text
    assert "• Livraison: 3\n« quand est-ce livré, question 0 ? »" in text
    french = busy.brand.model_copy(update={"team": busy.brand.team.model_copy(update={"language": "fr"})})
    assert "d'habitude" not in to_text(digest_document(digest, french))
    assert "Questions restées sans réponse" in to_text(digest_document(digest, french))


def test_it_is_sent_once_a_day_to_channels_that_hear_warnings(busy: World) -> None:
    assert send_digest(busy.session, busy.brand, busy.vault, Period.DAILY, busy.now)
    assert not send_digest(busy.session, busy.brand, busy.vault, Period.DAILY, busy.now + timedelta(minutes=1))
    assert send_digest(busy.session, busy.brand, busy.vault, Period.WEEKLY, busy.now)
    sent = [(lane, kind, payload.silent) for lane, kind, payload in busy.sent()]
    assert sent == [("team:main", Sending.DIGEST, True)] * 2


def test_silence_where_nothing_was_heard(world: World) -> None:
    assert not send_digest(world.session, world.brand, world.vault, Period.DAILY, world.now)
    assert world.sent() == []
