"""Every form of the portal, filled by somebody hostile: no error of ours, and nothing that PostgreSQL would choke on.

What is posted is not listed here: the forms that a view makes, and the names it asks a request for, are noted while it
is asked. The world is the demonstration; each request is undone.
"""

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from flask import got_request_exception
from sqlalchemy import BigInteger, Integer, String, Text, event
from wtforms import BooleanField, DateField, DecimalField, FieldList, FileField, FormField, IntegerField
from wtforms.fields.core import UnboundField
from wtforms.form import BaseForm

from portal.authz.policy import Role
from portal.core import process
from portal.web.forms import DayField, WholeNumberField
from tests.conftest import NOW, settings_for
from tests.demonstrations import World, world_in
from tests.factories.addresses import addresses
from tests.factories.files import saved
from tests.noted_fields import NotedFields

HARD = os.environ.get("VIGIE_TEST_FUZZ") == "hard"
"""Set by `make fuzz`: every value in every field, rather than some."""
BAD = (
    "", " ", "x" * 100_000, "a\0b", "\u202e\u2066gro.elpmaxe\u200b", "é" * 3_000, b"\xed\xa0\x80", b"\xff\xfe", "-1",
    "0", "9" * 400, "1e999", "NaN", "Infinity", "0x1F", "99999999999", "3.5", "٣", "2026-02-30", "9999-12-31",
    "0001-01-01", "31/12/99999", "<script>alert(1)</script>", "{{ 7 * 7 }}", "../../etc/passwd",
    "a\r\nBcc: b@exemple.test", "n'est-pas-un-choix", "%s%n", "[]", '{"a": {"b": []}}', "a@b", "http://[::1", "\ufeff",
    "1 or 1=1", "http://169.254.169.254/",
)  # fmt: skip
"""Values that no honest person types; those in bytes are sent as they are."""
FORM = "application/x-www-form-urlencoded"
HONEST = {
    (BooleanField,): "y", (DateField, DayField): "2026-11-23", (IntegerField, DecimalField, WholeNumberField): "3",
    (FileField,): "",
}  # fmt: skip
LEFT_OUT = {"identity.sign_out"}


class _Noted(NotedFields):
    """The fields of a request."""


class Fuzz:
    """Posts to the forms of the demonstration, and keeps what went wrong."""

    def __init__(self, world: World) -> None:
        self.world, self.faults, self.posted = world, [], 0
        self.forms: list[BaseForm] = []
        self.raised: list[str] = []
        self.statuses: dict[int, int] = defaultdict(int)
        got_request_exception.connect(self._note_raised, world.app)
        event.listen(world.database.connection, "before_cursor_execute", self._note_refused_by_postgres)

    def _note_raised(self, _sender: object, exception: BaseException, **_: object) -> None:
        self.raised.append(f"{type(exception).__name__}: {str(exception)[:160]}")

    def _note_refused_by_postgres(self, _c: Any, _u: Any, _s: str, _p: Any, context: Any, _m: bool) -> None:
        if context is None or context.compiled is None:
            return
        for values in context.compiled_parameters:
            for name, value in values.items():
                kind = context.compiled.binds[name].type if name in context.compiled.binds else None
                if told := refused(kind, value, writing=context.isinsert or context.isupdate):
                    self.raised.append(f"PostgreSQL: {name} {told}")

    def post(self, role: Role, path: str, fields: list[tuple[str, Any]]) -> int:
        """Post a form, undo what it did; the status."""
        self.raised.clear()
        body = b"&".join(
            quoted(name) + b"=" + quoted(value) for name, value in [("csrf_token", self.world.token(role)), *fields]
        )
        found = self.world.asked(role, "POST", path, data=body, content_type=FORM)
        self.posted += 1
        self.statuses[found.status_code] += 1
        if found.status_code >= 500 or self.raised:
            shown = [(name, value[:40]) for name, value in fields if value]
            self.faults.append(f"{role.value} POST {path}: {found.status_code} {self.raised[:2]} with {shown[:12]}")
        return found.status_code


