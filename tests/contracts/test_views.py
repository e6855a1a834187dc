"""Pages of the contract desk: what they show, to whom, and what each form does."""

import io
import json
import re
from datetime import date

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts import services
from portal.contracts.draft_page import draft_page
from portal.contracts.library_editions import known_obligations
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.fact_catalogue import FACTS
from portal.contracts.views import contracts as contract_pages
from portal.core.clock import legal_date, now
from portal.core.documents.freezing import thaw
from portal.core.documents.text import fold, tree_text
from portal.core.language import Language
from portal.jobs.models import Job, JobState
from portal.journal.models import JournalEntry
from portal.vendors.models import Vendor
from tests.factories.desk import contract_of, drafted, entity_of, in_english, matter, party_of, service_of
from tests.factories.files import pdf
from tests.factories.people import user_of
from tests.factories.world import vendor_of

FR, EN = Language.FR, Language.EN


@pytest.fixture
def buyer(session):
    return user_of(session, Role.BUYER)


@pytest.fixture
def made(session, buyer):
    """A contract drafted once in French for a vendor the buyer owns; everything known."""
    subject = matter(session, owner_id=buyer.id)
    contract, version = drafted(Context(session, SYSTEM, now()), subject, FR)
    session.commit()
    return contract, version


@pytest.fixture
def lacking(session, buyer):
    """A contract whose vendor's sheet lacks its signatory and its breach contact."""
    subject = matter(session, owner_id=buyer.id, representative="", breach_contact="")
    contract, version = drafted(Context(session, SYSTEM, now()), subject, FR)
    session.commit()
    return contract, version


def url(contract, rest=""):
    return f"/contrats/{contract.id}{rest}"


def test_an_empty_desk_says_what_to_do(as_):
    page = as_(Role.LEGAL).get("/contrats")
    assert "Aucun contrat n’est au registre" in page.words
    assert page.all("//main//a[@href='/contrats/nouveau']")
    assert not as_(Role.MANAGEMENT).get("/contrats").all("//main//a[@href='/contrats/nouveau']")


def test_the_list_shows_coverage_blanks_and_state(as_, made, lacking):
    page = as_(Role.LEGAL).get("/contrats")
    whole, short = made[1], lacking[1]
    assert whole.covered == whole.required > 20
    assert short.covered < short.required
    assert f"{whole.covered} sur {whole.required}" in page.words
    assert f"{short.covered} sur {short.required}" in page.words
    assert page.words.count("En rédaction") == 3, "two contracts, and the filter"
    assert f"{len(short.blanks)} à compléter" in page.words
    assert "2 contrats" in page.words


def test_the_list_is_searched_by_every_word(as_, made):
    client = as_(Role.LEGAL)
    assert "Relation Atlantique" in client.get("/contrats?q=atlantique+accord").words
    assert "Aucun contrat ne répond" in client.get("/contrats?q=atlantique+absent").words
    assert "Aucun contrat ne répond" in client.get("/contrats?q=%25").words


def test_the_list_costs_the_same_whatever_its_length(as_, session, made, statements):
    client = as_(Role.LEGAL)

    def cost():
        statements.clear()
        client.get("/contrats")
        return len(statements)

    few = cost()
    contract, version = made
    for number in range(60):
        more = Contract(
            key=f"autre-{number}", vendor_id=contract.vendor_id, template_key="dpa", title=f"Autre {number}",
            created_at=now(),
        )  # fmt: skip
        session.add(more)
        session.flush()
        session.add(
            ContractVersion(
                contract_id=more.id, number=1, language=FR, facts={}, clauses=[], tree=version.tree, coverage=[],
                blanks=[], covered=1, required=1, sha256="0" * 64, created_at=now(),
            )
        )  # fmt: skip
    session.commit()
    assert cost() == few
    assert "61 contrats" in client.get("/contrats").words
    assert "Page 3 sur 3" in client.get("/contrats?page=3").words


# --- who may see what -------------------------------------------------------------------------------------------------

READS = ("", "/faits", "/apercu", "/apercu/1", "/versions", "/versions/1/json")


@pytest.mark.parametrize("rest", READS)
def test_a_buyer_reads_the_contracts_of_its_own_vendors_only(as_, session, made, buyer, rest):
    contract, _ = made
    stranger = as_(Role.BUYER)
    assert as_(buyer).get(url(contract, rest)).status == 200
    stranger.get(url(contract, rest), status=404)
    assert "Relation Atlantique" in as_(buyer).get("/contrats").words
    assert "Relation Atlantique" not in stranger.get("/contrats").words


@pytest.mark.parametrize("role", [Role.EXPERT, Role.ADMIN, Role.VENDOR_ADMIN, Role.VENDOR_RESPONDENT])
@pytest.mark.parametrize("rest", ["", "/faits", "/apercu", "/versions/1/pdf"])
def test_others_read_none(as_, made, role, rest):
    as_(role).get(url(made[0], rest), status=403)


@pytest.mark.parametrize("who", [Role.BUYER, Role.MANAGEMENT])
def test_whoever_may_only_read_can_neither_type_nor_draft(as_, session, made, buyer, who):
    contract, _ = made
    client = as_(buyer if who is Role.BUYER else who)
    client.post(url(contract, "/faits"), {"vendor__name": "X"}, status=403)
    client.post(url(contract, "/versions"), {"language": "fr"}, status=403)
    client.post(url(contract, "/versions/1/imprimer"), status=403)
    client.get("/contrats/nouveau", status=403)
    for rest in ("", "/faits", "/versions"):
        assert not client.get(url(contract, rest)).all("//main//form[@method='post']")
    assert session.query(ContractVersion).count() == 1


