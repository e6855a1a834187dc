"""The consumer's right of withdrawal (« droit de rétractation »): dated rules and what is computed from them.

The last day of a period, what runs after a withdrawal, the exceptions (C. conso. L221-18 to L221-28, directive
2011/83/EU), the legal ceilings of fines, and the guide for customer relations.
"""