def refused(kind: Any, value: Any, *, writing: bool) -> str:
    """Why PostgreSQL would not take a value that SQLite takes; empty when it would."""
    if isinstance(value, str):
        if "\0" in value:
            return "holds a NUL"
        if any("\ud800" <= c <= "\udfff" for c in value):
            return "holds half a character"
        if writing and isinstance(kind, String) and not isinstance(kind, Text) and (kind.length or 10**9) < len(value):
            return f"is {len(value)} characters long, of {kind.length}"
    if isinstance(value, int) and not isinstance(value, bool) and writing and isinstance(kind, Integer):
        most = 2**63 if isinstance(kind, BigInteger) else 2**31
        if not -most <= value < most:
            return f"is {value}"
    return ""


@cache
def quoted(value: Any) -> bytes:
    """As a form sends it."""
    raw = value if isinstance(value, bytes) else str(value).encode()
    return b"".join(b"%%%02X" % byte if not (48 <= byte < 58 or 97 <= byte < 123) else bytes([byte]) for byte in raw)


@pytest.fixture(scope="module")
def world(tmp_path_factory, portal_settings) -> Iterator[World]:
    """One demonstration for every test here."""
    yield world_in(tmp_path_factory.mktemp("forms") / "world", settings_for, NOW)
    process.prepare(portal_settings)


@contextmanager
def noting(fuzz: Fuzz, monkeypatch: Any) -> Iterator[None]:
    """Note the forms that are made and the names that are asked for."""
    app = fuzz.world.app
    request_class = app.request_class
    monkeypatch.setattr(app, "request_class", type("Noting", (request_class,), {"parameter_storage_class": _Noted}))
    really = BaseForm.process

    def process_noted(form: BaseForm, *arguments: Any, **more: Any) -> None:
        really(form, *arguments, **more)
        fuzz.forms.append(form)

    monkeypatch.setattr(BaseForm, "process", process_noted)
    try:
        yield
    finally:
        monkeypatch.undo()


def honest(form: BaseForm) -> Iterator[tuple[str, str]]:
    """A form filled as an honest person might."""
    for field in form:
        if isinstance(field, UnboundField) or field.name == "csrf_token":
            continue
        if isinstance(field, FormField):
            yield from honest(field.form)
        elif isinstance(field, FieldList):
            for entry in field.entries:
                if isinstance(entry, FormField):
                    yield from honest(entry.form)
                else:
                    yield entry.name, "Texte"
        else:
            yield field.name, _value(field)


def _value(field: Any) -> str:
    choices = getattr(field, "choices", None)
    if choices:
        flat = [one for group in choices.values() for one in group] if isinstance(choices, dict) else list(choices)
        values = [str(getattr(one, "value", one[0] if isinstance(one, tuple | list) else one)) for one in flat]
        return next((value for value in values if value), "")
    for kinds, value in HONEST.items():
        if isinstance(field, kinds):
            return value
    kept = field._value() if hasattr(field, "_value") else ""
    return kept if isinstance(kept, str) and kept else "ana@exemple.test" if "mail" in field.name else "Texte"


def fields_of(fuzz: Fuzz, role: Role, path: str) -> list[tuple[str, str]]:
    """The fields that a view asks for, each with an honest value; those it asks for once others are there as well."""
    known: dict[str, str] = {}
    for _ in range(3):
        fuzz.forms.clear()
        _Noted.asked.clear()
        fuzz.post(role, path, list(known.items()))
        found = {name: value for form in fuzz.forms for name, value in honest(form)}
        found |= {name: "1" for name in _Noted.asked if name not in found}
        found.pop("csrf_token", None)
        if found.keys() <= known.keys():
            break
        known = {**found, **known}
    return list(known.items())


def attacks(fields: list[tuple[str, str]], turn: int) -> Iterator[list[tuple[str, Any]]]:
    """Ways of filling a form badly: the same value everywhere, one bad field among honest ones, and bad shapes."""
    names = [name for name, _ in fields]
    everywhere = BAD if HARD else [BAD[(turn * 2 + step) % len(BAD)] for step in range(2)]
    for value in everywhere:
        yield [(name, value) for name in names]
    alone = (
        [(name, value) for name in names for value in BAD]
        if HARD
        else [(names[(turn + step) % len(names)], BAD[(turn * 5 + step) % len(BAD)]) for step in range(2) if names]
    )
    for bad, value in alone:
        yield [(name, value if name == bad else kept) for name, kept in fields]
    if HARD or turn % 4 == 1:
        yield [*fields, *((name, "x") for name in names)]  # each twice
    if HARD or turn % 4 == 3:
        yield [(f"{name}{ending}", "1") for name in names for ending in ("[0]", "-0", ".0", "-999999999")]
        yield fields[::2]


