"""Personal data breaches declared by vendors or found by us (RGPD art. 33 and 34)."""
