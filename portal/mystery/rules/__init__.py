"""Rules of mystery tests, pure."""
