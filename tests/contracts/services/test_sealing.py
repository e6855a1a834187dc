"""The signed copy: the text that was signed, its certificate, one seal; kept once whoever comes second."""

import hashlib
import subprocess

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import SYSTEM
from portal.contracts import services, tasks
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.life import ContractState, CopyReading
from portal.contracts.rules.signing_order import SigningState
from portal.core import process
from portal.core.language import Language
from portal.core.seal import SealState, read_seals
from portal.core.stored import blob_of
from portal.jobs.models import Mail
from portal.journal.models import JournalEntry
from portal.vendors.models import SignedContract
from tests.factories.printed import failures, pdf_text, reader, tool
from tests.factories.signing import OURS, THEIRS, agreed, opened, signs, with_seal_key
from tests.printing_cache import nothing_printed

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def signed(ctx, session, monkeypatch, tmp_path):
    """`signed(language)`: a signature that everybody has made."""
    with_seal_key(ctx, monkeypatch, tmp_path)

    def make(language=Language.FR):
        signing = opened(ctx, agreed(ctx, language))
        for entry in (THEIRS, OURS):
            signs(ctx, signing, entry)
        session.commit()
        return signing

    return make


def sealed_by(session, at, signing):
    """What a worker does."""
    record = tasks.seal_signed_contract(Context(session, SYSTEM, at), signing_id=signing.id, job_id=1)
    if record is not None:
        record(Context(session, SYSTEM, at))
        session.commit()
    session.expire_all()
    return record


def copy_of(session, signing):
    record = session.get_one(SignedContract, signing.signature_id)
    session.refresh(record, ["stored_file"])
    return record.stored_file, b"".join(process.store().open(blob_of(record.stored_file)))


@pytest.mark.pdf
@pytest.mark.parametrize("language", list(Language))
def test_the_copy_bears_a_certificate_and_one_seal_within_both_profiles(ctx, session, signed, language, tmp_path):
    signing = signed(language)
    sealed_by(session, ctx.now, signing)
    stored, pdf = copy_of(session, signing)
    assert hashlib.sha256(pdf).hexdigest() == stored.sha256
    assert failures(pdf) == []
    path = tmp_path / "signed.pdf"
    path.write_bytes(pdf)
    told = subprocess.run([tool("pdfsig"), str(path)], check=False, capture_output=True, text=True).stdout
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    assert told.count("Signature #") == 1
    last = " ".join(pdf_text(pdf).split("\f")[-2].split()).replace("’", "'")
    title, level = {
        Language.FR: ("Certificat de signature", "signature électronique simple"),
        Language.EN: ("Certificate of signature", "simple electronic signature"),
    }[language]
    assert title in last
    assert level in last
    for word in ("qualifié", "qualified"):
        assert word not in last, "a level that this is not is not named"
    for one in (OURS, THEIRS):
        assert one.name in last
        assert one.email in last.replace(" ", "") or one.email in last
    assert signing.file_sha256 in last, "on one line, as it is compared"
    assert "192.0.2" not in last
    carried = reader(pdf).attachments
    version = session.get_one(ContractVersion, signing.version_id)
    [source] = carried[f"accord-v{version.number}.pdf"]
    assert hashlib.sha256(source).hexdigest() == signing.file_sha256, "the very file that was read"
    at = pdf.index(b"<pdfuaid:part>1") + 14
    changed = pdf[:at] + b"2" + pdf[at + 1 :]
    assert [one.state for one in read_seals(changed)] == [SealState.ALTERED]


def test_a_contract_signed_by_all_is_in_force_tells_all_and_a_second_worker_keeps_nothing(ctx, session, signed):
    signing = signed()
    worker = Context(session, SYSTEM, ctx.now)
    with nothing_printed():
        first, second = (tasks.seal_signed_contract(worker, signing_id=signing.id, job_id=number) for number in (1, 2))
        for record in (first, second):
            record(Context(session, SYSTEM, ctx.now))
            session.commit()
        assert sealed_by(session, ctx.now, signing) is None, "a third finds nothing to do"
    contract = session.get_one(Contract, signing.contract_id)
    assert (signing.state, contract.state) == (SigningState.SEALED, ContractState.IN_FORCE)
    assert contract.signature_id == signing.signature_id
    assert session.query(SignedContract).count() == 1
    for action in ("contract.sealed", "contract.signed", "vendor.contract_signed"):
        assert session.query(JournalEntry).filter_by(action=action).count() == 1, action
    _stored, pdf = copy_of(session, signing)
    assert [one.state for one in read_seals(pdf)] == [SealState.WHOLE]
    done = session.scalars(select(Mail.recipient).where(Mail.template == "contracts/emails/signing_done"))
    assert sorted(done) == sorted([OURS.email, THEIRS.email])
    assert contract.copy_reading is CopyReading.WAITING, "its copy is read like any other"


def test_nothing_is_sealed_before_all_have_signed(ctx, session, monkeypatch, tmp_path):
    with_seal_key(ctx, monkeypatch, tmp_path)
    signing = opened(ctx, agreed(ctx))
    signs(ctx, signing, THEIRS)
    session.commit()
    assert services.seal_signed_contract(Context(session, SYSTEM, ctx.now), signing.id) is None


def test_an_amendment_signed_is_noted_on_the_contract_it_amends(ctx, session, signed):
    parent, signing = agreed(ctx), signed()
    signing.contract.parent_id = parent.id
    session.commit()
    session.expire_all()
    with nothing_printed():
        sealed_by(session, ctx.now, signing)
    (entry,) = session.scalars(select(JournalEntry).where(JournalEntry.action == "contract.amended"))
    assert (entry.object_id, entry.after["version"]) == (parent.id, 1)
    assert session.get_one(Contract, signing.contract_id).parent_id == parent.id
