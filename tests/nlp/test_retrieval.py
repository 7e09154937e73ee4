"""Lexical search and hybrid retrieval, on the shipped model and on vectors made by hand."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.bm25 import BM25, grams, word_rarity, words
from nlp.encoder import Encoded, OnnxEncoder, load_encoder
from nlp.heads import HeadSpec
from nlp.retrieval import Entry, Match, Retriever, lexical_weight

SHOP = (
    Entry("hours", ("Quels sont vos horaires d'ouverture ?",), ("De 9 h à 19 h, du lundi au samedi.",)),
    Entry("refund", ("How do I get a refund?",), ("Within ten days, on the card you paid with.",)),
    Entry("delivery", ("Livrez-vous à domicile ?",), ("Oui, partout en Europe, en cinq jours.",)),
    Entry("warranty", ("How long is the warranty?",), ("Two years, parts and labour.",)),
)


class Flat:
    """An encoder that knows nothing: all texts have the same vector, so that only words count."""

    name, version, dimensions = "flat", "1", 4
    search_map = None

    def __init__(self) -> None:
        self.heads: dict[str, HeadSpec] = {}
        self.language_groups: dict[str, str] = {}

    def encode(self, texts: Sequence[str]) -> Encoded:
        return Encoded(np.tile(np.array([1, 0, 0, 0], np.float32), (len(texts), 1)), {})


@pytest.fixture(scope="module")
def shop() -> Retriever:
    encoder = load_encoder(threads=1)
    assert isinstance(encoder, OnnxEncoder)
    return Retriever(encoder, SHOP, mapped=0.0)


def test_a_question_finds_the_entry_in_another_language(shop: Retriever) -> None:
    asked = ["when are you open?", "comment me faire rembourser ?", "home delivery?", "la garantie dure combien ?"]
    assert [match.entries[0] for match in shop.match(asked)] == ["hours", "refund", "delivery", "warranty"]


def test_a_question_about_something_else_is_less_sure(shop: Retriever) -> None:
    asked, other = shop.match(["vos horaires d'ouverture svp ?", "qui a vu le match hier soir ?"])
    assert asked.confidence > other.confidence + 0.2


def test_batches_change_nothing(shop: Retriever) -> None:
    texts = ["open on sunday?", "", "refund", "la livraison prend combien de temps"]
    assert shop.match(texts) == [shop.match([text])[0] for text in texts]


def test_nothing_matches_nothing(shop: Retriever) -> None:
    assert shop.match([""]) == [Match((), 0.0)]
    assert Retriever(Flat(), ()).match(["anything"]) == [Match((), 0.0)]


def test_equal_scores_go_by_the_order_of_entries() -> None:
    twins = Retriever(Flat(), [Entry("first", ("same words",)), Entry("second", ("same words",))])
    assert twins.match(["same words"])[0].entries == ("first", "second")


def test_one_entry_is_enough() -> None:
    only = Retriever(Flat(), [Entry("only", ("how much is it?",))])
    assert only.match(["how much is it?"])[0].entries == ("only",)


def test_words_decide_where_vectors_cannot() -> None:
    retriever = Retriever(Flat(), SHOP)
    assert retriever.match(["the warranty of my lamp"])[0].entries[0] == "warranty"


def test_typos_and_inflections_still_meet() -> None:
    scores = BM25(["les livraisons à domicile", "le remboursement"]).scores("livrason domicle")
    assert scores[0] > 0.2 > scores[1]


def test_common_words_say_little_in_a_small_collection() -> None:
    scores = BM25(["comment est ce que vous le faites", "les allergènes du pain"]).scores(
        "est ce que le pain a du gluten"
    )
    assert scores[1] > scores[0]
    assert word_rarity("les") < 0.3 < 0.9 < word_rarity("mecanicien")


def test_links_are_no_words() -> None:
    assert words("see pic.example.com/xYz and https://a.example/refund now") == ["see", "and", "now"]


@given(st.text(max_size=200), st.lists(st.text(max_size=60), max_size=5))
def test_any_text_scores_between_nothing_and_all(query: str, documents: list[str]) -> None:
    scores = BM25(documents).scores(query)
    assert scores.shape == (len(documents),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert (scores <= 2.2).all()  # saturation: k1 + 1


@given(st.text(alphabet=st.characters(categories=["Ll"]), min_size=1, max_size=30))
def test_a_word_is_made_of_its_grams(word: str) -> None:
    pieces = list(grams(word))
    assert pieces[0][0] == "<"
    assert pieces[-1][-1] == ">"
    assert "".join([pieces[0], *(piece[-1] for piece in pieces[1:])]) == f"<{word}>"


@given(st.integers(0, 400))
def test_longer_texts_trust_words_more(count: int) -> None:
    assert 0 <= lexical_weight("mot " * count) < lexical_weight("mot " * (count + 1)) < 1


class Turned(Flat):
    """Two vectors that are the same but for their third number, and a map that keeps nothing else."""

    search_map = np.vstack([np.diag([0, 0, 1, 0]), np.zeros((1, 4))]).astype(np.float32)

    def encode(self, texts: Sequence[str]) -> Encoded:
        rows = [[0.9, 0, 0.4 if "left" in text else -0.4, 0] if text else [0, 0, 0, 0] for text in texts]
        return Encoded(np.array(rows, np.float32), {})


def test_entries_and_texts_are_compared_where_the_map_of_search_takes_them() -> None:
    retriever = Retriever(Turned(), (Entry("left", ("to the left",)), Entry("right", ("to the right",))))
    vector = Turned().encode(["the left one"]).vectors[0]
    assert retriever.dense(vector).tolist() == pytest.approx([1.0, -1.0])
    assert not retriever.dense(np.zeros(4, np.float32)).any()
