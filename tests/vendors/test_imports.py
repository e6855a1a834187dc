"""Imports reviewed on pages: kept, decided, corrected, carried out whole and once."""

import io
import time
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import func, select

from portal.authz.policy import Role
from portal.core.errors import Forbidden, NotFound, Refused
from portal.core.history import differences
from portal.core.spreadsheets import read_table
from portal.journal.models import JournalEntry
from portal.vendors import queries, services
from portal.vendors.models import Contact, ImportState, Service, Vendor, VendorImport
from portal.vendors.rules.columns import ImportField, propose_mapping
from portal.vendors.rules.import_plan import DuplicateDecision
from portal.vendors.rules.status import VendorStatus
from portal.vendors.services import EntitySheet, ImportMaterial, imports
from tests.conftest import REAL
from tests.factories import lists
from tests.factories.vendors import contact_at, entered

HOME = "/sous-traitants/import"
MERGE = DuplicateDecision.MERGE


def reviewed(ctx, content, *, default=MERGE, name="liste.csv"):
    return ImportMaterial(name, content, queries.every_identity(ctx), default=default).review()


def imported(ctx, content, **more):
    return services.carry_out_import(ctx, reviewed(ctx, content, **more), filename="liste.csv")


def count(session, model=Vendor):
    return session.scalar(select(func.count()).select_from(model))


# -- what an import writes


def test_rows_of_one_company_make_one_vendor_with_a_service_each_and_lose_nothing(dpo, session):
    outcome = imported(dpo, lists.csv_of())
    assert (outcome.created, outcome.completed, outcome.services) == (2, 0, 3)
    acme, beta = session.scalars(select(Vendor).order_by(Vendor.id)).all()
    assert (acme.key, acme.legal_name, acme.country, acme.status) == ("acme", "Acme SAS", "FR", VendorStatus.ACTIVE)
    assert acme.notes == {"Budget": ["10 k€", "12 k€"]}
    assert [s.name for s in session.scalars(select(Service).where(Service.vendor_id == acme.id))] == [
        "Hébergement", "Sauvegarde",
    ]  # fmt: skip
    assert session.scalars(select(Contact.email)).all() == ["dpo@acme.test"]
    assert (beta.name, beta.country, beta.language) == ("Beta GmbH", "DE", "en")
    assert differences(session) == [], "what an import writes is kept as any other write"


def test_imported_services_are_weighed_and_found_like_any_other(dpo):
    content = lists.csv_of(
        (("Acme", "", "FR", "Hébergement", "", "oui"), ("Beta", "", "FR", "Paie", "", "non")),
        (*lists.HEADER[:-1], "Données sensibles"),
    )
    imported(dpo, content)
    rows = {row.name: row for row in queries.vendors(dpo, queries.VendorFilter("acme")).rows}
    acme = rows["Acme"]
    by_hand = entered(dpo, "Témoin")
    services.add_service(dpo, by_hand, services.ServiceSheet("Hébergement", has_special=True))
    assert (acme.tier, acme.inherent) == (by_hand.tier, by_hand.inherent)


def test_a_vendor_of_the_register_is_completed_and_keeps_what_it_had(dpo, session):
    vendor = entered(dpo, "Acme", country="BE")
    contact_at(dpo, vendor, "dpo@acme.test", "Jeanne Roy")
    outcome = imported(dpo, lists.csv_of())
    assert (outcome.created, outcome.completed, outcome.services) == (1, 1, 3)
    session.flush()
    session.refresh(vendor)
    assert (vendor.country, vendor.legal_name, vendor.status) == ("BE", "Acme SAS", VendorStatus.PROSPECT)
    assert vendor.notes["Pays"] == ["FR"], "what gives way is kept"
    assert session.scalars(select(Contact.name)).all() == ["Jeanne Roy"]
    assert (vendor.tier, vendor.tier_floor is not None) == (None, True), "weighed, and not known"
    assert queries.vendors(dpo, queries.VendorFilter("acme sas")).total == 1
    assert differences(session) == []


