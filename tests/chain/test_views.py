"""Pages of the chain: what they show, what they write, and a number of statements that nothing makes grow."""

import io
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import select

from portal.authz.context import Context
from portal.authz.policy import Role
from portal.chain import queries, services
from portal.chain.file_part import chain_content
from portal.chain.link_rows import LinkRow
from portal.chain.models import AppliedLaw, ChainCompany, ChainTransfer, NameJudgement, NameVerdict
from portal.chain.rules.law_file import read_law
from portal.chain.rules.transfer_tools import TransferTool
from portal.chain.services import ChainFile
from portal.core.language import Language
from portal.vendors.models import Vendor
from portal.web.file_parts import FileScope
from tests.chain.rules.test_law_file import EXAMPLES
from tests.chain.test_kept_chain import keep_nothing
from tests.chain.test_services import LAW, frame
from tests.docx_text import docx_text
from tests.factories.desk import service_of
from tests.factories.register import activity_of, controller_sheet
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

ROWS = (
    ("Brume", "Rive", "Support", "MA"), ("Rive", "Phare", "SMS", "US"), ("Phare", "Rive", "Astreinte", "MA"),
    ("Brume", "Dune", "Salles", "FR"), ("Quai", "Phare, Inc.", "SMS", ""),
)  # fmt: skip


@pytest.fixture
def chain(dpo) -> dict[str, ChainCompany]:
    """A vendor over a loop, and two names that nobody has judged."""
    vendor_of(dpo.session, name="Brume")
    _enter(dpo, ROWS)
    return {company.name: company for company in dpo.session.scalars(select(ChainCompany))}


def _enter(ctx: Context, rows) -> None:
    links = [
        LinkRow(line, a, b, what, (where,) if where else (), "liste") for line, (a, b, what, where) in enumerate(rows)
    ]
    services.enter_chain(ctx, ChainFile("liste.csv", links, ()))


def test_the_chain_of_a_vendor_shows_its_loop_and_what_lacks(as_, chain):
    page = as_(Role.DPO).get(f"/chaine/sous-traitants/{chain['Brume'].vendor_id}")
    words = page.text
    assert "3 sociétés derrière elle, jusqu’à 2 niveaux" in words
    assert "boucle\u202f: revient à elle-même" in words
    assert words.count("dans une boucle") == 2
    assert "2 sociétés ont des données hors de l’EEE sans outil de transfert." in words
    lists = page.all("//ul[@class='branches']//ul")
    assert len(lists) == 3  # one a level, each closed


def test_a_vendor_outside_the_chain_is_entered_by_a_button(as_, dpo):
    vendor = vendor_of(dpo.session, name="Seule")
    client = as_(Role.DPO)
    assert "L’inscrire dans la chaîne" in client.get(f"/chaine/sous-traitants/{vendor.id}").text
    client.post(f"/chaine/sous-traitants/{vendor.id}/entrer", {}, status=302)
    company = dpo.session.scalars(select(ChainCompany)).one()
    assert (company.name, company.vendor_id) == ("Seule", vendor.id)


def test_names_are_joined_and_parted_on_the_page(as_, chain, dpo):
    client = as_(Role.DPO)
    path = f"/chaine/societes/{chain['Phare'].id}"
    assert "Presque le même nom" in client.get(path).text
    sent = {"other": "Phare, Inc.", "verdict": "meme", "reason": "même numéro SIREN"}
    refused = client.post(f"{path}/noms", {**sent, "other": "Atlantide"}, status=422)
    assert "Aucune société de la chaîne ne s’appelle" in refused.text
    client.post(f"{path}/noms", sent, status=302)
    dpo.session.expire_all()
    row = dpo.session.scalars(select(NameJudgement)).one()
    assert dpo.session.get_one(ChainCompany, chain["Phare, Inc."].id).knot == chain["Phare"].id
    assert "même société que" in client.get("/chaine").text
    client.post(f"/chaine/jugements/{row.id}/annuler", {"reason": "homonymie"}, status=302)
    dpo.session.expire_all()
    assert dpo.session.get_one(ChainCompany, chain["Phare, Inc."].id).knot == chain["Phare, Inc."].id
    assert "Annulé par" in client.get(path).text