def test_an_unknown_version_or_contract_is_not_found(as_, made):
    client = as_(Role.LEGAL)
    client.get(url(made[0], "/apercu/7"), status=404)
    client.get(url(made[0], "?version=7"), status=404)
    client.get("/contrats/999999", status=404)
    client.get(url(made[0], "/versions/1/exe"), status=404)


# --- opening ----------------------------------------------------------------------------------------------------------


def test_legal_opens_a_contract_and_its_first_version_is_drafted(as_, session):
    subject = matter(session)
    client = as_(Role.LEGAL)
    chosen = client.get("/contrats/nouveau?q=atlantique")
    (link,) = chosen.all("//main//table//a/@href")
    choices = client.get(link)
    [link] = choices.all("//main//a[contains(@href, 'modele=dpa') and not(contains(@href, 'annexe'))]/@href")
    form = client.get(link)
    assert form.one("#title").get("value") == (
        "Accord de sous-traitance de données à caractère personnel – Relation Atlantique"
    )
    assert form.all("//select[@id='service']/option[@selected]/@value") == [str(subject.service.id)]
    assert form.all("//select[@id='entity']/option[@selected]/@value") == [str(subject.entity.id)]
    answer = {
        "title": "Centre de contacts", "service": subject.service.id, "entity": subject.entity.id, "template": "dpa",
        "language": "en",
    }  # fmt: skip
    shown = client.follow(client.post(link, {**answer, "language": "fr"}))
    assert "Centre de contacts" in shown.words
    contract = session.query(Contract).one()
    assert (contract.key, contract.language) == ("relation-atlantique-dpa-1", FR)
    version = session.query(ContractVersion).one()
    assert (version.language, version.number) == (FR, 1)


def test_a_contract_in_english_is_not_issued_while_a_text_is_known_in_french_alone(as_, ctx, session):
    subject = matter(session)
    client = as_(Role.LEGAL)
    answer = {"title": "Contact centre", "service": subject.service.id, "entity": subject.entity.id, "template": "dpa",
              "language": "en"}  # fmt: skip
    session.commit()
    page = client.follow(client.post(f"/contrats/nouveau?sous-traitant={subject.vendor.id}", answer))
    told = page.one("#langue").text_content().replace("\u202f", " ")
    assert all(name in told for name in ("Finalités du traitement", "Description du service", "Sous-traitants"))
    assert "Dans l’autre langue : prise d'appels" in page.words.replace("\u202f", " ")
    contract = session.query(Contract).one()
    client.post(url(contract, "/versions"), {"language": "en", "despite": "la signature presse"})
    assert session.query(ContractVersion).count() == 0
    english = {"service__description": "call handling in the evening", "seen": "{}"}
    client.post(url(contract, "/faits?langue=en"), english)
    session.expire_all()
    contract = session.query(Contract).one()
    assert contract.typed["service.description"] == {"en": "call handling in the evening"}
    in_english(ctx, contract)
    session.commit()
    client.post(url(contract, "/versions"), {"language": "en"})
    assert session.query(ContractVersion).one().facts["values"]["service.description"] == "call handling in the evening"


def test_a_contract_cannot_be_opened_on_another_vendors_service(as_, session):
    subject = matter(session)
    other = matter(session)
    client = as_(Role.LEGAL)
    path = f"/contrats/nouveau?sous-traitant={subject.vendor.id}"
    wrong = {"title": "x", "service": other.service.id, "entity": "", "template": "dpa", "language": "fr"}
    client.post(path, wrong, status=422)
    client.post(path, {**wrong, "service": "", "template": "nda"}, status=422)
    client.post(path, {**wrong, "service": "", "title": " "}, status=422)
    client.post(path, {**wrong, "service": "", "language": "de"}, status=422)
    assert session.query(Contract).count() == 0
    client.get("/contrats/nouveau?sous-traitant=999999", status=404)


def test_what_a_contract_is_about_may_change_and_its_versions_do_not(as_, session, made):
    contract, version = made
    kept = version.sha256
    client = as_(Role.LEGAL)
    path = url(contract, "/modifier")
    assert client.get(path).one("#title").get("value") == contract.title
    client.post(path, {"title": " ", "service": "", "entity": ""}, status=422)
    client.post(path, {"title": "x", "service": 987654, "entity": ""}, status=422)
    shown = client.follow(
        client.post(path, {"title": "Autre titre", "service": "", "entity": contract.legal_entity_id})
    )
    assert "Autre titre" in shown.words
    assert "ont changé depuis cette version" in shown.words
    session.expire_all()
    assert session.get_one(Contract, contract.id).service_id is None
    assert session.get_one(ContractVersion, version.id).sha256 == kept
    as_(Role.MANAGEMENT).get(path, status=403)


def test_an_unknown_name_offers_the_whole_list(as_, session):
    assert "Aucun sous-traitant ne porte ce nom" in as_(Role.LEGAL).get("/contrats/nouveau?q=zzz").words
    assert session.query(Vendor).count() == 0
    assert "Aucun sous-traitant au registre" in as_(Role.LEGAL).get("/contrats/nouveau").words


def test_a_vendor_is_chosen_beside_the_name_of_its_country(as_, session):
    vendor_of(session, country="DE")
    session.commit()
    shown = as_(Role.LEGAL).get("/contrats/nouveau").tree.xpath("string(//td[@data-label='Pays'])")
    assert shown.strip() == "Allemagne"


