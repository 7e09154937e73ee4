"""The command line of training.

In this order: prepare, train, calibrate, export, search, chat, answers, topics, evaluate, report.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False)

Base = Annotated[str, typer.Option(help="Base model: a Hugging Face folder or a hub id.")]
Data = Annotated[Path, typer.Option(help="Folder of corpora: gzipped JSON lines of text, lang and label.")]
Out = Annotated[Path, typer.Option(help="Folder or file that the result is written to.")]
Run = Annotated[Path, typer.Option(help="Folder of the training run.")]
Threads = Annotated[int, typer.Option(help="Threads that share the work.")]
HUB = "intfloat/multilingual-e5-small"


@app.command()
def prepare(data: Data, out: Out, base: Base = HUB, threads: Threads = 2) -> None:
    """Read the corpora, tokenise them, ask the base model for its vectors; write all to OUT."""
    from nlp.training.prepare import prepare as run

    _one_thread_an_operator()
    prepared = run(data, base, out, threads=threads)
    typer.echo(f"{out}: {len(prepared.lengths)} texts, {len(prepared.teacher)} base vectors")


@app.command()
def train(
    prepared: Annotated[Path, typer.Option(help="Folder that `prepare` wrote.")],
    out: Out,
    base: Base = HUB,
    minutes: Annotated[float | None, typer.Option(help="End after this long on the clock.")] = None,
    steps: Annotated[int | None, typer.Option(help="End after this many steps (repeatable).")] = None,
    start: Annotated[
        Path | None, typer.Option(help="Model folder of an earlier run, or its export, to go on from.")
    ] = None,
    finishing: Annotated[bool, typer.Option(help="Learn only from what the narrow mixture holds.")] = False,
    learning_rate: Annotated[float, typer.Option(help="Of the top layer; heads learn four times as fast.")] = 1.5e-4,
    batch_size: int = 40,
    workers: Threads = 2,
    device: Annotated[str, typer.Option(help="cpu, cuda, ...")] = "cpu",
    bf16: Annotated[bool, typer.Option(help="Compute in bfloat16 (pays on a GPU).")] = False,
    seed: int = 20260,
) -> None:
    """Fine-tune on what `prepare` wrote, or go on where an earlier call in OUT stopped; OUT/model is the result."""
    from nlp.training.prepare import Prepared
    from nlp.training.train import Recipe, Trainer

    _one_thread_an_operator()
    parts = 4 if device == "cpu" else 1
    recipe = Recipe(
        steps=steps, minutes=minutes, batch_size=batch_size, parts=parts, workers=workers, device=device, bf16=bf16,
        seed=seed, finishing=finishing, learning_rate=learning_rate, head_learning_rate=4 * learning_rate,
    )  # fmt: skip
    Trainer(base, Prepared.load(prepared), out, recipe, start).run()


@app.command()
def calibrate(
    run: Run,
    data: Data,
    out: Out,
    base: Base = HUB,
    weights: Annotated[
        Path | None, typer.Option(help="An export of this run: its int8 answers are calibrated.")
    ] = None,
    threads: Threads = 2,
) -> None:
    """Keep the shipped heads of RUN/model, fit temperatures and thresholds on the validation splits, save to OUT."""
    from nlp.training import predict
    from nlp.training.calibrate import calibrate as fit
    from nlp.training.labels import SHIPPED
    from nlp.training.model import MultiTaskEncoder

    _one_thread_an_operator()
    model = MultiTaskEncoder.load(run / "model").keep(tuple(SHIPPED))
    model.save(out)
    answer = predict.shipped_model(weights, threads) if weights else predict.trained_model(out, base, threads)
    model.card, errors = fit(answer, model.card, data, typer.echo)
    model.save(out)
    _write(out / "calibration.json", errors)


@app.command()
def export(
    model: Annotated[Path, typer.Option(help="Folder that `calibrate` wrote, or RUN/model.")],
    data: Data,
    out: Out,
    base: Base = HUB,
    version: str = "1",
    words: bool = True,
) -> None:
    """Turn MODEL into int8 ONNX in OUT; --no-words keeps the word table and tokenizer already there."""
    from itertools import islice

    from nlp.training.export import export as whole
    from nlp.training.export import export_encoder
    from nlp.training.labels import SHIPPED
    from nlp.training.model import MultiTaskEncoder
    from nlp.training.sources import clean, read_rows

    trained = MultiTaskEncoder.load(model).keep(tuple(SHIPPED))
    rows = read_rows(data / "sentiment/umsab.train.jsonl.gz")
    texts = [clean(row["text"]) for row in islice(rows, 0, None, 5)]
    if words:
        whole(trained, out, base=Path(base), name="earshot-small", version=version, texts=texts)
    else:
        export_encoder(trained, out, name="earshot-small", version=version, texts=texts)


@app.command()
def search(
    weights: Annotated[Path, typer.Option(help="An exported folder; the map is written into it.")],
    data: Data,
    threads: Threads = 2,
) -> None:
    """Learn in which space a question is near to what answers it, on an export's own vectors."""
    from nlp.encoder import load_encoder
    from nlp.training.export import export_search
    from nlp.training.search import fit_search

    _one_thread_an_operator()
    export_search(fit_search(load_encoder(weights, threads=threads), data, typer.echo), weights)