def test_a_transfer_in_red_is_framed_and_leaves_the_list(as_, chain, dpo):
    client = as_(Role.DPO)
    assert "Rive" in client.get("/chaine?vue=sans-outil").text
    path = f"/chaine/societes/{chain['Rive'].id}/transferts/MA"
    client.post(path, {"tool": "regles", "module": "m2", "fallback": "inconnu"}, status=422)
    client.post(
        path, {"tool": "clauses", "module": "m3", "fallback": "inconnu", "is_subject_to_rgpd": "non"}, status=302
    )
    row = dpo.session.scalars(select(ChainTransfer)).one()
    assert (row.tool, row.is_subject_to_rgpd) == (TransferTool.CLAUSES, False)
    assert client.get(path).one("//select[@name='is_subject_to_rgpd']/option[@selected]/@value") == "non"
    listed = client.get("/chaine?vue=sans-outil")
    assert [one.text_content().strip() for one in listed.all("//tbody//th/a")] == ["Phare"]
    client.get(f"/chaine/societes/{chain['Rive'].id}/transferts/ZZ", status=404)


@pytest.mark.both_databases
def test_a_tool_recorded_under_one_name_of_a_company_holds_for_all_wherever_it_is_said(as_, chain, dpo):
    client, phare, alias = as_(Role.DPO), chain["Phare"], chain["Phare, Inc."]
    brume = dpo.session.get_one(Vendor, chain["Brume"].vendor_id)
    said = "Phare, États-Unis : transfert sans outil connu ce jour-là."

    def gaps():
        before = dpo.now + timedelta(days=1)
        ids = frozenset({brume.id})
        scope = FileScope(
            vendor_ids=ids, activity_ids=None, entity_id=None, service_ids=None, on=before.date(), before=before,
            language=Language.FR,
        )  # fmt: skip
        return {str(one).replace("\u202f", " ") for one in chain_content(dpo, scope).gaps}

    assert said in gaps()
    frame(dpo, "Phare, Inc.")
    services.judge_names(dpo, phare, alias, NameVerdict.SAME, "même numéro SIREN")
    dpo.session.commit()
    dpo.session.expire_all()
    red = [one.text_content().strip() for one in client.get("/chaine?vue=sans-outil").all("//tbody//th/a")]
    assert red == ["Rive"]
    [line] = client.get("/chaine?q=phare").all("//tbody//tr[.//th/a[normalize-space()='Phare']]")
    assert "sans outil" not in line.text_content()
    assert "Encadré par un outil" in client.get(f"/chaine/societes/{phare.id}").text
    assert said not in gaps()


def named(client, path):
    return [one.text_content().strip() for one in client.get(path).all("//tbody//th/a")]


def test_the_list_is_searched(as_, chain):
    assert named(as_(Role.BUYER), "/chaine?q=pha") == ["Phare", "Phare, Inc."]


@pytest.mark.both_databases
def test_what_is_to_complete_is_what_the_page_of_a_company_lacks_whatever_its_names(as_, chain, dpo):
    """The cheapest lie: a name that is complete, beside another of the same company that says nothing."""
    client = as_(Role.DPO)

    def to_complete():
        dpo.session.commit()
        dpo.session.expire_all()
        listed = named(client, "/chaine?vue=a-completer")
        lacking = {
            one.name for one in dpo.session.scalars(select(ChainCompany))
            if "Il manque" in client.get(f"/chaine/societes/{one.id}").text
        }  # fmt: skip
        assert set(listed) == lacking
        rows = client.get("/chaine?vue=a-completer").all("//tbody//tr")
        assert all("Il manque" in row.text_content() for row in rows), "each says what"
        return listed

    assert to_complete() == ["Brume", "Dune", "Phare", "Phare, Inc.", "Quai", "Rive"]
    vendor = dpo.session.get_one(Vendor, chain["Brume"].vendor_id)
    vendor.address, vendor.dpo_contact, vendor.country = "1 quai Bas, Rouen", "dpo@brume.example", "FR"
    phare = chain["Phare"]
    phare.address, phare.contact, phare.country = "2 rue Haute, Brest", "dpo@phare.example", "FR"
    assert to_complete() == ["Dune", "Phare", "Phare, Inc.", "Quai", "Rive"], "a sheet completes the name that it is of"
    chain["Phare, Inc."].processing = "SMS de livraison"
    assert "Phare" in to_complete(), "nobody said that they are one company"
    assert "sociétés, 6 ;" in client.get("/chaine").words
    services.judge_names(dpo, phare, chain["Phare, Inc."], NameVerdict.SAME, "même numéro SIREN")
    assert to_complete() == ["Dune", "Quai", "Rive"]
    assert "sociétés, 5 ;" in client.get("/chaine").words, "two names of one company are one company"
    assert "6 noms de sociétés" in client.get("/chaine").words


