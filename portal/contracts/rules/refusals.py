"""Facts with which a document is never issued, whatever the reason given; pure."""

from collections.abc import Iterator, Mapping

from portal.contracts.rules.facts import ContractFacts
from portal.contracts.rules.model import ContractTemplate, TemplateRefusal
from portal.contracts.rules.roles import ROLES, role_against
from portal.core.dataclass import dataclass
from portal.core.language import N_, Sentence, say

DOCUMENTS = "agreement.documents"
SHORTEST_REASONING = 40
"""Letters of a text that supports a conclusion: less reasons about nothing."""
REASONS: Mapping[str, str] = {
    "importer_under_article_3_2": N_(
        "Le destinataire est lui-même soumis au RGPD par son article 3, § 2 : les clauses types (UE) 2021/914 ne lui "
        "sont pas ouvertes (considérant 7). Corrigez cette qualification si elle est fausse ; sinon, encadrez la "
        "sous-traitance par l'accord de l'article 28 et demandez un avis sur le transfert."
    ),
    "unsupported_conclusion": N_(
        "Cette évaluation conclut que la protection suffit sans dire pourquoi : décrivez le droit du pays, "
        "l'expérience pratique et le raisonnement, chacun avec ses mots, ou concluez que la protection ne suffit pas "
        "(décision (UE) 2021/914, clause 14 ; CJUE C-311/18)."
    ),
    "no_supplementary_measures": N_(
        "Cette évaluation conclut que la protection suffit grâce à des mesures supplémentaires, et n'en décrit "
        "aucune : dites lesquelles, ou changez de conclusion."
    ),
    "unreasoned_objection": N_(
        "Un refus se motive : dites en quoi ce sous-traitant ultérieur ne présente pas de garanties suffisantes "
        "(RGPD, art. 28, § 2 et 4)."
    ),
    "unsaid_conditions": N_(
        "Une autorisation sous conditions les énumère : dites lesquelles, ou choisissez une autre réponse."
    ),
}
"""What the templates name, and what it is said by."""


@dataclass(frozen=True)
class Impediment:
    """What keeps a document from being issued: the fact it comes from, and what to do."""

    fact: str
    why: Sentence


def impediment(template: ContractTemplate, facts: ContractFacts) -> Impediment | None:
    """Why a document is not issued with these facts; None when nothing is against it."""
    if (against := role_against(template, facts)) is not None:
        return Impediment(ROLES, against)
    return next(_refused(template, facts), None)


def _refused(template: ContractTemplate, facts: ContractFacts) -> Iterator[Impediment]:
    for refusal in template.refusals:
        if facts.verdict((refusal.when,)) and not _is_lifted(refusal, facts):
            yield Impediment(refusal.when.fact, say(REASONS[refusal.why]))
    if any(DOCUMENTS in annex.tables for annex in template.annexes):
        ranks = [(row.get("rank") or "").strip() for row in facts.rows(DOCUMENTS)]
        if ranks and sorted(ranks) != sorted(str(rank) for rank in range(1, len(ranks) + 1)):
            yield Impediment(
                DOCUMENTS,
                say(
                    "Les rangs ne se suivent pas : donnez à chaque document un rang à lui, de 1 à %(last)s.",
                    last=len(ranks),
                ),
            )


def _is_lifted(refusal: TemplateRefusal, facts: ContractFacts) -> bool:
    """Whether each of the texts it asks for is written at length, and says what no other one says."""
    texts = [" ".join(" ".join(facts.items(key)).split()).casefold() for key in refusal.unless_written]
    lengths = [sum(letter.isalpha() for letter in text) for text in texts]
    return bool(texts) and min(lengths) >= SHORTEST_REASONING and len(set(texts)) == len(texts)
