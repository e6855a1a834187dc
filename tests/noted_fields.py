"""Fields and arguments of a request that note by what name a view asks for them."""

from typing import Any, ClassVar

from werkzeug.datastructures import ImmutableMultiDict


class NotedFields(ImmutableMultiDict):
    """What a request carries; a subclass of its own keeps, in `asked`, the names that were asked for."""

    asked: ClassVar[set[str]] = set()

    def __init_subclass__(cls) -> None:
        """Give each subclass a set of its own."""
        cls.asked = set()

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None, type: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default, type)

    def getlist(self, name: str, type: Any = None) -> list[Any]:
        self.asked.add(name)
        return super().getlist(name, type)

    def __contains__(self, name: object) -> bool:
        self.asked.add(str(name))
        return super().__contains__(name)
