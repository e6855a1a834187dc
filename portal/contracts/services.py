"""Use cases of contracts: open one, type missing facts, draft a version frozen for ever."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import library, queries
from portal.contracts.fact_sources.gathered_facts import GatheredFacts, gather_facts
from portal.contracts.fact_sources.sources import Sources
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.assembly import AssembledContract, assemble_contract, coverage_report
from portal.contracts.rules.fact_catalogue import FACTS, FactDefinition, FactKind
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import ContractTemplate
from portal.contracts.rules.sense.checks import failed_checks
from portal.contracts.rules.sense.model import FactsScene, SenseProblem
from portal.contracts.sense_checks import sense_checks
from portal.core import process
from portal.core.clock import legal_date
from portal.core.documents.freezing import freeze
from portal.core.documents.text import tree_text
from portal.core.documents.wording import printable
from portal.core.errors import Refused
from portal.core.language import N_, Language, say
from portal.core.stale import StaleWrite
from portal.core.stored import StoredFile
from portal.core.translation import translate
from portal.jobs.ledger import enqueue, retry
from portal.journal import services as journal
from portal.vendors.models import LegalEntity, Service, SignedContract, Vendor
from portal.vendors.services import SignedCopy, cancel_signed_contract, record_signed_contract

LONGEST_FACT = 10_000
"""Characters of one typed fact: a page and a half of a contract."""
LONGEST_CELL = 1_000
MOST_ROWS = 200
LONGEST_REASON = 2_000


class FailedChecks(Refused):
    """Facts that make no sense, and no reason given for drafting a version all the same; nothing was written."""


@dataclass(frozen=True)
class ContractSubject:
    """What a contract is about."""

    vendor: Vendor
    service: Service | None
    entity: LegalEntity | None
    template_key: str


@dataclass(frozen=True)
class AssembledDraft:
    """A contract as it would be written now."""

    assembly: AssembledContract
    gathered: GatheredFacts
    sources: Sources

    @cached_property
    def problems(self) -> tuple[SenseProblem, ...]:
        """The checks of sense that its facts fail."""
        scene = FactsScene(self.gathered.facts, self.sources.atlas, self.sources.on)
        return failed_checks(sense_checks(), scene)


def subject_of(contract: Contract) -> ContractSubject:
    """What a contract, loaded with its vendor, service and entity, is about."""
    return ContractSubject(contract.vendor, contract.service, contract.legal_entity, contract.template_key)


def assemble_draft(
    ctx: Context, subject: ContractSubject, typed: Mapping[str, Any], language: Language
) -> AssembledDraft:
    """The contract as it would be drafted now; raises Refused when the library is defective or has no such template."""
    books = library.cached(process.settings().clauses_dir)
    template = books.template.get(subject.template_key)
    if template is None:
        known = ", ".join(books.template)
        raise Refused(
            say(
                "Le modèle de contrat « %(key)s » n'existe pas. Modèles disponibles : %(known)s.",
                key=subject.template_key,
                known=known,
            )
        )
    sources = queries.sources_for(ctx, subject.vendor, subject.service, subject.entity, typed)
    gathered = gather_facts(sources, language)
    return AssembledDraft(assemble_contract(books, template, gathered.facts, language), gathered, sources)


def templates() -> Sequence[ContractTemplate]:
    """The kinds of contract that the library offers; raises Refused when it is defective."""
    return library.cached(process.settings().clauses_dir).templates


def open_contract(ctx: Context, subject: ContractSubject, title: str) -> Contract:
    """Open a contract; its first version is drafted apart."""
    authorize(ctx, Permission.CONTRACT_DRAFT, subject.vendor)
    _check_service(subject.vendor, subject.service)
    if subject.template_key not in {template.key for template in templates()}:
        raise Refused(N_("Ce modèle de contrat n'existe pas."))
    contract = Contract(
        key=_free_key(ctx, subject),
        vendor=subject.vendor,
        service=subject.service,
        legal_entity=subject.entity,
        template_key=subject.template_key,
        title=title,
        typed={},
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(contract)
    ctx.session.flush()
    named = {"service": subject.service, "entity": subject.entity}
    after = {"template": subject.template_key, **{name: row and row.name for name, row in named.items()}}
    journal.record(ctx, "contract.opened", contract, after=after, vendor_id=subject.vendor.id)
    return contract


def describe_contract(
    ctx: Context, contract: Contract, title: str, service: Service | None, entity: LegalEntity | None
) -> None:
    """Change what a contract is about; its versions stay as they were drafted."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    _check_service(contract.vendor, service)
    before, after = journal.changes(contract, {"title": title})
    for name, old, new in (("service", contract.service, service), ("entity", contract.legal_entity, entity)):
        if old is not new:
            before[name], after[name] = old and old.name, new and new.name
    contract.service, contract.legal_entity = service, entity
    if after:
        journal.record(ctx, "contract.described", contract, before=before, after=after)


