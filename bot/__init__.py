"""The people, the platforms and the way of a message: read `bot/pipeline.py` first."""
