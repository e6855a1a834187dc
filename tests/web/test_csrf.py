import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.web.csrf import mask, unmask

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def tokens(client, path="/connexion"):
    return TOKEN.findall(client.get(path).text)


@pytest.fixture
def client(app):
    return app.test_client()


def test_the_token_of_a_page_is_never_written_twice_alike(client):
    pages = [tokens(client) for _ in range(4)]
    assert all(len(set(page)) == 1 for page in pages), "the forms of one page share a token: a pad each would weigh"
    seen = [page[0] for page in pages]
    for one, other in pairwise(seen):
        repeated = [one[at : at + 8] for at in range(len(one) - 8) if one[at : at + 8] in other]
        assert not repeated, "what repeats from answer to answer can be guessed from their length"


def test_no_page_holds_the_token_as_the_session_keeps_it(client):
    page = client.get("/connexion").text
    with client.session_transaction() as cookie:
        kept = cookie["csrf_token"]
    assert kept not in page
    assert unmask(TOKEN.search(page)[1]).count(".") == 2


def test_each_masked_token_of_a_session_opens_its_posts(client):
    (first, *_), (second, *_) = tokens(client), tokens(client)
    with client.session_transaction() as cookie:
        raw = cookie["csrf_token"]
    for sent in (first, second, unmask(first)):
        assert client.post("/langue", data={"csrf_token": sent, "language": "en"}).status_code == 302
    for sent in ("", raw, first[:-4] + "AAAA", first[5:], "é", "A"):
        assert client.post("/langue", data={"csrf_token": sent, "language": "en"}).status_code == 400


def test_the_token_of_another_session_is_refused(app, client):
    other = tokens(app.test_client())[0]
    tokens(client)
    assert client.post("/langue", data={"csrf_token": other, "language": "en"}).status_code == 400


def test_a_masked_token_in_the_header_is_taken(client):
    sent = tokens(client)[0]
    assert client.post("/langue", headers={"X-CSRFToken": sent}, data={"language": "en"}).status_code == 302


@given(
    token=st.from_regex(r"[\w.-]{1,120}", fullmatch=True).filter(str.isascii), seed=st.binary(min_size=16, max_size=16)
)
def test_a_mask_is_taken_off_whole(token, seed):
    masked = mask(token, seed)
    assert unmask(masked) == token
    assert "." not in masked


@given(st.text(max_size=200))
def test_whatever_comes_back_is_judged_and_never_breaks(sent):
    assert isinstance(unmask(sent), str)
