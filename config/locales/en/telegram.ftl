# What the Telegram bot says in groups, in private and in the team's chat. Message texts are plain, without markup.

# Being invited
tg-invited =
    👋 Hello! { $brand } has invited me, Earshot, to listen here. For now I hear nothing.

    An admin of this group decides: the buttons below switch me on or send me away. If nobody decides within { $hours } hours, I leave.

    This is what every member will be shown:

    { $notice }
tg-button-activate = Switch on (English)
tg-button-decline = No, leave
tg-only-admins = Only an admin of this group can decide that.
tg-activated = Switched on for { $brand }. Members now see the notice.
tg-goodbye = Nobody has switched me on, so I am leaving. I have heard and kept nothing. Goodbye!
tg-hint-deaf = I cannot hear this group yet. Please make me an admin here (Group info → Admins → Add → @{ $bot }; I need no particular right), or switch my privacy mode off in @BotFather (/setprivacy → Disable) and add me again.

# Members
tg-button-join = I take part
tg-button-no = No
tg-button-more = More
tg-joined = Thank you! Your messages from now on are heard. /leave stops it and erases everything.
tg-join-in-group = Please write /join in the group itself: you agree for each group on its own.
tg-not-active = I am not switched on in this group.
tg-notice-changed = The notice has changed since. Please read the newest one, or write /join.
tg-refused = All right. Nothing of you is heard or kept.
tg-erased = Done: you take no part any more, and everything kept of you has been erased. Only the fact that you withdrew is kept, under a pseudonym.
tg-nothing-kept = Nothing of you is kept, and nothing is heard.
tg-mydata = Everything that is kept about you.
tg-mydata-private = This is for your eyes only: I will send it to you in private.
tg-button-private = Get my data
tg-policy = Privacy policy: { $url }
tg-help =
    I am Earshot, and I listen for { $brand } to the members of a group who agreed. In private you can simply write me a question.

    /ask – ask a question
    /check – is it true? Have a rumour checked
    /human – reach the team
    /join – take part (in the group)
    /leave – stop, and erase everything
    /mydata – see what is kept about me
    /forget – erase what is kept about me
    /privacy – who listens, for what, for how long

# The team's chat
tg-link-in-group = Please use the code in your team's group, not here.
tg-link-heard-group = This is a group that I listen to; its members would see the alerts. Use the code in a group of your team.
tg-link-wrong = This code is not valid here (any more). Get a new one with: earshot team link
tg-linked = This chat is the team channel "{ $channel }" now, and you are its { $role ->
    [owner] owner. Answer a colleague's message with /agent to let them work on alerts
   *[agent] agent
}. /help shows what I can do.
tg-no-role = You have no role in this team yet. Ask an owner to answer one of your messages with /agent.
tg-only-owners = Only an owner can do that.
tg-team-help =
    /status – how I am doing
    /stories – what is being told
    /groups – where I listen
    /digest – status and stories, now
    /mute 4h – alerts without a sound (/mute 0 ends it)
    /agent, /remove – as an answer to somebody's message: give them a role, take it away
tg-roles-how = Answer a message of the person with this command.
tg-role-given = They can work on alerts now.
tg-role-taken = They cannot work on alerts any more.
tg-role-kept = They have no role that could be taken away; an owner stays one.
tg-muted = { $hours ->
    [0] Alerts come with a sound again.
    [one] For one hour, alerts come without a sound.
   *[other] For { $hours } hours, alerts come without a sound.
}
tg-done = Done.
tg-done-already = That was done already.
tg-not-possible = That is not possible (any more).
tg-button-old = This button is no longer valid.

tg-status =
    { $brand }
    Groups heard: { $groups } · members who agreed: { $people }
    Messages in 24 h: { $messages } · live alerts: { $alerts }
    Waiting to be understood: { $waiting } · to be sent: { $unsent } · undeliverable: { $dead } · kept aside: { $aside }
tg-story = • { $title } – { $people ->
    [one] { $people } person
   *[other] { $people } people
}, { $messages ->
    [one] { $messages } message
   *[other] { $messages } messages
}
tg-stories-rest = { $count ->
    [one] and one more, told by few
   *[other] and { $count } more, told by few
}
tg-stories-none = No story in the last seven days.
tg-group-waiting = ◌ { $title } – waits for an admin to switch it on
tg-group-active = ● { $title } – heard; { $dropped } messages turned away unread
tg-group-left = ○ { $title } – left
tg-group-muted = { $group } ⚠ I may not write there: please let me.
tg-group-deaf = { $group } ⚠ I cannot hear it: please make me an admin there.
tg-groups-none = No group yet: add the bot to one.

# A reply to groups
tg-reply-writing = Reply about alert { $alert } – draft
tg-reply-asked = Reply about alert { $alert } – publish it like this?
tg-reply-published = Reply about alert { $alert } – published
tg-reply-cancelled = Reply about alert { $alert } – dropped
tg-reply-none = (no text yet)
tg-reply-to = To: { $groups }
tg-reply-how = Answer this message to write another text. Tap groups to choose them.
tg-reply-empty = A text and a group are needed first.
tg-reply-long = That is too long: at most { $limit } characters.
tg-button-ask = Preview and publish
tg-button-publish = { $count ->
    [one] Yes, publish in 1 group
   *[other] Yes, publish in { $count } groups
}
tg-button-back = Back
tg-button-cancel = Drop it

# The menu of commands
tg-command-join = Take part
tg-command-leave = Stop, and erase everything
tg-command-mydata = See what is kept about me
tg-command-forget = Erase what is kept about me
tg-command-privacy = Who listens, for what, for how long
tg-command-help = What I can do
