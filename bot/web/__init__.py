"""The web application: webhooks of the platforms, and health."""
