# The notice that everyone reads before they are heard. Variables: brand, controller, text_days, numbers_days,
# join, leave, data, erase (what the person writes or presses).

notice-opt-in =
    👂 { $brand } has invited Earshot to this group.

    Who: { $controller }, with the Earshot bot.
    What for: to understand early what pleases, worries or goes round about { $brand }, and to answer it. Nothing else: no advertising, no profiles, no resale, no training of models.
    Who is heard: only members who agree. Everyone else's messages are dropped, neither read nor kept.
    What is kept: your messages from now on, without name or number, personal details removed, encrypted, for { $text_days } days. After that only totals remain, for { $numbers_days } days.

    Take part: { $join }
    Stop, and erase everything: { $leave }
    See what is kept about you: { $data }
    Erase what is kept about you: { $erase }

    It is up to you: saying no, or stopping, changes nothing about your place in the group.

notice-opt-out =
    👂 { $brand } has invited Earshot to this group.

    Who: { $controller }, with the Earshot bot.
    What for: to understand early what pleases, worries or goes round about { $brand }, and to answer it. Nothing else: no advertising, no profiles, no resale, no training of models.
    Who is heard: the members of this group, except those who object. You may object at any time without giving a reason.
    What is kept: your messages from now on, without name or number, personal details removed, encrypted, for { $text_days } days. After that only totals remain, for { $numbers_days } days.

    Object, and erase everything: { $leave }
    See what is kept about you: { $data }
    Erase what is kept about you: { $erase }

    Objecting changes nothing about your place in the group.

# Added to the notice when the brand file gives a contact.
notice-contact = Questions about your data: { $contact }
