"""The documents besides the agreement: what each says, what it claims, and what it hangs on."""

import re
from dataclasses import replace

import pytest

from portal.authz.policy import Role
from portal.contracts import library, overview, services
from portal.contracts.models import Contract, ContractVersion
from portal.contracts.rules.assembly import assemble_contract
from portal.contracts.rules.document_kind import DocumentKind
from portal.contracts.rules.life import ContractAct, ContractState, CopyReading
from portal.contracts.rules.paragraphs import ParagraphWording
from portal.contracts.services import ContractSubject, ParagraphChange, UnfinishedDraft, UntranslatedTexts
from portal.contracts.services.life import keep_standing_of
from portal.core.documents.freezing import thaw
from portal.core.documents.text import fold, tree_text
from portal.core.documents.tree import Section, Signatures
from portal.core.errors import Refused
from portal.core.language import Language
from portal.core.translation import translate
from portal.vendors.models import SignedContract
from portal.vendors.rules.standing import ContractStanding
from tests.factories.contracts import facts, sections
from tests.factories.desk import in_english, matter
from tests.factories.signatures import contract_of, copy_of
from tests.factories.world import vendor_of

FR, EN = Language.FR, Language.EN
LIBRARY = library.cached()
COVERING = [one.key for one in LIBRARY.templates if one.kind.counts]
OTHERS = [one.key for one in LIBRARY.templates if not one.kind.counts]
HANGING = [one.key for one in LIBRARY.templates if one.kind.hangs]
TOLD = {"vendor__article_3_2": ("no",)}


def made(template, language=FR, **changes):
    return assemble_contract(LIBRARY, LIBRARY.template[template], facts(**{**TOLD, **changes}), language)


def words(template, language=FR, **changes):
    text = fold(tree_text(made(template, language, **changes).document))
    return text.replace("\u202f", " ").replace("\xa0", " ").replace("’", "'")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("template", COVERING)
def test_complete_facts_cover_all_that_an_art_28_contract_must_say(template, language):
    found = made(template, language)
    assert (found.blanks, found.uncovered) == ((), ())
    assert sum(line.obligation.kind.value == "C" for line in found.coverage) == 32


@pytest.mark.parametrize("template", OTHERS)
def test_no_other_document_claims_to_cover_anything(template):
    found = made(template)
    assert (found.blanks, found.coverage) == ((), ())


@pytest.mark.parametrize("template", ["cct-sous-traitance", "cct-transfert"])
@pytest.mark.parametrize("fact", ["measures", "service__purpose", "data__categories"])
def test_clauses_by_reference_cover_nothing_while_their_annexes_are_empty(template, fact):
    assert made(template).uncovered == ()
    assert made(template, **{fact: None}).uncovered


def test_every_template_says_in_one_sentence_when_to_take_it():
    for template in LIBRARY.templates:
        for text in (template.when.fr, template.when.en):
            assert 30 < len(text) < 200
            assert text.endswith(".")


def test_the_annex_names_the_main_agreement_and_its_date_and_is_signed_with_it():
    shared = words("dpa-annexe")
    assert "signé le 1er avril 2026 : contrat 2026-041" in shared
    assert "n'appelle pas de signature distincte" in shared
    assert not any(isinstance(block, Signatures) for block in made("dpa-annexe").document.blocks[-1].blocks)
    apart = made("dpa-annexe", agreement__signature=("own",)).document.blocks[-1]
    assert isinstance(apart.blocks[-1], Signatures)
    unknown = made("dpa-annexe", agreement__signature=None, agreement__date=None)
    assert {blank.key for blank in unknown.blanks} == {"agreement.signature", "agreement.date"}
    assert isinstance(unknown.document.blocks[-1].blocks[-1], Signatures)


def test_the_annex_says_all_that_the_agreement_says_elsewhere():
    own = {"CL01": "AN01", "CL48": "AN02"}
    expected = [own.get(one.key, one.key) for one in made("dpa").clauses]
    assert [one.key for one in made("dpa-annexe").clauses] == expected


def test_the_exit_letter_asks_a_certificate_of_the_processor_and_of_each_of_its_chain():
    chain = tuple(
        {"name": name, "address": "1 rue Haute, Lille", "contact": "a@b.example", "service": "x", "country": "France"}
        for name in ("Nuage du Nord", "Rive Assistance", "Brise Conseil")
    )
    said = words("lettre-fin-contrat", subprocessors=chain)
    assert all(row["name"] in said for row in chain)
    assert "l'attestation de chacun d'eux" in said
    assert "au plus tard le 30 avril 2029" in said


@pytest.mark.parametrize(
    ("choice", "said", "unsaid"),
    [("restitution", "fichiers CSV", "sans restitution"), ("deletion", "sans restitution", "fichiers CSV")],
)
def test_the_exit_letter_makes_one_choice_and_asks_for_it_while_it_is_not_known(choice, said, unsaid):
    text = words("lettre-fin-contrat", exit__choice=(choice,))
    assert (said in text, unsaid in text) == (True, False)
    assert "exit.choice" in {blank.key for blank in made("lettre-fin-contrat", exit__choice=None).blanks}