def test_whoever_engages_a_vendor_is_recognised_among_the_group_s_entities(dpo, session):
    entity = services.create_entity(dpo, EntitySheet("Maison Verdelet SAS"))
    header = ("Nom", "Prestation", "Engagé par")
    imported(dpo, lists.csv_of((("Acme", "Paie", "MAISON VERDELET"), ("Beta", "Paie", "Quelqu'un")), header))
    first, second = session.scalars(select(Service).order_by(Service.id)).all()
    assert (first.legal_entity_id, first.notes) == (entity.id, {})
    assert (second.legal_entity_id, second.notes) == (None, {"Engagé par": "Quelqu'un"})


def test_each_vendor_s_journal_says_from_which_lines_of_which_file_it_comes(dpo, session):
    imported(dpo, lists.csv_of())
    session.commit()
    entries = session.scalars(select(JournalEntry).where(JournalEntry.action == "vendor.imported")).all()
    told = {e.object_label: (e.object_id, e.after["file"], e.after["lines"]) for e in entries}
    ids = {vendor.name: vendor.id for vendor in session.scalars(select(Vendor))}
    assert told == {
        "Acme": (ids["Acme"], "liste.csv", [2, 3]),
        "Beta GmbH": (ids["Beta GmbH"], "liste.csv", [4]),
    }
    assert {e.vendor_id for e in entries} == set(ids.values())


def test_it_is_all_or_nothing(dpo, session):
    for seen in (reviewed(dpo, lists.csv_of(lists.ROWS + lists.FAULTY)), reviewed(dpo, lists.csv_of(), default=None)):
        with pytest.raises(Refused):
            services.carry_out_import(dpo, seen, filename="x.csv")
    assert count(session) == 0


def test_a_register_that_changed_during_the_review_is_looked_at_again(dpo, session):
    seen = reviewed(dpo, lists.csv_of())
    entered(dpo, "Acme")
    with pytest.raises(Refused, match="a changé"):
        services.carry_out_import(dpo, seen, filename="x.csv")
    assert count(session) == 1


def test_an_import_under_review_is_carried_out_once(dpo, session):
    row = services.start_import(dpo, "liste.csv", lists.csv_of())
    services.decide_duplicates(
        dpo, row, {g.key: MERGE for g in services.import_material(dpo, row).review().plan.undecided}
    )
    seen = services.import_material(dpo, row).review()
    services.finish_import(dpo, row, seen, status=VendorStatus.ONBOARDING)
    session.flush()
    session.expire_all()
    assert row.state is ImportState.DONE
    assert row.result == {"created": 2, "completed": 0, "services": 3}
    assert {v.status for v in session.scalars(select(Vendor))} == {VendorStatus.ONBOARDING}
    again = replace(seen, parties=queries.every_identity(dpo))
    for late in (
        lambda: services.finish_import(dpo, row, again, status=VendorStatus.ACTIVE),
        lambda: services.decide_duplicates(dpo, row, {}),
        lambda: services.abandon_import(dpo, row),
        lambda: services.replace_file(dpo, row, "x.csv", lists.csv_of()),
        lambda: services.map_columns(dpo, row, lists.HEADER, []),
    ):
        with pytest.raises(Refused, match="terminé"):
            late()


def test_what_is_abandoned_is_erased(dpo, session):
    row = services.start_import(dpo, "liste.csv", lists.csv_of())
    services.abandon_import(dpo, row)
    session.flush()
    assert queries.import_content(dpo, row) == b""
    assert count(session) == 0


