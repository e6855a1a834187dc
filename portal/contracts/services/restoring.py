"""The edits of a version: frozen with it, made those of the draft again, and the version's name."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import edit_queries
from portal.contracts.edit_models import ContractEdit
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.services.typed_facts import lock_typed
from portal.journal import services as journal


def edits_snapshot(rows: Sequence[ContractEdit]) -> list[dict[str, Any]]:
    """What lawyers changed, as plain values to be frozen with a version and restored from it."""
    return [
        {
            "anchor": row.anchor,
            "clause": row.clause_key,
            "wording": row.wording.value,
            "text": dict(row.texts),
            "after": row.after,
            "base": dict(row.base),
            "clause_version": row.clause_version,
            "reason": row.reason,
            "changed_at": row.changed_at.isoformat(),
            "changed_by_id": row.changed_by_id,
            "agreed_at": row.agreed_at.isoformat() if row.agreed_at else None,
            "agreed_by_id": row.agreed_by_id,
        }
        for row in rows
    ]


def restore_version(ctx: Context, contract: Contract, version: ContractVersion) -> None:
    """Make the edits of a version those of the draft; what they take the place of is written in the journal.

    Restoring the version that was just drafted changes nothing. Facts and library are those of today.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    rows = edit_queries.edit_rows(ctx, contract)
    before = edits_snapshot(rows)
    if before == version.edits:
        return
    for row in rows:
        ctx.session.delete(row)
    ctx.session.flush()
    ctx.session.add_all(edits_of(contract, version.edits))
    ctx.session.flush()
    journal.record(
        ctx,
        "contract.version_restored",
        contract,
        before={"edits": before},
        after={"version": version.number, "edits": version.edits},
    )


def edits_of(contract: Contract, edits: Sequence[Mapping[str, Any]]) -> Iterator[ContractEdit]:
    """The edits frozen with a version (`edits_snapshot`), to be made those of a contract."""
    for edit in edits:
        agreed_at = edit["agreed_at"]
        yield ContractEdit(
            contract_id=contract.id,
            anchor=edit["anchor"],
            clause_key=edit["clause"],
            wording=ParagraphWording(edit["wording"]),
            texts=dict(edit["text"]),
            after=edit["after"],
            base=dict(edit["base"]),
            clause_version=edit["clause_version"],
            reason=edit["reason"],
            changed_at=datetime.fromisoformat(edit["changed_at"]),
            changed_by_id=edit["changed_by_id"],
            agreed_at=datetime.fromisoformat(agreed_at) if agreed_at else None,
            agreed_by_id=edit["agreed_by_id"],
        )


def label_version(ctx: Context, contract: Contract, version: ContractVersion, label: str) -> None:
    """Name a version; an empty label takes the name away."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    before, after = journal.changes(version, {"label": label.strip()})
    if after:
        journal.record(
            ctx, "contract.version_labelled", version, before=before, after=after, vendor_id=contract.vendor_id
        )
