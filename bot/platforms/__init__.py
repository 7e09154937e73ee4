"""One module a platform: from what arrives there to a platform-neutral `Message`."""
