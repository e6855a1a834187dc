"""Floor 1: who may do what."""
