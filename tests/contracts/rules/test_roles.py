"""A vendor that determines the purposes is no processor: no agreement for processors is issued for it."""

import pytest

from portal.authz.policy import Role
from portal.contracts import library, services
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.roles import role_against
from portal.core.language import Language
from tests.factories.contracts import facts
from tests.factories.desk import contract_of, matter

TEMPLATE = library.cached().template["dpa"]


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (("processor",), None),
        (("processor", "controller"), None),
        (("processor", "joint"), None),
        (None, None),
        (("controller",), "responsable du traitement, et ce modèle ne convient pas"),
        (("joint",), "Signez un accord entre responsables conjoints"),
        (("controller", "joint"), "seul ou avec vous"),
    ],
)
def test_a_template_for_processors_says_why_it_does_not_suit_and_what_to_do(roles, told):
    found = role_against(TEMPLATE, facts(service__roles=roles))
    assert (found is None) == (told is None)
    assert told is None or told in str(found)


def test_no_reason_issues_an_agreement_for_processors_with_a_joint_controller(app, ctx, session):
    contract = contract_of(ctx, matter(session))
    services.type_facts(ctx, contract, {"service.roles": ["joint"]})
    with pytest.raises(services.RoleExcluded, match="responsables conjoints"):
        services.draft_version(ctx, contract, Language.FR, despite="le métier insiste")
    services.type_facts(ctx, contract, {"service.roles": ["processor", "joint"]})
    version = services.draft_version(ctx, contract, Language.FR)
    assert "CL37" in {clause["id"] for clause in version.clauses}
    assert [blank["key"] for blank in version.blanks] == ["service.other_processing"]


def test_the_question_is_asked_at_intake_and_its_answer_kept(as_, session):
    subject = matter(session)
    session.commit()
    client = as_(Role.LEGAL)
    answer = {"title": "Accord", "service": subject.service.id, "entity": subject.entity.id, "template": "dpa",
              "language": "fr", "purposes": "joint"}  # fmt: skip
    at = f"/contrats/nouveau?sous-traitant={subject.vendor.id}"
    assert "Le prestataire détermine-t-il les finalités" in client.get(f"{at}&modele=dpa").words
    page = client.follow(client.post(at, answer))
    assert "Ce modèle n’est pas celui qu’il faut" in page.words
    assert "responsables conjoints" in page.words
    assert session.query(Contract).one().typed["service.roles"] == ["joint"]
    assert session.query(ContractVersion).count() == 0
