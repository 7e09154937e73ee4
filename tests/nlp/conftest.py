import pytest

from nlp.encoder import Encoder, load_encoder


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The shipped model."""
    return load_encoder(threads=2)
