"""« The authority asks at 9:00 »: the same file on a copy, each part timed by its own gaps."""

import pytest
from sqlalchemy import func, select

from portal.authority import package
from portal.authority.models import AuthorityFile
from portal.authority.rules import SubjectKind
from portal.drills import progress, workshop
from portal.drills.models import Drill
from portal.drills.rules import DrillKind
from tests.drills.conftest import digests, reached
from tests.factories.files import pdf

AUTHORITY = {
    "name": "Hébergeur Sud", "subject": "vendor", "as_of": "2026-11-24", "set_at": "2026-11-25T09:00",
    "scene": "Un agent de la CNIL demande le dossier complet.", "aim_minutes": "60",
}  # fmt: skip
PREVIEW = "/exercice/1/dossiers/nouveau/vendor/{id}?au=2026-11-24"


@pytest.fixture(autouse=True)
def _without_printer(monkeypatch):
    monkeypatch.setattr(package, "print_in_child", lambda document, seconds: pdf())


@pytest.fixture
def asked(portal, dpo, once):
    once("asked", lambda: dpo.post("/exercices/nouveau/controle", AUTHORITY))
    return PREVIEW.format(id=portal.vendor.id)


def ask_file(dpo, path, parts=("identite", "contrats", "audits", "preuves", "registre")):
    made = dpo.post(path, {"parts": list(parts)}, page=path)
    workshop.wait_for_work(1)
    return made.response.headers["Location"]


def test_a_file_is_asked_built_and_taken_away_without_a_trace(portal, dpo, asked):
    before = digests(portal.database)
    files = sorted(str(one) for one in (portal.folder / "files").rglob("*"))
    shown = ask_file(dpo, asked)
    assert {"demande", "archive"} <= reached(portal)
    assert "Prêt" in dpo.get(shown).words
    archive = dpo.client.post(f"{shown}/archive", data={"csrf_token": dpo.csrf(shown)})
    assert archive.status_code == 200
    assert archive.data[:2] == b"PK"
    dpo.post("/exercices/1/terminer", page="/exercices/1")
    assert digests(portal.database) == before
    assert sorted(str(one) for one in (portal.folder / "files").rglob("*")) == files, "its archive was kept apart"
    with portal.database.reading() as session:
        assert session.scalar(select(func.count(AuthorityFile.id))) == 0


def test_what_is_missing_was_read_before_and_leads_where_it_is_mended(portal, dpo, asked):
    page = dpo.get("/exercices/1")
    assert "pas de copie signée" in page.words or "aucun audit accepté" in page.words
    links = {one.get("href") for one in page.all("//main//a[@href]")}
    assert f"/dossiers/nouveau/vendor/{portal.vendor.id}?au=2026-11-24" in links


class TestLies:
    """The cheapest way to stop each clock without the work."""

    def test_a_file_of_another_day_or_another_subject_is_not_the_one_asked_for(self, portal, dpo, asked):
        ask_file(dpo, asked.replace("2026-11-24", "2026-11-20"))
        ask_file(dpo, PREVIEW.format(id=portal.other.id))
        assert reached(portal) == set()

    def test_parts_left_out_are_never_whole(self, portal, dpo, asked):
        ask_file(dpo, asked, parts=("identite",))
        assert reached(portal) == {"demande", "archive"}

    def test_an_archive_with_gaps_that_is_taken_away_is_not_ready(self, portal, dpo, asked):
        shown = ask_file(dpo, asked)
        dpo.client.post(f"{shown}/archive", data={"csrf_token": dpo.csrf(shown)})
        assert "remise" not in reached(portal)

    @pytest.mark.parametrize(
        ("part", "step"), [("contrats", "couverture"), ("registre", "registre"), ("audits", "preuves")]
    )
    def test_a_part_that_says_one_gap_or_nothing_at_all_is_not_whole(self, part, step):
        def content(**changes):
            tables = [{"name": "contrats-en-vigueur", "rows": [["Accord"]]}]
            whole = {"is_in": True, "gaps": [], "tables": tables, "copies": [{"in": True}]}
            parts = {key: {**whole, "key": key} for key in ("contrats", "registre", "audits", "preuves")}
            parts[part] = {**parts[part], **changes}
            return {"parts": list(parts.values())}

        def steps(**changes):
            return {one.value for one in progress._parts_reached(content(**changes))}

        assert step in steps()
        for lie in ({"gaps": ["Il manque."]}, {"tables": [{"name": "vide", "rows": []}]}, {"is_in": False}):
            assert step not in steps(**lie), lie

    def test_a_contract_without_its_signed_copy_is_not_found(self):
        part = {"key": "contrats", "is_in": True, "gaps": [], "copies": [{"in": False}],
                "tables": [{"name": "contrats-en-vigueur", "rows": [["Accord"]]}]}  # fmt: skip
        assert list(progress._parts_reached({"parts": [part]})) == []


def test_a_drill_of_a_line_and_of_an_entity_begin_too(portal, dpo):
    dpo.post("/exercices/nouveau/controle", {**AUTHORITY, "subject": "activity", "name": portal.activity.key})
    dpo.post("/exercices/nouveau/controle", {**AUTHORITY, "subject": "entity", "name": "maison"})
    with portal.database.reading() as session:
        found = session.execute(select(Drill.kind, Drill.subject).order_by(Drill.id)).all()
    assert found == [(DrillKind.AUTHORITY, SubjectKind.ACTIVITY), (DrillKind.AUTHORITY, SubjectKind.ENTITY)]


@pytest.mark.parametrize(
    ("changes", "says"),
    [({"name": "Personne"}, "Rien ne porte ce nom"), ({"as_of": "2026-12-24"}, "pas encore venu"),
     ({"set_at": "2036-11-25T09:00"}, "un an"), ({"aim_minutes": "0"}, "minutes"), ({"scene": ""}, "champ")],
)  # fmt: skip
def test_what_cannot_be_rehearsed_is_said_and_nothing_typed_is_lost(portal, dpo, changes, says):
    page = dpo.post("/exercices/nouveau/controle", {**AUTHORITY, **changes}, status=422)
    assert says in page.words
    assert page.all("//input[@name='set_at']")[0].get("value")
    with portal.database.reading() as session:
        assert session.scalar(select(func.count(Drill.id))) == 0
    assert not (portal.folder / "exercices").exists() or not list(portal.folder.glob("exercices/*"))
