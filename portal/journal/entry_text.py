"""An entry as a person reads it: named action, named fields, dates in letters."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from portal.authz.policy import ROLE_NAMES, Role
from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import Language, colon, semicolon
from portal.journal import wording
from portal.journal.models import JournalEntry
from portal.web import formats
from portal.web.text import _, current_language, said

_DAY = expression(r"\d{4}-\d\d-\d\d")
_INSTANT = expression(_DAY.pattern + r"T\d\d:\d\d")


@dataclass(frozen=True)
class FieldChange:
    """One field, before and after."""

    label: str
    before: str
    after: str
    was_there: bool
    """Whether the field had been noted before and is otherwise since: else there is no change to show, only a value."""


@dataclass(frozen=True)
class ShownEntry:
    """An entry ready for the macro `timeline`."""

    id: int
    at: datetime
    text: str
    actor: str
    detail: str
    tone: str
    changes: tuple[FieldChange, ...]
    url: str = ""
    """Its own page, for whoever may read the journal."""


def shown_entry(entry: JournalEntry, *, is_sound: bool = True) -> ShownEntry:
    """An entry in the reader's language; one whose hash does not hold is shown as such."""
    action = said(wording.ACTIONS[entry.action]) if entry.action in wording.ACTIONS else entry.action
    kind = said(wording.OBJECTS[entry.object_type]) if entry.object_type in wording.OBJECTS else entry.object_type
    return ShownEntry(
        id=entry.id, at=entry.at, text=action, actor=_actor(entry),
        detail=_detail(entry, kind),
        tone="neutral" if is_sound else "danger", changes=_changes(entry),
    )  # fmt: skip


def _detail(entry: JournalEntry, kind: str) -> str:
    """What it is about; an object without a name of its own is called by its kind alone."""
    if entry.object_label in {"", entry.object_type}:
        return str(_("%(kind)s · n° %(id)s", kind=kind, id=entry.id))
    return str(_("%(kind)s : %(label)s · n° %(id)s", kind=kind, label=entry.object_label, id=entry.id))


def _actor(entry: JournalEntry) -> str:
    role = said(ROLE_NAMES[Role(entry.actor_role)]) if entry.actor_role in set(Role) else entry.actor_role
    return f"{entry.actor_name} ({role})" if entry.actor_name else role


def _changes(entry: JournalEntry) -> tuple[FieldChange, ...]:
    """The fields that say something: one noted again as it was says what was changed, and has not changed itself."""
    action, before, after = entry.action, entry.before, entry.after
    # PostgreSQL does not keep the order in which a service wrote them: the same one on both databases.
    names = sorted({*before, *after})
    told = ((name, _field(action, name, before), _field(action, name, after)) for name in names)
    return tuple(
        FieldChange(_name(action, name), was, now, was_there=name in before and was != now)
        for name, was, now in told
        if was or now
    )


def _name(action: str, name: str) -> str:
    called = wording.field_name(action, name, current_language())
    return called if called is name else said(called)


def _field(action: str, name: str, values: Mapping[str, Any]) -> str:
    value = values.get(name)
    told = wording.teller_of(action, name) if value is not None else None
    return (told(value, values, current_language()) if told else "") or _value(action, name, value)


def _value(action: str, name: str, value: Any) -> str:
    if isinstance(value, str):
        return _words(action, name, value)
    if isinstance(value, bool):
        return str(_("oui") if value else _("non"))
    if isinstance(value, list):
        parted = semicolon(current_language()) if any(isinstance(item, Mapping) for item in value) else ", "
        return parted.join(_value(action, name, item) for item in value)
    if isinstance(value, Mapping):
        if value and value.keys() <= set(Language):
            return str(value.get(current_language()) or next(iter(value.values())))
        mark, parted = colon(current_language()), semicolon(current_language())
        told = ((_name(action, str(key)), _value(action, str(key), item)) for key, item in sorted(value.items()))
        return parted.join(f"{name}{mark}{said_value}" for name, said_value in told if said_value)
    return "" if value is None else str(value)


def _words(action: str, name: str, value: str) -> str:
    names = wording.value_names(action, name)
    if value in names:
        return said(names[value])
    if (reader := wording.reader_of(action, name)) is not None:
        return reader(value, current_language())
    return _row(names, value) or _moment(value)


def _row(names: Mapping[str, str], value: str) -> str:
    """A row of another table, noted as `kind:number`, by the name of its kind; empty when it is none."""
    kind, _colon, number = value.partition(":")
    if kind not in names or not number.isdecimal():
        return ""
    return str(_("%(kind)s n° %(id)s", kind=said(names[kind]), id=number))


def _moment(value: str) -> str:
    """A stored instant or day in letters; any other text as it is."""
    try:
        if _INSTANT.match(value):
            return formats.date_time(datetime.fromisoformat(value))
        if _DAY.fullmatch(value):
            return formats.long_date(date.fromisoformat(value))
    except ValueError:
        pass
    return value
