"""The commands of `earshot`, one file a subject: each parses, calls and prints."""
