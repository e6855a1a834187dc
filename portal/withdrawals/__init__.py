"""The consumer's right of withdrawal (« droit de rétractation ») when a vendor handles customer relations.

Dated rules and what follows from them (C. conso. L221-18 to L221-28, directive 2011/83/EU), samples of cases audited
against them, planned tests, telephone consent, legal ceilings.
"""
