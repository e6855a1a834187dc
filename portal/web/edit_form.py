"""Forms over a row that colleagues may be editing too: nobody writes over what they have not seen.

A page carries, in the field `seen`, a fingerprint of each value it was shown with. When it comes back, a field that
only the person changed is written; one that only a colleague changed keeps the colleague's value; one that both
changed stops the whole: the page comes back (409) with both values, and the person chooses.
"""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import flash, request
from sqlalchemy import inspect
from sqlalchemy.exc import NoInspectionAvailable
from wtforms import Field, HiddenField, SelectMultipleField

from portal.core.dataclass import dataclass
from portal.core.row_lock import hold_row
from portal.core.stale import fingerprint
from portal.web.edge import current, db_session
from portal.web.formats import date_time
from portal.web.forms import PortalForm
from portal.web.manifest import LastWrite, last_write
from portal.web.text import _

SEEN, TAKEN = "seen", "take"
_MARK = 8
"""Hexadecimal digits of a field's fingerprint in the mark: enough to tell two values of one field apart."""


@dataclass(frozen=True)
class FieldConflict:
    """One field that two people changed: what each of them wants it to say."""

    mine: str
    theirs: str
    by: str
    """Who was faster; empty when the reader may not know it."""
    at: datetime | None


def hold(row: Any) -> None:
    """When the page is posted, keep a row to this transaction and see what others have just written.

    Called before the values of the row are read, so that what is compared is what will be written over.
    """
    if request.method != "POST":
        return
    hold_row(db_session(), row)


class EditForm(PortalForm):
    """A form that carries the mark of what it was shown with, when it is about a row (`obj` or `row`).

    Without a row (something new) the mark is left out, and the form is one like any other. A form filled in from
    several columns passes them as keywords, with the row as `row`, after `hold` on it.
    """

    seen = HiddenField("")  # never read: a label that is not given is translated, from a catalogue opened for it

    def __init__(self, *args: Any, obj: Any = None, row: Any = None, **values: Any) -> None:
        self.row = row if row is not None else obj if _is_stored(obj) else None
        if obj is not None and self.row is obj:
            hold(obj)
        super().__init__(*args, obj=obj, **values)
        self.conflicts: dict[str, FieldConflict] = {}
        if self.row is None:
            del self.seen
        elif not self.is_submitted() or values.get("formdata", self) is None:
            self.seen.data = self._mark()

    @property
    def status(self) -> int:
        """409 when somebody was faster, else as any form."""
        return 409 if self.conflicts else super().status

    def submitted(self) -> bool:
        """Whether it was posted, every field is well formed, and nobody's work would be written over."""
        if self.row is None or not self.is_submitted():
            return super().submitted()
        for field in self._edited():
            if field.short_name in request.form.getlist(TAKEN):
                _restore(field)
        is_sound = super().submitted()
        return self._compare() and is_sound

    def touched(self, name: str) -> bool:
        """Whether what came back of a field is not what it was shown with; every field is, without a readable mark."""
        return self._shown().get(name) != _digest(self[name], self[name].data)

    def outdated(self) -> bool:
        """Whether a colleague has changed something since it was shown; always, without a readable mark."""
        shown = self._shown()
        return any(shown.get(field.short_name) != _digest(field, field.object_data) for field in self._edited())

    def _shown(self) -> dict[str, str]:
        mark = self.seen.data if self.seen is not None else ""
        return dict(part.split(":", 1) for part in (mark or "").split() if ":" in part)

    def _edited(self) -> list[Field]:
        return [field for field in self if field.type != "CSRFTokenField" and field.short_name != SEEN]

    def _mark(self) -> str:
        return " ".join(f"{field.short_name}:{_digest(field, field.object_data)}" for field in self._edited())

    def _compare(self) -> bool:
        shown = self._shown()
        kept: list[Field] = []
        lost: list[Field] = []
        for field in self._edited():
            theirs, mine = _digest(field, field.object_data), _digest(field, field.data)
            if shown.get(field.short_name) == theirs or (mine == theirs and not field.errors):
                continue
            (kept if shown.get(field.short_name) == mine else lost).append(field)
        if not kept and not lost:
            return True
        write = last_write(current(), self.row, {field.short_name for field in (lost or kept)})
        for field in lost:
            self._dispute(field, write)
        for field in kept:
            _restore(field)
        if kept:
            flash(_kept_words(kept, write), "warning")
        if lost:
            self.seen.data = self._mark()
        return not lost

    def _dispute(self, field: Field, write: LastWrite | None) -> None:
        by, at = (write.by, write.at) if write else ("", None)
        field.conflict = FieldConflict(_text(field, field.data), _text(field, field.object_data), by, at)
        self.conflicts[field.short_name] = field.conflict
        told = _("%(who)s a changé ce champ entre-temps : choisissez.", who=by or _("Quelqu'un d'autre"))
        field.errors = [*field.errors, told]


def _is_stored(obj: Any) -> bool:
    """Whether it is a row of the database, rather than a proposal."""
    try:
        return obj is not None and bool(inspect(obj).persistent)
    except NoInspectionAvailable:
        return False


def _kept_words(fields: list[Field], write: LastWrite | None) -> str:
    names = ", ".join(str(field.label.text) for field in fields)
    if write is None or not write.by:
        return str(_("Changé entre-temps par quelqu'un d'autre, et gardé : %(names)s.", names=names))
    when = date_time(write.at)
    return str(_("Changé par %(who)s le %(when)s, et gardé : %(names)s.", who=write.by, when=when, names=names))


def _digest(field: Field, value: Any) -> str:
    """The fingerprint of a value, the same whether it comes from the database or from a form.

    The order of checkboxes says nothing; that of the lines of a list does.
    """
    told = _plain(value)
    if isinstance(told, list) and isinstance(field, SelectMultipleField):
        told = sorted(told)
    return fingerprint(told)[:_MARK]


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_plain(one) for one in (sorted(value, key=str) if isinstance(value, set | frozenset) else value)]
        return parts or ""
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def _restore(field: Field) -> None:
    """Put back into a field what is stored, as if nobody had typed there."""
    field.process_errors, field.errors, field.raw_data = [], [], None
    _forget_typed(field)
    field.process_data(field.object_data)
    text = field._value() if hasattr(field, "_value") else str(_plain(field.data))
    field.raw_data = [text] if text else []


def _forget_typed(field: Field) -> None:
    if hasattr(field, "_typed"):
        field._typed = None


def _text(field: Field, value: Any) -> str:
    """A value as the reader knows it: the words of choices, else what the control would hold."""
    if hasattr(field, "iter_choices"):
        wanted = {_plain(one) for one in value} if isinstance(value, list | tuple | set) else {_plain(value)}
        return ", ".join(str(one.label) for one in _choices(field) if _plain(field.coerce(one.value)) in wanted)
    held: Mapping[str, Any] = dict(vars(field))
    field.data, field.raw_data = value, None
    _forget_typed(field)
    text = str(field._value() if hasattr(field, "_value") else _plain(value))
    vars(field).update(held)
    return text


def _choices(field: Any) -> list[Any]:
    return list(field.iter_choices())
