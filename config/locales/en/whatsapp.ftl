# What Earshot says on WhatsApp, in private and in groups, and to the team about it. Message texts are plain.

# The words by which people decide, separated by commas; the first one is shown. Capitals, accents and signs do not
# matter when somebody writes them.
wa-words-yes = YES
wa-words-part = I TAKE PART, I AGREE
wa-words-no = NO, NO THANKS
wa-words-stop = STOP, UNSUBSCRIBE
wa-words-delete = DELETE, ERASE, DELETE MY DATA
wa-words-data = DATA, MY DATA
wa-words-notice = PRIVACY

# The notice of the private chat.
wa-notice-private =
    👋 You are writing to { $brand }, with the help of Earshot.

    Your question is answered in any case, and not kept for that.

    If you also take part, { $brand } can understand early what pleases or worries people: what you write from now on is analysed and kept without name or number, personal details removed, encrypted, for { $text_days } days; after that only totals, for { $numbers_days } days. No advertising, no profiles, no training of models.

    Take part: { $join }
    Stop, and erase everything: { $stop }
    See what is kept about you: { $data }
    Erase what is kept about you: { $erase }

    Responsible: { $controller }
wa-notice-contact = Questions about your data: { $contact }
wa-notice-policy = Privacy policy: { $url }
wa-button-join = Yes, I take part
wa-button-no = No, thanks
wa-joined = Thank you! What you write from now on is heard. { $stop } ends it and erases everything.
wa-overtaken = You have said no since; that stands. Write { $join } to take part after all.
wa-not-active = Nobody listens in this group.
wa-erased = Done: you take no part any more, and everything kept of you has been erased. Only the fact that you withdrew is kept, under a pseudonym.
wa-nothing-kept = Nothing of you is kept, and nothing is heard.
wa-data = Everything that is kept about you.
wa-data-private = This is for your eyes only: please write the same word in private, { $link }

# A list of choices.
wa-list-title = Choose
wa-list-open = Choose

# A file of the team that WhatsApp will not have, in the customer's message.
wa-file-left = { $what } This file cannot be shown on WhatsApp; ask us for it another way.

# To the team.
wa-warn-file = A file ({ $what }) that you sent to a customer on WhatsApp did not reach them (conversation { $number }); they were told. WhatsApp takes pictures (JPEG, PNG, up to 5 MB), sound and videos (MP4, up to 16 MB), PDF, text and office documents (up to 20 MB).
wa-warn-title = WhatsApp
wa-warn-window = An answer to a customer waits: their last message is more than 24 hours old, and the brand file has no approved template for { $purpose } in { $language }. It leaves as soon as they write again.
wa-warn-window-group = What the brand says waits before a group: nobody has written there for 24 hours, and the brand file has no approved template for { $purpose } in { $language }. It leaves as soon as somebody writes there.
wa-warn-undeliverable = A message could not be delivered to its recipient (WhatsApp error { $code }). It is listed by "earshot status".
wa-warn-locked = WhatsApp does not let { $brand } send at the moment (error { $code }): look at the account in WhatsApp Manager. Everything waits meanwhile.
wa-warn-token = WhatsApp does not accept the access token any more (error { $code }): put a new one into WHATSAPP_TOKEN and start Earshot again. Everything waits meanwhile.
wa-warn-template = The template "{ $template }" cannot be used (error { $code }): check its name, language and state in WhatsApp Manager. What needs it waits.
wa-warn-template-state = WhatsApp has changed the state of the template "{ $template }" ({ $language }): { $what }. Reason: { $reason }
wa-warn-template-quality = Customers rate the template "{ $template }" ({ $language }) low: quality { $what }. If it falls further, WhatsApp pauses it.
wa-warn-template-category = WhatsApp has put the template "{ $template }" ({ $language }) into the category { $what }: this changes what it costs.
wa-warn-number-quality = The quality of the number of { $brand } has changed: { $what }, limit { $limit }. Write less that nobody asked for.
wa-warn-number-name = WhatsApp's decision on the display name: { $what }.
wa-warn-account-restricted = WhatsApp has restricted the account of { $brand }: { $what }.
wa-warn-account-violation = WhatsApp reports a violation of its policy by { $brand }: { $what }.
wa-warn-account-disabled = WhatsApp has disabled the account of { $brand }: { $what }.
wa-warn-account-gone = The WhatsApp account of { $brand } is gone: { $what }.
wa-warn-account-alert = WhatsApp warns about the account of { $brand }: { $what }.
wa-warn-security = A security setting of the number has changed: { $what }. If that was not you, look at it now.
wa-warn-group-made = Group { $number } is ready and heard. Its invite link: earshot whatsapp groups invite { $number }
wa-warn-group-waits = Group { $number } has appeared and is not heard. To switch it on: earshot whatsapp groups activate { $number }
wa-warn-group-failed = WhatsApp could not make or delete the group "{ $group }".
wa-warn-group-suspended = WhatsApp has suspended a group of { $brand }.
wa-warn-join-request = Somebody asks to join group { $number }. To decide: earshot whatsapp groups requests { $number }
