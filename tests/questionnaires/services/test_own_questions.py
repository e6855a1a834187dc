"""A questionnaire written in the portal: what is refused, what is published, what never moves."""

from dataclasses import replace

import pytest

from portal.audits.services import open_audit
from portal.authz.context import Context
from portal.authz.policy import Role
from portal.core.errors import Forbidden, Refused
from portal.questionnaires import catalogue, queries, services
from portal.questionnaires.queries import own_text
from portal.questionnaires.rules.parsing import parse_questionnaire, questionnaire_defects
from portal.questionnaires.rules.writing import toml_of
from portal.questionnaires.services import IncompleteQuestionnaire, OwnTexts, fields_of
from portal.questionnaires.toml_reading import read_toml
from tests.factories.own_questionnaires import HEAD, own_of, rows_of, section_of
from tests.factories.questionnaires import both, raw_question
from tests.factories.world import vendor_of

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def ours(ctx):
    return own_of(ctx)


def words_of(refused):
    return str(refused.value.sentence)


def reasons(refused):
    return " ".join(str(defect.message) for defect in refused.value.defects)


def test_who_does_not_manage_questionnaires_writes_none(session, ctx):
    lawyer = Context(session, replace(ctx.actor, role=Role.LEGAL), ctx.now)
    with pytest.raises(Forbidden):
        services.create_own(lawyer, HEAD)


# --- the cheapest lies


def test_an_empty_questionnaire_is_not_published(ctx):
    own = services.create_own(ctx, HEAD)
    with pytest.raises(IncompleteQuestionnaire) as refused:
        services.publish_own(ctx, own)
    assert "sections" in reasons(refused)
    services.add_section(ctx, own, OwnTexts("Copies", "Copies", "", ""))
    with pytest.raises(IncompleteQuestionnaire) as refused:
        services.publish_own(ctx, own)
    assert "questions" in reasons(refused)
    assert own.published_id is None


def test_every_loss_is_named_before_publication(ctx):
    own = own_of(ctx, raw_question(text={"fr": "Où ?"}, why=None, articles=[]))
    with pytest.raises(IncompleteQuestionnaire) as refused:
        services.publish_own(ctx, own)
    told = reasons(refused)
    assert all(word in told for word in ("text.en", "why", "articles"))
    assert {defect.where for defect in refused.value.defects} == {rows_of(ctx, own)[0].key}


def test_a_condition_that_hides_a_question_from_all_is_not_published(ctx):
    own = own_of(ctx)
    asked = rows_of(ctx, own)[0].key
    both_at_once = {"all": [{"question": asked, "in": ["oui"]}, {"question": asked, "in": ["non"]}]}
    services.add_question(ctx, own, section_of(ctx, own), raw_question(key="", visible_if=both_at_once))
    with pytest.raises(IncompleteQuestionnaire) as refused:
        services.publish_own(ctx, own)
    assert "ne serait posée à personne" in reasons(refused)


@pytest.mark.parametrize("weight", [0, 6])
def test_a_weight_is_from_1_to_5(ctx, ours, weight):
    row = rows_of(ctx, ours)[0]
    with pytest.raises(Refused, match="de 1 à 5"):
        services.edit_question(ctx, ours, row, {**fields_raw(row), "weight": weight})


def fields_raw(row):
    return read_toml(row.toml.encode())


def test_the_key_of_a_shipped_question_takes_no_other_meaning(ctx, ours):
    shipped = catalogue.load()["socle-rgpd"].questions[0]
    row = rows_of(ctx, ours)[0]
    row.toml = row.toml.replace(row.key, shipped.key)
    section = section_of(ctx, ours)
    section.key, row.key = shipped.key.split(".")[0], shipped.key
    with pytest.raises(IncompleteQuestionnaire) as refused:
        services.publish_own(ctx, ours)
    assert "déjà définie dans « socle-rgpd »" in reasons(refused).replace("\u202f", " ")


def test_a_published_key_takes_no_other_meaning_even_after_its_question_is_gone(ctx, ours):
    services.publish_own(ctx, ours)
    row = rows_of(ctx, ours)[0]
    other = {**fields_raw(row), "text": both("Combien de salariés ?", "How many employees?")}
    with pytest.raises(Refused, match="presque rien du texte publié"):
        services.edit_question(ctx, ours, row, other)
    services.edit_question(ctx, ours, row, other, is_other=True)
    assert row.key.endswith("-2")
    assert fields_of(row.toml)["replaces"] == row.key.removesuffix("-2")
    services.publish_own(ctx, ours)
    # Put back by hand under the first key: what was published still says what that key means.
    row.toml = row.toml.replace(f'"{row.key}"', f'"{row.key.removesuffix("-2")}"', 1).replace("replaces = ", "# ")
    row.key = row.key.removesuffix("-2")
    with pytest.raises(IncompleteQuestionnaire, match="1 point à corriger"):
        services.publish_own(ctx, ours)


# --- what is written stays whole


def test_better_words_keep_the_key(ctx, ours):
    services.publish_own(ctx, ours)
    row = rows_of(ctx, ours)[0]
    better = both("Copiez-vous toutes nos données ?", "Do you copy all our data?")
    services.edit_question(ctx, ours, row, {**fields_raw(row), "text": better})
    assert services.publish_own(ctx, ours).version == "2"
    with pytest.raises(Refused, match=r"Rien n.a changé"):
        services.publish_own(ctx, ours)


