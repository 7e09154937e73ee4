# What the terminal shows during a replay (bot/live).

live-assumed = CONSENT ASSUMED
live-count-messages = { $n ->
    [one] { $n } message
   *[other] { $n } messages
}
live-count-people = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
live-count-dropped = { $n } dropped
live-count-alerts = { $n ->
    [0] no alert
    [one] { $n } alert
   *[other] { $n } alerts
}
live-stories = Stories
live-stories-none = nothing stands out yet
live-story = { $people } people · { $messages } msg
live-progress = { $share }% read · { $counts }
live-alert = ALERT { $when } { $title }
live-media-photo = [photo]
live-media-video = [video]
live-media-voice = [voice note]
live-media-sticker = [sticker]
live-media-other = [attachment]

live-received = What the team received
live-received-none = The team received nothing: nothing was out of the ordinary.
live-received-at = { $when } · { $channels }
live-received-edit = { $when } · update: { $title }

live-summary = Summary
live-sum-read = Messages read
live-sum-stored = Heard and kept
live-sum-known = Known from an earlier replay
live-sum-dropped = Dropped unread for lack of consent
live-sum-redacted = Personal data redacted
live-sum-broken = Unreadable lines, kept aside
live-sum-skipped = Entries that are no messages
live-sum-speed = Reading: { $rate } messages a second, { $seconds } s
live-sum-assumed = Consent ASSUMED for everybody: nobody gave it to Earshot
live-sum-listed = Consent from the list given
live-number = { $n }
live-broken-line = { $where }, line { $line }:
