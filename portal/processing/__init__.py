"""The register of processing (RGPD art. 30): what each entity of the group does with personal data, and for whom."""
