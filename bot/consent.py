"""The consent gate: whose messages are heard. Everyone else's are dropped unread; only their number is kept.

Which record counts. A yes is for the chat it was given in, because that chat's notice says who listens there; a record
without chat (an import, a withdrawal) is for all chats of the brand. Of the records for a chat the newest counts, in
the order in which they were recorded. Where the times disagree with that order (late deliveries, clocks that jump),
a yes dated before a no does not undo it.

What admits. Nothing, before the chat is active. Then, by the chat's mode:
- `opt_in` (default): a yes, to the version of the notice that is in force; older yeses are asked again;
- `notice`: everybody who has not said no, whatever the version they said it to;
- `assumed` (replays of exports only): the same, without anybody having been told.
"""

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from sqlmodel import Session

from bot.consent_list import ConsentList
from bot.message import Member
from storage import consents
from storage.consents import Said
from storage.tables import Chat, ChatMode, ChatState, Consent, ConsentState

_EVER = datetime.min.replace(tzinfo=UTC)


class ConsentGate:
    """The gate of one brand. `version` is the notice in force; `listed` says who agreed outside the chats.

    Answers come from memory. Each session first reads the records that were added since, by whatever process; what a
    session has written itself counts within it, and outside only once it is committed.
    """

    def __init__(self, brand: str, version: str, listed: ConsentList | None = None) -> None:
        self._brand = brand
        self._version = version
        self._listed = listed
        self._committed: defaultdict[str, tuple[Said, ...]] = defaultdict(tuple)
        self._last_id = 0
        self._lock = threading.Lock()

    def admits(self, session: Session, chat: Chat, person: str) -> bool:
        """Return whether what this person (a pseudonym) writes in this chat may be heard."""
        if chat.state is not ChatState.ACTIVE:
            return False
        said = self._newest(session, chat, person)
        if chat.mode is ChatMode.OPT_IN:
            return said is not None and said.state is ConsentState.GIVEN and said.version == self._version
        return said is None or said.state is ConsentState.GIVEN

    def standing(self, session: Session, chat: Chat, person: str) -> ConsentState | None:
        """Return what the person last said for this chat; None when they must be asked: never asked, or under an
        older version of the notice.
        """
        said = self._newest(session, chat, person)
        if said is None or (said.state is ConsentState.GIVEN and said.version != self._version):
            return None
        return said.state

    def record(
        self, session: Session, person: str, chat: Chat | None, state: ConsentState, source: str, at: datetime
    ) -> Consent:
        """Store what a person said to the notice in force; without chat, for all chats of the brand.

        `source` is how they said it (button, command, file, ...). A withdrawal must also erase:
        call `storage.erasure.erase`, which records it.
        """
        chat_id = None if chat is None else chat.id
        return consents.record(
            session, self._brand, person, chat_id, state, version=self._version, source=source, at=at
        )

    def enrol(self, session: Session, chat: Chat, person: str, member: Member) -> None:
        """Record what the consent list says of a member who is still to be asked, as said to the notice in force.

        Raises `ConsentError` when a name of the list turns out to be two people's.
        """
        if self._listed is None or self.standing(session, chat, person) is not None:
            return
        entry = self._listed.of(member, person)
        if entry is not None:
            self.record(session, person, chat, entry.state, "file", entry.at)

    def history(self, session: Session, person: str) -> Sequence[Consent]:
        """Return everything that a person said, in the order in which it was recorded."""
        return consents.of_person(session, self._brand, person)

    def _newest(self, session: Session, chat: Chat, person: str) -> Said | None:
        return _newest(self._records(session, person), chat.id)

    def _records(self, session: Session, person: str) -> Iterable[Said]:
        written = consents.written(session)
        view: tuple[int, dict[str, list[Said]]] | None = session.info.get(self)
        if view is None or view[0] != written:
            view = (written, self._refresh(session, may_roll_back=written > 0))
            session.info[self] = view
        return (*self._committed.get(person, ()), *view[1].get(person, ()))

    def _refresh(self, session: Session, *, may_roll_back: bool) -> dict[str, list[Said]]:
        """Read what was recorded since the last reading: into the shared memory, or, as long as it may be rolled
        back, into a view for this session alone.
        """
        own = defaultdict[str, list[Said]](list)
        with self._lock:
            for said in consents.after(session, self._brand, self._last_id):
                if may_roll_back:
                    own[said.person].append(said)
                else:
                    self._committed[said.person] += (said,)
                    self._last_id = said.id
        return own


def _newest(records: Iterable[Said], chat_id: int | None) -> Said | None:
    newest, last_no = None, _EVER
    for said in records:
        if said.chat_id is not None and said.chat_id != chat_id:
            continue
        if said.state is not ConsentState.GIVEN:
            newest, last_no = said, max(last_no, said.at)
        elif said.at >= last_no:
            newest = said
    return newest
