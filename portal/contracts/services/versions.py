"""A version of a contract: assembled from the library and the facts, drafted, frozen for ever, printed by a job."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
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
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.sense.checks import failed_checks
from portal.contracts.rules.sense.model import FactsScene, SenseProblem
from portal.contracts.sense_checks import sense_checks
from portal.contracts.services.opening import ContractSubject, subject_of
from portal.contracts.services.signature import keep_counting_version
from portal.contracts.services.typed_facts import lock_typed
from portal.core import process
from portal.core.documents.freezing import freeze
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Document
from portal.core.errors import Refused
from portal.core.language import N_, Language, say
from portal.core.translation import translate
from portal.jobs.ledger import enqueue, retry
from portal.journal import services as journal

LONGEST_REASON = 2_000
"""Characters of why a version is drafted although checks of sense fail."""


class FailedChecks(Refused):
    """Facts that make no sense, and no reason given for drafting a version all the same; nothing was written."""


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


def draft_version(ctx: Context, contract: Contract, language: Language, *, despite: str = "") -> ContractVersion:
    """Freeze a new version: text, clauses, facts, coverage; its files are printed by a job.

    `despite` says why it is drafted although checks of sense fail; it is frozen with it and written in the journal.
    Raises FailedChecks when checks fail and nobody says why.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
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
    at = ctx.now.replace(microsecond=0)
    document = stamped(made, reference=f"{contract.key} · v{number}", edition=f"Version {number}", at=at)
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
        sha256=document.sha256,
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


def stamped(made: AssembledDraft, *, reference: str, edition: str, at: datetime) -> Document:
    """The document as it is printed: which text it is, when it was written, and the digest of its words."""
    document = made.assembly.document
    digest = hashlib.sha256(tree_text(document).encode()).hexdigest()
    return replace(document, reference=reference, edition=edition, created=at.isoformat(), sha256=digest)


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
