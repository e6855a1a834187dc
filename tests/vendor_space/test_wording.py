from portal.core.language import Language, say
from portal.questionnaires.rules import Bilingual
from portal.vendor_space.countries import code_of, names
from portal.vendor_space.wording import spoken


def test_the_words_of_a_questionnaire_within_a_sentence_are_in_the_reader_s_language():
    inner = say("Ligne %(row)s : « %(column)s » est à remplir.", row=2, column=Bilingual("Pays", "Country"))
    assert "Country" in spoken(inner, Language.EN)
    nested = say("%(reason)s", reason=inner)
    assert "Country" in spoken(nested, Language.EN)
    assert "Pays" in spoken(nested, Language.FR)


def test_every_country_is_known_by_the_names_that_are_offered():
    for language in Language:
        for code, name in names(language).items():
            assert code_of(name) == code, f"{name} ({language})"
            assert code_of(code.lower()) == code


def test_what_is_no_country_is_said_and_an_endless_text_is_not_looked_up():
    for text in ("Atlantide", "x" * 100_000, "France; Belgique", "UE"):
        assert not isinstance(code_of(text), str), text[:20]
    assert code_of("   ") == ""
