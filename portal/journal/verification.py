"""The journal verified whole: its chain, its signed heads, its end against the anchor, the rows that it tells of."""

from collections.abc import Generator, Iterable
from contextlib import closing

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core import process
from portal.core.dataclass import dataclass
from portal.core.language import Sentence, say
from portal.core.seal import NoSealKey, read_seal_key
from portal.journal import anchoring, far_copies, nightly_checks, signed_heads
from portal.journal.guards import missing_guards
from portal.journal.kept_rows import row_findings
from portal.journal.queries import chain
from portal.journal.rules import (
    AnchorFault,
    AnchorFinding,
    AnchorMark,
    AnchorState,
    ChainLink,
    ChainReport,
    FarHead,
    against_journal,
    verify_chain,
)


@dataclass(frozen=True)
class JournalFinding:
    """Something that does not hold, by a name for programs and a sentence for people."""

    kind: str
    sentence: Sentence
    is_of_anchor: bool = False
    """Whether an operator may accept it: it is between the journal and its anchor alone."""


@dataclass(frozen=True)
class Verification:
    """What verifying the whole journal found."""

    chain: ChainReport
    changed_head: int | None
    findings: tuple[JournalFinding, ...]
    anchored: AnchorMark | None
    """The last end that the anchor is sure of; None where nothing is anchored."""

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found wrong; what is not anchored may still have been cut."""
        return not self.findings


def verify_journal(ctx: Context, *, expected_head: str = "", far: FarHead | None = None) -> Verification:
    """Verify everything, against a head kept far away too when there is one.

    Ends the transaction of a session that has only read, so that what is read is of now.
    """
    authorize(ctx, Permission.JOURNAL_VIEW)
    file = anchoring.anchor_file()
    before = None if file is None else file.read()
    ctx.session.rollback()
    hashes: dict[int, str] = {}
    with closing(chain(ctx.session)) as links:
        told = _telling(links, before.known if before else (), hashes)
        report = verify_chain(told, key=anchoring.verifying_key(), expected_head=expected_head)
    hashes[report.count] = report.head
    changed = signed_heads.changed_head(ctx.session)
    findings = [*_of_chain(report), *_of_heads(ctx, changed), *_of_guards(ctx)]
    findings += [JournalFinding(one.kind, one.sentence) for one in row_findings(ctx.session)]
    if far is not None:
        last = signed_heads.last_number(ctx.session)
        findings += [JournalFinding(*one) for one in far_copies.against_far_head(ctx.session, far, last)]
    if (said := nightly_checks.turned_back(ctx.session)) is not None:
        findings.append(JournalFinding(*said))
    if file is not None:
        after = file.read()
        # a broken chain was not read to its end: where it ends is asked of the table
        end = report.count if report.broken is None else signed_heads.last_number(ctx.session)
        findings += _of_anchor(ctx, before, after, end, hashes)
    return Verification(report, changed, tuple(findings), before.floor if before else None)


def keep_check(ctx: Context, found: Verification) -> None:
    """Keep what verifying found: what pages and /healthz say of the journal until the next time."""
    nightly_checks.note_check(ctx, found.chain, [(one.kind, one.sentence) for one in found.findings])


def _telling(links: Iterable[ChainLink], wanted: Iterable[int], hashes: dict[int, str]) -> Generator[ChainLink]:
    """The same links, whose hashes are kept for the numbers that the anchor knows."""
    numbers = frozenset(wanted)
    for link in links:
        if link.id in numbers:
            hashes[link.id] = link.hash
        yield link


def _of_chain(report: ChainReport) -> list[JournalFinding]:
    return [] if report.broken is None else [JournalFinding(report.broken.fault.value, report.broken.sentence)]


def _of_guards(ctx: Context) -> list[JournalFinding]:
    missing = missing_guards(ctx.session.connection())
    if not missing:
        return []
    sentence = say(
        "Les déclencheurs qui interdisent de modifier le journal manquent dans la base (%(names)s).",
        names=", ".join(missing),
    )
    return [JournalFinding("guards missing", sentence)]


def _of_heads(ctx: Context, changed: int | None) -> list[JournalFinding]:
    found = []
    if changed is not None:
        sentence = say("Les premières écritures (%(count)s) ne sont plus celles qui ont été signées.", count=changed)
        found.append(JournalFinding("changed head", sentence))
    try:
        forged = signed_heads.forged_head(ctx.session, read_seal_key(process.settings().seal_file))
    except NoSealKey:
        return found
    if forged is not None:
        sentence = say("La signature des premières écritures (%(count)s) n'est pas de la clé du cachet.", count=forged)
        found.append(JournalFinding("forged head", sentence))
    return found


def _of_anchor(
    ctx: Context, before: AnchorState | None, after: AnchorState | None, count: int, hashes: dict[int, str]
) -> list[JournalFinding]:
    if before is None or after is None:
        missing = [AnchorFinding(AnchorFault.MISSING)] if count else []
        return list(map(_said, missing))
    found = against_journal(before, after, count, hashes)
    gone = signed_heads.missing_head(ctx.session, before.signed, before.signed_total)
    if gone is not None:
        found.append(AnchorFinding(AnchorFault.HEADS_GONE, {"count": gone}))
    return list(map(_said, found))


def _said(found: AnchorFinding) -> JournalFinding:
    return JournalFinding(found.fault.value, found.sentence, is_of_anchor=True)
