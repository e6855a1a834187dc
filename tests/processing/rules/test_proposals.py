"""What is proposed to the register: nothing that a line says already, nothing that makes it complete by itself."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core.language import Language
from portal.core.translation import translate
from portal.processing.rules.gaps import gaps_of
from portal.processing.rules.kept_sheets import as_plain, from_plain
from portal.processing.rules.proposals import (
    CORRECTED,
    STAND_IN,
    ProposalKind,
    ProposalWords,
    SaidService,
    SaidSubProcessor,
    applied,
    corrections_of,
    line_for,
    line_proposal,
    not_among,
)
from portal.processing.rules.sheets import CATEGORIES, ActivityRole, HeldCategory, Safeguard, StatedTransfer
from portal.vendors.rules.facts import DataCategory, DataSubject, Exposure, SpecialCategory, Volume
from tests.factories.register import controller_sheet, processor_sheet

WORDS = ProposalWords("à définir")
INDIA = StatedTransfer("Kerala Desk", "IN", Safeguard.CLAUSES)
NUAGE = SaidSubProcessor("Nuage Rhénan", "Allemagne", "Sauvegardes")
SAID = SaidService(
    7, "Appels", "Relation Atlantique", purpose="Répondre aux clients", retention="six mois après l'appel",
    categories=(DataCategory.IDENTITY, DataCategory.RECORDING), subjects=(DataSubject.CUSTOMERS, DataSubject.MINORS),
    volume=Volume.UNDER_1M, transfers=(INDIA,), sub_processors=(NUAGE,),
)  # fmt: skip
SERVICES = st.builds(
    SaidService, st.integers(1, 3), st.sampled_from(["Appels", "Paie"]), st.sampled_from(["Atlantique", "Acme"]),
    retention=st.sampled_from(["", "six mois", "illimitée", "5 ans ; puis archivage"]),
    details=st.sampled_from(["", "Nom ; adresse", "à compléter"]),
    categories=st.lists(st.sampled_from(CATEGORIES), unique=True).map(tuple),
    subjects=st.lists(st.sampled_from(DataSubject), unique=True).map(tuple), volume=st.sampled_from(Volume),
    transfers=st.lists(
        st.builds(StatedTransfer, st.sampled_from(["Acme", "Kerala | Desk"]), st.sampled_from(["IN", "US"]),
                  st.none() | st.sampled_from(Safeguard)),
        max_size=3, unique_by=lambda one: (one.recipient, one.country),
    ).map(tuple),
    sub_processors=st.lists(
        st.builds(SaidSubProcessor, st.sampled_from(["Nuage ; Rhénan", "AWS"]), st.sampled_from(["", "Inde"])),
        max_size=2, unique_by=lambda one: one.name,
    ).map(tuple),
)  # fmt: skip


def kinds(proposals):
    return [one.kind for one in proposals]


def test_whom_a_vendor_calls_on_is_told_as_each_language_writes_it():
    found = corrections_of(controller_sheet(), SAID, WORDS)
    [told] = [one.sentence for one in found if one.kind is ProposalKind.SUB_PROCESSOR]
    french = translate(told, Language.FR).replace("\N{NARROW NO-BREAK SPACE}", " ").replace("\xa0", " ")
    assert french.endswith("fait appel à Nuage Rhénan (Allemagne) : Sauvegardes.")
    assert translate(told, Language.EN).endswith("calls on Nuage Rhénan (Allemagne): Sauvegardes.")


def test_what_a_line_lacks_of_its_service_is_proposed_once():
    found = corrections_of(controller_sheet(), SAID, WORDS)
    assert kinds(found) == [
        ProposalKind.CATEGORY, ProposalKind.SUBJECT, ProposalKind.VOLUME, ProposalKind.RETENTION,
        ProposalKind.TRANSFER, ProposalKind.SUB_PROCESSOR,
    ]  # fmt: skip
    sheet = applied(controller_sheet(), found)
    assert sheet.data[-1] == HeldCategory(DataCategory.RECORDING, "à définir", "six mois après l'appel")
    assert sheet.data[0].retention == "3 ans après le dernier achat ; Relation Atlantique : six mois après l'appel"
    assert (sheet.transfers, sheet.processor_recipients) == ((INDIA,), (NUAGE.words,))


@given(st.sampled_from([controller_sheet(), processor_sheet(), controller_sheet(data=(), subjects=())]), SERVICES)
def test_what_was_accepted_is_not_proposed_again_once_it_is_kept(sheet, said):
    role = ActivityRole.CONTROLLER if hasattr(sheet, "data") else ActivityRole.PROCESSOR
    kept = from_plain(role, as_plain(applied(sheet, corrections_of(sheet, said, WORDS))))
    assert corrections_of(kept, said, WORDS) == ()


@pytest.mark.parametrize("language", Language)
def test_what_nobody_said_is_a_stand_in_that_keeps_a_line_incomplete(language):
    words = ProposalWords(translate(STAND_IN, language))
    bare = replace(SAID, retention="", details="", purpose="")
    sheet = line_for(bare, words)
    lacking = gaps_of(sheet, need=None, links=(), has_links=True, exposure_of=lambda _code: Exposure.THIRD_COUNTRY)
    assert {"purpose", "legal_basis", "data_identification", "retention_identification"} <= {
        one.field for one in lacking
    }


def test_a_dismissal_holds_until_the_facts_move():
    first = corrections_of(controller_sheet(), SAID, WORDS)
    dismissed = [one.digest for one in first]
    assert not_among(first, dismissed) == ()
    again = corrections_of(controller_sheet(purpose="Autre chose"), SAID, ProposalWords("to be defined"))
    assert not_among(again, dismissed) == (), "neither the line nor the language is a fact of the service"
    moved = replace(SAID, retention="un an", transfers=(replace(INDIA, safeguard=None),),
                    sub_processors=(NUAGE, SaidSubProcessor("AWS")))  # fmt: skip
    back = not_among(corrections_of(controller_sheet(), moved, WORDS), dismissed)
    assert kinds(back) == [ProposalKind.RETENTION, ProposalKind.TRANSFER, ProposalKind.SUB_PROCESSOR]
    assert "AWS" in str(back[-1].sentence)
    line = line_proposal(SAID, line_for(SAID, WORDS)).digest
    assert line_proposal(SAID, line_for(SAID, ProposalWords("to be defined"))).digest == line
    assert line_proposal(moved, line_for(moved, WORDS)).digest != line


def test_a_safeguard_that_is_said_otherwise_is_a_correction_and_an_unknown_one_is_not():
    held = controller_sheet(transfers=(replace(INDIA, safeguard=None, document="D 1"),))
    found = [one for one in corrections_of(held, SAID, WORDS) if one.kind is ProposalKind.TRANSFER]
    assert applied(held, found).transfers == (replace(INDIA, document="D 1"),)
    silent = replace(SAID, transfers=(replace(INDIA, safeguard=None),))
    framed = controller_sheet(transfers=(INDIA,))
    assert ProposalKind.TRANSFER not in kinds(corrections_of(framed, silent, WORDS))


def test_fewer_people_and_known_names_are_not_proposed():
    known = controller_sheet(
        volume=Volume.OVER_1M, processor_recipients=("NUAGE RHENAN, pour les sauvegardes",), subjects=SAID.subjects,
        data=(HeldCategory(SpecialCategory.HEALTH, "Arrêts", "1 an"),), transfers=(INDIA,),
    )  # fmt: skip
    assert set(kinds(corrections_of(known, SAID, WORDS))) == {ProposalKind.CATEGORY}
    assert kinds(corrections_of(processor_sheet(), SAID, WORDS)) == [ProposalKind.TRANSFER, ProposalKind.SUB_PROCESSOR]


@given(SERVICES, st.sampled_from(ActivityRole), st.lists(SERVICES, max_size=2))
def test_a_list_that_reads_a_sheet_in_part_finds_in_it_what_the_whole_sheet_is_proposed(said, role, before):
    sheet = controller_sheet() if role is ActivityRole.CONTROLLER else processor_sheet()
    for one in before:
        sheet = applied(sheet, corrections_of(sheet, one, WORDS))
    kept = as_plain(sheet)
    part = from_plain(role, {name: kept[name] for name in CORRECTED[role]})
    assert corrections_of(part, said, WORDS) == corrections_of(from_plain(role, kept), said, WORDS)