def test_a_letter_greets_is_signed_by_its_sender_alone_and_encloses_its_annexes():
    document = made("lettre-fin-contrat").document
    assert (document.contents, document.initials) == (False, False)
    *_, closing, first, second = document.blocks
    assert (closing.anchor, first.kind, second.kind) == ("signatures", "annex", "annex")
    [signed] = [block for block in closing.blocks if isinstance(block, Signatures)]
    assert len(signed.parties) == 1
    numbered = [one for one in sections(document.blocks) if one.number and one.titled and one.kind != "annex"]
    assert {one.kind for one in numbered} == {"section"}


@pytest.mark.parametrize("regime", ["specific", "general"])
def test_an_authorisation_names_each_sub_processor_with_what_binds_it(regime):
    said = words("autorisation-sous-traitant", chain__authorisation=(regime,))
    assert "Rive Assistance" in said
    assert "les mêmes obligations en matière de protection des données" in said
    assert "pleinement responsable" in said


def test_joint_controllers_share_out_duties_say_so_to_people_and_claim_no_art_28():
    said = words("responsables-conjoints")
    assert "Il n'est pas le contrat de l'article 28" in said
    assert "droits@horizon.example" in said
    assert "page « Vos données » du site de Mutuelle Horizon" in said
    assert "sécurité de la plateforme Brume Logiciels" in said
    assert LIBRARY.template["responsables-conjoints"].role == "joint"


@pytest.mark.parametrize("template", ["cct-sous-traitance", "cct-transfert", "cct-retour"])
def test_the_commissions_text_is_referred_to_and_each_option_is_chosen(template):
    said = words(template)
    assert re.search(r"par renvoi, sans modification", said)
    assert ("2021/915" if template == "cct-sous-traitance" else "2021/914") in said
    for fact, text in (("scc__docking", "adhésion"), ("scc__redress", "texte facultatif")):
        if text in said:
            assert words(template, **{fact: ("yes",)}) != words(template, **{fact: ("no",)})
    assert "Les Parties conviennent que" not in said


@pytest.mark.parametrize(("module", "said"), [("m2", "Module deux."), ("m3", "Module trois.")])
def test_one_module_applies_and_no_other(module, said):
    text = words("cct-transfert", scc__module=(module,))
    assert [one for one in ("Module deux.", "Module trois.") if one in text] == [said]


@pytest.mark.parametrize("template", HANGING)
@pytest.mark.usefixtures("app")
@pytest.mark.both_databases
def test_a_letter_or_an_assessment_recorded_as_signed_makes_no_vendor_covered(acting, session, template):
    """The cheapest lie: a signed paper, whatever it says, turns « sans contrat » green."""
    ctx = acting(Role.LEGAL)
    vendor = vendor_of(session)
    kept = contract_of(ctx, vendor)
    subject = ContractSubject(vendor, None, None, template)
    with pytest.raises(Refused):
        services.open_contract(ctx, subject, "Lettre")
    letter = services.open_contract(ctx, subject, "Lettre", about=kept)
    services.do_act(ctx, kept, ContractAct.TERMINATE, why="fin du service", day=ctx.today)
    assert vendor.standing is ContractStanding.NONE
    version = services.draft_version(ctx, letter, FR)
    services.record_version_signed(ctx, letter, version.number, ctx.today, copy_of(ctx))
    assert (letter.state, letter.kind.counts, letter.copy_reading) == (ContractState.IN_FORCE, False, None)
    letter.parent_id, letter.copy_reading = None, CopyReading.VOUCHED
    services.follow_calendar(ctx, 0)
    keep_standing_of(ctx, vendor.id)
    assert (vendor.standing, vendor.signed_on) == (ContractStanding.NONE, None)
    assert not letter.position.counts
    assert overview.contracts_to_watch(ctx, ctx.today, most=5)[1] == []
    assert [one.is_contract for one in session.query(SignedContract).order_by(SignedContract.id)] == [True, False]


@pytest.mark.usefixtures("app")
def test_a_letter_keeps_a_contract_to_follow(acting, session):
    ctx = acting(Role.LEGAL)
    vendor, other = vendor_of(session), vendor_of(session)
    kept, elsewhere = contract_of(ctx, vendor), contract_of(ctx, other)
    letter = services.open_contract(
        ctx, ContractSubject(vendor, None, None, "lettre-fin-contrat"), "Lettre", about=kept
    )
    for wrong in (None, elsewhere.id, letter.id):
        with pytest.raises(Refused):
            services.assign_contract(ctx, letter, None, wrong)
    with pytest.raises(Refused):
        services.open_contract(ctx, ContractSubject(other, None, None, "lettre-fin-contrat"), "Lettre", about=kept)
    assert letter.parent_id == kept.id