def test_a_choice_of_columns_does_not_outlive_its_header(dpo):
    row = services.start_import(dpo, "liste.csv", lists.csv_of())
    services.map_columns(dpo, row, lists.HEADER, [ImportField.NAME, None, None, None, None, ImportField.SERVICE])
    assert services.import_material(dpo, row).review().plan.vendors[0].services[0].title == "10 k€"
    services.replace_file(dpo, row, "autre.csv", lists.csv_of((("Acme", "FR"),), ("Nom", "Pays")))
    assert services.import_material(dpo, row).review().plan.vendors[0].company.country == "FR"


@pytest.mark.parametrize("role", [Role.BUYER, Role.MANAGEMENT, Role.ADMIN, Role.EXPERT, Role.VENDOR_ADMIN])
def test_only_those_who_keep_the_register_import(acting, dpo, role):
    row = services.start_import(dpo, "liste.csv", lists.csv_of())
    other = acting(role)
    with pytest.raises(Forbidden):
        services.start_import(other, "liste.csv", lists.csv_of())
    with pytest.raises(NotFound):
        queries.get_import(other, row.id)
    with pytest.raises(Forbidden):
        queries.every_identity(other)


def test_the_list_of_imports_does_not_fetch_their_files(dpo, statements):
    services.start_import(dpo, "liste.csv", lists.csv_of())
    dpo.session.expire_all()
    statements.clear()
    assert [row.filename for row in queries.open_imports(dpo)] == ["liste.csv"]
    assert len(statements) == 1
    assert ".content" not in statements[0]


def test_six_hundred_vendors_are_planned_and_written(dpo, session):
    rows = tuple(
        (f"Société {n} {'abcdefghij'[n % 10] * 3}", "", "France", "Hébergement", f"dpo{n}@x.test", "")
        for n in range(600)
    )
    content = lists.csv_of(rows)
    outcome = imported(dpo, content, default=DuplicateDecision.SEPARATE)
    session.commit()
    assert outcome.created == count(session) == count(session, Contact) == 600


# -- its pages


@pytest.fixture
def page(as_):
    return as_(Role.DPO)


def upload(page, content, name="liste.csv", *, path=HOME, **more):
    return page.post(path, {"file": (io.BytesIO(content), name)}, page=HOME, content_type="multipart/form-data", **more)


def test_a_list_is_handed_in_reviewed_decided_and_imported(page, session):
    found = page.follow(upload(page, lists.csv_of()))
    row = session.scalars(select(VendorImport)).one()
    at = f"{HOME}/{row.id}"
    assert "cellules séparées par" in found.words
    assert found.all("//select[@name='colonne-5']/option[@value='']")[0].text == "Garder en note"
    assert not found.all(f"//form[@action='{at}/importer']"), "a double is undecided"
    key = found.all("//select[starts-with(@name, 'doubles-')]/@name")[0]
    decided = page.follow(page.post(f"{at}/doubles", {key: "merge"}, page=at))
    assert decided.all(f"//form[@action='{at}/importer']")
    over = page.follow(page.post(f"{at}/importer", {"status_given": "actif"}, page=at))
    assert "La liste est importée" in over.words
    assert (count(session), count(session, Service)) == (2, 3)
    page.post(f"{at}/importer", {"status_given": "actif"}, page="/mon-compte", status=422)
    assert count(session) == 2


def test_all_certain_doubles_are_merged_at_once_and_one_may_still_be_kept_apart(page, session):
    rows = (*lists.ROWS, ("Gamma", "", "", "", "", ""), ("GAMMA", "", "", "", "", ""))
    page.follow(upload(page, lists.csv_of(rows)))
    at = f"{HOME}/{session.scalars(select(VendorImport.id)).one()}"
    key = page.get(at).all("//select[starts-with(@name, 'doubles-')]/@name")[0]
    page.post(f"{at}/doubles", {key: "separate", "all": "merge"}, page=at)
    page.post(f"{at}/importer", {"status_given": "actif"}, page=at)
    assert count(session) == 4, "Acme twice, Beta, Gamma once"


