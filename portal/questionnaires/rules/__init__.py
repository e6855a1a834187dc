"""Questionnaires, pure: reading and checking a file, freezing it, what is asked of whom, what is owed and worth."""