# --- coverage ---------------------------------------------------------------------------------------------------------


def test_every_obligation_is_a_line_with_its_status_and_a_link_to_its_passage(as_, made):
    contract, version = made
    client = as_(Role.LEGAL)
    page = client.get(url(contract))
    text = client.get(url(contract, "/apercu/1"))
    for row in version.coverage:
        (line,) = page.all(f"//tr[@id='{row['id']}']")
        words = " ".join(line.text_content().split())
        assert {"covered": "Couverte", "incomplete": "À compléter", "uncovered": "Non couverte"}[row["status"]] in words
        assert line.xpath(".//*[contains(@class,'badge')]//*[local-name()='svg']")
        anchors = [href.partition("#")[2] for href in line.xpath(".//a/@href")]
        assert anchors == [passage["anchor"] for passage in row["passages"]]
        for anchor in anchors:
            assert len(text.all(f"//*[@id='{anchor}']")) == 1
    assert f"{version.covered} obligations sur {version.required} sont couvertes" in page.words


def test_the_reader_of_another_language_reads_obligations_and_what_they_lack_in_theirs(as_, session, lacking):
    contract, version = lacking
    client = as_(user_of(session, Role.DPO, language=EN))
    known = {one.key: one.title for one in known_obligations()}
    page = client.get(url(contract))
    for row in version.coverage:
        (line,) = page.all(f"//tr[@id='{row['id']}']")
        named = " ".join(line.xpath("./th")[0].text_content().split())
        assert " ".join(known[row["id"]].en.split()) in named
        assert " ".join(known[row["id"]].fr.split()) not in named
        assert not line.xpath("./th[@lang='fr'] | ancestor::div[@lang='fr']")
        assert all(quote.get("lang") == "fr" for quote in line.xpath(".//blockquote"))
    lacks = " ".join(page.one("#C42").text_content().split())
    assert FACTS["vendor.breach_contact"].label.en in lacks
    margin = " ".join(one.text_content() for one in client.get(url(contract, "/apercu/1")).all("//ul[@class='duties']"))
    assert known["C42"].en in margin
    assert known["C42"].fr not in margin


def test_an_incomplete_obligation_names_what_it_lacks(as_, lacking):
    page = as_(Role.LEGAL).get(url(lacking[0]))
    line = " ".join(page.one("#C42").text_content().split())
    assert "À compléter" in line
    assert "Manque :" in line.replace("\u202f", " ")
    assert "point de contact du sous-traitant en cas de violation" in line


def test_a_version_overtaken_by_facts_says_so_and_offers_the_next_one(as_, session, made):
    contract, _ = made
    client = as_(Role.LEGAL)
    assert "ont changé depuis cette version" not in client.get(url(contract)).words
    session.get_one(Vendor, contract.vendor_id).representative = "Mme Nolwenn Kerlo, gérante"
    session.commit()
    page = client.get(url(contract))
    assert "ont changé depuis cette version" in page.words
    assert "Rédiger la version 2" in page.words


def test_an_old_version_is_shown_as_it_was(as_, session, lacking):
    contract, version = lacking
    client = as_(Role.LEGAL)
    client.post(url(contract, "/versions"), {"language": "fr"}, page=url(contract, "/versions"))
    page = client.get(url(contract, "?version=1"))
    assert "n’est plus la dernière" in page.words
    assert f"{version.covered} obligations" in page.words


# --- facts ------------------------------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_with_a_field_and_where_it_is_awaited(as_, lacking):
    page = as_(Role.LEGAL).get(url(lacking[0], "/faits"))
    fields = page.all("//main//form//*[self::input or self::textarea or self::select][not(@type='hidden')]/@name")
    assert set(fields) >= {"vendor__representative", "vendor__breach_contact", "agreement__reference"}
    assert "Attendu" in page.words
    assert "Article 1.1" in page.words or "article 1.1" in page.words


def test_facts_all_given_do_not_hide_that_a_table_is_missing(as_, session):
    """The cheapest lie: every field filled, and « nothing is missing » above tables that nobody gave."""
    vendor, entity, ctx = party_of(session), entity_of(session), Context(session, SYSTEM, now())
    subject = services.ContractSubject(vendor, service_of(session, vendor, entity), entity, "dpa")
    contract = contract_of(ctx, subject)
    services.type_facts(ctx, contract, {"vendor.dpo_contact": "dpo@x.example", "transfers.mechanism": "none"})
    assert not draft_page(ctx, contract, FR, FR).to_give
    session.commit()
    page = as_(Role.LEGAL).get(url(contract, "/faits"))
    assert "Rien ne manque" not in page.words
    assert "Mesures de sécurité" in page.words.split("Ces informations sont données. Restent : ")[1].split(".")[0]


def test_each_known_fact_is_shown_with_its_source(as_, made):
    page = as_(Role.LEGAL).get(url(made[0], "/faits"))
    rows = {
        " ".join(row.xpath("string(th)").split()): " ".join(row.xpath("string(td[2])").split())
        for row in page.all("//section[@id='connu']//tbody/tr")
    }
    assert rows["Dénomination du sous-traitant"].startswith("Fiche du sous-traitant")
    assert rows["Dénomination du responsable du traitement"].startswith("Fiche de l’entité du groupe")
    assert "12 octobre 2026" in rows["Mesures de sécurité"]
    assert rows["Référence et date du contrat principal"].startswith("Saisi pour ce contrat")
    assert "Corriger" in rows["Siège du sous-traitant"]
    (link,) = page.all("//section[@id='connu']//a[contains(., 'Mesures de sécurité')]/@href")
    assert link == url(made[0], "/tableaux/measures?langue=fr")


