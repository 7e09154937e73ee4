"""A story's life in one word: how many messages came in each stretch of time."""

BLOCKS = "▁▂▃▄▅▆▇█"
MOST = 16


class Spark:
    """`counts` over a time that grows: at most sixteen stretches, which double in length when needed."""

    def __init__(self, start: float, seconds: float = 900.0) -> None:
        self._start, self._seconds = start, seconds
        self.counts = [0]

    def add(self, at: float) -> None:
        """Count a message; one from before the start counts in the first stretch."""
        place = self._place(at)
        while place >= MOST:
            self.counts += [0] * (len(self.counts) % 2)
            self.counts = [a + b for a, b in zip(self.counts[::2], self.counts[1::2], strict=True)]
            self._seconds *= 2
            place = self._place(at)
        self.counts += [0] * (place + 1 - len(self.counts))
        self.counts[place] += 1

    def __str__(self) -> str:
        top = max(self.counts)
        return "".join(BLOCKS[-(-8 * count // top) - 1] if count else " " for count in self.counts) if top else ""

    def _place(self, at: float) -> int:
        return max(int((at - self._start) // self._seconds), 0)