def test_whoever_may_not_write_is_offered_nothing_to_write(as_, chain):
    page = as_(Role.MANAGEMENT).get(f"/chaine/societes/{chain['Phare'].id}")
    assert not page.all("//main//form")
    as_(Role.EXPERT).get("/chaine", status=403)


def test_what_if_answers_on_the_page_what_the_command_answers(as_, chain):
    client = as_(Role.DPO)
    page = client.get("/chaine/et-si?societe=Phare")
    assert [one.text_content() for one in page.all("//main//details//li")] == ["Brume", "Brume", "Rive"]
    assert "ne désigne pas" in client.get("/chaine/et-si?societe=Atlantide").text
    assert "Pays inconnu" in client.get("/chaine/et-si?pays=Atlantide").text
    assert "Personne n’en dépend" in client.get("/chaine/et-si?societe=Quai").text


def test_a_law_is_tried_then_withdrawn_on_the_page(as_, chain, dpo):
    client = as_(Role.DPO)

    def send(content, expect):
        token = client.csrf("/chaine/et-si")
        answer = client.client.post(
            "/chaine/droit", data={"csrf_token": token, "file": (io.BytesIO(content), "droit.toml")},
            content_type="multipart/form-data",
        )  # fmt: skip
        assert answer.status_code == expect
        return answer.get_data(as_text=True)

    assert "title" in send(b"a = 1", 422)
    send(LAW, 302)
    page = client.get("/chaine/et-si")
    assert "DPF invalide" in page.text
    assert "Phare" in page.text
    row = dpo.session.scalars(select(AppliedLaw)).one()
    client.post(f"/chaine/droit/{row.id}/retirer", {}, status=302)
    assert not dpo.session.scalars(select(AppliedLaw)).all()


def test_no_page_costs_more_statements_with_more_companies(as_, chain, dpo, statements):
    client = as_(Role.DPO)
    paths = (
        "/chaine", "/chaine?vue=sans-outil", "/chaine?q=pha", f"/chaine/societes/{chain['Rive'].id}",
        f"/chaine/sous-traitants/{chain['Brume'].vendor_id}", "/chaine/et-si?societe=Phare", "/chaine/et-si?pays=US",
        "/chaine/carte", "/chaine/carte?rouge=oui",
    )  # fmt: skip

    def counts():
        found = {}
        for path in paths:
            client.get(path)
            statements.clear()
            client.get(path)
            found[path] = len(statements)
            keep_nothing()
            statements.clear()
            client.get(path)
            found[f"{path}, nothing kept"] = len(statements)
        return found

    before = counts()
    _enter(dpo, [("Rive", f"Société {n}", "", "US") for n in range(40)])
    _enter(dpo, [(f"Société {n}", f"Filiale {n}", "", "MA") for n in range(40)])
    _enter(dpo, [(f"Cliente {n}", "Rive", "", "") for n in range(40)])
    assert counts() == before
    assert all(2 < count <= 20 for path, count in before.items() if "carte" not in path or "nothing" in path), before
    assert before["/chaine/carte"] == 2, "the account, and the marks of what was kept"


def test_the_picture_draws_what_is_asked_and_every_box_is_a_link(as_, chain):
    client = as_(Role.DPO)
    page = client.get("/chaine/carte")
    shown = {one.text_content().strip() for one in page.all("//*[@class='map__label']")}
    assert {"Brume", "! Rive", "! Phare", "Dune", "Quai", "Phare, Inc.", "Maroc", "France", "États-Unis"} <= shown
    assert len(page.all("//*[local-name()='svg']//*[local-name()='a'][@href]")) == len(shown)
    red = page.all("//*[contains(@class, 'map__link--red')]")
    assert len(red) == 2
    around = client.get(f"/chaine/carte?vers=company:{chain['Dune'].knot}")
    assert {one.text_content().strip() for one in around.all("//*[@class='map__label']")} == {"Brume", "Dune", "France"}
    named = client.get("/chaine/carte?q=quai")
    assert {one.text_content().strip() for one in named.all("//*[@class='map__label']")} == {"Quai", "Phare, Inc."}
    assert "Rien ne répond" in client.get("/chaine/carte?vers=company:999").text
    assert "États-Unis" not in client.get("/chaine/carte?pays=FR").one("//*[@class='map']").text_content()


