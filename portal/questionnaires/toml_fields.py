"""Tables of a hand-written TOML file, read field by field: every defect is noted instead of stopping at the first."""

import difflib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Sentence, say
from portal.questionnaires.definition import Bilingual

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

_WIDE = 1e15
_UNPRINTABLE = expression(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
SLUG = expression(r"[a-z0-9]+(?:-[a-z0-9]+)*")


@dataclass(frozen=True)
class QuestionnaireDefect:
    """One defect of a questionnaire file: the question's (or section's) key, and what to change."""

    where: str
    message: Sentence
    line: int | None = None
    column: int | None = None


class UnsoundQuestionnaire(ValueError):
    """A questionnaire that must not be used; `defects` says why."""

    def __init__(self, defects: tuple[QuestionnaireDefect, ...]) -> None:
        self.defects = defects
        super().__init__("; ".join(f"{defect.where}: {defect.message}" for defect in defects[:5]))


def _is_word(item: object) -> bool:
    return isinstance(item, str) and bool(item.strip()) and not _UNPRINTABLE.search(item)


class TomlTable:
    """One table of the file; `close` reports the fields that nobody asked for.

    >>> found = []
    >>> table = TomlTable({"poids": 3}, found, "gouvernance.dpo")
    >>> table.integer("weight", 1, 5, default=1)
    1
    >>> table.close()
    >>> found[0].where, found[0].message.values
    ('gouvernance.dpo', {'field': 'poids'})
    """

    def __init__(
        self,
        raw: Mapping[str, object],
        found: list[QuestionnaireDefect],
        where: str,
        path: str = "",
        *,
        draft: bool = False,
    ) -> None:
        self._raw, self._found, self._path = raw, found, path
        self._accepted: set[str] = set()
        self.where = where
        self.draft = draft
        """Whether what stops publication alone (a language, a reason, an article still to be found) is accepted."""

    def __contains__(self, name: str) -> bool:
        return name in self._raw

    def report_under(self, key: str) -> None:
        """From here on, defects are named after this key; without a key, after the place in the file."""
        self.where = key or f"{self.where} {self._path}"
        self._path = ""

    def report(self, sentence: Sentence) -> None:
        """Note a defect of this table."""
        self._found.append(QuestionnaireDefect(self.where, sentence))

    def name(self, name: str) -> str:
        """The full name of a field, as in `choices[2].mark`."""
        return f"{self._path}.{name}" if self._path else name

    def _take(self, name: str) -> object:
        self._accepted.add(name)
        return self._raw.get(name)

    def close(self, elsewhere: frozenset[str] = frozenset()) -> None:
        """Report what was not read; `elsewhere` are fields that exist for other kinds of question."""
        for name in self._raw:
            field = self.name(str(name))
            if name in self._accepted:
                continue
            if name in elsewhere:
                self.report(say("Le champ « %(field)s » n'a pas de sens pour ce type de question.", field=field))
            elif near := difflib.get_close_matches(str(name)[:80], self._accepted, n=1):
                self.report(
                    say("Champ inconnu : « %(field)s » ; vouliez-vous dire « %(near)s » ?", field=field, near=near[0])
                )
            else:
                self.report(say("Champ inconnu : « %(field)s ».", field=field))

    def text(self, name: str, *, required: bool = True) -> str:
        """A text that is not empty; empty without a defect when it may be left out and is."""
        value = self._take(name)
        if value is None and not required:
            return ""
        if isinstance(value, str) and _UNPRINTABLE.search(value):
            self.report(say("Le champ « %(field)s » contient un caractère invisible interdit.", field=self.name(name)))
            return ""
        if isinstance(value, str) and value.strip():
            return value.strip()
        if value is None:
            self.report(say("Le champ « %(field)s » manque.", field=self.name(name)))
        else:
            self.report(say("Le champ « %(field)s » doit être un texte non vide.", field=self.name(name)))
        return ""

    def slug(self, name: str) -> str:
        """A stable key: lower-case letters, digits and hyphens."""
        value = self.text(name)
        if value and not SLUG.fullmatch(value):
            self.report(
                say(
                    "Le champ « %(field)s » n'admet que minuscules sans accent, chiffres et traits d'union.",
                    field=self.name(name),
                )
            )
        return value

    def bilingual(self, name: str, *, required: bool = True) -> Bilingual:
        """A text in French and in English; one without the other is a defect."""
        if name not in self._raw and not required:
            self._accepted.add(name)
            return Bilingual()
        table = self.table(name)
        if table is None:
            return Bilingual()
        names = [name for name in ("fr", "en") if not self.draft or name in table] or ["fr"]
        both = Bilingual(**{name: table.text(name) for name in names})
        table.close()
        return both

    def integer(self, name: str, low: int, high: int, *, default: int) -> int:
        """A whole number within bounds."""
        value = self._take(name)
        if value is None:
            return default
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        self.report(
            say(
                "Le champ « %(field)s » doit être un nombre entier de %(low)s à %(high)s.",
                field=self.name(name),
                low=low,
                high=high,
            )
        )
        return default

    def number(self, name: str, low: float = -_WIDE, high: float = _WIDE) -> float | None:
        """A number within bounds, or nothing."""
        value = self._take(name)
        if value is None:
            return None
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return float(value)
        if low == -_WIDE:
            self.report(say("Le champ « %(field)s » doit être un nombre.", field=self.name(name)))
        else:
            self.report(
                say(
                    "Le champ « %(field)s » doit être un nombre de %(low)s à %(high)s.",
                    field=self.name(name),
                    low=low,
                    high=high,
                )
            )
        return None

    def boolean(self, name: str, *, default: bool) -> bool:
        """True or false, as written in TOML."""
        value = self._take(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return value
        self.report(say("Le champ « %(field)s » doit être true ou false.", field=self.name(name)))
        return default

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts without repetition, possibly empty."""
        value = self._take(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(map(_is_word, value)):
            self.report(say("Le champ « %(field)s » doit être une liste de textes.", field=self.name(name)))
            return ()
        if len(set(value)) < len(value):
            self.report(say("La liste « %(field)s » contient deux fois la même valeur.", field=self.name(name)))
        return tuple(value)

    def choose(self, name: str, offered: Mapping[str, T], *, default: T) -> T:
        """What is offered under a name; the default (and a defect) when nothing is under that one."""
        if name not in self._raw:
            self._accepted.add(name)
            return default
        return self.choose_required(name, offered) or default

    def choose_required(self, name: str, offered: Mapping[str, T]) -> T | None:
        """What is offered under a name that must be given; None (and a defect) when it is not, or names nothing."""
        value = self.text(name)
        if value and value not in offered:
            self.refuse(name, value, offered)
        return offered.get(value)

    def one_of(self, name: str, enum: type[E], *, default: E) -> E:
        """A member of an enumeration; the default (and a defect) when it is not one."""
        return self.choose(name, {member.value: member for member in enum}, default=default)

    def refuse(self, name: str, value: str, offered: Iterable[str]) -> None:
        """Note a value that is not among those offered."""
        self.report(
            say(
                "« %(value)s » n'est pas admis pour « %(field)s » ; valeurs possibles : %(offered)s.",
                value=value[:60],
                field=self.name(name),
                offered=", ".join(offered),
            )
        )

    def table(self, name: str) -> "TomlTable | None":
        """A table inside this one."""
        value = self._take(name)
        if isinstance(value, dict):
            return TomlTable(value, self._found, self.where, self.name(name), draft=self.draft)
        if value is None:
            self.report(say("Le champ « %(field)s » manque.", field=self.name(name)))
        else:
            self.report(say("Le champ « %(field)s » doit être une table.", field=self.name(name)))
        return None

    def tables(self, name: str) -> "list[TomlTable]":
        """A list of tables that is not empty, each named by its rank: `choices[2]`."""
        value = self._take(name)
        if value is None:
            self.report(say("Le champ « %(field)s » manque.", field=self.name(name)))
            return []
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            self.report(say("Le champ « %(field)s » doit être une liste de tables, non vide.", field=self.name(name)))
            return []
        return [
            TomlTable(item, self._found, self.where, f"{self.name(name)}[{rank}]", draft=self.draft)
            for rank, item in enumerate(value, start=1)
        ]

    def keyed(self, name: str, enum: type[E]) -> tuple[tuple[str, E], ...]:
        """A table whose field names are free and whose values belong to an enumeration."""
        table = self.table(name)
        if table is None:
            return ()
        members = {member.value: member for member in enum}
        pairs = ((key, table.choose_required(key, members)) for key in table._raw)
        return tuple((key, value) for key, value in pairs if value is not None)

    def accept(self, *names: str) -> None:
        """Accept fields without reading them, when reading them could only repeat an earlier defect."""
        self._accepted.update(names)
