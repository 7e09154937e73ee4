"""How fast and how small the analysis is, beside what people run today: `python -m bench.speed`.

The peer is the usual sentiment pipeline at XLM-R-base size with random weights: speed depends on the shape alone. Every
figure of one table is measured in one run on the same machine, in turns, so that a busy neighbour slows both alike.
"""

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from nlp.analysis import Analyser
from nlp.cores import usable_cores
from nlp.encoder import load_encoder
from nlp.examples import SETS
from nlp.redact import redact
from nlp.topics import Topic

TOKENS = 30
PEER = "transformers pipeline, XLM-R-base shape, random weights, fp32"
TOPICS = tuple(
    Topic(name, name.capitalize(), line)
    for name, line in {
        "delivery": "Parcels, delays, couriers",
        "price": "Prices, promotions",
        "quality": "Defects, broken or missing parts",
        "service": "Support, answers, repairs",
    }.items()
)


@dataclass(frozen=True, slots=True)
class BenchSpeed:
    """Throughputs in messages a second (median of the rounds), latencies in milliseconds, memory in MB."""

    cores: int
    tokens: int
    encoder: float
    analysis: float
    end_to_end: float
    alone_median: float
    alone_p95: float
    cold_start_seconds: float
    peak_rss_mb: float
    peer: str
    peer_throughput: float | None
    times_faster: float | None


def run(messages: int = 512, rounds: int = 3, peer: bool = True) -> dict[str, Any]:
    """Measure and return the table as plain data; the peer is left out where torch is not installed."""
    texts = sample(messages)
    cold, rss = cold_start(4 * messages)
    encoder = load_encoder()
    analyser = Analyser(encoder, TOPICS, cache=0)
    stages: dict[str, Callable[[Sequence[str]], object]] = {
        "encoder": encoder.encode,
        "analysis": analyser.analyse,
        "end_to_end": lambda batch: analyser.analyse([redact(text).text for text in batch]),
    }
    others = _peer() if peer and find_spec("torch") and find_spec("transformers") else None
    speeds: dict[str, list[float]] = {name: [] for name in stages}
    peers: list[float] = []
    for _ in range(rounds):
        for name, stage in stages.items():
            speeds[name].append(_throughput(stage, texts))
        if others:
            peers.append(_throughput(others, texts[:64]))
    alone = _latencies(analyser, sample(60, seed=1))
    typical = {name: round(statistics.median(values), 1) for name, values in speeds.items()}
    theirs = round(statistics.median(peers), 1) if peers else None
    return asdict(
        BenchSpeed(
            cores=usable_cores(),
            tokens=TOKENS,
            **typical,
            alone_median=round(statistics.median(alone), 1),
            alone_p95=round(sorted(alone)[int(0.95 * len(alone))], 1),
            cold_start_seconds=cold,
            peak_rss_mb=rss,
            peer=PEER,
            peer_throughput=theirs,
            times_faster=round(typical["end_to_end"] / theirs, 1) if theirs else None,
        )
    )


def sample(messages: int, seed: int = 0) -> list[str]:
    """Return distinct messages of about 30 tokens, put together from the invented examples."""
    parts = [text for examples in SETS.values() for text in examples().texts]
    choose = random.Random(seed)
    return [f"{', '.join(choose.sample(parts, 4))} {number}" for number in range(messages)]


def cold_start(messages: int) -> tuple[float, float]:
    """Return the seconds from starting Python to a first answer, and the peak memory of analysing `messages`, in MB."""
    lines = (
        "from bench.speed import TOPICS, peak_rss_mb, sample",
        "from nlp.analysis import Analyser",
        "from nlp.encoder import load_encoder",
        "analyser = Analyser(load_encoder(), TOPICS)",
        "analyser.analyse(['bonjour'])",
        "print('ready', flush=True)",
        f"analyser.analyse(sample({messages}))",
        "print(peak_rss_mb())",
    )
    started = time.perf_counter()
    with subprocess.Popen([sys.executable, "-c", "\n".join(lines)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        ready = time.perf_counter() - started
        peak = float(process.stdout.read())
    return round(ready, 2), peak


def peak_rss_mb() -> float:
    """Return the peak resident memory of this process, in MB.

    Linux's VmHWM begins anew with the program; `ru_maxrss` would also count the parent that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        peak = next(line for line in status.read_text("ascii", "replace").splitlines() if line.startswith("VmHWM"))
        return round(int(peak.split()[1]) * 1024 / 1e6, 1)
    kilobyte = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * kilobyte / 1e6, 1)


def _throughput(stage: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    started = time.perf_counter()
    stage(texts)
    return len(texts) / (time.perf_counter() - started)


def _latencies(analyser: Analyser, texts: Sequence[str]) -> list[float]:
    waits = []
    for text in texts:
        started = time.perf_counter()
        analyser.analyse([text])
        waits.append(1000 * (time.perf_counter() - started))
    return waits


def _peer() -> Callable[[Sequence[str]], object]:
    """A classifier of XLM-R-base's shape on batches of 32 texts of 32 tokens; what tokenising costs it is left out."""
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

    config = XLMRobertaConfig(vocab_size=250_002, max_position_embeddings=514, type_vocab_size=1)
    model: Any = XLMRobertaForSequenceClassification(config)
    model.eval()
    torch.set_num_threads(usable_cores())

    def classify(texts: Sequence[str]) -> object:
        with torch.inference_mode():
            for start in range(0, len(texts), 32):
                pieces = torch.randint(5, 250_000, (len(texts[start : start + 32]), 32))
                model(input_ids=pieces, attention_mask=torch.ones_like(pieces))
        return None

    return classify


def table(measured: dict[str, Any]) -> Table:
    """Return what `run` measured as a table for people."""
    shown = Table(title=f"Analysis on {measured['cores']} cores, about {measured['tokens']} tokens a message")
    shown.add_column("what")
    shown.add_column("figure", justify="right")
    rows = {
        "encoder alone": f"{measured['encoder']} messages/s",
        "analysis (language, all heads, topics, intent)": f"{measured['analysis']} messages/s",
        "end to end (redaction too)": f"{measured['end_to_end']} messages/s",
        "one message alone, median": f"{measured['alone_median']} ms",
        "one message alone, 95th percentile": f"{measured['alone_p95']} ms",
        "cold start to first answer": f"{measured['cold_start_seconds']} s",
        "peak memory": f"{measured['peak_rss_mb']} MB",
    }
    if measured["peer_throughput"] is not None:
        rows[measured["peer"]] = f"{measured['peer_throughput']} messages/s"
        rows["times faster, end to end"] = f"{measured['times_faster']}"
    for what, figure in rows.items():
        shown.add_row(what, figure)
    return shown


def main(
    messages: Annotated[int, typer.Option(help="How many messages a round.")] = 512,
    rounds: Annotated[int, typer.Option(help="How many rounds; the median counts.")] = 3,
    peer: Annotated[bool, typer.Option(help="Measure the peer too.")] = True,
) -> None:
    """Print the table, and the same as JSON."""
    measured = run(messages, rounds, peer)
    Console().print(table(measured))
    typer.echo(json.dumps(measured))


if __name__ == "__main__":
    typer.run(main)
