"""Reading questions with their answers from files that a brand has already: CSV, YAML, Markdown, a saved web page."""

from bot.customers.imports.reading import Imported, Skipped, read_entries

__all__ = ["Imported", "Skipped", "read_entries"]
