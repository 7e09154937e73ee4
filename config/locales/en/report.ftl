# The report of what was heard (bot/report). Times, dates and lists come as text, counts as numbers.

report-title = { $brand }: what the groups say
report-kicker = Listening report
report-language = Language of the report
report-skip = Skip to the content
report-lead = { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} by { $people ->
    [one] { $people } person
   *[other] { $people } people
} in { $chats ->
    [one] { $chats } group
   *[other] { $chats } groups
}. { $alerts ->
    [0] Nothing needed the team's attention.
    [one] The team was alerted once.
    [2] The team was alerted twice.
   *[other] The team was alerted { $alerts } times.
}
report-nothing = No message was heard.
report-nothing-hint = Either the exports are empty or nobody in them agreed: see below what was dropped.

report-assumed = Consent assumed
report-assumed-why = Nobody gave it to Earshot: the members' agreement was assumed in order to replay an export. Use this report only if you are entitled to read these messages, and do not pass it on.

# Key numbers
report-key-numbers = Key numbers
report-key-messages = { $n ->
    [one] message
   *[other] messages
}
report-key-people = { $n ->
    [one] person
   *[other] people
}
report-key-negative = of messages negative
report-key-questions = { $n ->
    [one] question
   *[other] questions
}
report-key-complaints = { $n ->
    [one] complaint
   *[other] complaints
}
report-key-alerts = { $n ->
    [one] alert
   *[other] alerts
}
report-key-stories = { $n ->
    [one] story
   *[other] stories
}

report-mood-negative = negative
report-mood-neutral = neutral
report-mood-positive = positive
report-mix = { $negative } negative, { $neutral } neutral, { $positive } positive
report-messages = { $n ->
    [one] { $n } message
   *[other] { $n } messages
}
report-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
report-chats = { $n ->
    [one] { $n } group
   *[other] { $n } groups
}
report-forwards = { $n ->
    [one] { $n } forward
   *[other] { $n } forwards
}

# Time
report-timeline = Over time
report-timeline-hint = Messages per { $bucket }, by the mood of their writers. Hover over a bar for its numbers; a flag is an alert.
report-width-hour = hour
report-width-hours = { $n } hours
report-width-day = day
report-width-days = { $n } days
report-bar = { $when }: { $messages ->
    [0] no message
    [one] { $messages } message
   *[other] { $messages } messages
}{ $messages ->
    [0] { "" }
   *[other] , { $people ->
        [one] { $people } person
       *[other] { $people } people
    } ({ $mix })
}
report-as-table = The numbers as a table
report-when = When

# Alerts
report-alerts = Alerts
report-alerts-hint = What the team knew, and when: what was being said at the moment of the alert, what the detector has measured since, and what followed.
report-alerts-none = No alert: nothing was out of the ordinary.
report-alert = Alert { $n }
report-then = When it was raised
report-measured = Last measured
report-known = The messages known then
report-known-quotes = What was being said
report-opened = Raised { $when }
report-sure = { $share } sure
report-to-story = The whole story
report-life = What followed
report-act-grow = got worse
report-act-acknowledge = acknowledged
report-act-snooze = snoozed
report-act-wake = back after the snooze
report-act-resolve = resolved
report-act-expire = closed by itself
report-act-dismiss = dismissed as a false alarm
report-act-reopen = reopened
report-act-resurge = back: people talked of it again
report-act-merge = its story goes on in another alert
report-act-absorb = another alert joined it
report-act-escalate = passed on, as nobody answered
report-act-reply = the brand replied
report-in-topic = Topic: { $topic }
report-in-chat = Group: { $chat }

