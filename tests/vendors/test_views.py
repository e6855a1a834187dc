"""The pages of the register: what each role sees, what is kept when something is refused, where one lands."""

import io

import openpyxl
import pytest
from sqlalchemy import select

from portal.authz.policy import Role
from portal.core.spreadsheets import read_table
from portal.jobs.models import Mail
from portal.vendors import services
from portal.vendors.models import Contact, LegalEntity, Membership, Service, Vendor
from portal.vendors.rules.columns import ImportField, propose_mapping
from portal.vendors.rules.status import VendorStatus
from tests.factories.people import user_of
from tests.factories.vendors import HEAVY, contact_at, entered, many
from tests.factories.world import vendor_user

HOME = "/sous-traitants"


@pytest.fixture
def page(as_):
    return as_(Role.DPO)


# -- the list


def test_an_empty_register_says_what_to_do_next(page):
    found = page.get(HOME)
    assert "Le registre est vide" in found.words
    assert found.all(f"//main//a[@href='{HOME}/import']")


def test_the_list_searches_filters_sorts_and_pages(page, dpo, session):
    many(session, 60)
    services.add_service(dpo, entered(dpo, "Hébergeur Provence", country="FR"), HEAVY)
    session.commit()
    first = page.get(HOME)
    assert len(first.all("//tbody/tr")) == 25
    assert "61 sous-traitants" in first.words
    assert len(page.get(f"{HOME}?page=3").all("//tbody/tr")) == 11
    found = page.get(f"{HOME}?q=hébergeur&criticite=critique&statut=prospect&pays=FR")
    assert [a.text for a in found.all("//tbody//th/a")] == ["Hébergeur Provence"]
    assert "Critique" in found.words
    assert "Dossier patient" in found.words
    assert found.one("#filtre-q").get("value") == "hébergeur"
    assert "Aucun sous-traitant ne répond" in page.get(f"{HOME}?q=introuvable").words


def test_what_is_not_a_filter_filters_nothing(page, session):
    many(session, 3)
    session.commit()
    assert "3 sous-traitants" in page.get(f"{HOME}?criticite=x&statut=y&responsable=z&page=-4&tri=rien").words


def test_the_page_asks_for_as_much_with_thirty_vendors_as_with_sixty(page, session, statements):
    counts = []
    for start, count in ((0, 30), (30, 30)):
        many(session, count, start=start)
        session.commit()
        statements.clear()
        page.get(HOME)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8


def test_the_filtered_list_is_exported_as_csv_and_as_a_workbook(page, dpo, session):
    vendor = entered(dpo, "=HYPERLINK(1)", country="DE", siren="954506077")
    contact_at(dpo, vendor)
    entered(dpo, "Autre", country="FR")
    session.commit()
    response = page.client.get(f"{HOME}/liste.csv?pays=DE")
    assert response.headers["Content-Disposition"].endswith('.csv"')
    table = read_table(response.data, "x.csv")
    [row] = table.rows
    cells = dict(zip(table.header, row.cells, strict=True))
    assert (cells["Nom"], cells["Pays du siège"], cells["E-mail du contact"]) == (
        "=HYPERLINK(1)", "Allemagne", "jeanne@acme.test",
    )  # fmt: skip
    assert {ImportField.NAME, ImportField.COUNTRY, ImportField.SIREN, ImportField.CONTACT_EMAIL} <= {
        field for field, column in propose_mapping(table.header).columns.items() if column is not None
    }, "an export can be read back"
    sheet = openpyxl.load_workbook(io.BytesIO(page.client.get(f"{HOME}/liste.xlsx").data)).active
    assert (sheet.max_row, sheet["B2"].data_type) == (3, "s")
    page.get(f"{HOME}/liste.pdf", status=404)


# -- entering and correcting


def test_a_vendor_is_entered_and_its_page_asks_for_the_next_thing(page, session):
    landed = page.follow(page.post(f"{HOME}/nouveau", {"name": "Acme", "country": "FR", "language": "fr"}))
    assert landed.one("h1").text == "Acme"
    assert landed.all("//a[contains(@class, 'button--next')]")[0].text_content().strip().startswith("Décrire")
    assert session.scalars(select(Vendor.key)).all() == ["acme"]


def test_a_wrong_number_is_said_beside_its_field_and_nothing_typed_is_lost(page, session):
    found = page.post(
        f"{HOME}/nouveau", {"name": "Acme", "siren": "732829321", "country": "FR", "language": "fr"}, status=422
    )
    assert "clé de contrôle" in found.one("#siren-error").text_content()
    assert (found.one("#name").get("value"), found.one("#siren").get("value")) == ("Acme", "732829321")
    assert session.scalars(select(Vendor)).all() == []


