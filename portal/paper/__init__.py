"""The other side's contract: read, checked against RGPD art. 28 passage by passage, and amended."""
