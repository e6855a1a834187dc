from portal.authz.policy import ROLE_NAMES
from portal.core.language import N_, Language
from portal.dora.reference import structure
from portal.dora.wording import DEFINED, FACT_LISTS
from portal.journal import wording
from portal.journal.entry_text import shown_entry
from portal.journal.models import JournalEntry
from portal.web.text import said
from tests.conftest import NOW
from tests.factories.sources import sources


def recorded() -> dict[str, str]:
    """Every action code that the portal writes in the journal, with the place."""
    return {
        call.arguments[1]: f"{file.path}:{call.line}"
        for file in sources()
        for call in file.calls
        if call.name == "record" and len(call.arguments) > 1 and isinstance(call.arguments[1], str)
    }


def test_every_action_written_in_the_journal_has_a_name_and_a_subject_to_filter_by(app):
    """The application has loaded every domain's wording."""
    unnamed = {code: place for code, place in recorded().items() if code not in wording.ACTIONS}
    assert not unnamed
    families = {code.partition(".")[0] for code in wording.ACTIONS} - set(wording.FAMILIES)
    assert not families


def test_the_scan_sees_what_is_recorded():
    codes = recorded()
    assert "user.created" in codes
    assert len(codes) > 20


def test_naming_words_adds_to_what_others_have_named(monkeypatch):
    for table in ("ACTIONS", "OBJECTS", "FAMILIES", "FIELDS", "READERS", "VALUES", "OWN"):
        monkeypatch.setattr(wording, table, {})
    wording.name_words(actions={"chose.faite": N_("Compte créé")}, families={"chose": N_("Compte")})
    wording.name_words(objects={"Chose": N_("Compte")}, values={"role": ROLE_NAMES})
    assert wording.ACTIONS == {"chose.faite": "Compte créé"}
    assert (wording.FAMILIES, wording.OBJECTS, wording.FIELDS) == ({"chose": "Compte"}, {"Chose": "Compte"}, {})
    assert {"role": dict(ROLE_NAMES)} == wording.VALUES


def test_two_domains_may_name_values_of_one_field(monkeypatch):
    """Many domains keep a `state`: none takes away the words of another."""
    monkeypatch.setattr(wording, "VALUES", {})
    wording.name_words(values={"state": {"ouvert": N_("Compte créé")}})
    wording.name_words(values={"state": {"ferme": N_("Compte")}})
    assert wording.VALUES == {"state": {"ouvert": "Compte créé", "ferme": "Compte"}}


def test_a_field_is_called_as_the_domain_that_writes_the_action_calls_it(app):
    """A fact of a contract has the key of a column of vendors; a proof ends on another day than a contract does."""
    with app.test_request_context("/", headers={"Accept-Language": "fr"}):
        told = {action: said(wording.field_name(action, name, Language.FR)) for action, name in NAMED_BY_TWO.items()}
    assert told == {
        "vendor.reclassified": "Criticité", "service.revised": "Localisation", "evidence.described": "Expire le",
        "contract.signed": "Dernier jour", "finding.opened": "Intitulé", "contract.opened": "Titre",
    }  # fmt: skip


def test_a_field_that_its_domain_does_not_name_is_called_as_the_lowest_that_does(monkeypatch):
    for table in ("ACTIONS", "FIELDS", "READERS", "OWN"):
        monkeypatch.setattr(wording, table, {})
    wording.name_words(actions={"bas.fait": N_("Compte créé")}, fields={"on": N_("Rôle")})
    wording.name_words(actions={"haut.fait": N_("Compte créé")}, fields={"on": N_("Compte")})
    wording.name_words(actions={"autre.fait": N_("Compte créé")})
    told = [
        wording.field_name(action, "on", Language.FR) for action in ("bas.fait", "haut.fait", "autre.fait", "inconnu")
    ]
    assert told == ["Rôle", "Compte", "Rôle", "Rôle"]


NAMED_BY_TWO = {
    "vendor.reclassified": "tier", "service.revised": "locations", "evidence.described": "expires_on",
    "contract.signed": "expires_on", "finding.opened": "title", "contract.opened": "title",
}  # fmt: skip


def test_a_state_is_called_as_the_domain_that_writes_it_calls_it(app):
    assert wording.value_names("audit.opened", "state")["en_cours"] == "En cours de réponse"
    assert wording.value_names("drill.begun", "state")["en_cours"] == "En cours"


def test_what_a_contract_was_told_is_named_in_the_language_of_the_reader(app):
    for language, name in (("fr", "mode d’accès aux données"), ("en", "mode of access to the data")):
        with app.test_request_context("/", headers={"Accept-Language": language}):
            assert said(wording.FIELDS["access.mode"]) == name


