"""The bundled sample: five days in two groups of an invented brand, written by hand for `earshot demo`."""

from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Sample:
    """Where the sample lies: its brand file, and an exported chat of each platform."""

    brand: Path
    whatsapp: Path
    telegram: Path

    @property
    def inputs(self) -> tuple[Path, ...]:
        """The exported chats, as `earshot replay` takes them."""
        return (self.whatsapp, self.telegram)


SAMPLE = Sample(brand=_HERE / "brand.yaml", whatsapp=_HERE / "whatsapp.txt", telegram=_HERE / "telegram.json")