def test_a_double_is_shown_with_a_link_and_entered_only_when_told_to(page, dpo, session):
    known = entered(dpo, "Acme SAS")
    session.commit()
    typed = {"name": "ACME", "address": "1 rue d'Ici", "country": "", "language": "fr"}
    found = page.post(f"{HOME}/nouveau", typed, status=422)
    assert found.all(f"//a[@href='{HOME}/{known.id}']")
    assert found.one("#address").text.strip() == "1 rue d'Ici"
    page.post(f"{HOME}/nouveau", {**typed, "despite": "1"})
    assert session.scalars(select(Vendor.key).order_by(Vendor.id)).all() == ["acme", "acme-2"]


def test_the_parent_company_is_typed_by_name(page, dpo, session):
    mother = entered(dpo, "Mère")
    session.commit()
    typed = {"name": "Fille", "country": "", "language": "fr"}
    wrong = page.post(f"{HOME}/nouveau", {**typed, "parent_name": "Tante"}, status=422)
    assert "Tante" in wrong.one("#parent_name-error").text_content()
    page.post(f"{HOME}/nouveau", {**typed, "parent_name": "mère"})
    daughter = session.scalars(select(Vendor).where(Vendor.name == "Fille")).one()
    assert daughter.parent_id == mother.id
    assert page.get(f"{HOME}/{daughter.id}/modifier").one("#parent_name").get("value") == "Mère"
    loop = page.post(f"{HOME}/{mother.id}/modifier", {**typed, "name": "Mère", "parent_name": "Fille"}, status=422)
    assert "filiale" in loop.one("#parent_name-error").text_content()


def test_an_address_typed_without_its_scheme_becomes_a_safe_link(page, dpo, session):
    vendor = entered(dpo, "Acme")
    session.commit()
    page.post(
        f"{HOME}/{vendor.id}/modifier",
        {"name": "Acme", "website": "javascript:alert(1)", "country": "", "language": "fr"},
    )
    assert not page.get(f"{HOME}/{vendor.id}").all("//a[starts-with(@href, 'javascript')]")


def test_the_status_moves_by_its_own_buttons_only(page, dpo, session):
    vendor = entered(dpo, "Acme")
    session.commit()
    shown = page.get(f"{HOME}/{vendor.id}")
    assert [i.get("value") for i in shown.all("//input[@name='status']")] == ["en_integration", "sorti"]
    page.post(f"{HOME}/{vendor.id}/statut", {"status": "en_integration"}, page=f"{HOME}/{vendor.id}")
    assert "En intégration" in page.get(f"{HOME}/{vendor.id}").words
    refused = page.post(f"{HOME}/{vendor.id}/statut", {"status": "suspendu"}, page=f"{HOME}/{vendor.id}", status=422)
    assert "devient actif" in refused.words
    page.post(f"{HOME}/{vendor.id}/statut", {"status": "nimporte"}, page=f"{HOME}/{vendor.id}", status=422)


def test_the_owner_is_chosen_among_those_who_may_edit(page, dpo, session):
    vendor, owner, other = entered(dpo, "Acme"), user_of(session, Role.BUYER), user_of(session, Role.MANAGEMENT)
    session.commit()
    path = f"{HOME}/{vendor.id}/responsable"
    offered = {o.get("value") for o in page.get(path).all("//select[@name='owner_id']/option")}
    assert str(owner.id) in offered
    assert str(other.id) not in offered
    page.post(path, {"owner_id": str(other.id)}, status=422)
    assert owner.name in page.follow(page.post(path, {"owner_id": str(owner.id)})).words


def test_a_new_vendor_is_given_to_one_of_those_offered_and_a_form_sent_back_offers_them_again(page, session):
    owner, other = user_of(session, Role.BUYER), user_of(session, Role.MANAGEMENT)
    session.commit()
    new, sheet = f"{HOME}/nouveau", {"name": "Acme", "country": "FR", "language": "fr"}

    def offered(found):
        return {o.get("value") for o in found.all("//select[@name='owner_id']/option")}

    shown = offered(page.get(new))
    assert str(owner.id) in shown
    for wrong in (
        {"owner_id": str(other.id)}, {"owner_id": "999999"}, {"owner_id": "-1"}, {"owner_id": "x"},
        {"siren": "1"}, {"owner_id": str(owner.id), "siren": "1"},
    ):  # fmt: skip
        refused = page.post(new, {**sheet, **wrong}, status=422)
        assert offered(refused) == shown, "nothing that was offered is lost"
    assert [o.get("value") for o in refused.all("//option[@selected]")].count(str(owner.id)) == 1
    assert not session.scalars(select(Vendor)).all()
    page.post(new, {**sheet, "owner_id": str(owner.id)})
    page.post(new, {**sheet, "name": "Zenith", "owner_id": ""})
    assert [(one.name, one.owner_id) for one in session.scalars(select(Vendor).order_by(Vendor.id))] == [
        ("Acme", owner.id), ("Zenith", None)
    ]  # fmt: skip
    likely = page.post(new, {**sheet, "owner_id": str(owner.id)}, status=422)
    assert offered(likely) == shown


