"""Telegram: groups that were invited and agreed, private chats, and the team's own chat (docs/telegram.md).

    getUpdates or webhook -> events.read -> sieve -> inbox -> worker -> Pipeline, or a handler -> outbox

`sieve` decides, before anything is stored, what of an update may be: of people who did not agree, only the commands and
buttons by which they speak to the bot.
"""
