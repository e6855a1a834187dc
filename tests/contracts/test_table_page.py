"""Tables of facts typed by a lawyer: rows added, pasted, taken from elsewhere; nobody's row is lost."""

import pytest

from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.services import ContractSubject
from portal.core.clock import now
from portal.core.language import Language
from portal.journal.models import JournalEntry
from tests.factories.desk import contract_of, entity_of, party_of, service_of

FR, EN = Language.FR, Language.EN
NORTH = ("Nuage du Nord", "1 rue Haute, 59000 Lille", "dpo@nord.example", "stockage", "France", "")
SUBS = ("name", "address", "contact", "service", "country", "transfer")


@pytest.fixture
def contract(session):
    """A contract with a vendor in the United States, never audited."""
    entity = entity_of(session)
    vendor = party_of(session, key="datalark", name="DataLark", legal_name="DataLark Inc.", country="US", siren="")
    service = service_of(session, vendor, entity, locations=["US"], retention="")
    session.refresh(vendor, ["owner", "services"])
    made = contract_of(Context(session, SYSTEM, now()), ContractSubject(vendor, service, entity, "dpa"))
    session.commit()
    return made


def url(contract, key, language="fr"):
    return f"/contrats/{contract.id}/tableaux/{key}?langue={language}"


def posted(page, key, *rows, **more):
    """What a browser sends of the page: its mark, the rows, the button."""
    cells = {
        f"{key}:{number}:{column}": text
        for number, row in enumerate(rows)
        for column, text in (row.items() if isinstance(row, dict) else zip(SUBS, row, strict=True))
    }
    return {"seen": page.one("#seen").get("value"), key: str(len(rows)), "then": "enregistrer", **cells, **more}


def kept(session, contract, key):
    session.expire_all()
    return session.get_one(Contract, contract.id).typed.get(key)


def test_every_table_is_typed_before_any_audit_and_enters_the_version(as_, session, contract):
    client = as_(Role.LEGAL)
    for key, row in {
        "measures": {"theme": "Chiffrement", "measure": "AES-256 au repos"},
        "subprocessors": dict(zip(SUBS, NORTH, strict=True)),
        "transfers.rows": {"importer": "DataLark Inc.", "country": "États-Unis", "purpose": "hébergement",
                           "tool": "décision d'adéquation", "listing": "3 mars 2026"},
        "data.retention": {"category": "identité", "period": "trois ans"},
    }.items():  # fmt: skip
        page = client.get(url(contract, key))
        client.post(url(contract, key), posted(page, key, row))
        assert kept(session, contract, key), key
    facts = {"transfers__mechanism": ["adequacy"], "seen": "{}"}
    client.post(f"/contrats/{contract.id}/faits?langue=fr", facts)
    client.post(f"/contrats/{contract.id}/versions", {"language": "fr"})
    values = session.query(ContractVersion).one().facts["values"]
    assert values["measures"] == [{"theme": "Chiffrement", "measure": "AES-256 au repos"}]
    assert values["data.retention"] == [{"category": "identité", "period": "trois ans"}]
    assert session.query(JournalEntry).filter_by(action="contract.facts_typed").count() == 6


def test_rows_are_added_removed_and_taken_without_being_kept(as_, session, contract):
    client = as_(Role.LEGAL)
    page = client.get(url(contract, "subprocessors"))
    more = client.post(url(contract, "subprocessors"), posted(page, "subprocessors", NORTH, then="ligne"), status=200)
    assert len(more.all("//div[@data-portal-rows]/fieldset")) == 2
    assert more.one("//*[@id='c-subprocessors:0:name']").get("value") == "Nuage du Nord"
    less = client.post(
        url(contract, "subprocessors"), posted(page, "subprocessors", NORTH, then="retirer:0"), status=200
    )
    assert less.one("//*[@id='c-subprocessors:0:name']").get("value") == ""
    assert kept(session, contract, "subprocessors") is None
    abroad = client.post(
        url(contract, "transfers.rows"), posted(page, "transfers.rows", then="reprendre:prestataire"), status=200
    )
    assert abroad.one("//*[@id='c-transfers.rows:0:importer']").get("value") == "DataLark Inc."
    assert abroad.one("//*[@id='c-transfers.rows:0:country']").get("value") == "États-Unis"