def test_a_vendor_is_created_by_seven_statements(page, statements):
    new, sheet = f"{HOME}/nouveau", {"country": "FR", "language": "fr", "owner_id": ""}
    token = page.csrf(new)
    statements.clear()
    answer = page.client.post(new, data={**sheet, "name": "Zenith", "csrf_token": token})
    assert answer.status_code == 302
    assert len(statements) == 7, statements  # session, likeness, vendor, version, spellings, end of the journal, entry


def test_a_buyer_who_gives_a_vendor_away_still_lands_on_a_page(as_, session, dpo):
    user, heir = user_of(session, Role.BUYER), user_of(session, Role.BUYER)
    vendor = entered(dpo, "Acme", owner=user)
    buyer = as_(user)
    assert not buyer.get(f"{HOME}/nouveau").all("//select[@name='owner_id']"), "what a buyer enters is theirs"
    buyer.follow(buyer.post(f"{HOME}/{vendor.id}/responsable", {"owner_id": str(heir.id)}))
    buyer.get(f"{HOME}/{vendor.id}/modifier", status=404)


# -- services

SERVICE = {
    "name": "Hébergement", "categories": ["identification", "connexion"], "has_special": "oui",
    "special_categories": ["sante"], "subjects": ["patients"], "volume": "moins_100000",
    "locations": "france, Etats-Unis", "access": "hebergement", "criticality": "4", "customer_relation": "aucune",
    "chain": "", "transfer_mechanism": "", "legal_entity_id": "",
}  # fmt: skip


def test_a_service_is_described_in_words_and_weighs_at_once(page, dpo, session):
    vendor = entered(dpo, "Acme")
    session.commit()
    landed = page.follow(page.post(f"{HOME}/{vendor.id}/prestations/nouvelle", SERVICE))
    service = session.scalars(select(Service)).one()
    assert (service.locations, service.has_special, service.criticality) == (["FR", "US"], True, 4)
    assert service.has_vulnerable is True
    assert "Critique" in landed.words
    assert "points sur 100" in landed.words
    assert "sous-traitance ultérieure" in landed.words, "what nobody said is named"
    form = page.get(f"{HOME}/{vendor.id}/prestations/{service.id}")
    assert form.one("#locations").get("value") == "France, États-Unis"
    assert len(form.all("//input[@name='categories'][@checked]")) == 2
    assert form.all("//input[@name='has_special'][@checked]/@value") == ["oui"]


def test_what_a_service_does_with_consumers_is_told_kept_and_shown(page, dpo, session):
    vendor = entered(dpo, "Acme")
    session.commit()
    told = {**SERVICE, "handles_withdrawals": "oui", "calls_consumers": "non"}
    landed = page.follow(page.post(f"{HOME}/{vendor.id}/prestations/nouvelle", told))
    service = session.scalars(select(Service)).one()
    assert (service.handles_withdrawals, service.calls_consumers) == (True, False)
    assert "rétractations, retours ou remboursements" in landed.words
    form = page.get(f"{HOME}/{vendor.id}/prestations/{service.id}")
    assert form.all("//input[@name='handles_withdrawals'][@checked]/@value") == ["oui"]
    assert form.all("//input[@name='calls_consumers'][@checked]/@value") == ["non"]


CALLING = ("hosts_health_data", "uses_ai", "is_cloud", "concerns_minors")


def test_what_calls_for_more_questions_is_told_kept_and_shown_and_unknown_until_then(page, dpo, session):
    vendor = entered(dpo, "Acme")
    session.commit()
    told = {**SERVICE, "hosts_health_data": "oui", "uses_ai": "non"}
    landed = page.follow(page.post(f"{HOME}/{vendor.id}/prestations/nouvelle", told))
    service = session.scalars(select(Service)).one()
    assert [getattr(service, name) for name in CALLING] == [True, False, None, None]
    assert "Service d’informatique en nuage, Mineurs" in landed.words
    form = page.get(f"{HOME}/{vendor.id}/prestations/{service.id}")
    assert [form.all(f"//input[@name='{name}'][@checked]/@value") for name in CALLING] == [["oui"], ["non"], [""], [""]]


