# The menu of commands for customers.
tg-command-ask = Ask a question
tg-command-check = Is it true? Have a rumour checked
tg-command-human = Reach the team
