# What the customers' desk says to customers. Message texts are plain, without markup.

desk-hello = I answer questions about { $brand }. Write your question, send me a rumour with /check, or write "a human please" to reach the team.
desk-group-private = Let us go on in private: I can pass your question to the team there.
desk-group-personal = This looks personal, so not here in the group: please write it to me in private.
desk-button-private = Write in private
desk-slow = That is a lot at once. I will answer again in a few minutes.
desk-abuse = I would like to help. Please write your question without insults, or "a human please" to reach the team.
desk-button-helped = 👍 Helpful
desk-button-not-helped = 👎 Not helpful
desk-button-none = None of these
desk-button-end = End the conversation
desk-button-skip = Skip
desk-thanks = Thank you!
desk-not-yours = Only the person who asked can choose.
desk-too-old = This is no longer open. Please ask again.
desk-check-near = Is it this that you heard?
desk-check-empty = Write what you heard after /check, or forward it to me.
desk-check-unheard = I cannot read that message, because its author has not agreed to that. Write what you heard after /check, or forward it to me in private.
desk-check-unknown = { $brand } has not published anything on this, so I cannot tell whether it is true.
desk-check-team = { $brand } has not published anything on this yet, so I cannot tell whether it is true. The team will look into it.
desk-check-noted = { $brand } has not published anything on this yet, so I cannot tell whether it is true. The team will look into it, and I will tell you once it has an answer.
desk-check-private = { $brand } has not published anything on this yet, so I cannot tell whether it is true. Write it to me in private if you want the team to look into it.

# Keeping something needs a yes
desk-may-hand-over =
    I have no answer to that in what I know. Shall I pass your question to { $brand }'s team?

    For that it is kept for { $days } days, under a pseudonym, without your name or number. /forget erases it at any time.
    1. Yes, pass it on
    0. No
desk-may-person =
    Shall I pass this to somebody of { $brand }'s team?

    For that it is kept for { $days } days, under a pseudonym, without your name or number. /forget erases it at any time.
    1. Yes, pass it on
    0. No
desk-may-check =
    { $brand } has not published anything on this yet, so I cannot tell whether it is true. Shall the team look into it, and shall I tell you then?

    For that it is kept for { $days } days, under a pseudonym, without your name or number. /forget erases it at any time.
    1. Yes, tell me later
    0. No
desk-button-pass = Yes, pass it on
desk-button-tell = Yes, tell me later
desk-button-no-thanks = No
desk-no-team = I have no answer to that in what I know, and I cannot reach { $brand }'s team from here.
desk-not-kept = All right. Nothing of it is kept.
desk-noted = Noted. I will tell you once the team has an answer.

# With the team
desk-handed-over = Your question is with the team. { $expected } What you write here now goes to them as well.
desk-passed-on = Passed on to the team.
desk-hidden = For your safety the team does not see numbers and addresses that you write here.
desk-expect-open = You can expect an answer within { $within }.
desk-expect-closed = The office is closed now; it opens again { $day } at { $time }, and answers within { $within } from then on.
desk-expect-unknown = The office is closed at the moment.
desk-closed = The conversation is closed. Write again whenever you like.
desk-closed-idle = I have closed our conversation, as nothing more came. Write again whenever you like.
desk-verdict =
    What { $brand } says about this: { $text }
    Published on { $day }.
desk-told-later = You asked me whether something about { $brand } is true. { $verdict }

# Surveys
desk-survey-satisfaction = How satisfied are you with this conversation? 1 is not at all, 5 is very. Answer with a number.
desk-survey-recommendation = How likely are you to recommend { $brand } to friends? 0 is not at all, 10 is certainly. Answer with a number.
desk-survey-comment = Thank you! If you like, write in a sentence why. (0 to skip)

media-photo = [photo]
media-video = [video]
media-voice = [voice message]
media-sticker = [sticker]
media-document = [document]
media-contact = [contact]
media-location = [location]
media-poll = [poll]
media-other = [file]
