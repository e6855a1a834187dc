"""The answer book: a questionnaire that somebody else wrote, filled from what a vendor has already signed."""
