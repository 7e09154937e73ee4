"""Finding personal data in chat text: one module a kind. `nlp/redact.py` orders them and replaces what they find.

Each finder takes the text as `view.py` shows it and returns spans of it. All patterns are linear: a repeated part is
bounded, or can begin only where `(?<!...)` says that no repeat of it began before.
"""
