"""A version of a contract: assembled from the library and the facts, drafted, frozen for ever, printed by a job."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from sqlalchemy import func, select

from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.contracts import edit_queries, facts_queries, queries
from portal.contracts.edit_models import ContractEdit
from portal.contracts.fact_sources.gathered_facts import GatheredFacts, gather_facts
from portal.contracts.fact_sources.languages import TextToTranslate
from portal.contracts.fact_sources.sources import Sources
from portal.contracts.language_data import language_words
from portal.contracts.library_editions import library_of
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.assembly import AssembledContract, assemble_contract, coverage_report
from portal.contracts.rules.bilingual import bilingual
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.life import ContractAct, ContractState
from portal.contracts.rules.model import Approver, BilingualWords, ClauseLibrary
from portal.contracts.rules.paragraphs import ParagraphEdit, approver_of, number_of
from portal.contracts.rules.positions import positions_json
from portal.contracts.rules.refusals import Impediment, impediment
from portal.contracts.rules.sense.checks import failed_checks
from portal.contracts.rules.sense.model import FactsScene, SenseProblem
from portal.contracts.sense_checks import sense_checks
from portal.contracts.services.life import move
from portal.contracts.services.opening import ContractSubject, subject_of
from portal.contracts.services.restoring import edits_snapshot
from portal.contracts.services.signature import keep_counting_version
from portal.contracts.services.typed_facts import lock_typed
from portal.core.dataclass import dataclass
from portal.core.documents.freezing import freeze
from portal.core.documents.text import tree_text
from portal.core.documents.tree import Document
from portal.core.errors import Refused
from portal.core.language import N_, Language, Sentence, say
from portal.core.row_lock import hold_row
from portal.core.translation import translate
from portal.jobs.ledger import enqueue, retry
from portal.journal import services as journal

LONGEST_REASON = 2_000
"""Characters of why a version is drafted although checks of sense fail."""


class FailedChecks(Refused):
    """Facts that make no sense, and no reason given for drafting a version all the same; nothing was written."""


_AWAITED: Mapping[Approver, str] = {
    Approver.LEGAL: N_("Article %(line)s : attend l'accord d'un juriste."),
    Approver.OFFICER: N_("Article %(line)s : attend l'accord du DPO."),
    Approver.MANAGEMENT: N_("Article %(line)s : attend l'accord de la direction."),
}


@dataclass(frozen=True)
class PendingParagraph:
    """A paragraph without which no version can be drafted, and what it waits for."""

    anchor: str
    """Where the page of the draft has it; empty when it is nowhere any more."""
    sentence: Sentence


class UnfinishedDraft(Refused):
    """Paragraphs that wait for an agreement, a text or a place; no version was drafted."""


class UntranslatedTexts(Refused):
    """Texts that the contract would print are known in the other language alone; nothing was written."""


class RoleExcluded(Refused):
    """The vendor's capacity, or another fact, is not one that the template is for; nothing was written."""


@dataclass(frozen=True)
class AssembledDraft:
    """A contract as it would be written now."""

    assembly: AssembledContract
    gathered: GatheredFacts
    sources: Sources
    books: ClauseLibrary
    """The library it is written from."""

    @cached_property
    def problems(self) -> tuple[SenseProblem, ...]:
        """The checks of sense that its facts fail."""
        scene = FactsScene(
            self.gathered.facts, self.sources.atlas, self.sources.on, self.assembly.language, language_words()
        )
        return failed_checks(sense_checks(), scene)

    @property
    def excluded(self) -> Impediment | None:
        """What keeps this template from being issued with these facts, whatever the reason; None when nothing does."""
        return impediment(self.assembly.template, self.gathered.facts)

    @property
    def to_translate(self) -> tuple[TextToTranslate, ...]:
        """Texts known in the other language alone: it is not issued until they are said in its own."""
        return self.gathered.to_translate