def test_typed_facts_enter_the_next_version(as_, session, lacking):
    contract, _ = lacking
    client = as_(Role.LEGAL)
    page = client.get(url(contract, "/faits"))
    typed = {
        "seen": page.one("#seen").get("value"), "agreement__reference": "contrat n° 2026-041 du 2 novembre 2026",
        "vendor__representative": "Mme Nolwenn Kerlo, gérante", "vendor__breach_contact": "alerte@relation.example",
        "draft": "1",
    }  # fmt: skip
    shown = client.follow(client.post(url(contract, "/faits"), typed))
    assert "Version 2 rédigée" in shown.words
    version = session.query(ContractVersion).filter_by(contract_id=contract.id, number=2).one()
    assert version.covered == version.required
    assert version.blanks == []
    assert version.facts["sources"]["vendor.representative"] == "Saisi pour ce contrat"


def test_a_fact_of_the_register_is_corrected_for_one_contract_and_given_back(as_, session, made):
    contract, _ = made
    client = as_(Role.LEGAL)
    page = client.get(url(contract, "/faits?corriger=vendor.address&corriger=measures"))
    assert page.one("#vendor__address").get("name") == "vendor__address"
    assert not page.all("//*[@name='measures']")
    moved = {"vendor__address": "12 rue du Port\n29200 Brest", "seen": page.one("#seen").get("value")}
    refused = client.post(url(contract, "/faits"), moved, status=422)
    assert "dites pourquoi ce contrat s’en écarte" in refused.words
    assert refused.one("#vendor__address").text.strip().startswith("12 rue")
    client.post(url(contract, "/faits"), {**moved, "why__vendor__address": "Le siège déménage le 1er décembre."})
    session.expire_all()
    assert session.get_one(Contract, contract.id).typed["vendor.address"] == "12 rue du Port\n29200 Brest"
    page = client.get(url(contract, "/faits"))
    assert "12 rue du Port, 29200 Brest" in page.words
    assert "Le siège déménage le 1er décembre." in page.one("#connu").text_content()
    typed_last = session.query(JournalEntry).filter_by(action="contract.facts_typed").order_by(JournalEntry.id.desc())
    entry = typed_last.first()
    assert entry.after["overridden_because"] == {"vendor.address": "Le siège déménage le 1er décembre."}
    seen = page.one("#seen").get("value")
    assert json.loads(seen)["vendor.address"].startswith("12 rue")
    client.post(url(contract, "/faits"), {"vendor__address": "", "agreement__reference": "x", "seen": seen})
    session.expire_all()
    assert "vendor.address" not in session.get_one(Contract, contract.id).typed


def test_facts_half_typed_wait_for_their_person_and_write_over_no_colleague(as_, session, lacking):
    contract, _ = lacking
    client, colleague = as_(Role.LEGAL), as_(Role.DPO)
    page = client.get(url(contract, "/faits"))
    seen = page.one("#seen").get("value")
    typed = {"vendor__breach_contact": "alerte@relation.example", "seen": seen}
    client.post(url(contract, "/faits/brouillon"), typed, page=url(contract, "/faits"), status=200)
    again = client.get(url(contract, "/faits"))
    assert again.one("#vendor__breach_contact").get("value") == "alerte@relation.example"
    assert "Votre brouillon du" in again.words
    assert colleague.get(url(contract, "/faits")).one("#vendor__breach_contact").get("value") == ""
    colleague.post(url(contract, "/faits"), {"vendor__breach_contact": "autre@relation.example", "seen": seen})
    mine = {**typed, "seen": client.get(url(contract, "/faits")).one("#seen").get("value")}
    told = client.post(url(contract, "/faits"), mine, status=422)
    assert "autre@relation.example" in told.words
    client.post(url(contract, "/faits/brouillon"), {"jeter": "1"}, page=url(contract, "/faits"))
    shown = client.get(url(contract, "/faits")).one("#vendor__breach_contact").get("value")
    assert shown == "autre@relation.example"


def test_two_colleagues_typing_at_once_lose_nothing(as_, session, lacking):
    contract, _ = lacking
    one, other = as_(Role.LEGAL), as_(Role.DPO)
    seen = {client: client.get(url(contract, "/faits")).one("#seen").get("value") for client in (one, other)}
    kept = "contrat n° 2026-041 du 2 novembre 2026"
    base = {"agreement__reference": kept, "vendor__representative": "", "vendor__breach_contact": ""}
    one.post(url(contract, "/faits"), {**base, "vendor__representative": "Mme A", "seen": seen[one]})
    other.post(url(contract, "/faits"), {**base, "vendor__breach_contact": "b@x.example", "seen": seen[other]})
    session.expire_all()
    typed = session.get_one(Contract, contract.id).typed
    assert typed == {
        "agreement.reference": {"fr": kept}, "vendor.representative": {"fr": "Mme A"},
        "vendor.breach_contact": "b@x.example",
    }  # fmt: skip
    clash = {**base, "vendor__representative": "M. B", "seen": seen[other]}
    page = other.post(url(contract, "/faits"), clash, status=422)
    assert "Un collègue a saisi entre-temps : « Mme A »" in page.words.replace("\u202f", " ")
    assert page.one("#vendor__representative").get("value") == "M. B"
    session.expire_all()
    assert session.get_one(Contract, contract.id).typed["vendor.representative"] == {"fr": "Mme A"}
    other.post(url(contract, "/faits"), {**clash, "seen": page.one("#seen").get("value")})
    session.expire_all()
    assert session.get_one(Contract, contract.id).typed["vendor.representative"] == {"fr": "M. B"}


