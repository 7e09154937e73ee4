"""From an admitted message to what may be kept of it: redacted, then analysed in one model pass."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.admission import Admitted
from nlp.analysis import Analyser, Analysis
from nlp.observation import Observation
from nlp.redact import Redacted, redact


@dataclass(frozen=True, slots=True)
class Understood:
    """An admitted message, its redacted text and its analysis."""

    admitted: Admitted
    redacted: Redacted
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class Understanding:
    """Redaction and analysis with a brand's languages and topics."""

    analyser: Analyser
    languages: tuple[str, ...]

    def of(self, admitted: Sequence[Admitted]) -> list[Understood]:
        """Redact and analyse messages, in their order; the model sees redacted text only."""
        redacted = [redact(one.message.text, languages=self.languages) for one in admitted]
        analyses = self.analyser.analyse([text.text for text in redacted])
        return [Understood(*parts) for parts in zip(admitted, redacted, analyses, strict=True)]


def observation(understood: Understood, key: int, reply_to: int | None) -> Observation:
    """What the learners see of a message, under its row id: rounded as it is stored, so a restart sees the same."""
    message, analysis = understood.admitted.message, understood.analysis
    return Observation(
        key=key,
        at=message.sent_at.timestamp(),
        chat=understood.admitted.chat.key,
        person=understood.admitted.person,
        platform=message.chat.platform.value,
        lang=analysis.lang,
        text=understood.redacted.text,
        vector=analysis.vector.astype(np.float16),
        sentiment=analysis.sentiment,
        sentiment_scores=_rounded(analysis.sentiment_scores),
        topic=analysis.topic,
        topic_score=round(analysis.topic_score, 4),
        intent=analysis.intent,
        claim=round(analysis.claim, 4),
        scores=_rounded(analysis.scores),
        reply_to=reply_to,
        forwarded=message.forward is not None,
        forwarded_many=message.forward is not None and message.forward.many,
        links=understood.redacted.links,
        media=message.media.value if message.media else None,
        thread=message.thread,
    )


def _rounded(scores: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(score), 4) for name, score in scores.items()}