def assemble_draft(
    ctx: Context,
    subject: ContractSubject,
    typed: Mapping[str, Any],
    language: Language,
    edits: Iterable[ParagraphEdit] = (),
) -> AssembledDraft:
    """The contract as it would be drafted now, with what lawyers changed of the library's text.

    Raises Refused when the library is defective or has no such template.
    """
    books = library_of(ctx, subject.library_edition)
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
    sources = facts_queries.sources_for(ctx, subject.vendor, subject.service, subject.entity, typed)
    gathered = gather_facts(sources, language)
    assembly = assemble_contract(books, template, gathered.facts, language, edits)
    return AssembledDraft(assembly, gathered, sources, books)


def assemble_contract_draft(ctx: Context, contract: Contract, language: Language) -> AssembledDraft:
    """A contract, loaded with what it is about, as its next version would say it."""
    edits = edit_queries.paragraph_edits(ctx, contract)
    return assemble_draft(ctx, subject_of(contract), contract.typed, language, edits)


def unfinished(made: AssembledDraft, rows: Sequence[ContractEdit]) -> Iterator[PendingParagraph]:
    """Why a draft cannot be issued yet, paragraph by paragraph."""
    assembly, clauses = made.assembly, made.books.clause
    here = {clause.key: clause.number for clause in assembly.clauses}
    for edit in assembly.edits.edits:
        if edit.clause in here and edit.wording.departs and not edit.is_agreed:
            approver = approver_of(clauses[edit.clause], number_of(edit.anchor))
            line = assembly.lines.get(edit.anchor) or here[edit.clause]
            yield PendingParagraph(edit.anchor, say(_AWAITED[approver], line=line))
    for anchor in assembly.unwritten:
        line = assembly.lines.get(anchor, "")
        yield PendingParagraph(
            anchor, say("Article %(line)s : le texte n'est pas écrit dans la langue de la version.", line=line)
        )
    for edit in assembly.unplaced:
        yield PendingParagraph(
            "", say("Une condition particulière n'a plus d'article (clause %(clause)s).", clause=edit.clause)
        )
    gone = {edit.origin for edit in assembly.edits.orphans}
    for row in rows:
        if row.id in gone:
            yield PendingParagraph(
                "", say("Le paragraphe %(label)s n'est plus dans la bibliothèque.", label=row.journal_label)
            )


def draft_version(
    ctx: Context, contract: Contract, language: Language, *, despite: str = "", beside: Language | None = None
) -> ContractVersion:
    """Freeze a new version: text, clauses, facts, coverage; its files are printed by a job.

    `beside` sets it in two columns, French first; whatever is asked of a text is then asked of both. The coverage is
    that of the French text, which prevails.
    `despite` says why it is drafted although checks of sense fail; it is frozen with it and written in the journal.
    Raises RoleExcluded when the facts are not ones that the template is for, UntranslatedTexts when a text is lacking
    in the language, FailedChecks when checks fail and nobody says why, UnfinishedDraft when a paragraph waits for an
    agreement, for its text in this language, or for a place.
    """
    authorize(ctx, Permission.CONTRACT_DRAFT, contract)
    lock_typed(ctx, contract)
    rows = edit_queries.edit_rows(ctx, contract)
    edits = tuple(row.as_edit() for row in rows)
    made = assemble_draft(ctx, subject_of(contract), contract.typed, language, edits)
    texts = [made]
    if beside is not None:
        texts.append(assemble_draft(ctx, subject_of(contract), contract.typed, beside, edits))
    if made.excluded is not None:
        raise RoleExcluded(made.excluded.why)
    left = tuple(one for text in texts for one in unfinished(text, rows))
    if left:
        raise UnfinishedDraft(
            say(
                "Cette version n'est pas rédigée, des paragraphes attendent (%(count)s) : %(first)s",
                count=len(left),
                first=left[0].sentence,
            )
        )
    for text in texts:
        if text.to_translate:
            raise UntranslatedTexts(untranslated_sentence(text.to_translate, text.assembly.language))
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
    document = stamped(*texts, reference=f"{contract.key} · v{number}", edition=f"Version {number}", at=at)
    report = coverage_report(made.assembly, partial(translate, language=language))
    version = ContractVersion(
        contract_id=contract.id,
        number=number,
        language=language,
        beside=beside,
        facts={**facts_snapshot(made.gathered, language), **checks_snapshot(made, language, reason)},
        clauses=report["clauses"],
        tree=freeze(document),
        coverage=report["obligations"],
        blanks=report["blanks"],
        edits=edits_snapshot(rows),
        positions=positions_json(made.assembly.positions, language),
        covered=report["covered"],
        required=report["required"],
        sha256=document.sha256,
        created_at=ctx.now,
        created_by_id=ctx.actor.id,
    )
    ctx.session.add(version)
    keep_counting_version(ctx, contract)
    after = {
        "version": number,
        "language": spoken(language, beside),
        "sha256": version.sha256,
        "covered": version.covered,
    }
    if made.problems:
        after |= {"despite": reason, "failed_checks": [problem.said_in(Language.FR) for problem in made.problems]}
    journal.record(ctx, "contract.drafted", contract, after=after)
    hold_row(ctx.session, contract)
    if contract.state is ContractState.AGREED:
        # What was agreed is another text.
        move(ctx, contract, ContractAct.TAKE_BACK, after={"version": number})
    enqueue(ctx, "contracts.print", {"version_id": version.id}, dedup=queries.printing_key(version.id))
    return version


