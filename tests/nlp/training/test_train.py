from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from nlp.training.labels import HEADS
from nlp.training.losses import SMOOTHING, head_losses, vector_loss
from nlp.training.mixture import Mixture
from nlp.training.model import MultiTaskEncoder
from nlp.training.prepare import Prepared, columns, pad
from nlp.training.train import Recipe, Trainer, _schedule

RECIPE = Recipe(
    steps=60, batch_size=8, parts=2, workers=1, learning_rate=3e-3, head_learning_rate=2e-2, frozen_layers=0,
    averaging=0.8, hidden_dropout=0.0,
)  # fmt: skip


@pytest.fixture
def prepared() -> Prepared:
    """Twelve texts: the word after the start tells the sentiment, in the second half whether it is offensive."""
    words = [4, 5, 6] * 4
    targets = np.full((12, max(c.stop for c in columns().values())), np.nan, np.float32)
    for row, word in enumerate(words):
        if row < 6:
            targets[row, columns()["sentiment"]] = np.eye(3)[word - 4]
        else:
            targets[row, columns()["offence"]] = float(word == 4)
    tokens = np.concatenate([[0, word, *range(7, 7 + row % 3), 2] for row, word in enumerate(words)]).astype(np.int32)
    lengths = [3 + row % 3 for row in range(12)]
    teacher = np.eye(32, dtype=np.float16)[:6]
    return Prepared(
        tokens=tokens,
        offsets=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        targets=targets,
        weights=np.ones(12, np.float32),
        source=np.asarray([1] * 6 + [0] * 6, np.int16),
        taught=np.asarray([*range(6), *[-1] * 6], np.int32),
        teacher=teacher,
        sources=("offence", "sentiment"),
    )


def _answers(model: MultiTaskEncoder, table: torch.Tensor, data: Prepared) -> dict[str, torch.Tensor]:
    tokens, mask = pad([data.tokens[a:b] for a, b in zip(data.offsets, data.offsets[1:], strict=False)])
    with torch.inference_mode():
        answers: dict[str, torch.Tensor] = model(table[tokens], mask)
    return answers


def test_overfits_a_handful_of_texts(base: Path, prepared: Prepared, tmp_path: Path) -> None:
    trainer = Trainer(str(base), prepared, tmp_path, RECIPE)
    trainer.run()
    answers = _answers(MultiTaskEncoder.load(tmp_path / "model"), trainer.table, prepared)
    assert answers["sentiment"][:6].argmax(-1).tolist() == [0, 1, 2, 0, 1, 2]
    assert (answers["offence"][6:, 0] > 0).tolist() == [True, False, False, True, False, False]
    assert (answers["vector"][:6] * torch.eye(32)[:6]).sum(-1).min() > 0.5


class _KilledError(Exception):
    pass


def test_a_killed_run_goes_on_as_if_nothing_had_happened(
    base: Path, prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = replace(RECIPE, steps=20, hidden_dropout=0.1)
    Trainer(str(base), prepared, tmp_path / "whole", recipe).run()
    learn = Trainer._learn

    def dies_after_seven(self: Trainer, rows: NDArray[np.int64], pool: ThreadPoolExecutor) -> dict[str, float]:
        if self.step == 7:
            raise _KilledError
        return learn(self, rows, pool)

    monkeypatch.setattr(Trainer, "_learn", dies_after_seven)
    with pytest.raises(_KilledError):
        Trainer(str(base), prepared, tmp_path / "killed", recipe).run(checkpoint_seconds=0.0)
    monkeypatch.undo()
    resumed = Trainer(str(base), prepared, tmp_path / "killed", recipe)
    assert resumed.step == 7
    resumed.run()
    whole, killed = (MultiTaskEncoder.load(tmp_path / run / "model").state_dict() for run in ("whole", "killed"))
    for name, value in whole.items():
        torch.testing.assert_close(killed[name], value, msg=name)


def test_frozen_layers_stay(base: Path, prepared: Prepared, tmp_path: Path) -> None:
    before, _ = MultiTaskEncoder.from_base(str(base), HEADS)
    Trainer(str(base), prepared, tmp_path, replace(RECIPE, steps=3, frozen_layers=1)).run()
    after = MultiTaskEncoder.load(tmp_path / "model").state_dict()
    moved = {
        name for name, value in before.encoder.state_dict(prefix="encoder.").items() if not value.equal(after[name])
    }
    assert moved
    assert all(".layer.1." in name for name in moved)


def test_a_run_has_one_end(base: Path, prepared: Prepared, tmp_path: Path) -> None:
    for recipe in (replace(RECIPE, minutes=1.0), replace(RECIPE, steps=None)):
        with pytest.raises(ValueError, match="give one of them"):
            Trainer(str(base), prepared, tmp_path, recipe)


def test_a_run_against_the_clock_ends_with_it(base: Path, prepared: Prepared, tmp_path: Path) -> None:
    trainer = Trainer(str(base), prepared, tmp_path, replace(RECIPE, steps=None, minutes=0.01))
    trainer.run()
    assert trainer.progress() == 1.0
    assert trainer.step >= 1


def test_rates_rise_then_fall_to_nothing() -> None:
    rates = [_schedule(p, 0.1) for p in (0.0, 0.05, 0.1, 0.55, 1.0)]
    assert rates == pytest.approx([0.0, 0.5, 1.0, 0.5, 0.0])


def test_every_text_of_a_source_is_seen_before_one_comes_again(prepared: Prepared) -> None:
    mixture, seen = Mixture(prepared, 4, seed=0), np.zeros(12, int)
    for _ in range(64):
        rows = mixture.draw(0.5)
        assert (np.diff(prepared.lengths[rows]) >= 0).all()
        np.add.at(seen, rows, 1)
    for source in (slice(0, 6), slice(6, 12)):
        assert seen[source].max() - seen[source].min() <= 1


def test_shares_shift_to_what_counts(prepared: Prepared) -> None:
    mixture = Mixture(prepared, 4, seed=0)
    early, late = mixture.shares(0.0), mixture.shares(1.0)
    assert early.sum() == pytest.approx(1.0)
    assert late[prepared.sources.index("sentiment")] > early[prepared.sources.index("sentiment")]


def test_losses_count_only_labelled_heads_by_weight() -> None:
    targets = torch.full((2, max(c.stop for c in columns().values())), torch.nan)
    targets[0, columns()["sentiment"]] = torch.tensor([1.0, 0.0, 0.0])
    targets[1, columns()["irony"]] = 1.0
    answers = {name: torch.zeros(2, len(head.labels)) for name, head in HEADS.items()}
    losses = head_losses(answers, targets, torch.tensor([0.5, 1.0]))
    assert set(losses) == {"sentiment", "irony"}
    assert losses["sentiment"].item() == pytest.approx(0.5 * np.log(3))
    assert losses["irony"].item() == pytest.approx(np.log(2))
    assert 0 < SMOOTHING < 0.2


def test_vector_loss_is_the_share_of_variance_left_unexplained() -> None:
    teacher = torch.eye(4)
    assert vector_loss(teacher, teacher, 0.5).item() == 0.0
    assert vector_loss(-teacher[:1], teacher[:1], 0.5).item() == pytest.approx(8.0)
