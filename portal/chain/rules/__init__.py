"""Pure rules of the chain: what depends on what, where data go and on what ground, how it is drawn."""
