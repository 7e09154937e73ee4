# What the team reads about customers.

team-handover = Conversation { $number } · { $state }
team-state-waiting = waits for an answer
team-state-open = answered
team-state-closed = closed
team-who = { $person } writes in { $lang }
team-mood-negative = upset
team-mood-neutral = calm
team-mood-positive = in a good mood
team-taken-by = Taken by { $person }
team-earlier = Earlier
team-how = Answer this message: what you write goes to the customer.
team-line = Conversation { $number } · { $person }
team-remind = Conversation { $number } has waited for { $minutes } minutes of office time.
team-escalate = Conversation { $number } has waited for { $minutes } minutes of office time, and nobody has answered.
team-erased = The customer has had this erased.
team-expired = This has reached its term and has been erased.
team-button-take = I take it
team-button-close = Close
team-button-reopen = Reopen
team-button-save = Save as an entry
team-button-save-yes = Yes, save it
team-button-save-no = No
team-button-publish = { $people ->
    [one] Yes, tell the person who asked
   *[other] Yes, tell the { $people } people who asked
}
team-button-drop = Drop it
team-done = Done.
team-done-already = That was done already.
team-gone = That is not there any more.
team-empty = Write an answer first.
team-taken = You have taken it.
team-entry-asked = Save this as an entry?
team-entry-saved = Saved: it is answered from now on
team-entry-dropped = Not saved
team-entry-nothing = There is no answer yet that could be saved.
team-rumour-open = { $people ->
    [one] A customer asks whether this is true
   *[other] { $people } people ask whether this is true
}
team-rumour-answered = { $people ->
    [one] Answered; the person who asked has been told
   *[other] Answered; of { $people } people who asked, those who agreed have been told
}
team-rumour-dropped = Dropped: nobody is told
team-rumour-answer = Your answer
team-rumour-how = Answer this message with what is true, and where anybody can check it. You will be asked before it is sent.
team-rumour-confirm = Answer again to change it, or confirm below.

# The digest
digest-missing = Missing in your knowledge
digest-missing-entry = { $people ->
    [one] asked by one person
   *[other] asked { $questions } times, by { $people } people
}: { $text }
digest-missing-few = (too few people asked for the words to be shown)
digest-customers = Customers: { $asked ->
    [one] one question
   *[other] { $asked } questions
}, { $answered } answered at once, { $handed } passed to the team
