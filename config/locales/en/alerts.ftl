# What the team reads. Times and ranges ("0–1") come as text, counts as numbers, shares as whole percents.

severity-information = Information
severity-warning = Warning
severity-critical = Critical

kind-bad_buzz = Bad buzz
kind-rumour = Rumour
kind-safety = Safety
kind-scam = Scam
kind-surge = Busy topic
kind-shift = Mood shift
kind-praise = Praise

state-open = open
state-acknowledged = acknowledged
state-snoozed = snoozed
state-resolved = resolved
state-dismissed = false alarm
state-merged = merged into another alert

moment = { $day }, { $clock }

alert-title-surge = { $topic }: much more talk than usual
alert-title-shift = { $chat }: the mood is turning
alert-title-other = { $topic } { $chat }
alert-title-erased = A story whose words have been erased

# The card
card-title = { $mark } { $severity } · { $kind } · { $title }
card-headline = { $people ->
    [one] { $people } person
   *[other] { $people } people
} in { $chats ->
    [one] { $chats } group
   *[other] { $chats } groups
} since { $since }
card-headline-usual = { $headline }, usually { $usual } a day
card-negative = { $share } % of the messages are negative
card-reactions = { $people ->
    [one] { $people } person reacts: { $reactions }
   *[other] { $people } people react: { $reactions }
}
card-stance-spread = { $count ->
    [one] { $count } passes it on
   *[other] { $count } pass it on
}
card-stance-question = { $count ->
    [one] { $count } asks whether it is true
   *[other] { $count } ask whether it is true
}
card-stance-denial = { $count ->
    [one] { $count } denies it
   *[other] { $count } deny it
}
card-where = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} in { $chats }
card-more-chats = { $named } and { $more } more
chat-untitled = Group { $id }
card-sure = { $level ->
    [high] Very sure
    [medium] Fairly sure
   *[low] Not very sure
} ({ $share } %)
card-withheld = Quotes are shown once { $people } people tell the story.
card-fact = What you have verified
card-fact-contradicted = The story contradicts what you have verified
card-evidence = Evidence
card-reply = Suggested reply ({ $lang })
card-merged = Joined by: { $title }

# Numbers behind an alert
reason-people = { $value ->
    [one] { $value } person
   *[other] { $value } people
}
reason-messages = { $value ->
    [one] { $value } message
   *[other] { $value } messages
}
reason-forwards = { $value ->
    [0] not forwarded
    [one] forwarded once
   *[other] forwarded { $value } times
}
reason-doubts = { $value ->
    [one] { $value } person doubts or denies it
   *[other] { $value } people doubt or deny it
}
reason-warnings = { $value ->
    [one] { $value } person warns of it
   *[other] { $value } people warn of it
}
reason-lookalike_links = { $value ->
    [one] { $value } link that imitates yours
   *[other] { $value } links that imitate yours
}
reason-reports = { $value ->
    [one] { $value } person reports it
   *[other] { $value } people report it
}
reason-chats = { $value ->
    [one] { $value } group
   *[other] { $value } groups
}
reason-negative_share = { $value } % of it negative
reason-positive_share = { $value } % of it positive
reason-mood = Mood at { $value } %
reason-other = { $name }: { $value }
reason-window = { $what } in { $hours } h
reason-window-minutes = { $what } in { $minutes } min
reason-usual = { $what }, usually { $usual }

# The life of an alert, one line each
moment-raise = raised
moment-notify = sent to the team
moment-grow = grew: { $detail }
moment-repeat = still growing
moment-acknowledge = acknowledged{ $detail }
moment-snooze-1h = snoozed for 1 hour
moment-snooze-4h = snoozed for 4 hours
moment-snooze-grows = snoozed until it grows
moment-wake = back after the snooze
moment-resolve = resolved{ $detail }
moment-expire = resolved by itself: the story has gone quiet
moment-dismiss = dismissed as a false alarm{ $detail }
moment-reopen = reopened{ $detail }
moment-resurge = back: the story is being told again
moment-merge = the story goes on in another alert: { $detail }
moment-absorb = joined by: { $detail }
moment-escalate = nobody has acknowledged it: passed on to { $detail }
moment-reply = the brand replied in { $detail }
moment-by = { " " }by { $who }

# Buttons
action-acknowledge = Acknowledge
action-snooze-1h = Snooze 1 h
action-snooze-4h = Snooze 4 h
action-snooze-grows = Until it grows
action-resolve = Resolve
action-dismiss = False alarm
action-reopen = Reopen
action-reply = Reply
action-quotes = Quotes

# A notice to those who acknowledged or snoozed
notice-closed = { $mark } { $title }
notice-closed-you = Told to you because you had acknowledged or snoozed it.

# Replies suggested to the team, in the language of the chat
reply-fact = We have checked: { $statement } Here is the evidence: { $url }
reply-holding-bad_buzz = We have read your messages about this and are looking into it. We will come back to you here.
reply-holding-rumour = We have seen this message going round. We are checking it and will tell you here what is true.
reply-holding-safety = Thank you for telling us. We take this very seriously, we are checking it now and will post what we know here.
reply-holding-scam = Please be careful: this message does not come from us until we confirm it here. Do not click, do not pay, and do not give any code or card number.

# The chart
sentiment-negative = negative
sentiment-neutral = neutral
sentiment-positive = positive
chart-unit = { $hours ->
    [one] Messages an hour
   *[other] Messages in { $hours } hours
}
chart-usual = usually { $usual } people

# The digest
digest-title-daily = { $brand } · the day until { $day }
digest-title-weekly = { $brand } · the week until { $day }
digest-heard = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} from { $people ->
    [one] { $people } person
   *[other] { $people } people
} in { $chats ->
    [one] { $chats } group
   *[other] { $chats } groups
}
digest-before = Before: { $heard }
digest-no-stories = No story stood out.
digest-stories = Stories
digest-story = { $people ->
    [one] { $people } person
   *[other] { $people } people
} in { $chats ->
    [one] { $chats } group
   *[other] { $chats } groups
}, { $negative } % negative
digest-moods = Mood by topic
digest-mood = { $topic }: { $messages } messages, { $negative } % negative
digest-mood-before = { $text } (before: { $before } %)
digest-questions = Questions nobody replied to
digest-question = { $topic }: { $questions }
digest-alerts = Alerts of the last 90 days
digest-precision = { $right } right, { $false ->
    [one] { $false } false alarm
   *[other] { $false } false alarms
} ({ $share } % right), { $unjudged } not judged
