"""The rules of the vendors domain: pure, no database, no clock, no file."""
