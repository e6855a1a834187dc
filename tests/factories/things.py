"""Something that the journal may speak of, without a table."""


class Thing:
    """A row as the journal sees it: a number and a name."""

    def __init__(self, id: int = 1, name: str = "Chose") -> None:
        self.id, self.name = id, name
