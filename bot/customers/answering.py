"""What a customer's text gets: an answer, a choice, the brand's word on a rumour, or a person of the team.

Nothing is generated. What is said is the knowledge's own text, whole, with its source; two thresholds decide between
answering, asking which of three entries is meant, and handing over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from babel.dates import format_date

from bot.customers.facts import FactFinder, Finding
from bot.customers.requests import asks_for_person, asks_whether_true
from config.brand import Brand, Fact, FaqEntry
from config.texts import texts
from nlp.analysis import Analyser, Analysis
from nlp.encoder import Encoder
from nlp.pairing import NO_PAIRS, Pairer, Pairs
from nlp.retrieval import Entry, Retriever

SURE, MAYBE = 0.36, 0.2
"""Confidence from which an entry is the answer, and from which it is offered. On made-up brands of 12 of the intents of
clinc150, one question each, 0.36 refuses 87 % of questions on other intents, and 0.2 offers the right entry among three
for 94 % of those on its own. Used with encoders on which nlp/pairing.py was not learnt."""
MAPPED = 0.0
"""The map of search was learnt in English and German: questions and entries in two languages meet better without it."""
CHOICES = 3


class Kind(StrEnum):
    """What a text gets."""

    ANSWER = "answer"
    CHOOSE = "choose"
    CHECK = "check"
    HANDOVER = "handover"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a text gets, in `lang`: `faq` with an answer, `choices` when asked to choose (best first), `fact` with a
    check that found one; `score` is how sure that is, `text` what the customer reads. `near` is a fact that a check
    may be about, not surely enough to say so unasked."""

    kind: Kind
    lang: str
    score: float
    text: str
    faq: str | None = None
    choices: tuple[str, ...] | None = None
    fact: str | None = None
    near: str | None = None


