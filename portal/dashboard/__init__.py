"""Read-only pages that compose the domains: home, portfolio."""
