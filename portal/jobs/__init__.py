"""Floor 2: work that outlives a request: one ledger, two carriers, and mail."""
