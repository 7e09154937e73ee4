"""What the learner is told of the brand: names, addresses, topics and facts, as plain data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from nlp.narratives.lexicon import plain

OTHER_TOPIC = "other"
_SHORT = 3  # an alias of up to three letters ("DB") counts only as written, capitals and all


@dataclass(frozen=True)
class Frame:
    """A brand in plain data. `names`: its name and aliases; `domains`: its own web addresses' hosts.

    `facts` maps a fact's id to the unit vector of its statement; `topics` are unit vectors of what the brand's topics
    are about, `questions` those of its customers' usual questions.
    """

    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    facts: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    topics: tuple[NDArray[np.float32], ...] = ()
    questions: tuple[NDArray[np.float32], ...] = ()

    @cached_property
    def prototypes(self) -> NDArray[np.float32]:
        """All vectors, centred on their own mean, unit length: facts first, then topics, then questions [n, d]."""
        vectors = [*self.facts.values(), *self.topics, *self.questions]
        if len(vectors) < 2:
            return np.zeros((0, 1), np.float32)
        matrix = np.stack(vectors) - np.mean(vectors, axis=0)
        return np.asarray(matrix / np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), 1e-6), np.float32)

    def likeness(self, centred: NDArray[np.float32]) -> tuple[float, float]:
        """Return the cosines of a centred unit vector with the nearest fact and the nearest topic; 0 where none is."""
        if not len(self.prototypes):
            return 0.0, 0.0
        cosines = self.prototypes @ centred
        facts, topics = len(self.facts), len(self.facts) + len(self.topics)
        fact = float(cosines[:facts].max()) if facts else 0.0
        return fact, float(cosines[facts:topics].max()) if topics > facts else 0.0

    @cached_property
    def _long_names(self) -> re.Pattern[str] | None:
        return _either({plain(name) for name in self.names if len(name.strip()) > _SHORT})

    @cached_property
    def _short_names(self) -> re.Pattern[str] | None:
        return _either({name.strip() for name in self.names if 0 < len(name.strip()) <= _SHORT})

    def mentioned_in(self, text: str) -> bool:
        """Return whether the text names the brand."""
        long = self._long_names is not None and self._long_names.search(plain(text))
        return bool(long or (self._short_names is not None and self._short_names.search(text)))

    @cached_property
    def stems(self) -> frozenset[str]:
        """The brand's names and hosts as they would stand in an address: letters and digits only, five or more."""
        hosts = (host.removeprefix("www.").rsplit(".", 1)[0] for host in self.domains)
        squeezed = (re.sub(r"[^a-z0-9]", "", plain(name)) for name in (*self.names, *hosts))
        return frozenset(stem for stem in squeezed if len(stem) >= 5)

    def owns(self, link: str) -> bool:
        """Return whether a link leads to one of the brand's own hosts."""
        host = host_of(link)
        return any(host == own or host.endswith("." + own) for own in self._bare_domains)

    def imitates(self, link: str) -> bool:
        """Return whether a link leads elsewhere but bears the brand's name, or one letter off it, in its host."""
        host = host_of(link)
        if not host or self.owns(link):
            return False
        labels = re.split(r"[.\-_]", host)
        joined = re.sub(r"[^a-z0-9]", "", host)
        return any(stem in joined or any(_one_edit(stem, label) for label in labels) for stem in self.stems)

    @cached_property
    def _bare_domains(self) -> tuple[str, ...]:
        return tuple(domain.lower().removeprefix("www.") for domain in self.domains)


def host_of(link: str) -> str:
    """Return the host of a link in lower case without "www.", or "" when there is none."""
    try:
        host = urlsplit(link if "//" in link else "//" + link).hostname or ""
    except ValueError:
        return ""
    return host.lower().removeprefix("www.")


def _either(names: set[str]) -> re.Pattern[str] | None:
    alternatives = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)") if alternatives else None


def _one_edit(a: str, b: str) -> bool:
    """Return whether two words differ by one letter: exchanged, missing, added or swapped with its neighbour."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    if len(a) == len(b):
        differing = [i for i, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
        swapped = len(differing) == 2 and differing[1] == differing[0] + 1
        return len(differing) == 1 or (
            swapped and a[differing[0]] == b[differing[1]] and a[differing[1]] == b[differing[0]]
        )
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