def told(app, action, after, language="fr"):
    """What an entry shows of fields and values."""
    entry = JournalEntry(
        id=1, at=NOW, action=action, object_type="X", stored_object_label="", stored_actor_name="", actor_role="dpo",
        stored_before={}, stored_after=after,
    )  # fmt: skip
    with app.test_request_context("/", headers={"Accept-Language": language}):
        return {change.label: change.after for change in shown_entry(entry).changes}


def test_what_is_held_by_code_is_told_in_words(app):
    assert told(app, "change.retained", {"state": "a_l_etude"}) == {"État": "À l’étude"}
    assert told(app, "incident.added", {"nature": ["confidentialite"]}, "en").keys() == {"What happened to the data"}
    assert "confidentialite" not in told(app, "incident.added", {"nature": ["confidentialite"]}).values()
    assert told(app, "sample.asked", {"kind": "cases"}) == {"Nature": "Rétractations"}
    assert told(app, "evidence.described", {"kind": "insurance"}) != {"Nature": "insurance"}
    assert told(app, "questionnaire.question_added", {"kind": "single", "weight": 4}) == {
        "Sorte de réponse": "Un choix", "Poids": "4",
    }  # fmt: skip


def test_what_holds_several_things_names_each_and_leaves_out_what_is_empty(app):
    answers = {"sensibles": "non", "reconnaissables": "oui"}
    [words] = told(app, "incident.assessed", {"answers": answers}).values()
    assert words.startswith("Peut-on reconnaître les personnes")
    assert "; Y a-t-il des données sensibles" in words
    assert "sensibles = " not in words
    assert told(app, "contract.facts_typed", {"place": {"fr": "Lyon"}}, "en").popitem()[1] == "Lyon"


def test_places_and_coded_answers_are_told_by_their_names(app):
    assert told(app, "vendor.created", {"country": "MA"}) == {"Pays": "Maroc"}
    assert told(app, "service.added", {"locations": ["FR", "DE"]}, "en").popitem()[1] == "France, Germany"
    assert told(app, "change.move_written", {"country": "NO"}) == {"Pays": "Norvège"}
    assert told(app, "chain.transfer_framed", {"country": "US"}) == {"Pays": "États-Unis"}
    assert told(app, "dora.entity", {"dora_entity_type": "eba_CT:x300"}) == {
        "Type d’entité": "Établissement de paiement"
    }
    assert told(app, "dora.service", {"dora_rest_countries": ["DE"]}, "en").popitem()[1] == "Germany"
    assert told(app, "dora.service", {"dora_sensitivity": "autre"}).popitem()[1] == "autre"


def test_what_our_answers_mean_is_told_under_the_answer_it_is_about(app):
    assert told(app, "dora.definitions", {"dora_c0060": "Données bancaires."}) == {
        "Sensibilité élevée": "Données bancaires."
    }
    assert told(app, "dora.definitions", {"dora_c0060": "x"}, "en") == {"High sensitivity": "x"}
    assert tuple(column.code for column in structure().tables["B_99.01"].columns) == DEFINED
    assert set(FACT_LISTS.values()) <= set(structure().lists)


def test_the_size_of_a_proof_is_not_told_as_a_number_of_cases(app):
    assert told(app, "evidence.recorded", {"size": 780, "name": "a.pdf"}) == {
        "Fichier": "a.pdf",
        "Taille, en octets": "780",
    }
    assert told(app, "sample.asked", {"size": 120}) == {"Dossiers demandés": "120"}


def test_an_answer_is_told_as_pages_say_it(app):
    row = {"nom": "Arc", "pays": "MA", "service": ""}
    assert told(app, "answer.saved", {"question": "chaine.liste", "value": [row]}) == {
        "Question": "chaine.liste",
        "Réponse": "Raison sociale\u202f: Arc, Pays d’où les données sont traitées\u202f: Maroc",
    }  # fmt: skip
    assert told(app, "answer.saved", {"question": "registre.tenu", "value": "partiel"})["Réponse"] == "En partie"
    for unread in ({"question": "autre.inconnue", "value": "x"}, {"question": "chaine.liste", "value": "x"}):
        assert told(app, "answer.saved", unread)["Réponse"] == "x"


def test_the_fields_of_a_question_written_here_are_in_words(app):
    after = {
        "visible_if": {"in": ["oui"], "question": "a.b"},
        "max_rows": 3,
        "columns": [{"key": "a", "required": True}],
    }
    words = told(app, "questionnaire.question_added", after)
    assert words == {
        "Posée si": "L’une de ces réponses\u202f: oui\u202f; Question\u202f: a.b", "Lignes au plus": "3",
        "Colonnes": "Clé\u202f: a\u202f; Obligatoire\u202f: oui",
    }  # fmt: skip
    assert told(app, "questionnaire.questions_taken", {"keys": ["a.b"]}) == {"Clés": "a.b"}