def test_an_unreadable_memory_of_the_form_is_no_permission_to_overwrite(as_, session, made):
    contract, _ = made
    client = as_(Role.LEGAL)
    for seen in ("", "{", "[]", "null"):
        client.post(url(contract, "/faits"), {"agreement__reference": "écrasé", "seen": seen}, status=422)
    session.expire_all()
    assert session.get_one(Contract, contract.id).typed["agreement.reference"]["fr"].startswith("contrat n°")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"vendor__address": "x" * 10_001}, "dépasse 10000 caractères"),
        ({"transfers__mechanism": ["none", "scc"]}, "ne va pas avec un autre régime"),
        ({"tier": "enorme"}, ""),
        ({"access__mode": ["magie"]}, ""),
    ],
)
def test_what_cannot_be_kept_is_said_and_kept_on_the_page(as_, session, made, fields, message):
    contract, _ = made
    client = as_(Role.LEGAL)
    seen = client.get(url(contract, "/faits")).one("#seen").get("value")
    page = client.post(
        url(contract, "/faits"), {**fields, "agreement__reference": "nouvelle", "seen": seen}, status=422
    )
    assert message in page.words.replace("\u202f", "").replace("10 000", "10000")
    assert page.one("#agreement__reference").get("value") == "nouvelle"
    session.expire_all()
    assert session.get_one(Contract, contract.id).typed.keys() == {"agreement.reference"}


def test_the_page_leads_to_the_register_and_to_each_table(as_, session):
    subject = matter(session)
    contract, _ = drafted(Context(session, SYSTEM, now()), subject, FR, transfers__mechanism="scc")
    session.commit()
    vendor = subject.vendor.id
    page = as_(Role.LEGAL).get(url(contract, "/faits"))
    assert f"/sous-traitants/{vendor}" in page.all("//div[contains(@class,'page-header')]//a/@href")
    table = url(contract, "/tableaux/transfers.rows?langue=fr")
    assert page.all("//tr[@id='fait-transfers-rows']//a/@href") == [table]
    assert not as_(Role.MANAGEMENT).get(url(contract, "/faits")).all(f"//a[@href='{table}']")


def test_doubts_are_shown_before_anything_else(as_, session):
    subject = matter(session, country="CH")
    contract = contract_of(Context(session, SYSTEM, now()), subject)
    session.commit()
    page = as_(Role.LEGAL).get(url(contract, "/faits"))
    assert "Suisse (Fiche du sous-traitant)" in page.one("#a-verifier").text_content()
    expected = ["controles", "a-verifier", "a-completer"]
    assert [s.get("id") for s in page.all("//main//section[@id]")][:3] == expected


# --- checks of sense --------------------------------------------------------------------------------------------------


@pytest.fixture
def senseless(session):
    """A contract whose facts say that nothing leaves the Area, with a processor in Switzerland; no version yet."""
    subject = matter(session, country="CH")
    contract = contract_of(Context(session, SYSTEM, now()), subject, transfers__mechanism="none")
    session.commit()
    return contract


def test_facts_without_sense_are_shown_and_no_version_is_drafted_without_a_reason(as_, session, senseless):
    client = as_(Role.LEGAL)
    for posted in ({"language": "fr"}, {"language": "fr", "despite": "   "}):
        page = client.follow(client.post(url(senseless, "/versions"), posted))
        assert "Cette version n’est pas rédigée" in page.words
        told = page.one("#controles").text_content().replace("\u202f", " ")
        assert "« Aucun transfert » ne va pas avec : Suisse" in told
        assert page.all("//*[@id='controles']//input[@name='language'][@checked]/@value") == ["fr"]
    assert session.query(ContractVersion).count() == 0


def test_a_written_reason_drafts_the_version_and_stays_in_the_journal_and_in_its_proof(as_, session, senseless):
    client = as_(Role.LEGAL)
    posted = {"language": "fr", "despite": "Le siège est déménagé à Lyon le mois prochain."}
    client.follow(client.post(url(senseless, "/versions"), posted))
    version = session.query(ContractVersion).one()
    assert version.facts["despite"] == posted["despite"]
    assert [one["check"] for one in version.facts["problems"]] == ["no_transfer_outside_eea"]
    entry = session.query(JournalEntry).filter_by(action="contract.drafted").one()
    assert entry.after["despite"] == posted["despite"]
    assert "Suisse" in entry.after["failed_checks"][0]
    shown = client.get(url(senseless)).words
    assert "Le siège est déménagé à Lyon le mois prochain." in shown
    assert "ne va pas avec" in shown
    proof = client.client.get(url(senseless, "/versions/1/json")).json
    assert proof["facts"]["despite"] == posted["despite"]


def test_a_new_contract_without_sense_is_opened_and_its_facts_asked_for(as_, session):
    subject = matter(session, country="CH")
    client = as_(Role.LEGAL)
    answer = {"title": "Accord", "service": subject.service.id, "entity": subject.entity.id, "template": "dpa",
              "language": "fr"}  # fmt: skip
    page = client.follow(client.post(f"/contrats/nouveau?sous-traitant={subject.vendor.id}", answer))
    assert page.one("#controles") is not None
    assert session.query(Contract).count() == 1
    assert session.query(ContractVersion).count() == 0


