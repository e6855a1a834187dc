"""What a foreign question is about, which of our questions asks the same, and what its cell is given."""
