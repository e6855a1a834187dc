"""What tests of the file for the authority share: a world, files found and written, an archive opened."""

import hashlib
from io import BytesIO
from types import SimpleNamespace
from zipfile import ZipFile

import pytest

from portal.authority import package
from portal.authority.content import find_content, frozen_content, signed_journal
from portal.authority.rules import SubjectKind
from portal.authority.scopes import get_subject
from portal.authz.policy import Role
from portal.core import process
from portal.core.language import Language
from portal.vendors.models import Service
from portal.web.manifest import file_parts
from tests.factories.files import pdf
from tests.factories.register import activity_of
from tests.factories.signatures import contract_of
from tests.factories.signing import with_seal_key
from tests.factories.world import full_vendor, vendor_of


@pytest.fixture(autouse=True)
def _prepared(portal_settings):
    process.prepare(portal_settings)


@pytest.fixture
def key(ctx, monkeypatch, tmp_path, _prepared):
    with_seal_key(ctx, monkeypatch, tmp_path)


@pytest.fixture
def dpo(acting):
    return acting(Role.DPO)


@pytest.fixture
def world(dpo, session):
    """Two vendors that share nothing but a line of the register; the first has a contract in force."""
    vendor, other = full_vendor(session, name="Hébergeur Sud"), vendor_of(session, name="Autre Société")
    service = session.query(Service).filter_by(vendor_id=vendor.id).one()
    theirs = Service(vendor_id=other.id, name="Routage secret")
    session.add(theirs)
    session.flush()
    contract = contract_of(dpo, vendor, title="Accord Hébergeur Sud")
    activity = activity_of(dpo, service_ids=(service.id, theirs.id))
    session.commit()
    return SimpleNamespace(
        vendor=vendor, other=other, service=service, contract=contract, activity=activity,
        entity=activity.legal_entity,
    )  # fmt: skip


@pytest.fixture
def content_of(app):
    """`content_of(ctx, row, on)`: what a file about a row would say, frozen."""

    def make(ctx, kind, row, on=None, *, wanted=None, language=Language.FR, checker=""):
        with app.test_request_context():
            parts = file_parts()
            keys = wanted if wanted is not None else {part.key for part in parts if not part.is_chosen}
            subject = get_subject(ctx, SubjectKind(kind), row.id)
            found = find_content(ctx, subject, on or ctx.today, language, parts, keys)
            return frozen_content(found, more_gaps=signed_journal(ctx), checker=checker)

    return make


@pytest.fixture
def without_printer(monkeypatch):
    """The index is a page that is there already: what it says has tests of its own."""
    monkeypatch.setattr(package, "print_in_child", lambda document, seconds: pdf())


def archive_of(ctx, content):
    """The archive of a content, and its members by name."""
    out = BytesIO()
    package.write_archive(ctx, content, out, built_at=ctx.now, built_by="Ana")
    with ZipFile(out) as archive:
        assert archive.testzip() is None
        return out.getvalue(), {name: archive.read(name) for name in archive.namelist()}


def wrong_sums(members):
    """The members that are not what the list of digests says, and those that it does not name."""
    told = dict(reversed(line.split("  ", 1)) for line in members["SHA256SUMS"].decode().splitlines())
    found = {name: hashlib.sha256(content).hexdigest() for name, content in members.items() if name != "SHA256SUMS"}
    return sorted(name for name in {*told, *found} if told.get(name) != found.get(name))