def test_what_is_typed_is_kept_when_the_version_is_not_drafted(as_, session, senseless):
    client = as_(Role.LEGAL)
    typed = {
        "vendor__legal_form": "société anonyme",
        "why__vendor__legal_form": "Kbis du jour",
        "seen": "{}",
        "draft": "1",
    }
    client.follow(client.post(url(senseless, "/faits"), typed))
    session.expire_all()
    assert senseless.typed["vendor.legal_form"] == "société anonyme"
    assert session.query(ContractVersion).count() == 0


def test_whoever_may_only_read_sees_the_checks_and_cannot_draft_in_spite_of_them(as_, senseless):
    page = as_(Role.MANAGEMENT).get(url(senseless, "/faits"))
    assert "Suisse" in page.one("#controles").text_content()
    assert not page.all("//*[@id='controles']//form")


# --- paper ------------------------------------------------------------------------------------------------------------


def test_the_text_stands_on_a_sheet_with_notes_in_its_margin(as_, lacking):
    contract, version = lacking
    page = as_(Role.LEGAL).get(url(contract, "/apercu"))
    notes = [" ".join(note.text_content().split()) for note in page.all("//aside[contains(@class,'clause__note')]")]
    assert len(notes) == len(version.clauses)
    for clause, note in zip(version.clauses, notes, strict=True):
        assert f"Clause {clause['id']}, version {clause['version']}" in note
    instructions = next(note for note in notes if "CL06" in note)
    assert "Traitement sur instruction documentée seulement" in instructions
    blanks = page.all("//*[contains(concat(' ',@class,' '),' blank ')]")
    assert {blank.get("href").partition("#")[2] for blank in blanks} == {
        "fait-vendor-representative", "fait-vendor-breach_contact",
    }  # fmt: skip
    assert "PROJET" in page.one(".sheet__mark").text_content()


def test_what_a_version_says_and_covers_is_made_once_and_holds_nothing_of_a_request(as_, lacking, monkeypatch):
    """Kept by the hash of the version: the next reader waits for neither its tree nor its coverage."""
    contract, _version = lacking
    legal, management = as_(Role.LEGAL), as_(Role.MANAGEMENT)
    contract_pages.SHEETS.forget()
    contract_pages.MATRICES.forget()
    paths = [url(contract, "/apercu"), url(contract)]
    first = [(legal.get(path).words, management.get(path).words) for path in paths]
    for piece in (*contract_pages.SHEETS.pieces(), *contract_pages.MATRICES.pieces()):
        assert 'name="csrf' not in piece
        assert 'nonce="' not in piece
    monkeypatch.setattr(contract_pages, "thaw", None)
    monkeypatch.setattr(contract_pages, "_matrices", None)
    assert [(legal.get(path).words, management.get(path).words) for path in paths] == first


def test_whoever_cannot_fill_a_blank_sees_it_without_a_link(as_, lacking):
    page = as_(Role.MANAGEMENT).get(url(lacking[0], "/apercu"))
    blanks = page.all("//*[contains(concat(' ',@class,' '),' blank ')]")
    assert blanks
    assert {blank.tag for blank in blanks} == {"span"}


def test_the_sheet_says_every_word_of_the_document(as_, made):
    contract, version = made
    page = as_(Role.LEGAL).get(url(contract, "/apercu/1"))
    sheet = page.one("article.sheet")
    for aside in sheet.xpath(".//aside | .//details"):
        aside.drop_tree()
    said = "".join(" ".join(sheet.itertext()).split())
    expected = "".join(fold(tree_text(thaw(version.tree))).split())
    assert said == expected


@pytest.mark.parametrize("language", Language)
def test_hostile_facts_are_words_on_every_page(as_, session, language):
    hostile = '<script>alert(1)</script> {{ 7*7 }} "><img src=x onerror=alert(2)>'
    subject = matter(session, legal_name=hostile)
    context = Context(session, SYSTEM, now())
    typed = {"vendor__representative": "A" * 5000, "agreement__reference": f"le contrat du 3 mars {hostile}\x00\x07"}
    contract, _ = drafted(context, subject, language, **typed)
    services.draft_version(context, contract, language)
    session.commit()
    client = as_(Role.LEGAL)
    for rest in ("", "/faits", "/apercu", "/versions"):
        page = client.get(url(contract, rest))
        assert not page.all("//main//script | //main//img")
        assert "49" not in re.findall(r"\{\{.*?\}\}", page.text)
    assert "<script>alert(1)</script> {{ 7*7 }}" in client.get(url(contract, "/apercu")).words


# --- versions ---------------------------------------------------------------------------------------------------------


def test_the_differences_between_two_versions_are_said_in_words(as_, session, lacking):
    contract, _ = lacking
    session.get_one(Vendor, contract.vendor_id).representative = "Mme Nolwenn Kerlo, gérante"
    session.commit()
    client = as_(Role.LEGAL)
    assert not client.get(url(contract, "/versions")).all("//section[@id='comparaison']")
    client.post(url(contract, "/versions"), {"language": "fr"})
    part = client.get(url(contract, "/versions")).one("#comparaison")
    words = " ".join(part.text_content().split()).replace("\u202f", " ")
    assert "De la version 1 à la version 2" in words
    assert "Représentant légal du sous-traitant et sa qualité" in words or "représentant légal" in words
    assert "Mme Nolwenn Kerlo, gérante" in words
    assert "Blanc rempli" in words
    places = [one.text_content() for one in part.xpath(".//p[@class='awaited__what']")]
    assert places == ["Article 1.1, texte modifié", "Signatures, texte modifié"]
    beside = client.get(url(contract, "/versions?vue=cote-a-cote"))
    sides = [side.text_content() for side in beside.all("//div[@class='pair']")[0].xpath("div")]
    assert "Mme Nolwenn Kerlo" in sides[1]
    assert "Mme Nolwenn Kerlo" not in sides[0]
    client.post(url(contract, "/versions"), {"language": "fr"})
    same = client.get(url(contract, "/versions"))
    assert "Les deux versions disent la même chose" in same.words
    first = client.get(url(contract, "/versions?de=3&a=1")).words
    assert "De la version 1 à la version 3" in first
    assert "De la version 2 à la version 3" in client.get(url(contract, "/versions?de=9&a=9")).words


