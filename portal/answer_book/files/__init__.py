"""Forms opened and filled in the XML of their own parts: whatever is not an answer stays byte for byte what it was."""
