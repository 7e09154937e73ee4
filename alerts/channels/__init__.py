"""One file a channel: where an alert is shown to the team."""