# Stories
report-stories = Stories
report-stories-hint = Messages that tell the same thing, the most important first: those that raised an alert, then by how many people tell them.
report-stories-none = No story emerged.
report-untold = { $n ->
    [one] One small conversation is not shown.
   *[other] { $n } small conversations are not shown.
}
report-erased = A story whose words were erased
report-state-emerging = emerging
report-state-growing = growing
report-state-fading = fading
report-state-resurging = back again
report-stance = { $spread } spread it, { $question } ask, { $denial } deny it
report-withheld = Fewer than { $n } people tell it: no quotes, so that nobody can be recognised.
report-quotes-gone = The texts have reached their term; the numbers remain.
report-forwarded = forwarded
report-spark = Messages of this story over the whole period; the line is the alert.
report-fact = What the brand has verified
report-fact-contradicted = The story contradicts a verified fact
report-evidence = Evidence

# Topics
report-topics = Mood by topic
report-topics-hint = The bar leans to the mood that prevails; its middle is neutral.
report-topic = Topic
report-untopical = No topic
report-messages-head = Messages
report-people-head = People

# Groups
report-groups = Groups
report-group = Group
report-consent = Consent
report-mode-opt_in = given by each member
report-mode-notice = members told, free to object
report-mode-assumed = assumed
report-heard = Heard
report-dropped-head = Dropped
report-platform = Platform
report-platform-telegram = Telegram
report-platform-whatsapp = WhatsApp
report-platform-other = other

# Privacy
report-privacy = Dropped, redacted, unreadable
report-privacy-hint = What this report does not hold, and why.
report-dropped = Dropped unread
report-dropped-what = { $n ->
    [one] { $n } message by someone who did not agree.
   *[other] { $n } messages by people who did not agree.
}
report-dropped-none = No message was dropped for lack of consent.
report-redacted = Redacted from the texts that are kept
report-redacted-none = No personal data was recognised in the texts that are kept.
report-redacted-phone = { $n ->
    [one] phone number
   *[other] phone numbers
}
report-redacted-email = { $n ->
    [one] e-mail address
   *[other] e-mail addresses
}
report-redacted-iban = { $n ->
    [one] IBAN
   *[other] IBANs
}
report-redacted-card = { $n ->
    [one] payment card
   *[other] payment cards
}
report-redacted-id = { $n ->
    [one] official or customer number
   *[other] official or customer numbers
}
report-redacted-handle = { $n ->
    [one] handle
   *[other] handles
}
report-redacted-address = { $n ->
    [one] postal address
   *[other] postal addresses
}
report-redacted-code = { $n ->
    [one] door code
   *[other] door codes
}
report-redacted-secret = { $n ->
    [one] password
   *[other] passwords
}
report-redacted-number = { $n ->
    [one] long number
   *[other] long numbers
}
report-broken = Unreadable lines
report-broken-none = Every line of the exports could be read.
report-broken-what = { $n ->
    [one] { $n } line kept aside; none stopped the reading.
   *[other] { $n } lines kept aside; none stopped the reading.
}
report-broken-line = { $where }, line { $line }:
report-broken-more = { $n ->
    [one] and one more
   *[other] and { $n } more
}
report-broken-unknown = This report was made without reading the exports again.
report-skipped = { $n ->
    [one] { $n } entry is no message
   *[other] { $n } entries are no messages
}: notices of the group, deleted messages.

# Where the numbers come from
report-trace = Where these numbers come from
report-trace-counts = Counts { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
} by { $people ->
    [one] { $people } distinct person
   *[other] { $people } distinct people
}, from { $first } to { $last }, in { $chats }.
report-trace-model = Model: { $models }
report-trace-rows = Messages no. { $rows }
report-trace-more = { $n ->
    [one] and one more
   *[other] and { $n } more
}
report-about = How to read this report
report-about-numbers = Every number counts messages kept in Earshot's database. Unfold “{ $trace }” to learn which: their row numbers, how many distinct people, in which groups, read by which model.
report-about-people = People are keyed pseudonyms: they are counted, never named. A story is quoted only when at least { $n } people tell it, and each quote is by a different person.
report-about-time = Times are those of { $zone }.
report-about-models = Messages read, by model
report-about-langs = Messages by language
report-made = Made on { $when } by Earshot { $version }.
