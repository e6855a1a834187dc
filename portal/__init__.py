"""Vigie: processors under control, from contract to audit to register (RGPD art. 28)."""
