"""Growing the tree over the journal, signing its root, and proving one entry to somebody who sees nothing else."""

import secrets
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice

from sqlalchemy import func, insert, select, tuple_
from sqlalchemy.orm import Session

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.clock import LEGAL_ZONE
from portal.core.dataclass import dataclass
from portal.core.db import is_copy
from portal.core.errors import NotFound, Refused
from portal.core.language import N_
from portal.core.seal import NoSealKey, SealKey, is_signed, read_seal_key, sign_statement
from portal.journal import anchoring, services
from portal.journal.models import JournalEntry, JournalHead, JournalTreeNode
from portal.journal.queries import chain, chain_link, get_entry
from portal.journal.rules import (
    NONCE_BYTES,
    ChainLink,
    InclusionProof,
    ProofFault,
    SignedHead,
    TreeNode,
    UnsoundProof,
    complete_nodes,
    entry_text,
    grown,
    head_statement,
    leaf_hash,
    path_nodes,
    read_proof,
    tree_root,
    verify_chain,
)

AT_ONCE = 1000
"""Entries read and given a leaf at a time."""


class BrokenChain(Refused):
    """Nothing is signed over a chain that does not hold."""


@dataclass(frozen=True)
class ProvenEntry:
    """What the entry of the journal says when a proof was given."""

    id: int
    name: str


def sign_head(ctx: Context) -> JournalHead | None:
    """Sign the journal as it stands, unless nothing was written since; None for a journal without entries.

    Raises NoSealKey without a key, BrokenChain when an entry written since the last time is not what its hash says. The
    organisation's key signs no copy: what a drill writes would be proved as if it had happened.
    """
    if is_copy(ctx.session):
        raise NoSealKey(N_("Ceci est un exercice : la clé de l'organisation ne signe pas ce qui s'y écrit."))
    services.hold_end(ctx.session)
    end = last_number(ctx.session)
    last = _last_head(ctx.session)
    if not end or (last is not None and last.entries >= end):
        return last
    told = process.settings()
    key = read_seal_key(told.seal_source)
    _grow(ctx.session, end)
    known = _digests(ctx.session, complete_nodes(0, end))
    unsigned = SignedHead(end, tree_root(0, end, known), _instant(ctx.now), told.organisation, key.fingerprints[0], b"")
    head = JournalHead(
        entries=end, root=unsigned.root.hex(), signed_at=ctx.now, organisation=unsigned.organisation,
        certificate=unsigned.certificate,
        signature=sign_statement(key, head_statement(unsigned)).hex(),
    )  # fmt: skip
    ctx.session.add(head)
    ctx.session.flush()
    total = ctx.session.scalar(select(func.count()).select_from(JournalHead)) or 0
    anchoring.note_signed(ctx.session, end, head.root, total)
    return head


def sign_daily(ctx: Context) -> int:
    """Each day the journal as it stands that morning is signed; without a key there is nothing to sign with."""
    last = _last_head(ctx.session)
    if last is not None and last.signed_at.astimezone(LEGAL_ZONE).date() >= ctx.today:
        return 0
    try:
        return 0 if sign_head(ctx) in {None, last} else 1
    except NoSealKey:
        return 0


def prove_entry(ctx: Context, number: int) -> str:
    """The file that proves one entry, and nothing of any other; raises NotFound, NoSealKey, BrokenChain.

    The journal is signed once more when the entry is younger than its last signature; that a proof was given is noted.
    """
    authorize(ctx, Permission.JOURNAL_VIEW)
    row = get_entry(ctx, number)
    head = ctx.session.scalar(select(JournalHead).where(JournalHead.entries >= number).order_by(JournalHead.entries))
    head = head or sign_head(ctx)
    if head is None:
        raise NotFound
    proof = _proof(ctx.session, chain_link(row), head)
    try:
        proof.check()
    except UnsoundProof as error:
        raise BrokenChain(N_("Cette écriture n'est plus celle qui a été signée : elle a été modifiée.")) from error
    services.record(ctx, "journal.proof_given", ProvenEntry(number, row.object_label), after={"head": head.entries})
    return proof.text()


def proofs_of(ctx: Context, numbers: Collection[int]) -> Iterator[tuple[int, str]]:
    """The files that prove several entries, in order; those that are not signed yet, or no longer hold, have none.

    Nothing is written: whoever hands the proofs out notes it once for all of them.
    """
    authorize(ctx, Permission.JOURNAL_VIEW)
    heads = ctx.session.scalars(select(JournalHead).order_by(JournalHead.entries)).all()
    for number in sorted(numbers):
        row = ctx.session.get(JournalEntry, number)
        at = bisect_left(heads, number, key=lambda head: head.entries)
        if row is None or at == len(heads):
            continue
        proof = _proof(ctx.session, chain_link(row), heads[at])
        try:
            proof.check()
        except UnsoundProof:
            continue
        yield number, proof.text()


def check_proof(text: str, key: SealKey) -> InclusionProof:
    """The proof in the text of a file, once all of it holds; raises UnsoundProof."""
    proof = read_proof(text)
    proof.check()
    by_fingerprint = dict(zip(key.fingerprints, key.certificates, strict=True))
    certificate = by_fingerprint.get(proof.head.certificate)
    if certificate is None:
        raise UnsoundProof(ProofFault.KEY)
    if not is_signed(certificate, head_statement(proof.head), proof.head.signature):
        raise UnsoundProof(ProofFault.SIGNATURE)
    return proof


def forged_head(session: Session, key: SealKey) -> int | None:
    """The first signed journal whose signature no key of ours made, by its number of entries."""
    by_fingerprint = dict(zip(key.fingerprints, key.certificates, strict=True))
    for row in session.scalars(select(JournalHead).order_by(JournalHead.entries)):
        certificate = by_fingerprint.get(row.certificate)
        signature = bytes.fromhex(row.signature)
        if certificate is None or not is_signed(certificate, head_statement(signed_head(row)), signature):
            return row.entries
    return None


