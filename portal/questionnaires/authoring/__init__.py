"""The pages on which a questionnaire is written in the portal."""
