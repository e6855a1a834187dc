"""Where a contract's facts come from: the register first, then the vendor's own answers; what legal types wins."""