def test_a_pasted_table_is_read_beside_its_columns_and_what_has_none_is_left_where_it_was(as_, session, contract):
    client = as_(Role.LEGAL)
    page = client.get(url(contract, "subprocessors"))
    text = (
        "Lieu du traitement\tDénomination\tSiret\tTraitement confié\n"
        'États-Unis\tAcme\t732829320\t"support,\nsurveillance"\n'
        "le Nuage\tBrume\t\tstorage of backups\n"
    )
    read = client.post(
        url(contract, "subprocessors"), posted(page, "subprocessors", NORTH, paste=text, then="coller"), status=422
    )
    names = [read.one(f"//*[@id='c-subprocessors:{n}:name']").get("value") for n in range(3)]
    assert names == ["Nuage du Nord", "Acme", "Brume"]
    assert read.one("#paste").text.strip() == "732829320"
    assert "aux lignes : 1" in read.words.replace("\u202f", " ")
    assert "Aucun pays n’est reconnu" in read.one("//*[@id='e-subprocessors:2:country']").text_content()
    assert "semble en anglais" in read.one("//*[@id='e-subprocessors:2:service']").text_content()
    assert not read.all("//*[@id='e-subprocessors:1:country']")
    assert kept(session, contract, "subprocessors") is None


def test_two_lawyers_on_one_table_lose_nothing(as_, session, contract):
    one, other = as_(Role.LEGAL), as_(Role.DPO)
    key = "subprocessors"
    shown = {client: client.get(url(contract, key)) for client in (one, other)}
    one.post(url(contract, key), posted(shown[one], key, NORTH))
    mine = ("Brume", "3 rue du Phare, Lyon", "a@brume.example", "assistance", "France", "")
    page = other.post(url(contract, key), posted(shown[other], key, mine), status=409)
    assert "Nuage du Nord" in page.words
    assert page.one(f"//*[@id='c-{key}:0:name']").get("value") == "Brume"
    assert [row["name"] for row in kept(session, contract, key)] == ["Nuage du Nord"]
    other.post(url(contract, key), posted(page, key, NORTH, mine))
    assert [row["name"] for row in kept(session, contract, key)] == ["Nuage du Nord", "Brume"]


def test_none_is_said_and_never_guessed_from_an_empty_table(as_, session, contract):
    client = as_(Role.LEGAL)
    page = client.get(url(contract, "subprocessors"))
    client.post(url(contract, "subprocessors"), posted(page, "subprocessors"), status=422)
    assert kept(session, contract, "subprocessors") is None
    client.post(url(contract, "subprocessors"), posted(page, "subprocessors", then="aucun"))
    assert kept(session, contract, "subprocessors") == []
    page = client.get(url(contract, "subprocessors"))
    client.post(url(contract, "subprocessors"), posted(page, "subprocessors", then="rendre"))
    assert kept(session, contract, "subprocessors") is None
    empty = client.get(url(contract, "measures"))
    client.post(url(contract, "measures"), posted(empty, "measures"), status=422)


def test_a_cell_keeps_its_other_language_beside_and_is_asked_in_the_contracts(as_, session, contract):
    client = as_(Role.LEGAL)
    page = client.get(url(contract, "measures"))
    client.post(url(contract, "measures"), posted(page, "measures", {"theme": "Accès", "measure": "revue des droits"}))
    english = client.get(url(contract, "measures", "en"))
    assert english.one("//*[@id='c-measures:0:measure']").text_content().strip() == ""
    assert "Dans l’autre langue" in english.words
    beside = {name.get("name"): name.get("value") for name in english.all("//input[contains(@name, ':other')]")}
    row = {"theme": "Access", "measure": "review of rights"}
    client.post(url(contract, "measures", "en"), {**posted(english, "measures", row), **beside})
    assert kept(session, contract, "measures") == [
        {"theme": {"fr": "Accès", "en": "Access"}, "measure": {"fr": "revue des droits", "en": "review of rights"}}
    ]


def test_a_table_left_half_typed_waits_for_its_person(as_, session, contract):
    client = as_(Role.LEGAL)
    page = client.get(url(contract, "subprocessors"))
    draft = url(contract, "subprocessors").replace("?", "/brouillon?")
    client.post(draft, posted(page, "subprocessors", NORTH), status=200)
    again = client.get(url(contract, "subprocessors"))
    assert again.one("//*[@id='c-subprocessors:0:name']").get("value") == "Nuage du Nord"
    assert kept(session, contract, "subprocessors") is None
    assert as_(Role.DPO).get(url(contract, "subprocessors")).one("//*[@id='c-subprocessors:0:name']").get("value") == ""
    client.post(url(contract, "subprocessors"), posted(again, "subprocessors", NORTH))
    assert "Votre brouillon" not in client.get(url(contract, "subprocessors")).words


def test_no_other_fact_has_a_table_and_only_who_drafts_opens_one(as_, contract):
    as_(Role.LEGAL).get(url(contract, "vendor.name"), status=404)
    as_(Role.MANAGEMENT).get(url(contract, "measures"), status=403)
