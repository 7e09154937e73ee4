"""Multi-task fine-tuning against the clock: a run ends when its minutes (or its steps) are over, and can be resumed."""

import json
import math
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.progress import Progress
from torch import Tensor

from nlp.training.labels import HEADS
from nlp.training.losses import head_losses, total, vector_loss
from nlp.training.mixture import Mixture
from nlp.training.model import WEIGHTS_FILE, MultiTaskEncoder
from nlp.training.prepare import Prepared, pad
from nlp.training.restore import restore

STATE_FILE, LOG_FILE, RECIPE_FILE = "state.pt", "log.jsonl", "recipe.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """The hyper-parameters of a run.

    Exactly one of `steps` and `minutes` ends it; only `steps` with one worker repeats bit for bit.

    `learning_rate` is that of the top layer, each layer below learns `layer_decay` times as fast, and the
    lowest `frozen_layers` and the embeddings not at all (no gradient is computed there); `workers` threads share a
    batch in `parts` pieces (on a busy CPU this beats one operator spread over the cores);
    `finishing` draws from the narrow mixture throughout.
    """

    steps: int | None = None
    minutes: float | None = None
    batch_size: int = 40
    parts: int = 4
    workers: int = 2
    learning_rate: float = 1.5e-4
    head_learning_rate: float = 6e-4
    layer_decay: float = 0.9
    frozen_layers: int = 4
    weight_decay: float = 0.01
    warm_up: float = 0.05
    averaging: float = 0.998
    hidden_dropout: float = 0.1
    attention_dropout: float = 0.0
    clip: float = 1.0
    finishing: bool = False
    seed: int = 20260
    device: str = "cpu"
    bf16: bool = False


class Trainer:
    """One run in one folder: model, averaged weights, optimiser, data order and clock."""

    def __init__(self, base: str, prepared: Prepared, out: Path, recipe: Recipe, start: Path | None = None) -> None:
        """`start`: an earlier run's model (its folder, or its export) to go on from, with a schedule of its own."""
        if (recipe.steps is None) == (recipe.minutes is None):
            raise ValueError("a run ends either after `steps` or after `minutes`: give one of them")
        torch.manual_seed(recipe.seed)
        self.data, self.out, self.recipe = prepared, out, recipe
        model, self.table = MultiTaskEncoder.from_base(base, HEADS)
        if start is not None:
            _start_from(start, model)
        _freeze(model, recipe.frozen_layers)
        _set_dropout(model, recipe)
        self.model = model.to(recipe.device).train()
        self.parameters: list[Tensor] = [p for p in model.parameters() if p.requires_grad]
        self.average = [p.detach().clone() for p in self.parameters]
        self.optimiser = torch.optim.AdamW(_groups(model, recipe), weight_decay=recipe.weight_decay, fused=True)
        self.base_rates = [group["lr"] for group in self.optimiser.param_groups]
        self.mixture = Mixture(prepared, recipe.batch_size, recipe.seed, narrow=recipe.finishing)
        self.variance = float(prepared.teacher.astype(np.float32).var(0).sum()) if len(prepared.teacher) else 1.0
        self.step, self.started = 0, time.time()
        if (out / STATE_FILE).exists():
            self._resume()

    def progress(self) -> float:
        """Return how much of the run is over, 0..1."""
        if self.recipe.steps is not None:
            return min(1.0, self.step / self.recipe.steps)
        assert self.recipe.minutes is not None
        return min(1.0, (time.time() - self.started) / 60 / self.recipe.minutes)

    def run(self, checkpoint_seconds: float = 300.0) -> None:
        """Train to the end, keep the state every `checkpoint_seconds`, and save the averaged model in `out/model`."""
        self.out.mkdir(parents=True, exist_ok=True)
        (self.out / RECIPE_FILE).write_text(json.dumps(asdict(self.recipe), indent=1) + "\n", "utf-8")
        saved, begun, seen = time.time(), time.time(), 0
        sums: dict[str, float] = defaultdict(float)
        with ThreadPoolExecutor(self.recipe.workers) as pool, Progress() as bars:
            bar = bars.add_task("training", total=1.0)
            while self.progress() < 1.0:
                rows = self.mixture.draw(self.progress())
                for name, value in self._learn(rows, pool).items():
                    sums[name] += value
                self.step, seen = self.step + 1, seen + len(rows)
                speed = seen / (time.time() - begun)
                bars.update(bar, completed=self.progress(), description=f"step {self.step}, {speed:.1f} texts/s")
                if self.step % 20 == 0:
                    self._log({"texts_per_second": speed, **{name: value / 20 for name, value in sums.items()}})
                    sums.clear()
                if time.time() - saved > checkpoint_seconds:
                    self.save()
                    saved = time.time()
        self.save()

    def save(self) -> None:
        """Write the averaged model to `out/model`, and the state to resume from."""
        live = [p.detach().clone() for p in self.parameters]
        self._set(self.average)
        self.model.save(self.out / "model")
        self._set(live)
        state = {
            "step": self.step,
            "elapsed": time.time() - self.started,
            "model": self.model.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "mixture": self.mixture.state(),
            "random": torch.get_rng_state(),
            "recipe": asdict(self.recipe),
        }
        torch.save(state, self.out / "state.tmp")
        (self.out / "state.tmp").replace(self.out / STATE_FILE)

    def _resume(self) -> None:
        state: dict[str, Any] = torch.load(self.out / STATE_FILE, weights_only=False)
        self.model.load_state_dict(state["model"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average, self.step = state["average"], state["step"]
        self.mixture.restore(state["mixture"])
        self.started = time.time() - state["elapsed"]
        torch.set_rng_state(state["random"])

    def _learn(self, rows: NDArray[np.int64], pool: ThreadPoolExecutor) -> dict[str, float]:
        """Make one step on `rows`; return each head's mean loss a labelled example's share of the batch."""
        rate = _schedule(self.progress(), self.recipe.warm_up)
        for group, base in zip(self.optimiser.param_groups, self.base_rates, strict=True):
            group["lr"] = base * rate
        parts = [part for part in np.array_split(rows, self.recipe.parts) if len(part)]
        values: dict[str, float] = defaultdict(float)
        for parameter in self.parameters:
            parameter.grad = None
        for gradients, losses in pool.map(lambda part: self._gradients(part, len(rows)), parts):
            _accumulate(self.parameters, gradients)
            for name, value in losses.items():
                values[name] += value / len(rows)
        torch.nn.utils.clip_grad_norm_(self.parameters, self.recipe.clip)
        self.optimiser.step()
        keep = min(self.recipe.averaging, (1 + self.step) / (10 + self.step))
        with torch.no_grad():
            torch._foreach_lerp_(self.average, self.parameters, 1 - keep)
        return values

    def _gradients(self, rows: NDArray[np.int64], batch_size: int) -> tuple[Sequence[Tensor | None], dict[str, float]]:
        data, device = self.data, self.recipe.device
        tokens, mask = pad([data.tokens[data.offsets[i] : data.offsets[i + 1]] for i in rows])
        targets = torch.from_numpy(data.targets[rows]).to(device)
        weights = torch.from_numpy(data.weights[rows]).to(device)
        with torch.autocast(torch.device(device).type, torch.bfloat16, enabled=self.recipe.bf16):
            answers = self.model(self.table[tokens].to(device), mask.to(device))
        losses = head_losses(answers, targets, weights)
        taught = np.flatnonzero(data.taught[rows] >= 0)
        if len(taught):
            teacher = torch.from_numpy(data.teacher[data.taught[rows[taught]]].astype(np.float32)).to(device)
            losses["vector"] = vector_loss(
                answers["vector"][torch.from_numpy(taught).to(device)], teacher, self.variance
            )
        if not losses:
            return [None] * len(self.parameters), {}
        gradients = torch.autograd.grad(total(losses, batch_size), self.parameters, allow_unused=True)
        return gradients, {name: float(loss.detach()) for name, loss in losses.items()}

    def _set(self, values: Sequence[Tensor]) -> None:
        with torch.no_grad():
            torch._foreach_copy_(self.parameters, list(values))

    def _log(self, values: dict[str, float]) -> None:
        line = {"step": self.step, "progress": self.progress(), "seconds": time.time() - self.started, **values}
        with (self.out / LOG_FILE).open("a", encoding="utf-8") as log:
            log.write(json.dumps({name: round(value, 4) for name, value in line.items()}) + "\n")


def _start_from(folder: Path, model: MultiTaskEncoder) -> None:
    if (folder / WEIGHTS_FILE).exists():
        model.load_state_dict(MultiTaskEncoder.load(folder).state_dict())
    else:
        restore(model, folder)


def _schedule(progress: float, warm_up: float) -> float:
    """Return the factor on the learning rates: a linear warm-up, then half a cosine down to zero."""
    if progress < warm_up:
        return progress / warm_up
    return 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))


