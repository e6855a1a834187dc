"""The external audience: what a vendor sees, and nothing else."""
