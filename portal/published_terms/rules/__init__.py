"""What published texts state, and how two of them differ: pure functions."""
