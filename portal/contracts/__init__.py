"""Contracts: clauses assembled from facts, coverage of art. 28 proved, versions frozen."""
