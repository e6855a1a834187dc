"""A file for the authority: chosen, made, downloaded, checked by the command it states, a proof checked off line."""

import subprocess
from zipfile import ZipFile

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from portal.authority.models import AuthorityFile
from portal.authz.context import Context
from portal.authz.policy import SYSTEM, Role
from portal.core import process
from portal.core.clock import now
from portal.core.seal import make_seal_key
from tests.factories.signatures import contract_of
from tests.factories.world import vendor_of

pytestmark = pytest.mark.browser
DPO = "dpo@maison.example"


def checked(folder):
    """What the stated command says: its status, and the lines that are not « OK »."""
    done = subprocess.run(
        ["sha256sum", "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=False
    )  # fmt: skip
    return done.returncode, [line for line in done.stdout.splitlines() if not line.endswith(": OK")]


def test_a_file_is_made_downloaded_and_checked_and_one_byte_changed_is_named(portal, visit, browser, tmp_path):
    portal.account(DPO, "Claire Dumas", Role.DPO)
    process.prepare(portal.settings)
    make_seal_key(portal.settings.seal_file, "Maison", at=now())
    with portal.database.transaction() as session:
        ctx = Context(session, SYSTEM, now())
        contract_of(ctx, vendor_of(session, name="Callisto"), title="Accord Callisto")
    portal.work()

    office = visit(DPO)
    office.goto("/dossiers")
    office.get_by_label("Nom ou clé").fill("Callisto")
    office.get_by_role("button", name="Voir ce qu’il contiendra").click()
    expect(office.get_by_text("manques ou inconnues")).to_be_visible()
    office.get_by_role("button", name="Constituer le dossier").click()
    expect(office.get_by_text("En préparation").first).to_be_visible()
    portal.work()
    office.reload()
    with office.expect_download() as told:
        office.get_by_role("button", name="Télécharger l’archive").click()
    assert told.value.suggested_filename.startswith("dossier-Callisto-")

    folder = tmp_path / "dossier"
    with ZipFile(told.value.path()) as archive:
        archive.extractall(folder)
    assert checked(folder) == (0, [])
    assert (folder / "index.pdf").read_bytes().startswith(b"%PDF")
    victim = folder / "contrats" / "contrats-en-vigueur.csv"
    held = victim.read_bytes()
    victim.write_bytes(bytes([held[0] ^ 1]) + held[1:])
    status, wrong = checked(folder)
    assert status == 1
    assert len(wrong) == 1
    assert wrong[0].startswith("contrats/contrats-en-vigueur.csv")

    proof = sorted((folder / "journal" / "preuves").iterdir())[0]
    tab = browser.new_page(offline=True)
    try:
        tab.goto((folder / "journal" / "verifier-une-preuve.html").as_uri())
        tab.set_input_files("#file", proof)
        tab.wait_for_selector("#verdict.ok")
        spoiled = tmp_path / "autre.json"
        spoiled.write_text(" " + proof.read_text())
        tab.set_input_files("#file", spoiled)
        tab.wait_for_selector("#verdict.refused")
    finally:
        tab.close()
    with portal.database.reading() as session:
        assert session.scalars(select(AuthorityFile)).one().asked_by == "Claire Dumas"
