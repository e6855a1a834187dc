"""The day each proof is good until, as rows keep it and lists read it, against a count made apart from what is said."""

import calendar
import tomllib
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import text

from portal.authz.policy import Permission, Role
from portal.core import process
from portal.core.stored import StoredFile
from portal.evidence import queries, services
from portal.evidence.models import Evidence
from portal.evidence.rules import EvidenceVerdict
from portal.vendors.rules.status import VendorStatus
from tests.factories.spaces import used_proof_of
from tests.factories.world import vendor_of

PIECES = 60


def months_after(day, months):
    """The same day of a later month; the last one of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def said_end(piece, months, kinds):
    """The earliest of what the document says, the age that questions accept, and what its kind holds without an end."""
    kind = kinds.get(piece["kind"], {})
    issued = piece["period_to"] or piece["issued_on"]
    ends = [day for day in (piece["expires_on"], kind.get("ended_editions", {}).get(piece["standard"])) if day]
    ages = [months, kind.get("months") if piece["expires_on"] is None else None]
    ends += [months_after(issued, age) for age in ages if age is not None and issued is not None]
    return min(ends, default=None)


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(4))
def test_the_day_a_proof_is_good_until_is_the_one_that_is_counted_apart(ctx, session, app, seed):
    chance = Random(seed)
    raw = tomllib.loads((process.settings().questionnaires_dir / "preuves.toml").read_text(encoding="utf-8"))
    kinds = {one["key"]: one for one in raw["kind"]}
    editions = [edition for one in kinds.values() for edition in one.get("ended_editions", {})]
    live, gone = vendor_of(session), vendor_of(session, status=VendorStatus.OFFBOARDED)

    def some_day(often):
        return ctx.today + timedelta(days=chance.randint(-900, 900)) if chance.random() < often else None

    said, ages = {}, {}
    for number in range(PIECES):
        piece = {
            "kind": chance.choice([*kinds, ""]), "standard": chance.choice(["", *editions]),
            "issued_on": some_day(0.8), "period_to": some_day(0.2), "expires_on": some_day(0.4),
        }  # fmt: skip
        stored = StoredFile(
            key=f"k{number}", sha256=f"{number:064d}", size=1, media_type="application/pdf", filename="p.pdf",
            created_at=ctx.now,
        )  # fmt: skip
        session.add(stored)
        session.flush()
        verdict = chance.choice(list(EvidenceVerdict))
        vendor = chance.choice([live, live, gone])
        row = Evidence(
            vendor_id=vendor.id, stored_file_id=stored.id, uploaded_at=ctx.now, sent_at=ctx.now, verdict=verdict,
            **piece,
        )  # fmt: skip
        session.add(row)
        session.flush()
        months = chance.choice([None, 6, 12, 18, 36])
        if chance.random() < 0.8:
            ages[row.id] = months
        counts = row.id in ages and verdict is not EvidenceVerdict.REJECTED
        end = said_end(piece, months, kinds) if counts else None
        said[row.id] = (end, vendor is live)
    services.keep_demands(ctx, ages)
    kept = dict(session.execute(text("SELECT id, good_until FROM evidence")).all())
    assert {number: str(day) for number, day in kept.items()} == {n: str(end) for n, (end, _live) in said.items()}
    for within in (-1, 0, 60, 400):
        last = ctx.today + timedelta(days=within)
        due = sorted((end, n) for n, (end, is_live) in said.items() if is_live and end is not None and end <= last)
        found = queries.expiring(ctx, to=Permission.EVIDENCE_VIEW, within_days=within, most=PIECES)
        assert [(one.good_until, one.id) for one in found] == due
        assert queries.count_expiring(ctx, to=Permission.EVIDENCE_VIEW, within_days=within) == len(due)


@pytest.mark.both_databases
def test_a_proof_that_was_rejected_is_not_to_be_renewed_until_it_is_accepted_again(session, app, acting):
    ours = acting(Role.DPO)
    end = ours.today - timedelta(days=3)
    proof = used_proof_of(session, vendor_of(session), expires_on=end, good_until=end)
    ours.session.refresh(proof, ["vendor", "stored_file"])

    def to_renew():
        return [one.id for one in queries.expiring(ours, to=Permission.EVIDENCE_VIEW)]

    assert to_renew() == [proof.id]
    assert services.judge(ours, proof, EvidenceVerdict.REJECTED, "Le périmètre n'est pas le bon.")
    session.flush()
    assert to_renew() == []
    assert queries.count_expiring(ours, to=Permission.EVIDENCE_VIEW) == 0
    assert services.judge(ours, proof, EvidenceVerdict.VERIFIED, "Relu : il est bon.")
    session.flush()
    assert to_renew() == [proof.id]
    assert queries.count_expiring(ours, to=Permission.EVIDENCE_VIEW) == 1
