"""What a search looks for: the words typed, without accents, case or punctuation."""

from portal.vendors.rules.naming import plain

MOST_WORDS = 6
"""More words than anyone types to find a company or a contract; the rest are left aside."""
SHORTEST = 2
"""Letters that the longest word must have: one letter begins a word of nearly everything."""
LONGEST = 200
"""Characters of what is typed that are read."""


def words_of(typed: str) -> tuple[str, ...]:
    """The words to look for; none when what is typed is too short to look for anything.

    >>> words_of("  Œuvre  d'Été "), words_of("é"), words_of("732 829 320")
    (('oeuvre', 'dete'), (), ('732829320',))
    """
    words = plain(typed[:LONGEST]).split()
    if all(word.isdecimal() for word in words):
        words = ["".join(words)]  # a number is written in groups, and kept without
    if max(map(len, words), default=0) < SHORTEST:
        return ()
    return tuple(dict.fromkeys(words))[:MOST_WORDS]
