"""What a message means. This package knows no platform, no database and no brand secret."""
