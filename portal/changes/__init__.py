"""Changes of sub-processors that vendors announce: read, studied, answered before the contract's deadline, applied."""
