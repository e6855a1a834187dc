"""The dates that wait for a person: a page, and an address that a calendar subscribes to."""
