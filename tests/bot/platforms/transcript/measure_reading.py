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
    size = path.stat().st_size / 1e6
    print(
        f"{path.name}: {count:,} messages, {size:.0f} MB: {count / wall:,.0f}/s ({count / cpu:,.0f}/s of CPU time), {memory:.0f} MiB"
    )


def main() -> None:
    if Path(sys.argv[-1]).is_file() and len(sys.argv) > 1:
        read(Path(sys.argv[-1]))
        return
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with TemporaryDirectory() as folder:
        for kind in ("android-fr-24h", "ios-en-US-12h", "telegram"):
            write(kind, Path(folder, kind), count)
            # Each in a process of its own: the peak of memory is a process's.
            subprocess.run([sys.executable, __file__, str(Path(folder, kind))], check=True)


if __name__ == "__main__":
    main()
