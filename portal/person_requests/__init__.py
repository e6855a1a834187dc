"""Requests of persons (RGPD art. 15 to 22), relayed by the vendor that received them, answered within the month."""
