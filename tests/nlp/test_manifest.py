import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.errors import WeightsError
from nlp.heads import HeadSpec
from nlp.manifest import MANIFEST, FileRecord, Manifest


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    (tmp_path / "encoder.onnx").write_bytes(b"weights")
    Manifest(
        name="small",
        version="1",
        dimensions=32,
        width=32,
        max_tokens=16,
        prefix="query: ",
        heads={"mood": HeadSpec("softmax", ("low", "high"), {"default": 1.5}, {"unsure": 0.5})},
        language_groups={"fr": "romance"},
        files={"encoder": FileRecord.of(tmp_path / "encoder.onnx")},
    ).write(tmp_path)
    return tmp_path


def test_what_was_written_is_read(weights: Path) -> None:
    manifest = Manifest.read(weights)
    assert manifest.heads["mood"] == HeadSpec("softmax", ("low", "high"), {"default": 1.5}, {"unsure": 0.5})
    assert manifest.files["encoder"].bytes == 7
    assert manifest.language_groups == {"fr": "romance"}


def set_format(weights: Path) -> None:
    path = weights / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda weights: (weights / "encoder.onnx").unlink(), r"encoder\.onnx is missing"),
        (lambda weights: (weights / "encoder.onnx").write_bytes(b"weigh"), r"has 5 bytes, 7 were shipped"),
        (lambda weights: (weights / "encoder.onnx").write_bytes(b"weighty"), r"SHA-256 differs"),
        (lambda weights: (weights / MANIFEST).write_text("{"), r"model\.json is damaged"),
        (set_format, r"has format 99; this version reads 1"),
    ],
)
def test_harm_is_named_with_its_remedy(weights: Path, harm: Callable[[Path], object], says: str) -> None:
    harm(weights)
    with pytest.raises(WeightsError, match=says + r".*git checkout"):
        Manifest.read(weights)


def test_the_shipped_files_are_whole_and_small() -> None:
    for record in Manifest.read(Path("nlp/weights")).files.values():
        assert record.bytes < 90_000_000