@pytest.mark.usefixtures("app")
def test_a_document_is_chosen_in_plain_words_and_a_letter_says_which_contract_it_follows(as_, acting, session):
    subject = matter(session)
    kept = contract_of(acting(Role.LEGAL), subject.vendor)
    session.commit()
    client = as_(Role.LEGAL)
    start = f"/contrats/nouveau?sous-traitant={subject.vendor.id}"
    page = client.get(start)
    assert len(page.all("//main//a[contains(@href, 'modele=')]")) == len(LIBRARY.templates)
    assert "Un contrat prend fin" in page.words
    form = client.get(f"{start}&modele=lettre-fin-contrat")
    assert form.one("#about").xpath("option[@selected]/@value") == [str(kept.id)]
    assert not form.all("//input[@name='purposes']")
    answer = {"title": "Fin", "service": subject.service.id, "entity": subject.entity.id, "language": "fr",
              "template": "lettre-fin-contrat"}  # fmt: skip
    refused = client.post(start, {**answer, "about": ""}, status=422)
    assert "dites lequel" in refused.words
    client.follow(client.post(start, {**answer, "about": kept.id}))
    letter = session.query(Contract).filter_by(kind=DocumentKind.LETTER).one()
    assert letter.parent_id == kept.id
    shown = client.get(f"/contrats/{letter.id}")
    assert "elle n’en est pas un, et ne compte pas comme contrat" in shown.words
    assert "0 sur 0" not in shown.words + client.get("/contrats").words


def test_every_annex_and_article_of_every_document_has_an_anchor_of_its_own():
    for template in LIBRARY.templates:
        anchors = [one.anchor for one in sections(made(template.key).document.blocks) if isinstance(one, Section)]
        assert len(anchors) == len(set(anchors)), template.key


@pytest.mark.usefixtures("app")
@pytest.mark.both_databases
def test_two_columns_wait_for_both_texts_and_keep_both(acting, as_, session):
    ctx = acting(Role.LEGAL)
    contract = services.open_contract(ctx, matter(session), "Accord", FR)
    with pytest.raises(UntranslatedTexts) as lacking:
        services.draft_version(ctx, contract, FR, beside=EN)
    for reader in Language:
        told = translate(lacking.value.sentence, reader)
        assert ("nom du service" in told, "name of the service" in told) == (reader is FR, reader is EN), reader
    assert "anglais" in str(lacking.value)
    assert "nom du service" in str(lacking.value)
    in_english(ctx, contract)
    session.commit()
    client = as_(Role.LEGAL)
    client.post(f"/contrats/{contract.id}/versions", {"language": "de"})
    client.post(f"/contrats/{contract.id}/versions", {"language": "fr+en"})
    [version] = session.query(ContractVersion)
    assert (version.language, version.beside, version.required) == (FR, EN, 32)
    said = tree_text(thaw(version.tree))
    assert "le texte français prévaut" in said
    assert "the French text shall prevail" in said
    shown = client.get(f"/contrats/{contract.id}")
    assert "en français et anglais, sur deux colonnes" in shown.words
    preview = client.get(f"/contrats/{contract.id}/apercu")
    assert preview.all("//td[@lang='en']")
    services.draft_version(ctx, session.get(Contract, contract.id), FR)
    session.commit()
    assert "français et anglais" in client.get(f"/contrats/{contract.id}/versions").words


@pytest.mark.usefixtures("app")
def test_a_paragraph_written_in_one_language_alone_keeps_two_columns_waiting(acting, session):
    ctx = acting(Role.LEGAL)
    contract = services.open_contract(ctx, matter(session), "Accord", FR)
    in_english(ctx, contract)
    change = ParagraphChange(ParagraphWording.SPECIAL, FR, "Les badges sont rendus.", clause="CL10")
    services.add_condition(ctx, contract, change)
    services.draft_version(ctx, contract, FR)
    with pytest.raises(UnfinishedDraft):
        services.draft_version(ctx, contract, FR, beside=EN)


@pytest.mark.usefixtures("app")
def test_a_letter_starts_from_what_was_typed_for_the_contract_it_follows(acting, session):
    """Each sub-processor of the contract's annex is asked for its certificate, whatever the register says today."""
    ctx = acting(Role.LEGAL)
    subject = matter(session)
    kept = services.open_contract(ctx, subject, "Accord", FR)
    services.type_facts(ctx, kept, {"agreement.reference": "contrat 2026-041"})
    row = {"name": "Nuage du Nord", "address": "1 rue Haute, 59000 Lille", "contact": "a@b.example", "service": "x",
           "country": "France"}  # fmt: skip
    services.type_table(ctx, kept, "subprocessors", [row], language=FR, reason="liste du contrat")
    letter = services.open_contract(ctx, replace(subject, template_key="lettre-fin-contrat"), "Fin", FR, about=kept)
    said = tree_text(services.assemble_contract_draft(ctx, letter, FR).assembly.document)
    assert "Nuage du Nord" in said
    assert "contrat 2026-041" in said
    other = services.open_contract(ctx, replace(subject, template_key="lettre-fin-contrat"), "End", EN, about=kept)
    assert other.typed == {}
