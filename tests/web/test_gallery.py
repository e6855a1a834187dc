import pytest
from lxml import html

from portal.core.errors import NotFound
from portal.web import gallery
from tests.pages import ASCII_PUNCTUATION


@pytest.mark.parametrize("page", gallery.PAGES)
def test_every_page_of_the_gallery_is_a_sound_page(app, page):
    with app.test_request_context("/"):
        tree = html.document_fromstring(gallery.render(page))
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert len(tree.xpath("//h1")) == 1
    assert not tree.xpath("//@style")
    for element in tree.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::label or self::th or self::legend]"):
        assert not ASCII_PUNCTUATION.search(element.text_content()), element.text_content()


def test_the_gallery_shows_a_form_that_was_refused(app):
    with app.test_request_context("/"):
        tree = html.document_fromstring(gallery.render())
    refused = [link.get("href") for link in tree.xpath("//div[@class='errors']//a")]
    assert refused == ["#refused-siren", "#refused-tier-0"]


def test_a_page_that_the_gallery_does_not_have_is_not_found(app):
    with app.test_request_context("/"), pytest.raises(NotFound):
        gallery.render("autre")
