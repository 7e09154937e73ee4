"""The composition root: settings and a brand file in, a workspace of running parts out."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alerts.desk import Desk
from alerts.stories import Knowledge, StoryEngine
from bot.admission import Admission
from bot.consent import ConsentGate
from bot.consent_list import ConsentList
from bot.customers.desk import CustomerDesk
from bot.identity import Identity
from bot.memory import Memory
from bot.pipeline import Pipeline
from bot.understanding import Understanding
from config.brand import Brand
from config.settings import Settings
from nlp.analysis import Analyser
from nlp.encoder import Encoder, load_encoder
from nlp.topics import Topic
from storage.database import Database
from storage.keys import identity_key, vault_keys
from storage.seals import confirm_keys
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Workspace:
    """One brand's running parts over one database."""

    brand: Brand
    database: Database
    vault: Vault
    identity: Identity
    analyser: Analyser
    desk: Desk
    pipeline: Pipeline
    customers: CustomerDesk = field(init=False)

    def __post_init__(self) -> None:
        desk = CustomerDesk(self.brand, self.database, self.vault, self.identity, self.analyser)
        object.__setattr__(self, "customers", desk)


def make_analyser(settings: Settings, brand: Brand | None, encoder: Encoder | None = None) -> Analyser:
    """The analyser with a brand's topics; without a brand it tells no topic. `encoder` is for one loaded already."""
    encoder = encoder or load_encoder(
        model=settings.encoder_model, sentiment_model=settings.sentiment_model, threads=settings.threads
    )
    if brand is None:
        return Analyser(encoder)
    topics = [Topic(t.id, t.label, t.description, t.examples) for t in brand.topics]
    return Analyser(encoder, topics, names=(brand.name, *brand.aliases), languages=brand.languages)


@contextmanager
def open_workspace(
    settings: Settings,
    brand: Brand,
    place: Path | str,
    *,
    listed: ConsentList | None = None,
    encoder: Encoder | None = None,
) -> Iterator[Workspace]:
    """Open a brand's workspace: its database (a path or URL, brought up to date), keys, model, engine and desk.

    `encoder` is one loaded already, instead of that of the settings. Raises EarshotError or NlpError with what to do.
    """
    vault = Vault(vault_keys(settings.home, settings.keys()))
    secret = identity_key(settings.home, settings.keys())
    identity = Identity(secret, brand.slug)
    gate = ConsentGate(brand.slug, brand.consent.version, listed)
    with Database(place) as database:
        database.migrate()
        with database.transaction() as session:
            confirm_keys(session, vault, secret)
        analyser = make_analyser(settings, brand, encoder)
        knowledge = Knowledge.of(brand, lambda texts: analyser.encoder.encode(texts).vectors)
        desk = Desk(brand, vault)
        pipeline = Pipeline(
            brand=brand.slug,
            database=database,
            vault=vault,
            admission=Admission(brand.slug, vault, identity, gate),
            understanding=Understanding(analyser, brand.languages),
            memory=Memory(brand.slug, database, vault, lambda: StoryEngine(brand, knowledge)),
            desk=desk,
        )
        yield Workspace(brand, database, vault, identity, analyser, desk, pipeline)
