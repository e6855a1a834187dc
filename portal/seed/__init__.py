"""A believable fictional company, for demonstrations and screenshots; refuses to run in production."""
