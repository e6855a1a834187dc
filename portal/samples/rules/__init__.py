"""Rules of samples, pure."""
