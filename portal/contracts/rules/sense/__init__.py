"""What the facts of a contract must not say, whoever gave them: checks of sense, as data and pure rules."""
