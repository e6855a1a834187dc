"""The journal: who did what to what, before and after, chained by hashes."""