@app.command()
def chat(
    weights: Annotated[Path, typer.Option(help="An exported folder; the chat reader is written into it.")],
    scenarios: Annotated[Path, typer.Option(help="Folder of hand-written group chats, a folder a brand.")],
    folds: Annotated[
        Path | None, typer.Option(help="Folder for the readers that have not seen a brand, BRAND.npz, to measure with.")
    ] = None,
    threads: Threads = 2,
) -> None:
    """Learn to read group chats on an export's own answers; print how well brands not learnt from are read."""
    from nlp.encoder import load_encoder
    from nlp.training.chat import fit_chat
    from nlp.training.export import export_learnt

    _one_thread_an_operator()
    export_learnt("chat", fit_chat(load_encoder(weights, threads=threads), scenarios, typer.echo, folds), weights)


@app.command()
def answers(
    weights: Annotated[Path, typer.Option(help="An exported folder; what finds answers is written into it.")],
    scenarios: Annotated[
        list[Path], typer.Option(help="Folder of hand-written chats and questions, a folder a brand (may be repeated).")
    ],
    threads: Threads = 2,
) -> None:
    """Learn which entry of its knowledge a brand is asked for; print how well brands not learnt from are answered."""
    from nlp.encoder import load_encoder
    from nlp.training.answers import fit_answers
    from nlp.training.export import export_learnt

    _one_thread_an_operator()
    export_learnt("answers", fit_answers(load_encoder(weights, threads=threads), scenarios, typer.echo), weights)


@app.command()
def topics(
    weights: Annotated[Path, typer.Option(help="An exported folder; what chooses topics is written into it.")],
    scenarios: Annotated[Path, typer.Option(help="Folder of hand-written group chats, a folder a brand.")],
    folds: Annotated[
        Path | None,
        typer.Option(help="Folder that `chat --folds` wrote; what has not seen a brand's topics is left there too."),
    ] = None,
    threads: Threads = 2,
) -> None:
    """Learn which of its topics a brand's message is about; print how well it is told for brands not learnt from."""
    from nlp.encoder import load_encoder
    from nlp.training.export import export_learnt
    from nlp.training.topics import fit_topics

    _one_thread_an_operator()
    export_learnt("topics", fit_topics(load_encoder(weights, threads=threads), scenarios, typer.echo, folds), weights)


@app.command()
def evaluate(
    data: Data,
    out: Out,
    model: Annotated[Path | None, typer.Option(help="A calibrated folder, scored in fp32.")] = None,
    weights: Annotated[Path | None, typer.Option(help="An exported folder, scored in int8 as Earshot runs it.")] = None,
    base: Base = HUB,
    threads: Threads = 2,
) -> None:
    """Score a model (or, with neither --model nor --weights, the untouched base's vectors); write the scores to OUT."""
    from nlp.manifest import Manifest
    from nlp.training import predict
    from nlp.training.evaluate import BARS, reached
    from nlp.training.evaluate import evaluate as score
    from nlp.training.heads import ModelCard

    _one_thread_an_operator()
    if weights is not None:
        card: Manifest | ModelCard = Manifest.read(weights)
        answer = predict.shipped_model(weights, threads)
    elif model is not None:
        card, answer = ModelCard.read(model), predict.trained_model(model, base, threads)
    else:
        card, answer = ModelCard({}), predict.base_model(base, threads)
    scores = score(answer, card.heads, card.language_groups, data, typer.echo)
    _write(out, scores)
    for bar in BARS:
        typer.echo(f"{' '.join(bar.path)}: {reached(scores, bar)} (at least {bar.at_least})")


@app.command()
def report(
    scores: Annotated[list[Path], typer.Argument(help="Files that `evaluate` wrote; a file's stem names its model.")],
    run: Annotated[Path | None, typer.Option(help="Folder of the training run.")] = None,
) -> None:
    """Print scores side by side as Markdown."""
    from nlp.training.report import report as render

    typer.echo(render({path.stem: json.loads(path.read_text("utf-8")) for path in scores}, run))


def _one_thread_an_operator() -> None:
    """Leave the cores to our own threads: torch's operators wait for each other badly on a busy machine."""
    import torch

    torch.set_num_threads(1)


def _write(path: Path, value: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    app()
