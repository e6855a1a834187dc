"""Audits: a vendor answers a frozen questionnaire, a reviewer judges it, findings are worked to closed."""