def _check_service(vendor: Vendor, service: Service | None) -> None:
    if service is not None and service.vendor_id != vendor.id:
        raise Refused(N_("Cette prestation est celle d'un autre sous-traitant."))


def _free_key(ctx: Context, subject: ContractSubject) -> str:
    """A key nobody has; two colleagues opening a contract with one vendor at once wait for each other."""
    ctx.session.execute(select(Vendor.id).where(Vendor.id == subject.vendor.id).with_for_update())
    wanted = f"{subject.vendor.key}-{subject.template_key}"
    taken = set(ctx.session.scalars(select(Contract.key).where(Contract.key.startswith(wanted, autoescape=True))))
    number = 1
    while (key := f"{wanted}-{number}") in taken:
        number += 1
    return key


def type_facts(
    ctx: Context, contract: Contract, given: Mapping[str, str | Sequence[str]], seen: Mapping[str, Any] | None = None
) -> None:
    """Keep facts typed by legal for this contract; an emptied field goes back to what the register says.

    `seen` is what the person had before their eyes: what they left as it was is not written, so that a colleague's
    work at the same moment stays. Raises StaleWrite when both changed the same fact differently.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    _lock(ctx, contract)
    typed = dict(contract.typed)
    for key, raw in given.items():
        value = parse_typed_fact(key, raw)
        if seen is not None:
            before = seen.get(key)
            if value == before:
                continue
            if typed.get(key) not in (before, value):
                theirs = typed_fact_in_words(typed.get(key))
                told = say(
                    "Un collègue a saisi entre-temps : « %(theirs)s ». Gardez ou corrigez.", theirs=theirs or "—"
                )
                raise StaleWrite(told, theirs, about=key)
        if value is None:
            typed.pop(key, None)
        else:
            typed[key] = value
    before_, after = journal.changes(contract, {"typed": typed})
    if after:
        journal.record(ctx, "contract.facts_typed", contract, before=before_["typed"], after=after["typed"])


def typed_fact_in_words(value: Any) -> str:
    """A typed value as one line."""
    return "" if value is None else value if isinstance(value, str) else ", ".join(value)


def _lock(ctx: Context, contract: Contract) -> None:
    """Keep a contract to this transaction, and see what others have just written."""
    ctx.session.flush()  # refreshing forgets what waits to be written
    ctx.session.refresh(contract, ["typed"], with_for_update=True)


def parse_typed_fact(key: str, raw: str | Sequence[str]) -> str | list[str] | None:
    """What is stored of what was typed for a fact: a text, or a list; None when nothing is left of it.

    Raises Refused for a fact that is not typed (a table, see `parse_typed_rows`), an unknown code, or a text too long.
    """
    fact = FACTS.get(key)
    if fact is None or fact.kind is FactKind.ROWS:
        raise Refused(say("« %(key)s » ne se saisit pas ici.", key=key))
    parts = raw.split("\n") if isinstance(raw, str) and fact.kind is not FactKind.TEXT else [raw]
    listed = [clean for part in (parts if isinstance(raw, str) else raw) if (clean := printable(str(part)).strip())]
    if sum(map(len, listed)) > LONGEST_FACT:
        raise Refused(say("Ce texte dépasse %(limit)s caractères.", limit=LONGEST_FACT))
    if fact.kind is FactKind.CODES:
        _check_codes(fact, listed)
    if not listed:
        return None
    return " ".join(listed) if fact.kind is FactKind.TEXT else listed


def parse_typed_rows(key: str, raw: Sequence[Mapping[str, str | None]]) -> list[dict[str, str]]:
    """What is stored of a table typed for a fact, empty cells and empty rows left out; an empty table says « none ».

    Raises Refused for a fact that is no table, a column it has not, too many rows, a cell too long, or an empty table
    where « none » cannot be said.
    """
    fact = FACTS.get(key)
    if fact is None or fact.kind is not FactKind.ROWS:
        raise Refused(say("« %(key)s » n'est pas un tableau.", key=key))
    if len(raw) > MOST_ROWS:
        raise Refused(say("« %(key)s » : un tableau compte au plus %(most)s lignes.", key=key, most=MOST_ROWS))
    columns = {column.key for column in fact.columns}
    rows = []
    for row in raw:
        if unknown := sorted(row.keys() - columns):
            known = ", ".join(column.key for column in fact.columns)
            raise Refused(
                say(
                    "« %(key)s » n'a pas de colonne « %(column)s » ; ses colonnes : %(known)s.",
                    key=key,
                    column=unknown[0],
                    known=known,
                )
            )
        clean = {column: text for column, cell in row.items() if (text := printable(cell or "").strip())}
        if any(len(text) > LONGEST_CELL for text in clean.values()):
            raise Refused(say("« %(key)s » : une case dépasse %(limit)s caractères.", key=key, limit=LONGEST_CELL))
        if clean:
            rows.append(clean)
    if not rows and fact.none is None:
        raise Refused(say("« %(key)s » : un tableau vide ne dit rien ; retirez-le.", key=key))
    return rows


def _check_codes(fact: FactDefinition, codes: Sequence[str]) -> None:
    if not set(codes) <= fact.choices.keys():
        raise Refused(N_("Cette valeur n'est pas proposée."))
    if len(codes) > 1 and not fact.several:
        raise Refused(N_("Une seule valeur est possible."))
    if len(codes) > 1 and "none" in codes:
        raise Refused(N_("« Aucun transfert » ne va pas avec un autre régime."))


def type_table(ctx: Context, contract: Contract, key: str, rows: Sequence[Mapping[str, str | None]] | None) -> None:
    """Keep a table typed by legal for this contract, in place of the vendor's answers; None goes back to them."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    _lock(ctx, contract)
    typed = {name: value for name, value in contract.typed.items() if name != key}
    if rows is not None:
        typed[key] = parse_typed_rows(key, rows)
    before, after = journal.changes(contract, {"typed": typed})
    if after:
        journal.record(ctx, "contract.facts_typed", contract, before=before["typed"], after=after["typed"])