def test_the_map_shows_the_processing_of_the_register_internal_too_and_services_without_a_line(as_, dpo):
    vendor = vendor_of(dpo.session, name="Brume")
    filed = service_of(dpo.session, vendor, name="Paie externalisée")
    service_of(dpo.session, vendor, name="Coffre-fort")
    activity_of(dpo, controller_sheet(name="Paie du personnel"), (filed.id,))
    activity_of(dpo, controller_sheet(name="Vidéosurveillance du siège"))
    ended = activity_of(dpo, controller_sheet(name="Ancien fichier"), (filed.id,))
    ended.ended_on = dpo.today
    dpo.session.commit()
    page = as_(Role.DPO).get("/chaine/carte")
    told = {one.text_content().strip() for one in page.all("//*[local-name()='svg']//*[local-name()='title']")}
    unfiled = "Coffre-fort, prestation sans ligne au registre"
    assert {"Paie du personnel", "Vidéosurveillance du siège", unfiled, "Brume"} <= told
    assert "Paie externalisée" not in page.text, "the line of the register says it"
    assert "Ancien fichier" not in page.text
    assert len(page.all("//*[contains(@class, 'map__box--unfiled')]")) == 1
    rows = [row.text_content() for row in page.all("//tbody/tr")]
    assert any("Paie du personnel" in row and "Brume" in row for row in rows)
    assert not any("Vidéosurveillance du siège" in row and "Brume" in row for row in rows)


def test_services_that_nobody_said_for_whom_are_grouped_by_their_name(as_, dpo):
    vendor = vendor_of(dpo.session, name="Brume")
    for number in range(30):
        service_of(dpo.session, vendor, name="Hébergement" if number % 2 else f"Prestation {number}")
    dpo.session.commit()
    page = as_(Role.DPO).get("/chaine/carte")
    told = [one.text_content().strip() for one in page.all("//*[local-name()='svg']//*[local-name()='title']")]
    assert "15\u202f: Hébergement, 15 prestations sans ligne au registre" in told
    assert "Prestation 2, prestation sans ligne au registre" in told


def test_the_picture_of_thousands_is_grouped_and_light(as_, chain, dpo):
    _enter(dpo, [("Brume", f"Société {n}", "", ("US", "MA", "FR", "DE", "")[n % 5]) for n in range(2_000)])
    page = as_(Role.DPO).get("/chaine/carte")
    assert len(page.all("//*[@class='map__label']")) < 60
    assert any("400 · " in one.text_content() for one in page.all("//*[@class='map__label']"))
    assert len(page.text) < 60_000
    (group,) = [a for a in page.all("//*[local-name()='a']") if "400 · Allemagne" in a.text_content()]
    opened = as_(Role.DPO).get(group.get("href"))
    shown = [one.text_content().strip() for one in opened.all("//*[@class='map__label']")]
    assert {"Brume", "Allemagne", "377 · autres"} <= set(shown)
    assert "Maroc" not in shown


def test_a_vendor_has_its_own_neighbourhood(as_, chain):
    page = as_(Role.DPO).get(f"/chaine/sous-traitants/{chain['Brume'].vendor_id}")
    shown = {one.text_content().strip() for one in page.all("//*[@class='map__label']")}
    assert "Brume" in shown
    assert "Quai" not in shown


@pytest.fixture
def contract(chain, dpo):
    """A contract in force with the vendor of the chain, and a line of the register that rests on it."""
    vendor = dpo.session.get_one(Vendor, chain["Brume"].vendor_id)
    vendor.address = "3, rue du Port\n29200 Brest"
    held = contract_of(dpo, vendor, title="Accord Brume")
    activity_of(dpo, controller_sheet(name="Rendez-vous"), (service_of(dpo.session, vendor, name="Agenda").id,))
    dpo.session.commit()
    return held


def test_96_hours_are_replayed_on_the_page_with_the_contracts_they_reach(as_, contract, dpo):
    services.apply_law(dpo, read_law(EXAMPLES[2].encode()))
    dpo.session.commit()
    page = as_(Role.DPO).get("/chaine/et-si")
    assert "72 h deviennent 96 h" in page.words
    assert "Accord Brume" in page.words
    assert "1 contrat sans repli noté" in page.words, "no delay was read of it: it has none of its own"
    law = dpo.session.scalars(select(AppliedLaw)).one()
    shown = as_(Role.DPO).get(f"/chaine/et-si/contrats/{contract.key}?droit={law.id}")
    assert "72 h deviennent 96 h" in shown.words


