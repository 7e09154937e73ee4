"""The customers' desk: what people ask a brand, on whatever platform, and what becomes of it. READ FIRST.

THE CONTRACT WITH A PLATFORM (Telegram and WhatsApp keep it alike; nothing here knows either).

In. The platform turns what it received into one of the frozen classes of `bot/customers/asks.py`:
- `Ask`: something said in private, or said to the bot in a group (mention, reply to the bot, command). Messages in
  groups that do not address the bot never come here. Commands come without their name: `/check soil` is the text
  "soil" with `Addressed.CHECK`; `/human` is `Addressed.PERSON`; WhatsApp has no commands and sends everything as
  PRIVATE (or MENTION, REPLY), and words such as "is it true that" and "a human please" are understood by themselves.
- `Press`: a button, or a row of a list, that the desk had sent. The platform vouches that the button was the bot's own
  and was shown to this very chat. Platforms without buttons send the number as an `Ask`: every text with choices also
  has them numbered, "0" is "none of these", "1" is the first button.
- `TeamSaid`, `TeamPress`: the same from the team's chat, for people who have a role there. `subject_of` says whether a
  message that was answered is the desk's, and which.

The platform calls one of the four methods of `CustomerDesk`, in a worker thread (the model runs there):

    desk.ask(ask, done)              desk.press(press, done) -> str
    desk.team_said(said, done) -> str | None      desk.team_press(press, done) -> str

All effects, what is to be sent included, are stored in one transaction; `done(session)` is called in it, so that the
update leaves the inbox with its effects: killed before, nothing has happened, and killed after, it is not seen again.
A string returned is told to the presser or writer alone (a toast); "" tells nothing. It is never stored. After the
call, wake the dispatcher. `desk.tick(session, now)` is called every few seconds (`bot/customers/clocks.py`).

Out. Everything goes through the outbox (`alerts/outbox.py`); the channel's name is the value of the platform.
- Lanes: `private:TAG` with the person's raw address (sealed in the entry; the tag is `desk.tag(person)`, from which
  nobody finds the person without the key), and `chat:ROW` for groups, which the channel resolves by the row of the
  chat. The team's messages go to the lane of a team channel (`alerts/herald.py: team_lane`).
- Payloads: `Payload.text` (plain text) for customers, `Payload.document` for the team, and `Payload.extra` as written
  by `asks.extra`: `buttons` (rows of {"text", "do", "url"}; at most eleven in all), `reply_to` (the platform's id of
  the message answered) and `media` ({"platform", "kind", "ref"}). A channel without buttons leaves them out. A channel
  that is given media of another platform, or that it cannot fetch, sends the text alone, which names what it was.
- Kinds: `Sending.ANSWER` for whoever is not on record (address, lane and text are emptied as soon as it is sent),
  `Sending.REPLY` with `Outbox.person` for customers on record, `Sending.ALERT` and `EDIT` for the team.

CONSENT. An answer needs none: of a question that is answered a count remains, without person and without text. What
must be kept to be useful (passing a question to the team, telling somebody later, a survey) is kept only after the
person said yes in private to what the desk then shows; until then it waits for at most an hour, sealed. In a group,
members whom the gate hears have agreed to be heard there; others are led to the private chat. `/forget` erases it all,
in the middle of a conversation as well (`storage/customers.py: forget`).
"""
