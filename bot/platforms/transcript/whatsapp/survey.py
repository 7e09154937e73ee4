"""A first pass over a WhatsApp export, for what only the whole file can tell: its layout, its date order, its names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from bot.platforms.transcript.errors import AmbiguousDatesError, UnknownFormatError
from bot.platforms.transcript.whatsapp.dates import DateOrder, OrderJudge
from bot.platforms.transcript.whatsapp.heads import MARKS, Head, Shape, parse_head
from bot.platforms.transcript.whatsapp.phrases import normal, system_kind
from bot.platforms.transcript.whatsapp.wording import System

_SHAPES = 64  # kept apart; a file has one, pasted text adds a few
_NAMES = 20_000  # kept apart; no chat has as many members
_OPENING = 200  # heads among which the notices of a chat's beginning stand
_COLON_NAME_FROM = 3  # messages that begin alike before "Dr: Martin" is taken for a name
_OTHER_EXPORT_FROM = 50  # heads of another shape, and a quarter of all, before they are taken for a second export

_NO_MARKS = {ord(mark): None for mark in MARKS}
_SENDER = re.compile(r"([^:\n]{1,100}): (?:([^:\n]{1,60}):(?: |$))?")
_TITLE = re.compile('[“"«„]\\s?([^“”"«»„\n]{1,100}?)\\s?[”"»“]')
_FILE_DATE = re.compile(
    r"-(20\d\d)-?([01]\d)-?([0-3]\d)-(?:WA\d|\d\d-\d\d)"
)  # IMG-20240304-WA0001, 00000012-PHOTO-2024-03-04-…


@dataclass(frozen=True, slots=True)
class Plan:
    """How to read one export.

    `orders`: the shapes of its heads, and the order of each one's dates. `crlf_ends`: messages end with CR LF and their
    inner lines with LF, so that a head after LF is part of a message. `colon_names`: the second halves of senders'
    names that hold ": ", by the first. `titles`: names the group itself writes under; `title`: the likeliest one.
    """

    orders: dict[Shape, DateOrder]
    crlf_ends: bool
    colon_names: dict[str, str]
    titles: frozenset[str]
    title: str | None


class Survey:
    """Collects what a `Plan` needs, line by line, in bounded memory."""

    def __init__(self) -> None:
        self._judges: dict[Shape, OrderJudge] = {}  # all heads
        self._strict: dict[Shape, OrderJudge] = {}  # those after CR LF, and the first
        self._first: Shape | None = None
        self._names: dict[str, tuple[str, int]] = {}
        self._heads = 0
        self._ends = {(head, crlf): 0 for head in (True, False) for crlf in (True, False)}
        self._titles: dict[str, int] = {}

    def read(self, lines: Iterable[str]) -> None:
        """Go through all lines of the file."""
        crlf: bool | None = None
        for line in lines:
            head = parse_head(line)
            if crlf is None:
                self._first = head.shape if head else None
            else:
                self._ends[head is not None, crlf] += 1
            if head:
                self._add(head, self._judges)
                self._note(head.rest)
                if crlf is not False:
                    self._add(head, self._strict)
            crlf = line.endswith("\r\n")

    def _add(self, head: Head, judges: dict[Shape, OrderJudge]) -> None:
        judge = judges.get(head.shape)
        if judge is None:
            if len(judges) == _SHAPES:
                return
            judge = judges[head.shape] = OrderJudge(head.shape.mark, head.shape.year)
        judge.add(head.numbers, _file_date(head.rest))

    def _note(self, rest: str) -> None:
        self._heads += 1
        if named := _SENDER.match(rest):
            self._note_name(named[1], named[2])
        if self._heads <= _OPENING:
            self._note_title(rest)

    def _note_name(self, name: str, second: str | None) -> None:
        known = self._names.get(name)
        if known is None:
            if len(self._names) < _NAMES:
                self._names[name] = (second or "", 1)
        else:
            self._names[name] = (known[0] if known[0] == second else "", known[1] + 1)

    def _note_title(self, rest: str) -> None:
        sender, colon, body = rest.partition(": ")
        kind = system_kind(normal(body if colon and body.lstrip().startswith("\u200e") else rest))
        if kind is System.ENCRYPTION and colon:
            self._titles.setdefault(bare(sender), 0)
        elif kind in (System.CREATED, System.SUBJECT) and (quoted := _TITLE.findall(rest)):
            self._titles[bare(quoted[-1])] = self._heads

    def plan(self, name: str, order: DateOrder | None) -> Plan:
        """Decide. Raises AmbiguousDatesError, UnknownFormatError.

        `order` is a person's word on the dates: taken, unless another order leaves fewer of them impossible.
        """
        crlf_ends = self._crlf_ends()
        judges = self._strict if crlf_ends else self._judges
        # Every export begins with a head; only a file with something before it has to be asked which is most common.
        main = self._first or max(judges, key=lambda shape: judges[shape].heads, default=None)
        total = sum(judge.heads for judge in judges.values())
        chosen = {
            shape: judge
            for shape, judge in judges.items()
            if shape == main or (judge.heads >= _OTHER_EXPORT_FROM and 4 * judge.heads >= total)
        }
        if not any(judge.possible for judge in chosen.values()):
            raise UnknownFormatError(f"{name}: none of the dates at the lines' beginnings exists in any order")
        colon_names = {
            first: second for first, (second, count) in self._names.items() if second and count >= _COLON_NAME_FROM
        }
        return Plan(
            orders={shape: _decide(name, judge, order) for shape, judge in chosen.items()},
            crlf_ends=crlf_ends,
            colon_names=colon_names,
            titles=frozenset(self._titles),
            title=max(self._titles, key=lambda title: self._titles[title], default=None),
        )

    def _crlf_ends(self) -> bool:
        after_crlf, after_lf = self._ends[True, True], self._ends[True, False]
        return after_crlf > after_lf and not self._ends[False, True] and after_lf + self._ends[False, False] > 0


def bare(name: str) -> str:
    """A sender or title without marks and odd spaces."""
    return " ".join(name.translate(_NO_MARKS).split())


def _file_date(rest: str) -> date | None:
    if "-" not in rest or not (found := _FILE_DATE.search(rest)):
        return None
    return DateOrder.YMD.read((int(found[1]), int(found[2]), int(found[3])))


def _decide(name: str, judge: OrderJudge, order: DateOrder | None) -> DateOrder:
    if order in judge.feasible:
        return order
    if (verdict := judge.verdict()) is None:
        possible = " or ".join(f"--date-order {left}" for left in judge.undecided)
        raise AmbiguousDatesError(
            f"{name}: its dates can be read in two orders and nothing tells which; pass {possible}"
        )
    return verdict
