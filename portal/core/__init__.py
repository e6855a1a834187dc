"""Floor 0: what every domain stands on; no Flask, no business word."""