def test_an_entity_says_which_rules_it_is_under(page, session):
    typed = {"name": "Banque Verdelet", "country": "FR", "is_financial": "oui", "is_nis2": ""}
    page.follow(page.post("/sous-traitants/entites/nouvelle", typed))
    entity = session.scalars(select(LegalEntity).where(LegalEntity.name == "Banque Verdelet")).one()
    assert (entity.is_financial, entity.is_nis2) == (True, None)


def test_a_place_that_is_none_is_said_with_what_was_perhaps_meant(page, dpo, session):
    vendor = entered(dpo, "Acme")
    session.commit()
    found = page.post(
        f"{HOME}/{vendor.id}/prestations/nouvelle", {**SERVICE, "locations": "France, Allemange"}, status=422
    )
    assert "Allemagne" in found.one("#locations-error").text_content()
    assert found.one("#locations").get("value") == "France, Allemange"


def test_a_service_ends_on_a_day_not_before_it_began(page, dpo, session):
    vendor = entered(dpo, "Acme")
    service = services.add_service(dpo, vendor, HEAVY)
    service.started_on = dpo.today
    session.commit()
    path = f"{HOME}/{vendor.id}/prestations/{service.id}/fin"
    page.post(path, {"on": "2020-01-01"}, status=422)
    assert "terminée" in page.follow(page.post(path, {"on": f"{dpo.today:%d/%m/%Y}"})).words


# -- contacts, experts, entities


def test_a_contact_is_added_invited_and_removed(page, dpo, session):
    vendor = entered(dpo, "Acme")
    session.commit()
    typed = {"name": "Jeanne Roy", "email": "jeanne@acme.test", "role": "protection_donnees", "language": "fr"}
    new = f"{HOME}/{vendor.id}/contacts/nouveau"
    page.post(new, {**typed, "email": "jeanne"}, status=422)
    page.post(new, typed)
    assert "déjà cette adresse" in page.post(new, typed, status=422).one("#email-error").text_content()
    contact = session.scalars(select(Contact)).one()
    shown = f"{HOME}/{vendor.id}"
    page.post(f"{shown}/contacts/{contact.id}/inviter", page=shown)
    assert session.scalars(select(Mail.recipient)).all() == ["jeanne@acme.test"]
    assert "Invité" in page.get(shown).words
    page.post(f"{shown}/contacts/{contact.id}/retirer", page=shown)
    assert session.scalars(select(Contact)).all() == []


def test_a_contact_of_another_vendor_is_not_at_this_address(page, dpo, session):
    one, other = entered(dpo, "Un"), entered(dpo, "Deux")
    contact, service = contact_at(dpo, other), services.add_service(dpo, other, HEAVY)
    session.commit()
    page.get(f"{HOME}/{one.id}/contacts/{contact.id}", status=404)
    page.get(f"{HOME}/{one.id}/prestations/{service.id}", status=404)


def test_an_expert_is_given_a_vendor_until_a_day_and_sees_that_page_alone(page, as_, dpo, session):
    given, other = entered(dpo, "Acme"), entered(dpo, "Beta")
    contact_at(dpo, given)
    path = f"{HOME}/{given.id}/experts"
    session.commit()
    assert "Aucun expert n’a de compte" in page.get(path).words
    expert = user_of(session, Role.EXPERT)
    session.commit()
    page.post(path, {"user_id": str(expert.id), "until": "2020-01-01"}, status=422)
    page.post(path, {"user_id": str(expert.id), "until": "01/01/2099"})
    theirs = as_(expert)
    assert "1 sous-traitant" in theirs.get(HOME).words
    seen = theirs.get(f"{HOME}/{given.id}")
    assert not seen.all("//form[contains(@action, '/inviter')]")
    assert "Ce qui s’est passé" not in seen.words, "who did what inside is not an outsider's to read"
    theirs.get(f"{HOME}/{other.id}", status=404)
    page.post(f"{path}/{expert.id}/retirer", page=path)
    theirs.get(f"{HOME}/{given.id}", status=404)
    assert session.scalars(select(Membership)).all() == []