def test_columns_can_be_read_otherwise_and_two_of_them_not_as_the_same(page, session):
    page.follow(upload(page, lists.csv_of((("Acme", "Dupont"),), ("Nom", "Chose"))))
    at = f"{HOME}/{session.scalars(select(VendorImport.id)).one()}"
    wrong = page.post(f"{at}/colonnes", {"colonne-0": "name", "colonne-1": "name"}, page=at, status=422)
    assert "Deux colonnes" in wrong.words
    assert wrong.all("//select[@name='colonne-1']/option[@selected]/@value") == ["name"], "what was chosen stays"
    page.post(f"{at}/colonnes", {"colonne-0": "name", "colonne-1": "legal_name"}, page=at)
    page.post(f"{at}/importer", {"status_given": "actif"}, page=at)
    assert session.scalars(select(Vendor.legal_name)).all() == ["Dupont"]


def test_problems_are_shown_by_line_and_column_downloaded_and_corrected(page, session):
    found = page.follow(upload(page, lists.csv_of(lists.ROWS + lists.FAULTY)))
    at = f"{HOME}/{session.scalars(select(VendorImport.id)).one()}"
    assert "Ligne 5" in found.words
    assert "« Frence »" in found.words.replace(" ", " ")
    table = read_table(page.client.get(f"{at}/problemes.csv").data, "p.csv")
    assert [row.cells[:2] for row in table.rows] == [("5", "Pays"), ("6", "Nom"), ("6", "E-mail du contact")]
    key = found.all("//select[starts-with(@name, 'doubles-')]/@name")[0]
    page.post(f"{at}/doubles", {key: "merge"}, page=at)
    corrected = page.follow(upload(page, lists.csv_of(), path=f"{at}/fichier"))
    assert corrected.all(f"//form[@action='{at}/importer']"), "the decision taken before stands"


def test_a_faulty_cell_is_corrected_on_the_page_kept_and_read_again(page, session):
    found = page.follow(upload(page, lists.csv_of(lists.FAULTY)))
    at = f"{HOME}/{session.scalars(select(VendorImport.id)).one()}"
    typed = "//ol[@class='corrections']//input[@class='field__input']"
    cells = dict(zip(found.all(f"{typed}/@name"), found.all(f"{typed}/@value"), strict=True))
    assert cells == {"cellule-2-2": "Frence", "cellule-3-0": "", "cellule-3-4": "adresse@"}
    half = page.follow(page.post(f"{at}/cellules", {**cells, "cellule-2-2": "France", "cellule-3-0": "Beta"}, page=at))
    assert "Il reste 1 point à corriger." in half.words
    assert half.all(f"{typed}/@value") == ["adresse@"]
    done = page.follow(page.post(f"{at}/cellules", {"cellule-3-4": "dpo@beta.test"}, page=at))
    assert done.all(f"//form[@action='{at}/importer']")
    page.post(f"{at}/importer", {"status_given": "actif"}, page=at)
    assert dict(session.execute(select(Vendor.name, Vendor.country)).all()) == {"Acme": "FR", "Beta": "FR"}


def test_a_cell_with_several_faults_is_one_field_that_names_them_all(page, session):
    several = ("Acme", "", "Frence", "", "pas une adresse", "")
    found = page.follow(upload(page, lists.csv_of((several,))))
    names = found.all("//ol[@class='corrections']//input[@class='field__input']/@name")
    assert names == ["cellule-2-2", "cellule-2-4"], (
        "two fields of one cell: the first was kept, whichever was written in"
    )
    assert len(found.all("//p[@class='field__error']")) == 1 + 3
    assert len(found.all("//input[@name='ecarter-2']")) == 1


