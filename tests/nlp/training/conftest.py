import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from nlp.training.sources import SOURCES

SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
WORDS = ["good", "bad", "late", "bread", "who", "knows", "the", "price", "never", "again", "@user", "http", "?", "!"]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base model of 2 layers, 32 wide, over a handful of words."""
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(0)
    vocabulary = {word: index for index, word in enumerate(SPECIAL + WORDS)}
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=4, intermediate_size=64,
        max_position_embeddings=130, pad_token_id=1,
    )  # fmt: skip
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    names = dict(zip(("bos_token", "pad_token", "eos_token", "unk_token"), SPECIAL, strict=True))
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=128, **names).save_pretrained(folder)
    return folder


def write_rows(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Every corpus with a few rows; `never again good` is in a training file and in a scored one."""
    folder = tmp_path / "data"
    for group in SOURCES.values():
        for source in group:
            for stem in (source.stem, *source.held_out):
                write_rows(folder / f"{stem}.jsonl.gz", [])
    for split in ("train", "val"):
        write_rows(
            folder / f"sentiment/umsab.{split}.jsonl.gz",
            [
                {"text": f"{split} bread good", "lang": "en", "label": "positive"},
                {"text": f"{split} bread bad", "lang": "hi", "label": "negative"},
                {"text": f"{split} bread the price", "lang": "fr", "label": "neutral"},
                {"text": "never again good", "lang": "en", "label": "negative"},
            ],
        )
    feelings = [
        {"text": "who knows the price ?", "lang": "en", "label": ["curiosity"]},
        {"text": "good bread !", "lang": "en", "label": ["joy", "love"]},
        {"text": "bad bread !", "lang": "en", "label": ["anger", "joy"]},
    ]
    write_rows(folder / "emotion/goemotions.train.jsonl.gz", feelings)
    write_rows(
        folder / "emotion/xed_neutral_en.jsonl.gz", [{"text": "9\tthe price", "lang": "en", "label": ["neutral"]}]
    )
    for name, label in (("claim", 1), ("harmful", 0), ("checkworthy", 1)):
        rows = [{"text": "the price late http://x.example/1", "lang": "nl", "label": label, "id": "1"}]
        write_rows(folder / f"claims/checkthat22_{name}.train.jsonl.gz", rows)
    write_rows(folder / "questions/banking77.train.jsonl.gz", [{"text": "who knows ?", "lang": "en", "label": "who"}])
    return folder
