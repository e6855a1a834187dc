"""Accounts, invitations, sign-in, second factor and sessions."""
