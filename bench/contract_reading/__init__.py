"""The laboratory of contract reading: the check against texts that readers have labelled, and against naive checks."""