def draft_version(ctx: Context, contract: Contract, language: Language, *, despite: str = "") -> ContractVersion:
    """Freeze a new version: text, clauses, facts, coverage; its files are printed by a job.

    `despite` says why it is drafted although checks of sense fail; it is frozen with it and written in the journal.
    Raises FailedChecks when checks fail and nobody says why.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    _lock(ctx, contract)
    made = assemble_draft(ctx, subject_of(contract), contract.typed, language)
    reason = despite.strip()[:LONGEST_REASON] if made.problems else ""
    if made.problems and not reason:
        raise FailedChecks(
            N_(
                "Cette version n'est pas rédigée : des faits n'ont pas de sens. Corrigez-les, ou écrivez pourquoi vous "
                "la rédigez malgré tout."
            )
        )
    newest = select(func.max(ContractVersion.number)).where(ContractVersion.contract_id == contract.id)
    number = 1 + (ctx.session.scalar(newest) or 0)
    document = replace(
        made.assembly.document,
        reference=f"{contract.key} · v{number}",
        created=ctx.now.replace(microsecond=0).isoformat(),
    )
    report = coverage_report(made.assembly, partial(translate, language=language))
    version = ContractVersion(
        contract_id=contract.id,
        number=number,
        language=language,
        facts={**facts_snapshot(made.gathered, language), **checks_snapshot(made, language, reason)},
        clauses=report["clauses"],
        tree=freeze(document),
        coverage=report["obligations"],
        blanks=report["blanks"],
        covered=report["covered"],
        required=report["required"],
        sha256=hashlib.sha256(tree_text(document).encode()).hexdigest(),
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(version)
    keep_counting_version(ctx, contract)
    after = {"version": number, "language": language, "sha256": version.sha256, "covered": version.covered}
    if made.problems:
        after |= {"despite": reason, "failed_checks": [problem.said_in(Language.FR) for problem in made.problems]}
    journal.record(ctx, "contract.drafted", contract, after=after)
    enqueue(ctx, "contracts.print", {"version_id": version.id}, dedup=queries.printing_key(version.id))
    return version


def record_version_signed(
    ctx: Context, contract: Contract, number: int, signed_on: date, file: StoredFile
) -> SignedContract:
    """Note that a version was signed, on a day, with the signed copy; a version drafted later takes nothing away.

    Raises Refused on a day that cannot be, or when this version is recorded as signed already.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    version = _locked_version(ctx, contract, number)
    if version.signature_id is not None:
        raise Refused(N_("Cette version est déjà enregistrée comme signée."))
    copy = SignedCopy(signed_on, file, written_on=legal_date(version.created_at))
    record = version.signature = record_signed_contract(ctx, contract.vendor, f"{contract.title}, v{number}", copy)
    keep_counting_version(ctx, contract)
    return record


