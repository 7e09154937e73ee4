"""`model.json`: what the shipped weights are, how to feed them, how to read them, and the checksums of their files."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from nlp.errors import WeightsError
from nlp.heads import HeadSpec

MANIFEST = "model.json"
FORMAT = 1
WEIGHTS = Path(__file__).parent / "weights"
REMEDY = "Fetch the file again (git checkout, or reinstall earshot), or export it anew: python -m nlp.training export."


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file beside the manifest: its name, its size in bytes, its SHA-256 in hex."""

    path: str
    bytes: int
    sha256: str

    @classmethod
    def of(cls, file: Path) -> "FileRecord":
        """Measure `file`."""
        return cls(file.name, file.stat().st_size, _sha256(file))


@dataclass(frozen=True, slots=True)
class Manifest:
    """The model card a program can read.

    `prefix` is put before each normalised text, `max_tokens` is the window in tokens with the two special ones,
    `language_groups` maps a language code to the group whose temperature applies. `files` has the keys "words",
    "tokenizer", "encoder", "centre" (the direction that all vectors share) and "examples" (vectors of nlp/examples). It
    may have "search" (the map of search), "chat" (the chat reader), "answers" (what finds answers) and "topics" (what
    chooses a topic), which are learnt on the others' answers.
    """

    name: str
    version: str
    dimensions: int
    width: int
    max_tokens: int
    prefix: str
    heads: Mapping[str, HeadSpec]
    language_groups: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, FileRecord] = field(default_factory=dict)

    @classmethod
    def read(cls, weights: Path, *, verify: bool = True) -> "Manifest":
        """Read `weights/model.json` and, unless told not to, hold each file against its checksum.

        Raises WeightsError where the manifest or a file is missing, damaged, or of another format.
        """
        path = weights / MANIFEST
        try:
            raw = json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise WeightsError(f"{path} does not exist, so there is no model to load. {REMEDY}") from None
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise WeightsError(f"{path} is damaged ({error}). {REMEDY}") from error
        if raw.get("format") != FORMAT:
            raise WeightsError(f"{path} has format {raw.get('format')!r}; this version reads {FORMAT}. {REMEDY}")
        del raw["format"]
        heads = {
            name: HeadSpec(head["kind"], tuple(head["labels"]), head["temperatures"], head["thresholds"])
            for name, head in raw.pop("heads").items()
        }
        files = {key: FileRecord(**record) for key, record in raw.pop("files").items()}
        manifest = cls(heads=heads, files=files, **raw)
        if verify:
            for record in files.values():
                _verify(weights / record.path, record)
        return manifest

    def write(self, weights: Path) -> None:
        """Write `weights/model.json`."""
        text = json.dumps({"format": FORMAT} | asdict(self), ensure_ascii=False, indent=1)
        (weights / MANIFEST).write_text(text + "\n", "utf-8")


def _verify(file: Path, record: FileRecord) -> None:
    if not file.is_file():
        raise WeightsError(f"{file} is missing. {REMEDY}")
    size = file.stat().st_size
    if size != record.bytes:
        raise WeightsError(f"{file} has {size} bytes, {record.bytes} were shipped: it is damaged or partial. {REMEDY}")
    if _sha256(file) != record.sha256:
        raise WeightsError(f"{file} is not the file that was shipped: its SHA-256 differs. {REMEDY}")


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
