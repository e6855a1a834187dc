"""Campaigns: recurring waves of audits, with reminders and escalation."""