def _accumulate(parameters: Sequence[Tensor], gradients: Sequence[Tensor | None]) -> None:
    for parameter, gradient in zip(parameters, gradients, strict=True):
        if gradient is not None:
            parameter.grad = gradient if parameter.grad is None else parameter.grad.add_(gradient)


def _groups(model: MultiTaskEncoder, recipe: Recipe) -> list[dict[str, Any]]:
    """Return parameter groups: heads at their own rate, encoder layers slower the deeper, embeddings slowest."""
    depth = int(model.encoder.config.num_hidden_layers)
    groups: dict[float, list[Tensor]] = defaultdict(list)
    for name, parameter in model.named_parameters():
        if not parameter.requires_grad:
            continue
        layer = _layer(name)
        if not name.startswith("encoder."):
            rate = recipe.head_learning_rate
        else:
            rate = recipe.learning_rate * recipe.layer_decay ** (depth - 1 - layer)
        groups[rate].append(parameter)
    return [{"params": parameters, "lr": rate} for rate, parameters in groups.items()]


def _layer(name: str) -> int:
    """Return the encoder layer that a parameter or module belongs to, -1 for the embeddings."""
    layer = re.search(r"\.layer\.(\d+)\.", name)
    return int(layer[1]) if layer else -1


def _freeze(model: MultiTaskEncoder, layers: int) -> None:
    for name, parameter in model.encoder.named_parameters(prefix="encoder"):
        parameter.requires_grad_(_layer(name) >= layers or layers == 0)


def _set_dropout(model: MultiTaskEncoder, recipe: Recipe) -> None:
    for name, module in model.named_modules():
        if isinstance(module, torch.nn.Dropout):
            frozen = name.startswith("encoder.") and _layer(name) < recipe.frozen_layers
            rate = recipe.attention_dropout if ".attention.self." in name else recipe.hidden_dropout
            module.p = 0.0 if frozen else rate
