"""Versions of published pages written here, and what the comparison finds of what changes in them."""
