"""Rules of breaches: the life of one, its clocks, its content, what is decided of it."""
