from hypothesis import given
from hypothesis import strategies as st

from portal.questionnaires.importing.plain_text import has_unseen, links_of, plain_text
from tests.effort import at_most

LETTERS = st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="<&")


@at_most(60)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=20), min_size=1, max_size=5))
def test_a_text_without_tags_comes_out_verbatim(words):
    text = " ".join(words)
    assert plain_text(text) == text


@at_most(60)
@given(st.text(max_size=60))
def test_a_plain_text_is_already_plain_and_can_be_kept(text):
    once = plain_text(text)
    assert not has_unseen(once)
    assert once == once.strip()


def test_tags_go_and_their_words_stay_in_order():
    html = "<p>Un <b>deux</b></p><ul><li>trois</li><li>quatre</li></ul><img src=x onerror=alert(1)>fin"
    assert plain_text(html) == "Un deux\n- trois\n- quatre\nfin"


def test_what_only_looks_like_a_tag_stays():
    assert plain_text("a < b, <c> et 1<2") == "a < b, <c> et 1<2"
    assert plain_text("&lt;b&gt; & R&D") == "<b> & R&D"


def test_scripts_and_unseen_characters_go():
    assert plain_text("a<script>x < y</script>b\u202e\u200b\x07\ufeff") == "ab"
    assert plain_text("un\r\ndeux\u2028trois") == "un\ndeux\ntrois"


def test_the_addresses_of_links_are_named():
    assert links_of("<a href='https://a.fr/b'>x</a> <a href=\"http://c.fr\">y</a>") == ["https://a.fr/b", "http://c.fr"]
