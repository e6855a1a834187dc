"""Pure rules of the right of withdrawal: periods, clocks, exceptions, samples and ceilings, from dated data."""
