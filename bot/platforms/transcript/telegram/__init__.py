"""Chats exported from Telegram Desktop."""
