"""What a person sees of a replay in the terminal."""

from bot.live.view import LiveView

__all__ = ["LiveView"]