def cancel_version_signed(ctx: Context, contract: Contract, number: int, reason: str) -> None:
    """Take back the record that a version was signed; raises Refused without a reason, or without a record."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    version = _locked_version(ctx, contract, number)
    if version.signature is None:
        raise Refused(N_("Cette version n'est pas enregistrée comme signée."))
    cancel_signed_contract(ctx, version.signature, reason)
    version.signature = None
    keep_counting_version(ctx, contract)


def _locked_version(ctx: Context, contract: Contract, number: int) -> ContractVersion:
    """A version kept to this transaction, with the record of its signature; raises NotFound."""
    ctx.session.flush()
    ctx.session.execute(select(Contract.id).where(Contract.id == contract.id).with_for_update())
    return queries.get_version(ctx, contract, number)


def keep_counting_version(ctx: Context, contract: Contract) -> None:
    """Note which version of a contract counts, and what it lacks: the newest signed, else the newest drafted."""
    ctx.session.flush()
    found = ctx.session.execute(
        select(ContractVersion.number, ContractVersion.covered, ContractVersion.required)
        .where(ContractVersion.contract_id == contract.id)
        .order_by(ContractVersion.signature_id.is_(None), ContractVersion.number.desc())
        .limit(1)
    ).one_or_none()
    contract.counting_number = found.number if found else None
    contract.lacking = max(0, found.required - found.covered) if found else 0
    ctx.session.flush()


def print_again(ctx: Context, contract: Contract, version: ContractVersion) -> bool:
    """Give a printing that was given up another chance; says whether there was one."""
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    job_id = queries.failed_printings(ctx, [version]).get(version.id)
    if job_id is None or not retry(ctx, [job_id]):
        return False
    journal.record(ctx, "contract.printing_retried", contract, after={"version": version.number})
    return True


def checks_snapshot(made: AssembledDraft, language: Language, reason: str) -> dict[str, Any]:
    """The checks that a version failed and why it was drafted all the same, to be frozen; nothing when all pass."""
    if not made.problems:
        return {}
    failed = [{"check": one.check.key, "fact": one.fact, "message": one.said_in(language)} for one in made.problems]
    return {"problems": failed, "despite": reason}


def facts_snapshot(gathered: GatheredFacts, language: Language) -> dict[str, Any]:
    """Facts, their sources and what sources disagreed about, as plain values to be frozen."""
    return {
        "values": dict(_plain(gathered.facts)),
        "sources": dict(gathered.facts.sources),
        "doubts": [{"key": doubt.key, "why": translate(doubt.sentence, language)} for doubt in gathered.doubts],
    }


def _plain(facts: ContractFacts) -> Iterator[tuple[str, Any]]:
    for key, value in facts.values.items():
        if isinstance(value, tuple):
            yield key, [dict(item) if isinstance(item, Mapping) else item for item in value]
        else:
            yield key, value
