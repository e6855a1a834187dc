"""Regular expressions of the portal: which ones are really compiled, and how the time of each grows with its text."""
