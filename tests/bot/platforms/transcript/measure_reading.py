"""How fast and in how much memory exports are read: `python measure_reading.py [messages]`. Not a test."""

import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bot.platforms.transcript import open_transcript


def write(kind: str, path: Path, count: int) -> None:
    from made_up_chats import long_chat
    from telegram_writer import write_export
    from whatsapp_layouts import LAYOUTS, write_chat

    layout = next((layout for layout in LAYOUTS if layout.name == kind), None)
    text = write_chat(long_chat(count), layout, ZoneInfo("UTC")) if layout else write_export(long_chat(count))
    path.write_bytes(text.encode())


def read(path: Path) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    count = sum(1 for _ in open_transcript(path))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{path.name}: {count:,} messages in {path.stat().st_size / 1e6:.0f} MB; ", end="")
    print(f"{count / wall:,.0f} a second ({count / cpu:,.0f} a CPU second), peak RSS {memory:.0f} MiB")


def main() -> None:
    if sys.argv[1:2] == ["write"]:
        write(sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1:2] == ["read"]:
        read(Path(sys.argv[2]))
    else:
        count = sys.argv[1] if len(sys.argv) > 1 else "200000"
        with TemporaryDirectory() as folder:
            for kind in ("android-fr-24h", "ios-en-US-12h", "telegram"):
                path = str(Path(folder, kind))
                # Each in a process of its own: a child inherits the peak of memory of what started it.
                for step in (["write", kind, path, count], ["read", path]):
                    subprocess.run([sys.executable, __file__, *step], check=True)


if __name__ == "__main__":
    main()