def missing_head(session: Session, signed: Mapping[int, str], total: int) -> int | None:
    """The first signed journal of the anchor, which noted `total` of them, that the database has no more."""
    held = _roots(session)
    gone = [entries for entries, root in sorted(signed.items()) if held.get(entries) != root]
    return gone[0] if gone else total if len(held) < total else None


def changed_head(session: Session, wanted: Mapping[int, str] | None = None) -> int | None:
    """The first signed journal that the entries no longer make, by its number of entries; None when all hold.

    `wanted` are roots by number of entries, kept elsewhere, to be looked at instead of those of the table.
    """
    heads = _roots(session) if wanted is None else dict(wanted)
    nonces = select(JournalTreeNode.nonce).where(JournalTreeNode.level == 0).order_by(JournalTreeNode.position)
    known: dict[TreeNode, bytes] = {}
    size = 0
    with closing(chain(session)) as links, session.execute(nonces, execution_options={"yield_per": AT_ONCE}) as rows:
        for link, (nonce,) in zip(links, rows, strict=False):
            added = grown(size, known, [leaf_hash(bytes.fromhex(nonce or ""), entry_text(link.id, link.content))])
            known, size = known | dict(added), size + 1
            known = {node: known[node] for node in complete_nodes(0, size)}
            if size in heads and tree_root(0, size, known).hex() != heads.pop(size):
                return size
    return min(heads, default=None)


def _roots(session: Session) -> dict[int, str]:
    return {row.entries: row.root for row in session.execute(select(JournalHead.entries, JournalHead.root))}


def last_number(session: Session) -> int:
    """The number of the last entry, 0 without any."""
    return session.scalar(select(func.max(JournalEntry.id))) or 0


def _last_head(session: Session) -> JournalHead | None:
    return session.scalar(select(JournalHead).order_by(JournalHead.entries.desc()).limit(1))


def _grow(session: Session, end: int) -> None:
    """Give a leaf to each entry that has none, having followed the chain along them."""
    last = session.scalar(select(func.max(JournalTreeNode.position)).where(JournalTreeNode.level == 0))
    size = 0 if last is None else last + 1
    before = session.get(JournalEntry, size) if size else None
    if size and before is None:
        raise BrokenChain(N_("Le journal est rompu : une écriture qui a été signée n'y est plus."))
    after = None if before is None else chain_link(before)
    known = _digests(session, complete_nodes(0, size))
    with closing(chain(session, after=size)) as links:
        while found := list(islice(links, AT_ONCE)):
            report = verify_chain(found, key=anchoring.verifying_key(), after=after)
            if report.broken is not None:
                raise BrokenChain(N_("Le journal est rompu : rien n'est signé avant qu'on sache ce qui a changé."))
            nodes = _leaves(session, size, known, found)
            size, after = size + len(found), found[-1]
            known = {node: digest for node, digest in (known | nodes).items() if node in complete_nodes(0, size)}
    if size != end:
        raise BrokenChain(N_("Le journal est rompu : rien n'est signé avant qu'on sache ce qui a changé."))


def _leaves(
    session: Session, size: int, known: Mapping[TreeNode, bytes], links: Sequence[ChainLink]
) -> dict[TreeNode, bytes]:
    """Write the nodes that these entries add."""
    nonces = [secrets.token_bytes(NONCE_BYTES) for _ in links]
    leaves = [leaf_hash(nonce, entry_text(link.id, link.content)) for nonce, link in zip(nonces, links, strict=True)]
    nodes = dict(grown(size, known, leaves))
    hidden = {TreeNode(0, size + at): nonce.hex() for at, nonce in enumerate(nonces)}
    rows = [
        {"level": node.level, "position": node.position, "digest": digest.hex(), "nonce": hidden.get(node)}
        for node, digest in nodes.items()
    ]
    session.execute(insert(JournalTreeNode), rows)
    return nodes


def _digests(session: Session, nodes: Iterable[TreeNode]) -> dict[TreeNode, bytes]:
    wanted = list(nodes)
    if not wanted:
        return {}
    found = session.execute(
        select(JournalTreeNode.level, JournalTreeNode.position, JournalTreeNode.digest).where(
            tuple_(JournalTreeNode.level, JournalTreeNode.position).in_(wanted)
        )
    )
    return {TreeNode(row.level, row.position): bytes.fromhex(row.digest) for row in found}


def _proof(session: Session, link: ChainLink, head: JournalHead) -> InclusionProof:
    index = link.id - 1
    steps = path_nodes(index, head.entries)
    known = _digests(session, [node for step in steps for node in step])
    nonce = session.scalar(
        select(JournalTreeNode.nonce).where(JournalTreeNode.level == 0, JournalTreeNode.position == index)
    )
    return InclusionProof(
        number=link.id, content=entry_text(link.id, link.content), nonce=bytes.fromhex(nonce or ""),
        path=tuple(_fold(step, known) for step in steps),
        head=signed_head(head),
    )  # fmt: skip


def signed_head(row: JournalHead) -> SignedHead:
    """What was signed."""
    return SignedHead(
        row.entries, bytes.fromhex(row.root), _instant(row.signed_at), row.organisation, row.certificate,
        bytes.fromhex(row.signature),
    )  # fmt: skip


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _fold(step: list[TreeNode], known: Mapping[TreeNode, bytes]) -> bytes:
    start = step[0].position << step[0].level
    end = (step[-1].position + 1) << step[-1].level
    return tree_root(start, end, known)