def test_no_form_filled_badly_is_an_error_of_ours(world, monkeypatch):
    """Each form meets some of the values in turn, all of them under `make fuzz`."""
    fuzz, turn = Fuzz(world), 0
    with noting(fuzz, monkeypatch):
        for rule, role, path in addresses(world, "POST"):
            if rule.endpoint in LEFT_OUT:
                continue
            fields = fields_of(fuzz, role, path)
            for posted in attacks(fields, turn):
                fuzz.post(role, path, posted)
            turn += 1
    assert not fuzz.faults, f"{len(fuzz.faults)} faults\n" + "\n".join(sorted(set(fuzz.faults))[:60])
    assert turn > 200


ONCE = {
    "campaigns.edit": {"title": "Sans rappels ni pays"},
    "paper.confirm_delay": {"number": "3", "unit": "heures", "quote": "Texte", "silent": "y"},
    "vendor_space.answer_book": {"file": "un texte"},
    "vendor_space.workbook": {"file": "un texte"},
    "vendors.edit_service": {},
}
"""What these tests found, and is mended: a field that is missing, two that exclude each other, a file that is none."""


@pytest.mark.parametrize("endpoint", ONCE)
def test_what_was_an_error_once_is_a_refusal(world, endpoint):
    fuzz = Fuzz(world)
    _, role, path = next(one for one in addresses(world, "POST") if one[0].endpoint == endpoint)
    assert fuzz.post(role, path, list(ONCE[endpoint].items())) in {200, 302, 409, 422}
    assert not fuzz.faults


KEPT = {
    "vendor_space.sample_file", "vendor_space.request_task", "vendor_space.finding", "vendor_space.upload",
    "vendor_space.give_certificate", "vendor_space.pieces", "vendor_space.new_version", "changes.record", "paper.sign",
    "paper.new", "published_terms.receive", "mystery.step", "contracts.sign", "contracts.elsewhere",
    "contracts.decide_deadline", "contracts.prove_exit", "person_requests.act",
}  # fmt: skip
"""What takes a file that is kept, and given to somebody afterwards."""
READ = {
    "vendors.imports", "vendors.replace_file", "vendor_space.sample_list", "vendor_space.workbook",
    "vendor_space.answer_book", "processing.import_file", "contracts.verify", "questionnaire_imports.start",
}  # fmt: skip
"""What takes a file that is read in a child and thrown away."""


def test_nothing_that_would_run_comes_in_by_any_door(world, monkeypatch):
    """Each endpoint that takes files is of one kind or the other; by each, a PDF with a script leaves nothing."""
    taking = {name for name, view in world.app.view_functions.items() if getattr(view, "__takes_files__", False)}
    assert taking == KEPT | READ
    hostile, told, fuzz = active_pdf(), set(), Fuzz(world)
    doors = {rule.endpoint: (role, path) for rule, role, path in addresses(world, "POST") if rule.endpoint in taking}
    for endpoint, (role, path) in doors.items():
        with noting(fuzz, monkeypatch):
            fields = dict(fields_of(fuzz, role, path))
        for name in {"file", "files", "proof"} & ({*fields} or {"file"}) or {"file"}:
            fields[name] = (BytesIO(hostile), "rapport.pdf")
        sent = {**fields, "csrf_token": world.token(role)}
        found = world.asked(role, "POST", path, data=sent, content_type="multipart/form-data")
        assert not [one for one in world.written if "stored_file" in one], endpoint
        assert found.status_code < 500, endpoint
        if "JavaScript" in found.get_data(as_text=True):
            told.add(endpoint)
    assert told >= SAYING, SAYING - told


SAYING = {"vendor_space.pieces", "vendor_space.upload"}
"""Of those, what the demonstration lets a file be handed in to at once, with nothing else to fill."""


def active_pdf():
    """A page, and a script that runs when it is opened."""
    document = pikepdf.new()
    document.add_blank_page()
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    return saved(document.save)
