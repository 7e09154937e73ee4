"""When an exchange is more than talk, and when a text that is passed on is a story of its own."""

from nlp.narratives.story import Story

_ALARMS = frozenset(("harm", "hazard", "fraud", "secret", "spread"))  # categories of `lexicon.yaml`
_TELLS = -1.0  # worth (log-odds) from which a message counts as a telling ...
_TOLD = -0.2  # ... and a story's mean worth, from which it is more than talk
_TOLD_ONCE = 0.2
_MESSAGES, _TOLD_BRIEFLY = 5, 0.5  # shorter exchanges are mostly talk: they must be worth more
_LATE = 6  # messages of a story, after which a text that is passed on is news of its own
_PAUSE = 600.0  # seconds: what is said within them of each other belongs together


def worth_telling(story: Story) -> bool:
    """Return whether a story of conversations is more than talk: told by several, or again, and worth it; an alarm
    that somebody answers is so at once."""
    people = story.tellers(_TELLS)
    alarming = any(member.marks & _ALARMS and member.worth > 0.0 for member in story.members)
    if alarming and story.counts.messages >= 2 and len(story.counts.people) >= 2:
        return True
    bar = _TOLD if story.tellings >= 2 else _TOLD_ONCE
    several = people >= 2 or story.tellings >= 2
    if story.counts.messages < _MESSAGES:
        bar = _TOLD_BRIEFLY
    return story.counts.messages >= 3 and several and story.mean_worth() > bar


def passed_on(story: Story, letter: int) -> set[int]:
    """Return the row ids of a text that somebody begins to pass on and of what was said after it in its chat; none when
    it came up early in its story, or when the story is about such texts anyway."""
    at = next((place for place, member in enumerate(story.members) if member.key == letter), 0)
    if at < _LATE or any(member.forwards or "spread" in member.marks for member in story.members[:at]):
        return set()
    origin = story.members[at]
    keys, last = {letter}, origin.at
    for member in story.members[at + 1 :]:
        if member.chat == origin.chat and member.at - last <= _PAUSE:
            keys.add(member.key)
            last = member.at
    return keys
