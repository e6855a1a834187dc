"""Vendors: the processors acting on our behalf (« sous-traitants », RGPD art. 28), their services and contacts."""
