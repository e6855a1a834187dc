"""Findings: gaps shown by an audit, a sample or a test, each worked by the vendor and by us until it is settled."""
