"""What is remarked of the answers of an audit, in the same words for its vendor before sending and for a reviewer.

Nothing of it enters a score: it is told, and whoever reads decides.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from portal.authz.context import Context
from portal.core import process
from portal.core.language import say
from portal.evidence.kinds import read_kinds
from portal.evidence.models import Evidence
from portal.questionnaires.catalogue import coherence_rules
from portal.questionnaires.definition import NO_ANSWER, Bilingual, GivenAnswer, Question, Questionnaire
from portal.questionnaires.rules.coherence import AnswerRemark, ReadAnswers, RemarkKind, answer_remarks
from portal.questionnaires.rules.completing import evidence_expected
from portal.vendors.reference import atlas
from portal.vendors.rules.countries import in_eea

Remarks = Mapping[str, Sequence[AnswerRemark]]
"""By question; nothing of the others."""


def remarks_on(
    ctx: Context,
    questionnaire: Questionnaire,
    answers: Mapping[str, GivenAnswer],
    shown: Collection[str],
    proofs: Mapping[str, Sequence[Evidence]] | None = None,
) -> Remarks:
    """What is remarked of answers, and of the proofs attached to them; no statement.

    A file that was read is left to `proof_doubts`, which quotes it.
    """
    places, today = atlas(), ctx.today
    read = ReadAnswers(questionnaire, answers, shown, lambda country: not in_eea(country, places, today))
    found = answer_remarks(read, coherence_rules(process.settings().questionnaires_dir))
    for remark in _other_proofs(read, proofs or {}):
        found.setdefault(remark.question, []).append(remark)
    return found


def _other_proofs(read: ReadAnswers, proofs: Mapping[str, Sequence[Evidence]]) -> Iterator[AnswerRemark]:
    for question in read.questionnaire.questions:
        attached = proofs.get(question.key, ())
        if question.key not in read.shown or not attached or not question.evidence_kinds:
            continue
        is_expected = evidence_expected(question, read.answers.get(question.key, NO_ANSWER))
        if is_expected and all(_is_of_other_kind(proof, question) for proof in attached):
            told = say("Le fichier joint n'est pas de ceux demandés ici : %(kinds)s.", kinds=_named(question))
            yield AnswerRemark(question.key, RemarkKind.OTHER_PROOF, told)


def _is_of_other_kind(proof: Evidence, question: Question) -> bool:
    """Whether its vendor said that it is of another kind than those asked; a file that was read speaks for itself."""
    return not proof.reading and bool(proof.kind) and proof.kind not in question.evidence_kinds


def _named(question: Question) -> Bilingual:
    known = read_kinds(process.settings().questionnaires_dir)
    kinds = [known[kind] for kind in question.evidence_kinds if kind in known]
    return Bilingual(", ".join(kind.fr for kind in kinds), ", ".join(kind.en for kind in kinds))
