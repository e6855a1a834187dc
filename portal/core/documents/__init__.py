"""A neutral document tree and its two renderings, DOCX and PDF."""