def test_a_line_that_is_no_vendor_is_left_aside_and_a_new_file_forgets_what_was_written(page, session):
    page.follow(upload(page, lists.csv_of((*lists.FAULTY, ("Total", "", "2 sociétés", "", "", "")))))
    row = session.scalars(select(VendorImport)).one()
    at = f"{HOME}/{row.id}"
    page.post(
        f"{at}/cellules", {"ecarter-4": "1", "cellule-99-1": "x", "cellule-2-77": "x", "cellule-a-b": "x"}, page=at
    )
    session.refresh(row)
    assert row.corrections == {"4": None}, "what the list has not is not kept"
    assert "2 sociétés" not in page.get(at).words
    page.follow(upload(page, lists.csv_of(), path=f"{at}/fichier"))
    session.refresh(row)
    assert row.corrections == {}


def test_a_blank_line_does_not_stop_an_import(dpo, session):
    content = lists.csv_of().replace(b"\r\n", b"\r\n;;;;;\r\n\r\n  ;\r\n")
    assert imported(dpo, content).created == 2


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (lambda: b"nom\n" + b"a" * 300_000, "long.csv", "0 Mo"),
        (partial(lists.noise, 100_000), "bruit.csv", "n’est pas du texte"),
        (lists.bomb, "bombe.xlsx", "volume anormal"),
        (bytes, "vide.csv", "vide"),
    ],
)
def test_what_cannot_be_read_is_refused_beside_the_field_and_not_kept(page, session, monkeypatch, content, name, told):
    # The test client keeps a larger body in a file that it does not close.
    monkeypatch.setattr(imports, "MOST_BYTES", 250_000)
    begun = time.process_time()
    found = upload(page, content(), name, status=422)
    assert time.process_time() - begun < 2
    assert told in found.one("#file-error").text_content()
    assert count(session, VendorImport) == 0


def test_a_correction_that_cannot_be_read_leaves_the_review_as_it_was(page, session):
    page.follow(upload(page, lists.csv_of(lists.FAULTY)))
    at = f"{HOME}/{session.scalars(select(VendorImport.id)).one()}"
    found = upload(page, lists.noise(1000), path=f"{at}/fichier", status=422)
    assert "pas du texte" in found.words
    assert "« Frence »" in found.words.replace(" ", " ")
    page.post(f"{at}/fichier", page=at, status=422)


def test_an_import_is_taken_up_where_it_was_left_or_abandoned(page, as_, session):
    page.follow(upload(page, lists.csv_of()))
    at = f"{HOME}/{session.scalars(select(VendorImport.id)).one()}"
    assert as_(Role.LEGAL).get(HOME).all(f"//a[@href='{at}']"), "a colleague may take it up"
    page.post(f"{at}/abandonner", page=at)
    assert "Import abandonné" in page.get(at).words
    assert not page.get(HOME).all(f"//a[@href='{at}']")


def test_the_model_names_every_column_that_an_import_understands(page):
    table = read_table(page.client.get(f"{HOME}/modele.csv").data, "m.csv")
    assert propose_mapping(table.header).notes == ()
    assert len(table.header) == len(ImportField)


@pytest.mark.real
@pytest.mark.skipif(not REAL.exists(), reason="les listes réelles ne sont pas là")
def test_the_real_lists_are_reviewed_on_a_page(page, session):
    upload(page, (REAL / "vendors_messy.csv").read_bytes(), "vendors_messy.csv")
    messy = session.scalars(select(VendorImport.id)).one()
    found = page.get(f"{HOME}/{messy}")
    wrong = [" ".join(one.text_content().split()) for one in found.all("//ol[@class='corrections']/li")]
    assert [text.split(" :")[0].split(",")[0] for text in wrong] == ["Ligne 28", "Ligne 35", "Ligne 36"], wrong
    assert "Windows-1252" in found.words
    upload(page, (REAL / "vendors.csv").read_bytes(), "vendors.csv")
    clean = session.scalars(select(VendorImport.id).order_by(VendorImport.id.desc())).first()
    at = f"{HOME}/{clean}"
    page.post(f"{at}/doubles", {"all": "merge"}, page=at)
    page.post(f"{at}/importer", {"status_given": "actif"}, page=at)
    assert count(session, Service) == 471
