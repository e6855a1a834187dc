"""The one refusal of a reader: a sentence that says what is wrong with the file, and where."""

from portal.core.errors import Refused


class Unreadable(Refused):
    """A file that no reader opens, or not this one; `sentence` says what and where."""
