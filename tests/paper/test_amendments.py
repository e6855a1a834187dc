"""An amendment is itself checked: with the contract it amends, every requirement is satisfied."""

import pytest

from portal.core.language import Language
from portal.documents_in.reader import read_document
from portal.paper.amendments import check_amended_contract, draft_amendment
from portal.paper.rulebook_files import load_rulebook
from portal.paper.rules.amendment import AmendedContract
from portal.paper.rules.check_result import ContractVerdict
from portal.paper.rules.checking import check_contract
from portal.paper.rules.naming import REQUIREMENTS
from portal.paper.tree_source import source_of_tree
from tests.conftest import REAL
from tests.factories.contracts import facts
from tests.factories.papers import bare, saying, without

pytestmark = pytest.mark.usefixtures("app")

THIN = {
    Language.FR: """Contrat de sous-traitance

Entre Mutuelle Horizon (ci-après « le Responsable de traitement ») et Brume SAS (ci-après « le Sous-traitant »).

1. Objet
Le Sous-traitant héberge le portail des adhérents pour le compte du Responsable de traitement.

2. Sécurité
Le Sous-traitant met en œuvre des mesures techniques et organisationnelles appropriées.
""",
    Language.EN: """Data processing agreement

Between Horizon Mutual ("Controller") and Brume Ltd ("Processor").

1. Subject matter
The Processor hosts the members' portal on behalf of the Controller.

2. Breaches
The Processor is not obliged to notify the Controller of any personal data breach.
""",
}


def texts():
    yield from (
        (f"thin, {language.value}", read_document(text.encode(), "contrat.txt")) for language, text in THIN.items()
    )
    for language in Language:
        whole = bare(language)
        for keys in (
            ["CL18"],
            ["CL15", "annex_subprocessors"],
            ["CL03", "CL04", "annex_description"],
            ["CL06", "CL24"],
        ):
            yield f"{'+'.join(keys)}, {language.value}", source_of_tree(without(whole, *keys))
        contrary = ("Le Sous-traitant ne supprime pas les Données.", "The Processor does not delete the Personal Data.")
        yield f"contrary, {language.value}", source_of_tree(saying(whole, "CL20", contrary[language is Language.EN]))


TEXTS = dict(texts())


def left(document, language, found=None):
    """The main requirements that do not hold once amended, and the check that says so."""
    found = found or check_contract(document, load_rulebook())
    made = draft_amendment(found, language, AmendedContract("Contrat", date="24/11/2026"), facts())
    after = check_amended_contract(document, made.document, found) if made else found
    return {one.id for one in after.requirements if one.id in REQUIREMENTS and not one.status.holds}, after


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("name", TEXTS)
def test_with_its_amendment_a_text_of_ours_satisfies_everything(name, language):
    assert left(TEXTS[name], language)[0] == set()


def test_what_was_satisfied_stays_so_and_passages_stand_in_the_joined_text():
    document = TEXTS["thin, fr"]
    before = check_contract(document, load_rulebook())
    made = draft_amendment(before, Language.FR, AmendedContract("Contrat"), facts())
    after = check_amended_contract(document, made.document)
    joined = f"{document.text}\n{source_of_tree(made.document).text}"
    for one in before.requirements:
        if one.status.holds:
            assert after.result_of(one.id).status.holds
    for one in after.requirements:
        assert all(joined[span.start : span.end] == span.quote for span in one.spans)


def test_a_contract_already_complete_needs_none():
    found = check_contract(source_of_tree(bare(Language.FR)), load_rulebook())
    main = [one for one in found.requirements if one.id in REQUIREMENTS]
    assert (
        draft_amendment(
            type(found)(found.language, found.verdict, found.reason, tuple(main)), Language.FR, AmendedContract("")
        )
        is None
    )


@pytest.mark.real
@pytest.mark.parametrize("share", [12, pytest.param(1, marks=pytest.mark.faults)], ids=["one in twelve", "all"])
def test_with_its_amendment_every_real_contract_satisfies_everything(share):
    """In its own language, and every eighth one in the other; all of them take minutes."""
    folder = REAL / "dpa"
    if not folder.exists():
        pytest.skip("les textes réels ne sont pas posés à côté du dépôt")
    wrong, amended, whole = {}, 0, 0
    for rank, path in enumerate(sorted(folder.glob("*.txt"))[::share]):
        document = read_document(path.read_bytes(), path.name)
        found = check_contract(document, load_rulebook())
        if found.verdict is ContractVerdict.NOT_A_CONTRACT:
            continue
        for language in Language:
            if language is document.language or rank % 8 == 0:
                remaining, after = left(document, language, found)
                amended += 1
                # An amendment says what was missing; it fills no blank of the contract it amends.
                if remaining or (after.verdict is not ContractVerdict.COMPLETE and not found.blanks):
                    wrong[path.name, language.value] = (remaining, after.verdict.value)
        whole += not found.blanks
    assert amended > 50 // share
    assert whole > 0
    assert wrong == {}
