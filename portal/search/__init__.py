"""One search over everything a person may open; each domain declares in its manifest what is found in it."""
