"""From a requirement to the paragraph that says it, the question that asks it and the proof that shows it."""

from collections.abc import Iterator, Mapping

from portal.contracts.rules.model import Clause, ClauseLibrary, Passage, RequirementTable
from portal.core.dataclass import dataclass
from portal.core.language import Language, Sentence, say
from portal.questionnaires.definition import EvidenceDemand, Questionnaire
from portal.questionnaires.rules.articles import is_article


@dataclass(frozen=True)
class BearingParagraph:
    """A paragraph that says a requirement."""

    clause: Clause
    paragraph: int
    """Its number in the clause's file, from 1."""

    def passage(self, language: Language) -> Passage:
        """The paragraph itself."""
        return self.clause.prose[language][self.paragraph - 1]


def paragraphs_bearing(key: str, library: ClauseLibrary) -> tuple[BearingParagraph, ...]:
    """The paragraphs that bear a requirement's mark, in the order of the library."""
    return tuple(
        BearingParagraph(clause, number)
        for clause in library.clauses
        for number, passage in enumerate(clause.prose.get(Language.FR, ()), start=1)
        if key in passage.obligations
    )


def table_defects(table: RequirementTable, library: ClauseLibrary) -> Iterator[tuple[str, Sentence]]:
    """What is wrong in a table as far as the library alone can tell."""
    obligations = {obligation.key for obligation in library.obligations}
    if not table.requirements:
        yield table.questionnaire, say("Cette table ne contient aucune exigence.")
    for requirement in table.requirements:
        if requirement.key in obligations:
            continue  # Reported as an identifier taken twice.
        if not paragraphs_bearing(requirement.key, library):
            yield requirement.key, say("Aucun paragraphe de clause ne porte %(key)s.", key=requirement.key)
        if not requirement.basis:
            yield requirement.key, say("Cette exigence ne cite aucun article.")
        for article in requirement.basis:
            if not is_article(article):
                yield requirement.key, say("Article inconnu : « %(article)s ».", article=article)
        if not requirement.questions:
            yield requirement.key, say("Aucune question ne vérifie cette exigence.")


def broken_links_of(
    table: RequirementTable, questionnaires: Mapping[str, Questionnaire], library: ClauseLibrary
) -> Iterator[tuple[str, Sentence]]:
    """Requirements that lead to no question, or to no proof, of the questionnaire they go with."""
    questionnaire = questionnaires.get(table.questionnaire)
    if questionnaire is None:
        yield table.questionnaire, say("Le questionnaire « %(key)s » n'existe pas.", key=table.questionnaire)
        return
    for requirement in table.requirements:
        for key in requirement.questions:
            asked = questionnaire.question(key)
            if asked is None:
                yield requirement.key, say("La question « %(question)s » n'existe pas.", question=key)
                continue
            clauses = {bearing.clause.key for bearing in paragraphs_bearing(requirement.key, library)}
            if clauses and clauses.isdisjoint(asked.clauses):
                yield (
                    requirement.key,
                    say(
                        "La question « %(question)s » ne cite pas %(clauses)s, qui porte cette exigence.",
                        question=key,
                        clauses=", ".join(sorted(clauses)),
                    ),
                )
        proof = questionnaire.question(requirement.evidence)
        if proof is None:
            yield requirement.key, say("La question « %(question)s » n'existe pas.", question=requirement.evidence)
        elif proof.evidence is EvidenceDemand.NONE:
            yield (
                requirement.key,
                say("La question « %(question)s » ne demande aucune pièce.", question=requirement.evidence),
            )
