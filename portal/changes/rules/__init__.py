"""Rules of announced changes: their life, what they change in the chain, by when one objects. Pure."""
