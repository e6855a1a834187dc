"""The vendor sends: complete or not at all, frozen with the hashes of the files, append-only from then on."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import select

from portal.audits import evidence_ages, queries
from portal.audits.events import AuditSubmitted
from portal.audits.mails import write_acknowledgement
from portal.audits.models import AnswerEvidence, Audit, Submission
from portal.audits.queries import AuditAnswers, CarriedAnswer
from portal.audits.rules import AuditState, Signatory, postal_address
from portal.audits.services.delegations import forget_delegations
from portal.audits.services.optional_questions import OptionalQuestions, none_optional
from portal.authz.context import Context, authorize
from portal.authz.policy import Permission
from portal.core.canonical_json import canonical_json
from portal.core.errors import Refused
from portal.core.language import N_, Language
from portal.evidence import services as evidence
from portal.jobs.ledger import publish
from portal.journal import services as journal
from portal.questionnaires.definition import NO_ANSWER, GivenAnswer
from portal.questionnaires.rules.completing import MissingItem, is_answered
from portal.vendors.models import Vendor


class IncompleteAnswers(Refused):
    """Something is missing before submission; `missing` says what and where."""

    def __init__(self, missing: tuple[MissingItem, ...]) -> None:
        super().__init__(N_("Il manque encore des éléments avant l'envoi."))
        self.missing = missing


def submit_answers(
    ctx: Context,
    audit: Audit,
    *,
    language: Language,
    signatory: Signatory,
    address: str = "",
    optional: OptionalQuestions = none_optional,
) -> Submission:
    """Send the answers: frozen with the hashes of their files and whoever attests that they are true.

    `address` is that of their head office as they confirm or correct it: a correction goes to the register once the
    audit is accepted. Raises IncompleteAnswers with all that is missing.
    `optional` is asked here, of the sheet kept to this transaction, which questions may be left without an answer.
    """
    authorize(ctx, Permission.AUDIT_SUBMIT, audit)
    sheet = queries.open_sheet(ctx, audit.id, to=Permission.AUDIT_SUBMIT, lock=True)
    must_be_to_send(audit)
    spared = frozenset(optional(ctx, sheet))
    missing = queries.without_optional(sheet.missing, spared)
    if missing:
        raise IncompleteAnswers(missing)
    attested = {"name": signatory.name, "role": signatory.role}
    content = {**_frozen(ctx, sheet, spared), "attestation": attested, **_address(ctx, audit, address)}
    submission = Submission(
        audit_id=audit.id,
        round=audit.round,
        at=ctx.now,
        by_id=ctx.actor.id,
        by_name=ctx.actor.name,
        language=language,
        content=content,
        sha256=sha256(canonical_json(content)).hexdigest(),
    )
    ctx.session.add(submission)
    audit.state, audit.submitted_at = AuditState.SUBMITTED, ctx.now
    ctx.session.flush()
    links = ctx.session.scalars(select(AnswerEvidence.evidence_id).where(AnswerEvidence.audit_id == audit.id))
    evidence.mark_sent(ctx, links)
    evidence_ages.keep_ages(ctx, audit.vendor_id)
    forget_delegations(ctx, audit)
    told = {
        "round": audit.round,
        "sha256": submission.sha256,
        "attested_by": signatory.name,
        "attested_as": signatory.role,
    }
    if "address" in content:
        told["address"] = content["address"]["said"]
    if "optional" in content:
        told["optional"] = content["optional"]
    journal.record(ctx, "audit.submitted", audit, after=told)
    write_acknowledgement(ctx, audit, submission)
    publish(ctx, AuditSubmitted(audit.id, audit.round), key=f"{audit.id}:{audit.round}")
    return submission


def _address(ctx: Context, audit: Audit, address: str) -> dict[str, Any]:
    """The address said, beside the one that the register held when it was: what only confirms it changes nothing."""
    said = postal_address(address)
    if not said:
        return {}
    held = ctx.session.get_one(Vendor, audit.vendor_id).address
    return {"address": {"said": said, "held": postal_address(held)}}


def must_be_to_send(audit: Audit) -> None:
    """Raise Refused, saying why, when there is nothing to send (any more)."""
    if audit.state is AuditState.CANCELLED:
        raise Refused(N_("Cet audit a été annulé : il n'y a plus rien à répondre."))
    if not audit.state.is_with_vendor:
        raise Refused(N_("Ce questionnaire a déjà été envoyé."))


def _frozen(ctx: Context, sheet: AuditAnswers, spared: frozenset[str]) -> dict[str, Any]:
    """All that was asked, with what was answered: a question left empty was sent empty, and stays so.

    Those that needed no answer and got none are named apart: they were not asked.
    """
    left_out = {
        question.key
        for question in sheet.questionnaire.questions
        if question.key in spared & sheet.shown
        and not is_answered(question, sheet.answers.get(question.key, NO_ANSWER))
    }
    asked = sheet.shown - left_out
    frozen = {
        "answers": {
            key: _frozen_answer(sheet.answers.get(key, NO_ANSWER), sheet.carried.get(key)) for key in sorted(asked)
        },
        "files": list(_file_facts(queries.files_of(ctx, sheet.audit), asked)),
    }
    return {**frozen, "optional": sorted(left_out)} if left_out else frozen


def _frozen_answer(answer: GivenAnswer, carried: CarriedAnswer | None) -> dict[str, Any]:
    """An answer, and what it made of the one proposed: confirmed, since when it has been said; or edited."""
    value = answer.value
    frozen = {"value": list(value) if isinstance(value, tuple) else value, "comment": answer.comment}
    if carried is None:
        return frozen
    said_at = carried.first_said_at
    return {**frozen, "carried": carried.outcome.value, "said_at": said_at.isoformat() if said_at else None}


def _file_facts(files: Mapping[str, list[AnswerEvidence]], shown: Iterable[str]) -> Iterable[dict[str, Any]]:
    for key in sorted(set(files) & set(shown)):
        for link in files[key]:
            proof, stored = link.evidence, link.evidence.stored_file
            yield {
                "question": key,
                "evidence": link.evidence_id,
                "name": stored.filename,
                "sha256": stored.sha256,
                "size": stored.size,
                "issuer": proof.issuer,
                "scope": proof.scope,
                "issued_on": proof.issued_on.isoformat() if proof.issued_on else None,
                "expires_on": proof.expires_on.isoformat() if proof.expires_on else None,
            }
