from datetime import date

import pytest

from bot.customers.answering import Answerer
from config.brand import Brand
from nlp.analysis import Analyser
from nlp.encoder import load_encoder


@pytest.fixture(scope="session")
def analyser() -> Analyser:
    """The shipped model."""
    return Analyser(load_encoder(threads=1))


@pytest.fixture(scope="session")
def brand() -> Brand:
    """An invented maker of lamps."""
    return Brand.model_validate(
        {
            "brand": {"name": "Lumiol", "languages": ["fr", "en"]},
            "faq": [
                {
                    "id": "hours",
                    "lang": "fr",
                    "question": "Quels sont vos horaires d'ouverture ?",
                    "answer": "De 9 h à 19 h, du lundi au samedi.",
                    "translations": {
                        "en": {"question": "When are you open?", "answer": "From 9 am to 7 pm, Monday to Saturday."}
                    },
                },
                {
                    "id": "refund",
                    "lang": "fr",
                    "question": "Comment se faire rembourser ?",
                    "answer": "Sous dix jours, sur la carte utilisée.",
                    "source": "Conditions de vente, article 4",
                },
                {
                    "id": "shipping",
                    "lang": "en",
                    "question": "Do you deliver abroad?",
                    "answer": "Yes, all over Europe, in five days.",
                },
                {
                    "id": "delay",
                    "lang": "fr",
                    "question": "Quel est le délai de livraison ?",
                    "answer": "Cinq jours ouvrés.",
                },
            ],
            "facts": [
                {
                    "id": "cable",
                    "statement": "The power cable of the Orion lamp was tested by an outside laboratory and does not "
                    "overheat.",
                    "evidence_url": "https://lumiol.example/orion/test",
                    "reply": {"fr": "Le câble de la lampe Orion a été testé par un laboratoire : il ne chauffe pas."},
                    "verified_on": date(2026, 3, 2),
                },
                {
                    "id": "factory",
                    "statement": "All Lumiol lamps are assembled in the workshop at Belmont.",
                    "evidence_url": "https://www.lumiol.example/workshop/",
                },
            ],
        }
    )


@pytest.fixture(scope="session")
def answerer(brand: Brand, analyser: Analyser) -> Answerer:
    return Answerer(brand, analyser)
