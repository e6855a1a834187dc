"""What can wait until the morning: kept for each person, and told in one digest a day."""