def test_a_question_that_a_condition_rests_on_stays_above_it(ctx, ours):
    first = rows_of(ctx, ours)[0]
    condition = {"question": first.key, "in": ["oui"]}
    services.add_question(ctx, ours, section_of(ctx, ours), raw_question(key="", visible_if=condition))
    for act in (
        lambda: services.move_question(ctx, ours, first, 1),
        lambda: services.remove_question(ctx, ours, first),
    ):
        with pytest.raises(Refused), ctx.session.begin_nested():
            act()
    assert rows_of(ctx, ours)[0].key == first.key


def test_a_question_that_becomes_another_takes_its_conditions_along(ctx, ours):
    first = rows_of(ctx, ours)[0]
    condition = {"question": first.key, "in": ["oui"]}
    services.add_question(ctx, ours, section_of(ctx, ours), raw_question(key="", visible_if=condition))
    services.publish_own(ctx, ours)
    services.edit_question(ctx, ours, first, {**fields_raw(first), "text": both("Autre ?", "Other?")}, is_other=True)
    assert services.defects_of(ctx, own_text(ctx.session, ours)) == ()
    assert first.key in rows_of(ctx, ours)[1].toml


def test_a_copy_asks_the_same_keys_until_one_is_made_ones_own(ctx):
    shipped = catalogue.load()["socle-rgpd"]
    own = services.copy_questionnaire(ctx, shipped)
    text = own_text(ctx.session, own)
    assert [row.key for row in text.entries] == [question.key for question in shipped.questions]
    assert services.defects_of(ctx, text) == ()
    conditional = next(question for question in shipped.questions if question.visible_if)
    rests_on = next(row for row in text.entries if row.key in str(conditional.visible_if))
    services.make_own_question(ctx, own, rests_on)
    after = own_text(ctx.session, own)
    assert services.defects_of(ctx, after) == ()
    assert rests_on.key not in {question.key for question in shipped.questions}
    assert catalogue.load()["socle-rgpd"] == shipped


@pytest.mark.both_databases
def test_what_is_published_is_in_the_catalogue_and_a_change_is_not_until_it_is(ctx, ours):
    (line,) = queries.own_lines(ctx.session)
    assert (line.questions, line.published) == (1, None)
    folder = catalogue.FOLDER
    assert ours.key not in catalogue.load(folder, ctx.session)
    version = services.publish_own(ctx, ours)
    assert catalogue.load(folder, ctx.session)[ours.key].sha256 == version.sha256
    services.edit_head(ctx, ours, replace(HEAD, title_fr="Copies de nos données"))
    assert catalogue.load(folder, ctx.session)[ours.key].title.fr == HEAD.title_fr
    services.archive_own(ctx, ours)
    assert ours.key not in catalogue.load(folder, ctx.session)
    with pytest.raises(Refused, match="archivé"):
        services.edit_head(ctx, ours, HEAD)
    services.restore_own(ctx, ours)
    assert ours.key in catalogue.load(folder, ctx.session)


def test_a_running_audit_never_changes(ctx, ours):
    services.publish_own(ctx, ours)
    asked = catalogue.load(catalogue.FOLDER, ctx.session)[ours.key]
    audit = open_audit(ctx, vendor_of(ctx.session), services.publish(ctx, asked), due_on=ctx.today)
    frozen = queries.questionnaire_of(ctx.session, audit.questionnaire_version)
    row = rows_of(ctx, ours)[0]
    services.edit_question(ctx, ours, row, {**fields_raw(row), "text": both("Tout autre ?", "Other?")}, is_other=True)
    services.publish_own(ctx, ours)
    services.archive_own(ctx, ours)
    queries._KEPT.clear()
    ctx.session.expire_all()
    assert queries.questionnaire_of(ctx.session, audit.questionnaire_version) == frozen
    assert frozen.questions[0].text.fr == "Copiez-vous nos données ?"


def test_the_file_that_is_exported_reads_back_the_same(ctx):
    own = services.keep_import(
        ctx, toml_of(catalogue.load()["nuage"]).replace('key = "nuage"', 'key = "ici"', 1), "nuage.toml"
    )
    text = own_text(ctx.session, own)
    defined = {question.key: question for one in catalogue.load().values() for question in one.questions}
    exported = read_toml(services.document_of(text).toml().encode())
    assert not list(questionnaire_defects(exported, defined))
    assert replace(parse_questionnaire(exported, defined), sha256="") == services.reading_of(ctx, text)
    assert text.shared, "what other files define is still only named"


def test_an_import_never_takes_the_key_of_another_question(ctx):
    shipped = catalogue.load()["socle-rgpd"].questions[0]
    section, name = shipped.key.split(".")
    toml = toml_of(
        parse_questionnaire(
            {
                "key": "autre", "version": "1", "title": both("Autre"), "introduction": both("Autre."),
                "sections": [{"key": section, "title": both("A"), "questions": [raw_question(f"{section}.{name}")]}],
            }
        ),
        draft=True,
    )  # fmt: skip
    own = services.keep_import(ctx, toml, "autre.toml")
    assert [row.key for row in rows_of(ctx, own)] == [f"{shipped.key}-2"]
    assert own.origin == "autre.toml"
