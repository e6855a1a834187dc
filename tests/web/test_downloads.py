"""What a browser is told of a file: its exact name, and that it is to be saved, not shown."""

import re
from urllib.parse import unquote

import pytest
from flask import Response
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from portal.web.downloads import attached, disposition

NAMED = re.compile(r"""attachment; filename="([ !#$&-:<-\[\]-~]*)"(?:; filename\*=UTF-8''([A-Za-z0-9%._~-]+))?""")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("accord.pdf", "accord.pdf"),
        ("registre d'été.pdf", "registre d'ete.pdf"),
        ("契約.docx", "__.docx"),
        ('a"; filename="b.exe', "a__ filename=_b.exe"),
        ("50%20.txt", "50_20.txt"),
        ("a\r\nSet-Cookie: x=1.pdf", "a__Set-Cookie: x=1.pdf"),
    ],
)
def test_old_readers_get_a_name_in_ascii_that_cannot_leave_its_quotes(name, plain):
    assert NAMED.fullmatch(disposition(name))[1] == plain


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80))
def test_every_name_comes_back_exact_from_one_header_line(name):
    plain, exact = NAMED.fullmatch(disposition(name)).groups()
    assert (unquote(exact) if exact else plain) == name


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80).filter(str.strip))
def test_another_reader_of_headers_finds_the_same_name(name):
    kind, options = parse_options_header(disposition(name))
    assert kind == "attachment"
    assert options["filename"] == name


def test_an_attachment_is_never_sniffed_nor_run():
    answer = attached(Response("x"), "x.html")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