def test_the_group_s_entities_are_kept_by_those_who_may(page, as_, session):
    page.post(f"{HOME}/entites/nouvelle", {"name": "Verdelet", "country": "FR", "registration": "1"}, status=422)
    page.post(f"{HOME}/entites/nouvelle", {"name": "Verdelet", "country": "FR", "registration": "732829320"})
    told = page.get(f"{HOME}/entites").words
    assert "peut signer" not in told
    assert "il lui faut une adresse et un signataire" in told
    entity = session.scalars(select(LegalEntity)).one()
    page.post(f"{HOME}/entites/{entity.id}", {"name": "Verdelet SA", "country": "FR", "registration": "732829320"})
    assert "Verdelet SA" in page.get(f"{HOME}/entites").words
    as_(Role.ADMIN).get(f"{HOME}/entites")
    as_(Role.BUYER).get(f"{HOME}/entites", status=403)


# -- who may not


def test_management_reads_without_a_single_button_that_writes(as_, dpo, session):
    vendor = entered(dpo, "Acme")
    services.add_service(dpo, vendor, HEAVY)
    contact_at(dpo, vendor)
    session.commit()
    shown = as_(Role.MANAGEMENT).get(f"{HOME}/{vendor.id}")
    assert shown.all("//main//form[@method='post']") == []
    assert shown.all("//main//a[contains(@href, 'modifier') or contains(@href, 'nouvelle')]") == []
    as_(Role.MANAGEMENT).get(f"{HOME}/{vendor.id}/modifier", status=403)


def test_no_page_of_the_register_opens_for_a_vendor_or_a_stranger(app, as_, dpo, session):
    vendor = entered(dpo, "Acme")
    contact, service = contact_at(dpo, vendor), services.add_service(dpo, vendor, HEAVY)
    inside = as_(vendor_user(session, vendor))
    stranger = as_(None)
    values = {
        "vendor_id": vendor.id, "contact_id": contact.id, "service_id": service.id, "entity_id": 1, "import_id": 1,
        "user_id": 1, "kind": "csv", "mail_id": 1, "request_id": 1,
    }  # fmt: skip
    walked = 0
    with app.test_request_context():
        routes = [
            rule
            for rule in app.url_map.iter_rules()
            if rule.endpoint.startswith("vendors.") and rule.endpoint != "vendors.answer_facts"
        ]
        paths = [(rule, app.url_for(rule.endpoint, **{k: values[k] for k in rule.arguments})) for rule in routes]
    for rule, path in paths:
        for method in rule.methods & {"GET", "POST"}:
            answer = inside.client.open(path, method=method, data={"csrf_token": inside.csrf("/mon-compte")})
            assert answer.status_code in {403, 404}, (path, method, answer.status_code)
            refused = stranger.client.open(path, method=method)
            assert refused.status_code in {302, 400, 401}, (path, method, refused.status_code)
            walked += 1
    assert walked >= 30


def test_a_buyer_meets_nothing_but_absence_on_others_vendors(as_, dpo, session):
    vendor = entered(dpo, "À d'autres")
    contact, service = contact_at(dpo, vendor), services.add_service(dpo, vendor, HEAVY)
    buyer = as_(Role.BUYER)
    buyer.get(f"{HOME}/{vendor.id}")
    shown = f"{HOME}/{vendor.id}"
    for path in ("modifier", "responsable", "experts", "prestations/nouvelle", f"prestations/{service.id}",
                 f"contacts/{contact.id}", "contacts/nouveau", f"prestations/{service.id}/fin"):  # fmt: skip
        buyer.get(f"{shown}/{path}", status=404)
    for path in ("statut", f"contacts/{contact.id}/inviter", f"contacts/{contact.id}/retirer"):
        buyer.post(f"{shown}/{path}", {"status": "sorti"}, page="/mon-compte", status=404)
    buyer.get(f"{HOME}/import", status=403)
    assert vendor.status is VendorStatus.PROSPECT


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_page_of_a_vendor_reads_in_both_languages(page, dpo, session, language):
    vendor = entered(dpo, "Acme", country="DE")
    service, contact = services.add_service(dpo, vendor, HEAVY), contact_at(dpo, vendor)
    session.commit()
    with page.client.session_transaction() as cookie:
        cookie["language"] = language
    country = {"fr": "Allemagne", "en": "Germany"}[language]
    assert country in page.get(f"{HOME}/{vendor.id}").words
    for path in ("", "/nouveau", "/import", "/entites", "/entites/nouvelle", f"/{vendor.id}/modifier",
                 f"/{vendor.id}/prestations/{service.id}", f"/{vendor.id}/prestations/{service.id}/fin",
                 f"/{vendor.id}/contacts/{contact.id}", f"/{vendor.id}/experts",
                 f"/{vendor.id}/responsable"):  # fmt: skip
        page.get(HOME + path)
