"""What customers meet: answers from the brand's knowledge, checks of rumours, a person where Earshot cannot help.

`desk` is the door, READ FIRST: the contract with platforms. Behind it, in the order in which an ask passes:

    limits -> knowledge (answering, facts, requests) -> flow -> an answer, a choice (pendings), or
        passing -> handovers (the team answers: team), or rumours (claims)

`office` is what all share, `questions` counts and finds what is missing, `surveys` ask how it was, `rounds` look at the
clock (`clocks`, `hours`), `imports` reads entries from files. Nothing here knows a platform.
"""
