"""What the team must know, and when."""
