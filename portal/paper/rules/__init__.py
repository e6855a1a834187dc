"""Pure rules of the check: from a text that was read to what it says of each obligation."""
