from portal.core.language import Language
from portal.questionnaires.kinds.countries import code_named, country_names


def test_every_country_is_known_by_the_names_that_are_offered():
    for language in Language:
        for code, name in country_names(language).items():
            assert code_named(name) == code, f"{name} ({language})"
            assert code_named(code.lower()) == code


def test_what_is_no_country_is_said_and_an_endless_text_is_not_looked_up():
    for text in ("Atlantide", "x" * 100_000, "France; Belgique", "UE"):
        assert not isinstance(code_named(text), str), text[:20]
    assert code_named("   ") == ""
