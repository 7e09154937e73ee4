"""What customers meet: answers from the brand's knowledge, checks of rumours, a person where Earshot cannot help.

`answering` decides what a text gets; nothing here knows a platform.
"""
