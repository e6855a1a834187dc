"""Contract rules: facts, assembly, numbering, coverage of RGPD art. 28, defects of the library; pure."""
