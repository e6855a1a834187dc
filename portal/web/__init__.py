"""Floor 3: what all pages share."""