class Answerer:
    """Answers from one brand's knowledge. Deterministic; the answer to a text does not depend on others beside it."""

    def __init__(self, brand: Brand, analyser: Analyser, *, encoder: Encoder | None = None) -> None:
        """`encoder` reads the knowledge; it must give the analyser's own vectors, which it does when left out."""
        encoder = encoder or analyser.encoder
        self._brand, self._analyser = brand, analyser
        self._faq = {entry.id: entry for entry in brand.faq}
        self._facts = {fact.id: fact for fact in brand.facts}
        entries, learnt = [_entry(entry) for entry in brand.faq], analyser.encoder.answer_parameters
        self._pairer = Pairer(learnt, encoder, entries) if learnt else None
        self._retriever = None if learnt else Retriever(encoder, entries, mapped=MAPPED)
        self._finder = FactFinder(encoder, brand.facts)

    def reply(self, asked: Sequence[str], *, lang: str | None = None) -> list[Reply]:
        """Return one reply a text, in their order, in `lang` or else in the language of each text."""
        return [
            self.reply_analysed(text, analysis, lang=lang)
            for text, analysis in zip(asked, self._analyser.analyse(asked), strict=True)
        ]

    def reply_analysed(self, text: str, analysis: Analysis, *, lang: str | None = None, doubted: bool = False) -> Reply:
        """Return the reply to a text whose analysis is known; `doubted` when it was sent to be checked."""
        lang = lang or self._language(analysis)
        if doubted:
            return self._checked(lang, NO_PAIRS, self._finder.find(text, analysis.vector))
        return self._one(text, lang, analysis, self._find(text, analysis))

    def answer(self, faq: str, lang: str) -> str:
        """Return an entry's answer whole, with its source: translated where it is, else with a note on its language.

        Raises KeyError when there is no such entry.
        """
        entry, say = self._faq[faq], texts(lang).say
        translated = entry.translations.get(lang)
        parts = [translated.answer if translated else entry.answer]
        if translated is None and entry.lang != lang:
            parts.append(say("customer-other-language", lang=say(_language_name(entry.lang))))
        if entry.source:
            parts.append(say("customer-source", source=entry.source))
        return "\n\n".join(parts)

    def question(self, faq: str, lang: str) -> str:
        """Return an entry's question in `lang` where it is translated. Raises KeyError when there is no such entry."""
        entry = self._faq[faq]
        translated = entry.translations.get(lang)
        return (translated.question if translated else "") or entry.question

    def statement(self, fact: str) -> str:
        """Return what a fact says is true. Raises KeyError when there is no such fact."""
        return self._facts[fact].statement

    def check(self, fact: str, lang: str) -> str:
        """Return what the brand has verified, with evidence and day. Raises KeyError when there is no such fact."""
        known, say = self._facts[fact], texts(lang).say
        parts = [known.reply.get(lang) or say("customer-fact", brand=self._brand.name, statement=known.statement)]
        parts.append(say("customer-evidence", url=known.evidence_url))
        if known.verified_on is not None:
            parts.append(say("customer-verified", day=_day(known, lang)))
        return "\n".join(parts)

    def _find(self, text: str, analysis: Analysis) -> Pairs:
        if self._pairer is not None:
            return self._pairer.find(text, analysis)
        assert self._retriever is not None
        match = self._retriever.match_vector(text, analysis.vector, limit=CHOICES)
        sure = match.confidence >= SURE
        # Who asks nothing may be chatting: they are offered what stands out.
        maybe = sure or (analysis.intent == "question" and match.confidence >= MAYBE)
        return Pairs(match.entries, match.confidence, match.confidence, sure=sure, maybe=maybe)

    def _language(self, analysis: Analysis) -> str:
        spoken = self._brand.languages
        return analysis.lang if analysis.lang in spoken else spoken[0]

    def _one(self, text: str, lang: str, analysis: Analysis, match: Pairs) -> Reply:
        if asks_for_person(text):
            return Reply(Kind.HANDOVER, lang, match.first, texts(lang).say("customer-person"))
        if asks_whether_true(text):
            return self._checked(lang, match, self._finder.find(text, analysis.vector))
        # Who asks nothing may be chatting: they are offered what stands out, never told.
        if match.sure and analysis.intent == "question":
            return self._answered(lang, match)
        if match.sure or match.maybe:
            return self._choice(lang, match)
        return Reply(Kind.HANDOVER, lang, match.first, texts(lang).say("customer-handover"))

    def _checked(self, lang: str, match: Pairs, finding: Finding | None) -> Reply:
        if finding is not None and finding.confirmed:
            return Reply(Kind.CHECK, lang, finding.score, self.check(finding.fact, lang), fact=finding.fact)
        # An answer to another question would read as a yes or a no to this one.
        if match.sure:
            return self._choice(lang, match)
        score, near = (finding.score, finding.fact) if finding is not None else (0.0, None)
        return Reply(Kind.CHECK, lang, score, texts(lang).say("customer-check-open", brand=self._brand.name), near=near)

    def _answered(self, lang: str, match: Pairs) -> Reply:
        best = match.entries[0]
        return Reply(Kind.ANSWER, lang, match.first, self.answer(best, lang), faq=best)

    def _choice(self, lang: str, match: Pairs) -> Reply:
        offered = [f"{number}. {self.question(faq, lang)}" for number, faq in enumerate(match.entries, 1)]
        say = texts(lang).say
        text = "\n".join((say("customer-choose"), *offered, say("customer-choose-none")))
        return Reply(Kind.CHOOSE, lang, match.first, text, choices=match.entries)


def _entry(faq: FaqEntry) -> Entry:
    translations = list(faq.translations.values())
    questions = (faq.question, *(known.question for known in translations if known.question))
    return Entry(faq.id, questions, (faq.answer, *(known.answer for known in translations)))


def _language_name(lang: str) -> str:
    return f"customer-language-{lang}" if f"customer-language-{lang}" in texts("en") else "customer-language-other"


def _day(fact: Fact, lang: str) -> str:
    assert fact.verified_on is not None
    return str(format_date(fact.verified_on, "long", locale=texts(lang).lang))
