import gzip
import http.client
import io
import re
from urllib.parse import urlsplit

import brotli
import pytest
from backports import zstd
from flask import Flask, Response, jsonify

from portal.authz.policy import Role
from portal.web import compression
from tests.serving import served

OPENED = {"zstd": zstd.decompress, "br": brotli.decompress, "gzip": gzip.decompress}
CHANGES = re.compile(r'nonce="[^"]+"|name="csrf_token" value="[^"]+"')


@pytest.fixture
def dpo(as_):
    return as_(Role.DPO).client


def get(client, path="/", accepted="br, gzip", **headers):
    return client.get(path, headers={"Accept-Encoding": accepted, **headers})


@pytest.mark.parametrize("encoding", OPENED)
def test_a_page_is_sent_as_the_browser_takes_it_and_is_the_same_page(dpo, encoding):
    plain, packed = dpo.get("/"), get(dpo, accepted=encoding)
    assert packed.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data) / 3
    opened = OPENED[encoding](packed.data).decode()
    assert CHANGES.sub("", opened) == CHANGES.sub("", plain.text)


def test_the_bytes_on_the_wire_are_those_that_are_announced(app):
    with served(app) as url:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
        connection.request("GET", "/connexion", headers={"Accept-Encoding": "gzip, deflate, br"})
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
    assert answer.headers["Content-Encoding"] == "br"
    assert int(answer.headers["Content-Length"]) == len(body)
    assert len(body) < len(brotli.decompress(body)) / 2


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "zstd"), ("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"),
        ("", None), ("identity", None), ("br;q=0", None), ("snappy", None),
    ],
)  # fmt: skip
def test_nothing_is_sent_that_was_not_asked_for(dpo, accepted, sent):
    assert get(dpo, accepted=accepted).headers.get("Content-Encoding") == sent


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_another_site_asks_for_is_not_compressed(dpo, site):
    answer = get(dpo, **{"Sec-Fetch-Site": site})
    assert "Content-Encoding" not in answer.headers
    assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(answer.vary)
    assert answer.text.rstrip().endswith("</html>")


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_what_the_person_asks_for_is(dpo, site):
    assert get(dpo, **{"Sec-Fetch-Site": site}).headers["Content-Encoding"] == "br"


@pytest.fixture
def probes():
    """Answers of every kind, one address each."""
    app = Flask("probe")
    compression.install(app)
    words = "Une même phrase, encore et encore. " * 200
    answers = {
        "streamed": lambda: Response((words for _ in range(3)), mimetype="text/html"),
        "attached": lambda: Response(words, headers={"Content-Disposition": "attachment"}, mimetype="application/json"),
        "file": lambda: Response(io.BytesIO(b"x" * 5000), mimetype="text/html", direct_passthrough=True),
        "picture": lambda: Response(b"\x89PNG" * 2000, mimetype="image/png"),
        "short": lambda: Response("<p>court</p>"),
        "json": lambda: jsonify(words=words),
        "tagged": lambda: tagged(words),
    }
    for name, answer in answers.items():
        app.add_url_rule(f"/probe/{name}", name, answer)
    return app.test_client()


def tagged(words):
    answer = Response(words)
    answer.set_etag("a1")
    return answer


@pytest.mark.parametrize("kind", ["streamed", "attached", "file", "picture", "short"])
def test_files_and_streams_keep_their_pace_and_their_length(probes, kind):
    answer = get(probes, f"/probe/{kind}")
    assert "Content-Encoding" not in answer.headers
    assert answer.data == probes.get(f"/probe/{kind}").data


def test_json_is_compressed_and_an_etag_names_the_encoding(probes):
    assert brotli.decompress(get(probes, "/probe/json").data) == probes.get("/probe/json").data
    packed = get(probes, "/probe/tagged")
    assert packed.headers["ETag"] not in {probes.get("/probe/tagged").headers["ETag"], None}
    again = get(probes, "/probe/tagged", **{"If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