def spoken(language: Language, beside: Language | None) -> str:
    """The languages of a version, as files and forms write them.

    >>> spoken(Language.FR, None), spoken(Language.FR, Language.EN)
    ('fr', 'fr+en')
    """
    return language.value if beside is None else f"{language.value}+{beside.value}"


def languages(said: str) -> tuple[Language, Language | None]:
    """The languages that `spoken` wrote; two columns are French and English. Raises ValueError for anything else.

    >>> languages("fr+en")
    (<Language.FR: 'fr'>, <Language.EN: 'en'>)
    """
    if said == spoken(Language.FR, Language.EN):
        return Language.FR, Language.EN
    return Language(said), None


def stamped(
    made: AssembledDraft, beside: AssembledDraft | None = None, *, reference: str, edition: str, at: datetime
) -> Document:
    """The document as it is printed: which text it is, when it was written, and the digest of its words.

    With another text beside it, both stand in two columns.
    """
    document = made.assembly.document
    if beside is not None:
        document = bilingual(document, beside.assembly.document)
    digest = hashlib.sha256(tree_text(document).encode()).hexdigest()
    return replace(document, reference=reference, edition=edition, created=at.isoformat(), sha256=digest)


def untranslated_sentence(lacking: Sequence[TextToTranslate], language: Language) -> Sentence:
    """The refusal that names each fact whose text is lacking in a language; it is said in the reader's, not in that."""
    labels = [FACTS[key].label for key in dict.fromkeys(one.fact for one in lacking)]
    names = BilingualWords(", ".join(one.fr for one in labels), ", ".join(one.en for one in labels))
    if language is Language.EN:
        return say(
            "Cette version n'est pas rédigée : ces textes n'existent qu'en français, donnez-les en anglais : "
            "%(facts)s.",
            facts=names,
        )
    return say(
        "Cette version n'est pas rédigée : ces textes n'existent qu'en anglais, donnez-les en français : %(facts)s.",
        facts=names,
    )


def untranslated_text(one: TextToTranslate, language: Language) -> Sentence:
    """What is said of one text known in the other language alone."""
    if language is Language.EN:
        return say("« %(text)s » n'existe qu'en français : donnez ce texte en anglais.", text=one.text)
    return say("« %(text)s » n'existe qu'en anglais : donnez ce texte en français.", text=one.text)


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