def test_two_languages_are_not_compared_word_for_word(as_, ctx, session, made):
    client = as_(Role.LEGAL)
    in_english(ctx, made[0])
    session.commit()
    client.post(url(made[0], "/versions"), {"language": "en"})
    words = client.get(url(made[0], "/versions")).words
    assert "sont dans des langues différentes" in words
    assert "Blanc" not in words


def test_a_version_without_language_is_not_drafted(as_, session, made):
    client = as_(Role.LEGAL)
    page = client.follow(client.post(url(made[0], "/versions"), {"language": "de"}))
    assert "Choisissez la langue" in page.words
    assert session.query(ContractVersion).count() == 1


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_page_waits_for_the_files_then_offers_them(as_, made):
    contract, _ = made
    client = as_(Role.LEGAL)
    page = client.get(url(contract))
    (poll,) = page.all("//*[@data-portal-poll]/@data-portal-poll")
    assert client.client.get(poll).json == {"done": 0, "total": 2, "message": "En préparation", "next": None}
    client.get(url(contract, "/versions/1/pdf"), status=404)


def test_a_printing_given_up_is_said_and_started_again(as_, session, made):
    contract, version = made
    job = session.query(Job).filter_by(dedup=f"contract-version:{version.id}").one()
    job.state, job.attempts = JobState.DEAD, 5
    session.commit()
    client = as_(Role.LEGAL)
    assert "Impression échouée" in client.get("/contrats").words
    page = client.get(url(contract))
    assert "n’ont pas pu être imprimés" in page.words
    assert client.client.get(url(contract, "/versions/1/etat")).json["next"]
    again = client.follow(client.post(url(contract, "/versions/1/imprimer")))
    assert "L’impression est relancée" in again.words
    session.expire_all()
    assert session.get_one(Job, job.id).state is JobState.READY
    client.post(url(contract, "/versions/1/imprimer"))


