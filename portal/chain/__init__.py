"""The chain of processors: which company engages which, at any depth, where data go, and what depends on whom."""