def test_a_contract_that_is_reached_has_its_papers_in_both_languages(as_, contract, dpo):
    client = as_(Role.DPO)
    page = client.get("/chaine/et-si?pays=US")
    assert "Sans repli noté" in page.words
    path = next(one for one in page.all("//a/@href") if "/et-si/contrats/" in one)
    shown = client.get(path)
    assert "Rendez-vous" in shown.words
    assert "Phare" in shown.words
    files = [one for one in shown.all("//a/@href") if ".docx?" in one]
    assert len(files) == 6
    told = {file.rpartition("/")[2].partition(".")[0]: docx_text(client.client.get(file).data) for file in files}
    assert set(told) == {f"{kind}-{spoken}" for kind in ("lettre", "avenant", "aitd") for spoken in ("fr", "en")}
    assert "États-Unis" in told["lettre-fr"]
    assert "3, rue du Port, 29200 Brest" in told["lettre-fr"]
    assert "Rendez-vous" in told["lettre-en"]
    assert "2021/914" in told["avenant-en"]
    assert "Phare" in told["aitd-fr"]
    client.get(f"/chaine/et-si/contrats/{contract.key}", status=404)
    client.get(f"/chaine/et-si/contrats/{contract.key}?pays=CH", status=404)
    client.get("/chaine/et-si/contrats/nulle-part?pays=US", status=404)
    shown = client.get(f"/chaine/et-si/contrats/{contract.key}?societe=Phare")
    assert "Phare s’arrête" in shown.words or "arrêt de Phare" in shown.words


def test_the_assessment_of_a_transfer_has_six_steps_and_its_blanks_are_seen(as_, chain, dpo):
    phare = chain["Phare"]
    frame(dpo, "Phare", assessment="Rien qui prive l'outil d'effet", assessed_on=dpo.today)
    dpo.session.commit()
    client = as_(Role.MANAGEMENT)
    assert "aitd-fr.docx" in client.get(f"/chaine/societes/{phare.id}").text
    answer = client.client.get(f"/chaine/societes/{phare.id}/transferts/US/aitd-fr.docx")
    assert answer.status_code == 200
    text = docx_text(answer.data)
    for step in ("1. Le transfert", "2. L", "3. Le droit et les pratiques du pays", "4. Les mesures supplémentaires",
                 "5. Leur mise en œuvre", "6. La réévaluation"):  # fmt: skip
        assert step in text, step
    assert "Clauses contractuelles types" in text
    assert "Rive (SMS)" in text
    assert text.count("[") > 8, "what nobody said is a visible blank"
    assert client.client.get(f"/chaine/societes/{phare.id}/transferts/FR/aitd-fr.docx").status_code == 404
    assert client.client.get(f"/chaine/societes/{phare.id}/transferts/ZZ/aitd-en.pdf").status_code == 404


def test_a_search_finds_a_company_of_the_chain_for_those_who_see_the_chain(as_, chain):
    for role in (Role.DPO, Role.BUYER, Role.MANAGEMENT):
        assert f"/chaine/societes/{chain['Phare'].id}" in as_(role).get("/recherche?q=phar").text
    assert "/chaine/societes/" not in as_(Role.EXPERT).get("/recherche?q=phar").text
    assert "/chaine/societes/" not in as_(Role.DPO).get("/recherche?q=hare").text


def test_what_is_read_around_a_company_is_what_the_whole_chain_holds_of_it(dpo):
    draw = Random(7)
    names = [f"Société {number}" for number in range(60)]
    _enter(dpo, [(draw.choice(names), draw.choice(names), "", draw.choice(("US", "MA", ""))) for _ in range(70)])
    companies = {company.name: company for company in dpo.session.scalars(select(ChainCompany))}
    one, other = sorted(companies)[:2]
    services.judge_names(dpo, companies[one], companies[other], NameVerdict.SAME, "Même société, même adresse")
    whole = queries.chain_world(dpo)
    for start in sorted({company.knot for company in companies.values()}):
        around = queries.chain_around(dpo, [start])
        below, above = whole.graph.suppliers([start]), whole.graph.dependants([start])
        reached = {start, *below, *above}
        assert (around.graph.suppliers([start]), around.graph.dependants([start])) == (below, above)
        assert {node.knot for node in around.nodes} == reached
        assert {n.number: n.name for n in around.nodes} == {n.number: n.name for n in whole.nodes if n.knot in reached}
    assert queries.chain_around(dpo, []).nodes == ()
