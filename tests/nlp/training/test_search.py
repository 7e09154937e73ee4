from collections.abc import Sequence
from pathlib import Path

import numpy as np
from conftest import write_rows

from nlp.encoder import Encoded
from nlp.training.search import CLAIMS, INTENTS, PAIRS, fit_search

SUBJECTS = ("bread", "price", "parcel", "refund", "opening", "warranty", "water", "grinder")


class Shouting:
    """Vectors in which the subject of a text is a whisper beside its tone."""

    dimensions = 32

    def encode(self, texts: Sequence[str]) -> Encoded:
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(rows, texts, strict=True):
            subject = next(i for i, name in enumerate(SUBJECTS) if name in text)
            row[subject], row[16 + sum(map(ord, text)) % 16] = 0.3, 1.0
        return Encoded(rows / np.linalg.norm(rows, axis=1, keepdims=True), {})


def test_what_answers_a_text_comes_near_and_the_tone_is_forgotten(tmp_path: Path) -> None:
    claims = [{"id": i, "text": f"claim {name}", "lang": "en"} for i, name in enumerate(SUBJECTS)]
    pairs = [
        {"text": f"{'so ' * n}{name}", "claim": i, "lang": "en"} for i, name in enumerate(SUBJECTS) for n in range(8)
    ]
    write_rows(tmp_path / f"{CLAIMS}.jsonl.gz", claims)
    write_rows(tmp_path / f"{PAIRS}.jsonl.gz", pairs)
    for stem in INTENTS:
        asked = [
            {"text": f"{'eh ' * n}{name} ?", "label": name, "lang": "en"} for name in SUBJECTS[:4] for n in range(6)
        ]
        write_rows(tmp_path / f"{stem}.jsonl.gz", [*asked, {"text": "water", "label": "oos", "lang": "en"}])
    encoder = Shouting()
    found = fit_search(encoder, tmp_path, lambda _: None)  # type: ignore[arg-type]
    assert found.shape == (33, 32)

    def right(search: np.ndarray) -> float:
        def mapped(texts: list[str]) -> np.ndarray:
            rows = encoder.encode(texts).vectors @ search[:-1] + search[-1]
            return rows / np.linalg.norm(rows, axis=1, keepdims=True)

        likeness = mapped([row["text"] for row in pairs]) @ mapped([row["text"] for row in claims]).T
        return float(np.mean(likeness.argmax(1) == [row["claim"] for row in pairs]))

    same = np.vstack([np.eye(32), np.zeros((1, 32))]).astype(np.float32)
    assert right(found) > right(same)
    assert right(found) > 0.9
