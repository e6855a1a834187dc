from portal.core.language import Language
from portal.questionnaires.definition import GivenAnswer
from portal.vendor_space.preview_page import preview_page
from tests.factories.spaces import small


def numbers(**kept):
    found = preview_page(small(), "a", kept.pop("answers", {}), Language.FR, **{"shows_all": False, **kept})
    return [block.text.number for block in found.blocks]


def test_a_preview_has_the_numbers_that_its_vendor_would_read():
    assert numbers() == ["1.1", "", "1.2", "1.3"]
    assert numbers(answers={"a.chiffre": GivenAnswer("oui")}) == ["1.1", "1.2", "1.3", "1.4"]
    assert numbers(shows_all=True) == ["1.1", "1.2", "1.3", "1.4"]
