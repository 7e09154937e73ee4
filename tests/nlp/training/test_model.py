from pathlib import Path

import pytest
import torch

from nlp.training.heads import HeadSpec, ModelCard
from nlp.training.model import MultiTaskEncoder

HEADS = {
    "sentiment": HeadSpec("softmax", ("negative", "neutral", "positive"), {"default": 1.5}, {"unsure": 0.4}),
    "irony": HeadSpec("sigmoid", ("irony",)),
}


@pytest.fixture
def model(base: Path) -> MultiTaskEncoder:
    torch.manual_seed(1)
    built, _ = MultiTaskEncoder.from_base(str(base), HEADS)
    with torch.no_grad():
        built.attention.weight.normal_()
    return built.eval()


@pytest.fixture
def inputs() -> tuple[torch.Tensor, torch.Tensor]:
    mask = torch.tensor([[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]])
    return torch.randn(2, 5, 32, generator=torch.Generator().manual_seed(2)), mask


def test_answers_a_unit_vector_and_logits_for_every_head(
    model: MultiTaskEncoder, inputs: tuple[torch.Tensor, torch.Tensor]
) -> None:
    answers = model(*inputs)
    assert {name: tuple(value.shape) for name, value in answers.items()} == {
        "vector": (2, 32),
        "sentiment": (2, 3),
        "irony": (2, 1),
    }
    torch.testing.assert_close(answers["vector"].norm(dim=-1), torch.ones(2))


def test_padding_changes_nothing(model: MultiTaskEncoder, inputs: tuple[torch.Tensor, torch.Tensor]) -> None:
    words, mask = inputs
    alone, together = model(words[1:, :3], mask[1:, :3]), model(words, mask)
    for name, value in alone.items():
        torch.testing.assert_close(value[0], together[name][1], atol=1e-5, rtol=1e-4)


def test_sentence_vector_starts_as_the_mean_of_the_base_model(base: Path) -> None:
    model, table = MultiTaskEncoder.from_base(str(base), {})
    words, mask = table[torch.tensor([[0, 5, 6, 2]])], torch.ones(1, 4, dtype=torch.int64)
    mean = model.eval().encoder(inputs_embeds=words, attention_mask=mask).last_hidden_state.mean(1)
    torch.testing.assert_close(model(words, mask)["vector"], torch.nn.functional.normalize(mean))


def test_saved_and_loaded_is_the_same_model_without_a_word_table(
    model: MultiTaskEncoder, inputs: tuple[torch.Tensor, torch.Tensor], tmp_path: Path
) -> None:
    model.card = ModelCard(HEADS, prefix="query: ", max_tokens=64, language_groups={"fr": "romance"})
    model.save(tmp_path)
    loaded = MultiTaskEncoder.load(tmp_path)
    assert loaded.card == model.card
    assert not any("word_embeddings" in name for name in loaded.state_dict())
    for name, value in model(*inputs).items():
        torch.testing.assert_close(loaded(*inputs)[name], value)


def test_keeping_some_heads_leaves_their_answers(
    model: MultiTaskEncoder, inputs: tuple[torch.Tensor, torch.Tensor]
) -> None:
    before, kept = model(*inputs), model.keep(("irony",))
    after = kept(*inputs)
    assert set(after) == {"vector", "irony"}
    torch.testing.assert_close(after["irony"], before["irony"])
    torch.testing.assert_close(after["vector"], before["vector"])
