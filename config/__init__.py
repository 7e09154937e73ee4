"""Settings, the brand file and the texts in every language: data, checked when it is read."""
