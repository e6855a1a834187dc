"""Mystery withdrawals: tests planned by vendor and channel, observed step by step, judged against the rules.

The rules are in `withdrawals.rules.mystery*`, the script in `law/mystery.toml`; no vendor ever sees any of it.
"""
