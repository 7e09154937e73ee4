"""What somebody asked, as it is carried from step to step: what may be kept until it is known whether it may stay."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.customers.questions import Asked

ORDER = re.compile(
    r"(?:commande|order|pedido|bestellung|ordine|colis|tracking|suivi|dossier|ticket|n°|nº|#)\s*(?:n°|nº|#|no\.?|nr\.?)?"
    r"\s*:?\s*[a-z]{0,4}-?\d{4,}",
    re.IGNORECASE,
)
"""An order or file number: nobody else's business."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What was asked, with all that is needed to go on with it later: the row of the question, files, addresses shared,
    and whether it was a doubt to be checked."""

    asked: Asked
    question: int | None
    links: tuple[str, ...]
    media: dict[str, Any] | None
    doubt: bool

    def packed(self) -> dict[str, Any]:
        """The same as JSON can say it."""
        return {
            "asked": self.asked.packed(),
            "question": self.question,
            "links": list(self.links),
            "media": self.media,
            "doubt": self.doubt,
        }

    @classmethod
    def unpacked(cls, given: Mapping[str, Any]) -> "Matter":
        """What `packed` gave."""
        links = tuple(given["links"])
        return cls(Asked.unpacked(given["asked"]), given["question"], links, given["media"], given["doubt"])
