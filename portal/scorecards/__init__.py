"""Scorecards: the level of demonstrated guarantees (RGPD art. 28(1)), explained term by term, kept as snapshots."""
