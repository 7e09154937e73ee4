"""`earshot bench`: speed and quality, side by side with what people would pick instead."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.errors import MissingExtraError

bench = typer.Typer(help="Measure speed and quality beside what people would pick instead.", no_args_is_help=True)
Data = Annotated[Path, typer.Option(help="Folder of labelled sets: gzipped JSON lines of text, lang and label.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.add_typer(bench, name="bench")


@bench.command()
def speed(
    messages: Annotated[int, typer.Option(help="How many messages a round.")] = 512,
    rounds: Annotated[int, typer.Option(help="How many rounds; the median counts.")] = 3,
    peer: Annotated[bool, typer.Option(help="Measure a transformers pipeline of XLM-R-base's size too.")] = True,
) -> None:
    """Messages a second, latency alone, cold start and memory of the analysis."""
    _bench("speed", "main")(messages, rounds, peer)


@bench.command()
def quality(
    data: Data,
    base: Annotated[str | None, typer.Option(help="Base model (folder or hub id) to measure vectors beside.")] = None,
) -> None:
    """Scores of every head by language, the sentence vector, calibration; a lexicon beside."""
    _bench("quality", "run")(data, base)


@bench.command()
def narratives(data: Data) -> None:
    """Stories told apart in the streams of DATA, beside First Story Detection, BERTopic's recipe and River's."""
    from nlp.encoder import load_encoder

    encoder = load_encoder()
    _bench("narratives", "run")(data, lambda texts: encoder.encode(texts).vectors)


@bench.command()
def cost(
    messages: Annotated[int, typer.Option(help="How many messages.")] = 1_000_000,
    live: Annotated[int, typer.Option(help="How many stories they tell.")] = 200_000,
) -> None:
    """What one message costs the story learner, from a thousand messages to a million."""
    _bench("narratives", "cost")(messages, live)


@bench.command()
def alerts(
    data: Annotated[Path, typer.Option(help="Folder of labelled scenarios.")],
    folds: Annotated[
        Path | None,
        typer.Option(help="Folder that `python -m nlp.training chat` and `topics` wrote with --folds."),
    ] = None,
) -> None:
    """Alerts, stories, sentiment, topics and intents of labelled scenarios, replayed as `earshot replay` would."""
    _bench("alerts", "run")(data, folds)


@bench.command()
def answers(
    data: Data,
    scenarios: Annotated[Path | None, typer.Option(help="Folder of labelled scenarios.")] = None,
) -> None:
    """Customers' questions answered, refused and matched; lexical and dense search alone beside."""
    _bench("answers", "main")(data, scenarios)


@bench.command()
def replay(
    data: Data,
    messages: Annotated[int, typer.Option(help="How many messages.")] = 100_000,
) -> None:
    """Speed and memory of a long replay."""
    _bench("replay", "main")(data, messages)


def _bench(module: str, name: str) -> Callable[..., Any]:
    """Return a bench's function. Raises MissingExtraError where what it measures beside is not installed."""
    try:
        found: Callable[..., Any] = getattr(import_module(f"bench.{module}"), name)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            f"`earshot bench {module}` needs {error.name}: pip install 'earshot[bench,training]'"
        ) from error
    return found
