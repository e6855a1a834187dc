"""Drills: a breach or a request of the authority rehearsed on a copy of the database, timed, and reported."""
