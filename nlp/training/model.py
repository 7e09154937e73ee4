"""The multi-task encoder: word vectors in, one sentence vector and every head's logits out, in a single pass."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PretrainedConfig, PreTrainedModel

from nlp.training.heads import HeadSpec, ModelCard

WEIGHTS_FILE = "model.safetensors"


class MultiTaskEncoder(nn.Module):
    """A transformer encoder without its word table, a projected mean as sentence vector, one linear reader a head.

    Every head reads its own attention-pooled view of the last layer beside the mean, so that tasks need not fight over
    one pooled vector; the sentence vector has a projection of its own for the same reason.
    """

    def __init__(self, encoder: PreTrainedModel, card: ModelCard, dropout: float = 0.1) -> None:
        super().__init__()
        encoder.set_input_embeddings(nn.Identity())
        self.encoder = encoder
        self.card = card
        width = int(encoder.config.hidden_size)
        self.projection = nn.Linear(width, width)
        self.attention = nn.Linear(width, max(1, len(card.heads)))  # torch warns of layers without outputs
        self.dropout = nn.Dropout(dropout)
        self.heads = nn.ModuleDict({name: nn.Linear(2 * width, len(head.labels)) for name, head in card.heads.items()})
        with torch.no_grad():
            self.projection.weight.copy_(torch.eye(width))
            for parameter in (self.projection.bias, self.attention.weight, self.attention.bias):
                parameter.zero_()

    def forward(self, word_vectors: Tensor, attention_mask: Tensor) -> dict[str, Tensor]:
        """Return `vector` (unit length, float [B, width]) and logits float [B, labels] under each head's name.

        `word_vectors` is float [B, T, width], `attention_mask` int64 [B, T] with 1 for tokens and 0 for padding.
        """
        hidden = self.encoder(inputs_embeds=word_vectors, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1.0)
        weights = (self.attention(hidden) + (mask - 1.0) * 1e4).softmax(1)
        attended = weights.transpose(1, 2) @ hidden
        answers = {"vector": nn.functional.normalize(self.projection(mean).float(), dim=-1)}
        for index, (name, head) in enumerate(self.heads.items()):
            features = torch.cat([attended[:, index], mean], -1)
            answers[name] = head(self.dropout(features)).float()
        return answers

    @classmethod
    def from_base(cls, base: str | Path, heads: Mapping[str, HeadSpec]) -> tuple["MultiTaskEncoder", Tensor]:
        """Return a model on top of a pretrained encoder (folder or hub id), and its word table float [V, width]."""
        encoder = AutoModel.from_pretrained(base, **_without_pooler(AutoConfig.from_pretrained(base)))
        table = encoder.get_input_embeddings().weight.detach().float().clone()
        return cls(encoder, ModelCard(heads)), table

    def keep(self, names: tuple[str, ...]) -> "MultiTaskEncoder":
        """Return a model that answers only the heads in `names`; it shares the encoder's weights."""
        card = replace(self.card, heads={name: self.card.heads[name] for name in names})
        kept = MultiTaskEncoder(self.encoder, card, self.dropout.p)
        rows = [list(self.card.heads).index(name) for name in names]
        kept.projection.load_state_dict(self.projection.state_dict())
        with torch.no_grad():
            kept.attention.weight.copy_(self.attention.weight[rows])
            kept.attention.bias.copy_(self.attention.bias[rows])
        for name in names:
            kept.heads[name].load_state_dict(self.heads[name].state_dict())
        return kept.train(self.training)

    def save(self, folder: Path) -> None:
        """Write `config.json`, `model.safetensors` (encoder and heads, no word table) and `heads.json`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.encoder.config.to_json_file(folder / "config.json")
        save_file({name: value.contiguous() for name, value in self.state_dict().items()}, folder / WEIGHTS_FILE)
        self.card.write(folder)

    @classmethod
    def load(cls, folder: Path) -> "MultiTaskEncoder":
        """Read what `save` wrote; the model is in evaluation mode."""
        config = AutoConfig.from_pretrained(folder)
        config.vocab_size = (config.pad_token_id or 0) + 1  # the word table lives elsewhere: build a token one
        encoder = AutoModel.from_config(config, **_without_pooler(config))  # type: ignore[no-untyped-call]
        model = cls(encoder, ModelCard.read(folder))
        model.load_state_dict(load_file(folder / WEIGHTS_FILE))
        return model.eval()


def _without_pooler(config: PretrainedConfig) -> dict[str, bool]:
    return {"add_pooling_layer": False} if config.model_type in {"bert", "roberta", "xlm-roberta"} else {}