def test_the_proof_of_coverage_is_what_was_frozen(as_, made):
    contract, version = made
    answer = as_(Role.LEGAL).client.get(url(contract, "/versions/1/json"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    found = answer.json
    assert found["obligations"] == version.coverage
    assert found["facts"] == version.facts
    assert found["sha256"] == version.sha256
    assert found["complete"] is True


def test_the_pages_are_in_english_for_an_english_reader(as_, session, made):
    client = as_(user_of(session, Role.LEGAL, language=EN))
    for rest in ("", "/faits", "/apercu", "/versions"):
        page = client.get(url(made[0], rest))
        assert page.tree.get("lang") == "en"
    assert "Covered" in client.get(url(made[0])).words


# -- the library on screen

SHELF = ("/contrats/clauses", "/contrats/clauses/CL30", "/contrats/exigences/relation-client-retractation")


@pytest.mark.parametrize("path", SHELF)
@pytest.mark.parametrize("role", [Role.LEGAL, Role.DPO, Role.MANAGEMENT])
def test_the_library_is_read_by_those_who_read_contracts(as_, role, path):
    assert as_(role).get(path).one("//h1").text_content()


@pytest.mark.parametrize("path", SHELF)
@pytest.mark.parametrize("role", [Role.EXPERT, Role.VENDOR_ADMIN])
def test_nobody_outside_reads_our_red_lines(as_, role, path):
    assert as_(role).client.get(path).status_code in {403, 404}


def test_a_clause_is_shown_with_the_fallback_and_the_red_line_of_its_paragraphs(as_):
    page = as_(Role.LEGAL).get("/contrats/clauses/CL30")
    paragraph = page.one("//section[@id='p3']").text_content()
    assert "quarante-huit" in paragraph
    assert "forty-eight" in paragraph
    assert "Ligne rouge" in paragraph
    assert page.all("//section[@id='p3']//a[contains(@href, 'relation-client-retractation#R02')]")
    as_(Role.LEGAL).get("/contrats/clauses/CL99", status=404)


def test_a_clause_says_what_proves_each_obligation_and_where_it_serves(as_, made):
    page = as_(Role.LEGAL).get("/contrats/clauses/CL18")
    cells = [cell.text_content() for cell in page.all("//caption[.='Ce qu’elle couvre']/..//td")]
    assert len(cells) == 3 * 4, "three obligations, two positions, two languages"
    assert all(cell.startswith("§") for cell in cells)
    assert page.all(f"//section[@id='usages']//a[@href='/contrats/{made[0].id}']")
    assert "1 projet" in page.words


def test_the_library_is_searched_and_an_empty_search_says_so(as_):
    client = as_(Role.LEGAL)
    page = client.get("/contrats/clauses?q=quarante-huit+violation&theme=securite")
    assert page.all("//a[@href='/contrats/clauses/CL18#p1']")
    assert not page.all("//a[@href='/contrats/clauses/CL14']")
    assert "Aucune clause ne répond" in client.get("/contrats/clauses?q=zzz").words
    assert client.get("/contrats/clauses?repli=peut-etre&theme=x&modele=y").words


def test_the_shelves_are_folded_until_a_search_looks_into_them(as_):
    """Some eighty clauses were sixteen thousand pixels of a telephone."""
    client = as_(Role.LEGAL)
    whole = client.get("/contrats/clauses")
    folded = whole.all("//details[@class='more'][summary/span[contains(., 'clause')]]")
    assert len(folded) > 5
    assert not [one for one in folded if "open" in one.attrib]
    assert len(whole.all("//details//th[@scope='row']")) == len(whole.all("//th[@scope='row']"))
    sought = client.get("/contrats/clauses?q=quarante-huit+violation").all("//details[@class='more'][summary/span]")
    assert sought
    assert all("open" in one.attrib for one in sought)


def test_each_requirement_leads_to_its_paragraph_its_questions_and_its_proof(as_):
    page = as_(Role.LEGAL).get("/contrats/exigences/relation-client-retractation")
    rows = page.all("//tbody/tr")
    assert [row.get("id") for row in rows] == [f"R{number:02}" for number in range(1, 16)]
    for row in rows:
        assert row.xpath(".//a[contains(@href, '/contrats/clauses/CL3')]")
        assert row.xpath(".//a[contains(@href, '/questionnaires/relation-client-retractation#q-')]")
    assert "Code de la consommation, art. L221-21, D221-5" in page.words.replace("\xa0", " ")
    assert not page.all("//*[contains(text(), 'Aucune question')]")
    as_(Role.LEGAL).get("/contrats/exigences/socle-rgpd", status=404)


def test_the_questionnaire_s_page_leads_to_the_table_of_its_requirements(as_):
    link = "//a[@href='/contrats/exigences/relation-client-retractation']"
    assert as_(Role.LEGAL).get("/questionnaires/relation-client-retractation").all(link)
    assert not as_(Role.LEGAL).get("/questionnaires/socle-rgpd").all("//a[contains(@href, '/contrats/exigences')]")


@pytest.mark.parametrize("path", SHELF)
def test_the_library_reads_in_english(as_, session, path):
    page = as_(user_of(session, Role.LEGAL, language=EN)).get(path)
    assert page.tree.get("lang") == "en"
    assert not {"Ligne rouge", "Exigence"} & set(re.findall(r"Ligne rouge|Exigence", page.words))


def test_the_margin_of_a_draft_leads_to_our_positions(as_, session, buyer):
    subject = matter(session, owner_id=buyer.id)
    subject.service.handles_withdrawals = True
    contract, _version = drafted(Context(session, SYSTEM, now()), subject, FR)
    session.commit()
    page = as_(Role.LEGAL).get(url(contract, "/apercu"))
    assert page.all("//*[@id='CL30']//a[@href='/contrats/clauses/CL30']")
    assert not page.all("//*[@id='CL07']//a[contains(@href, '/contrats/clauses')]")


def signing(content=None, name="signe.pdf", day=None):
    found = {"signed_on": f"{day or legal_date(now()):%d/%m/%Y}"}
    return {**found, "file": (io.BytesIO(pdf() if content is None else content), name)} if name else found


def test_a_draft_is_no_contract_until_it_is_recorded_as_signed_with_its_copy(as_, made):
    client, page = as_(Role.LEGAL), url(made[0], "/versions/1/signature")
    assert "ne compte pas comme contrat" in client.get(url(made[0])).words
    assert "En rédaction" in client.get(f"/sous-traitants/{made[0].vendor_id}").words
    found = client.follow(client.post(page, signing(), content_type="multipart/form-data"))
    assert "ne compte pas comme contrat" not in found.words
    assert "signe.pdf" in found.words
    assert "Copie non lue" in client.get("/contrats").words
    assert "Copie non lue" in client.get(f"/sous-traitants/{made[0].vendor_id}").words, "it counts for nothing yet"
    copy = client.client.get(url(made[0], "/versions/1/signe"))
    assert (copy.data, copy.headers["Content-Disposition"]) == (pdf(), 'attachment; filename="signe.pdf"')


@pytest.mark.parametrize(
    "lie", [signing(name=""), signing(b""), signing(b"ok", "signe.txt"), signing(day=date(2099, 12, 31))]
)
def test_a_signature_without_a_file_or_to_come_is_refused_and_the_day_typed_stays(as_, made, lie):
    client = as_(Role.LEGAL)
    page = client.post(url(made[0], "/versions/1/signature"), lie, status=422, content_type="multipart/form-data")
    assert page.all(f"//input[@name='signed_on'][@value='{lie['signed_on']}']")
    client.get(url(made[0], "/versions/1/signe"), status=404)


def test_a_signature_is_taken_back_with_a_reason(as_, made):
    client, page = as_(Role.LEGAL), url(made[0], "/versions/1/signature")
    client.post(page, signing(), content_type="multipart/form-data")
    client.post(f"{page}/annulation", {"reason": ""}, page=page, status=422)
    found = client.follow(client.post(f"{page}/annulation", {"reason": "Mauvais exemplaire"}, page=page))
    assert "ne compte pas comme contrat" in found.words
    client.get(url(made[0], "/versions/1/signe"), status=404)


def test_who_only_reads_contracts_records_no_signature(as_, made, buyer):
    for who in (Role.MANAGEMENT, buyer):
        as_(who).get(url(made[0], "/versions/1/signature"), status=403)
