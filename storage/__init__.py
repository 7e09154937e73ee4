"""What is kept, how it is encrypted, and when it goes."""
