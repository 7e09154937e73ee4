"""When an exchange is more than talk, and when a text that is passed on is a story of its own."""

import math

from nlp.narratives.story import Story
from nlp.narratives.tales import ALARMS

_TOLD = -0.2  # a story's mean worth (log-odds), from which it is more than talk
_MESSAGES, _TOLD_BRIEFLY = 5, 0.2  # shorter exchanges are mostly talk: they must be worth more
_ALARMING, _ALARMING_AT_ONCE = 0.25, 0.35  # how probably its messages tell one kind of alarm, on the average
_LATE = 6  # messages of a story, after which a text that is passed on is news of its own
_PAUSE = 600.0  # seconds: what is said within them of each other belongs together


def worth_telling(story: Story) -> bool:
    """Return whether a story of conversations is more than talk: told by several and worth it; an alarm that somebody
    answers is so at once."""
    messages = story.counts.messages
    if messages < 2 or len(story.counts.people) < 2:
        return False
    if messages >= 3 and story.mean_worth() > (_TOLD if messages >= _MESSAGES else _TOLD_BRIEFLY):
        return True
    means = (math.fsum(member.tale(tale) for member in story.members) / len(story.members) for tale in ALARMS)
    return max(means) >= (_ALARMING if messages >= 3 else _ALARMING_AT_ONCE)


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
