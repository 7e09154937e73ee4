"""One file a detector: statistics of a narrative, topic or chat in, a `Signal` out."""
