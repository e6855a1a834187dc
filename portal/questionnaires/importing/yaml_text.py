"""YAML read event by event: no tag calls anything, an alias is counted for what it repeats, a text stays a text.

Only what JSON knows is told apart (true, false, null, numbers): « Oui », « No » or a date are texts, as typed.
"""

from typing import TYPE_CHECKING, Any

from portal.core.errors import Refused
from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.core.late import late
from portal.questionnaires.importing.tree import DEEPEST, MOST_NODES

if TYPE_CHECKING:
    import yaml
else:
    yaml = late("yaml")

_INTEGER = expression(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_NUMBER = expression(r"[-+]?[0-9]{1,18}\.[0-9]{1,18}")
_PLAIN_TAGS = frozenset({"tag:yaml.org,2002:" + name for name in ("str", "int", "float", "bool", "null", "map", "seq")})
MOST_ALIASES = 1_000


def read_yaml(text: str) -> Any:
    """The first document of the text; raises Refused for what is no YAML, or what no questionnaire holds."""
    try:
        return _Composer(yaml.parse(text, Loader=yaml.CSafeLoader)).document()
    except yaml.YAMLError as failure:
        mark = getattr(failure, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise Refused(say("Ce fichier YAML est mal formé, près de la ligne %(line)s.", line=line)) from failure


class _Composer:
    """Builds values out of events, with a stack of its own: a file cannot exhaust the interpreter's."""

    def __init__(self, events: Any) -> None:
        self._events = events
        self._anchors: dict[str, tuple[Any, int]] = {}
        self._count = self._aliases = 0

    def document(self) -> Any:
        """The value of the first document."""
        stack: list[_Open] = []
        for event in self._events:
            if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
                _check_tag(event.tag)
                if len(stack) >= DEEPEST:
                    raise _refused(say("Ce fichier imbrique trop de niveaux."))
                opened: dict[str, Any] | list[Any] = {} if isinstance(event, yaml.MappingStartEvent) else []
                stack.append(_Open(opened, event.anchor, self._count))
                self._counted(1)
                continue
            if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
                closed = stack.pop()
                value: Any = closed.value
                self._anchors.update({closed.anchor: (value, self._count - closed.began)} if closed.anchor else {})
            elif isinstance(event, yaml.ScalarEvent):
                value = _scalar(event)
                self._counted(1)
                self._anchors.update({event.anchor: (value, 1)} if event.anchor else {})
            elif isinstance(event, yaml.AliasEvent):
                value = self._repeated(event.anchor)
            else:
                continue
            if not stack:
                return value
            stack[-1].take(value)
        return None

    def _repeated(self, anchor: str) -> Any:
        self._aliases += 1
        if anchor not in self._anchors or self._aliases > MOST_ALIASES:
            raise _refused(say("Ce fichier YAML se répète lui-même (alias) plus qu'un questionnaire n'en a besoin."))
        value, size = self._anchors[anchor]
        self._counted(size)
        return value

    def _counted(self, nodes: int) -> None:
        self._count += nodes
        if self._count > MOST_NODES:
            raise _refused(say("Ce fichier contient plus de valeurs qu'un questionnaire n'en a besoin."))


class _Open:
    """A mapping or a list that is not closed yet."""

    def __init__(self, value: dict[str, Any] | list[Any], anchor: str | None, began: int) -> None:
        self.value, self.anchor, self.began = value, anchor, began
        self._key: str | None = None

    def take(self, value: Any) -> None:
        """The next value inside it: an item, a key, or what stands under the key."""
        if isinstance(self.value, list):
            self.value.append(value)
        elif self._key is None:
            if isinstance(value, dict | list):
                raise _refused(say("Un nom de champ de ce fichier YAML n'est pas un texte."))
            self._key = "" if value is None else str(value)
            if self._key in self.value:
                raise _refused(say("Le champ « %(field)s » est donné deux fois au même endroit.", field=self._key[:80]))
        else:
            self.value[self._key] = value
            self._key = None


def _scalar(event: Any) -> Any:
    _check_tag(event.tag)
    text: str = event.value
    if not event.implicit[0] or event.style:
        return text
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text


def _check_tag(tag: str | None) -> None:
    if tag is not None and tag != "!" and tag not in _PLAIN_TAGS:
        raise _refused(say("Ce fichier YAML demande à construire « %(tag)s » : refusé.", tag=tag[:80]))


def _refused(sentence: Sentence) -> Refused:
    return Refused(sentence)
