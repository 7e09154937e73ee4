from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.analysis import Analyser
from nlp.encoder import Encoded, Encoder
from nlp.topics import Topic

TOPICS = (Topic("price", "Prix", "Prices"), Topic("delivery", "Livraison", "Late parcels, couriers"))


class Counting:
    """An encoder that notes what it was asked to read."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.name, self.version, self.dimensions = encoder.name, encoder.version, encoder.dimensions
        self.heads, self.language_groups = encoder.heads, encoder.language_groups
        self.example_vectors, self.search_map = encoder.example_vectors, encoder.search_map
        self.chat_parameters, self.topic_parameters = encoder.chat_parameters, encoder.topic_parameters
        self.answer_parameters = encoder.answer_parameters
        self.read: list[str] = []

    def encode(self, texts: Sequence[str]) -> Encoded:
        self.read += texts
        return self._encoder.encode(texts)


@pytest.fixture(scope="module")
def analyser(encoder: Encoder) -> Analyser:
    return Analyser(encoder, TOPICS)


def test_a_complaint(analyser: Analyser) -> None:
    [said] = analyser.analyse(["mon colis est encore en retard, c'est vraiment honteux"])
    assert (said.lang, said.sentiment, said.topic, said.intent) == ("fr", "negative", "delivery", "complaint")
    assert said.vector.shape == (analyser.encoder.dimensions,)
    assert said.model == f"{analyser.encoder.name}/{analyser.encoder.version}"


def test_copies_are_read_once_and_remembered(encoder: Encoder) -> None:
    counting = Counting(encoder)
    analyser = Analyser(counting, cache=2)
    first = analyser.analyse(["a rumour", "hello", "a  rumour "])
    assert counting.read == ["a rumour", "hello"]
    assert first[0] is first[2]
    assert analyser.analyse(["hello"])[0] is first[1]
    analyser.analyse(["one more", "and another"])
    counting.read.clear()
    again = analyser.analyse(["a rumour"])
    assert counting.read == ["a rumour"]
    assert again[0] == first[0]
    assert again[0].vector.tobytes() == first[0].vector.tobytes()


@pytest.mark.parametrize("text", ["", " \n ", "\u200b"])
def test_silence(analyser: Analyser, text: str) -> None:
    [said] = analyser.analyse([text])
    assert (said.lang, said.sentiment, said.topic, said.intent, said.claim) == ("und", "neutral", "other", "other", 0.0)
    assert not said.vector.any()


def test_a_known_language_is_kept(analyser: Analyser) -> None:
    assert [said.lang for said in analyser.analyse(["ok", "ok"], ["de", None])] == ["de", "en"]


def test_languages_must_match_the_texts(analyser: Analyser) -> None:
    with pytest.raises(ValueError, match="zip"):
        analyser.analyse(["one", "two"], ["en"])


def test_without_topics_there_is_no_topic(encoder: Encoder) -> None:
    [said] = Analyser(encoder).analyse(["the price went up again"])
    assert (said.topic, said.topic_score) == (None, 0.0)


@settings(max_examples=40, deadline=None)
@given(texts=st.lists(st.text(st.characters(), max_size=40), max_size=4))
def test_every_text_has_an_analysis(analyser: Analyser, texts: list[str]) -> None:
    for said in analyser.analyse(texts):
        assert sum(said.sentiment_scores.values()) == pytest.approx(1.0, abs=2e-4)
        assert said.sentiment_scores[said.sentiment] == max(said.sentiment_scores.values())
        assert said.intent in {"question", "complaint", "praise", "claim", "chitchat", "other"}
        assert 0.0 <= said.claim <= 1.0
        assert all(0.0 <= score <= 1.0 for score in said.scores.values())


def test_threads_may_share_it(encoder: Encoder) -> None:
    texts = [f"message numéro {number}" for number in range(24)]
    alone = Analyser(encoder, TOPICS).analyse(texts)
    shared = Analyser(encoder, TOPICS, cache=5)
    with ThreadPoolExecutor(4) as pool:
        for answers in pool.map(shared.analyse, [texts] * 4):
            assert answers == alone
