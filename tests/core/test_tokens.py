import re

from portal.core import tokens


def test_a_derived_token_is_the_same_each_time_and_depends_on_secret_and_purpose():
    token = tokens.derive("secret", "invitation:12:n")
    assert token == tokens.derive("secret", "invitation:12:n")
    assert re.fullmatch(r"[0-9a-f]{64}", token)
    others = {tokens.derive("secre", "tinvitation:12:n"), tokens.derive("secret", "invitation:1:2:n")}
    assert token not in others
    assert len(others) == 2


def test_the_database_keeps_nothing_that_opens_the_link():
    token = tokens.derive("secret", "invitation:12:n")
    assert tokens.fingerprint(token) == tokens.fingerprint(token) != token
    assert len(tokens.fingerprint(token)) == 64


def test_drawn_values_fit_an_address_and_never_repeat():
    drawn = {tokens.draw() for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(re.fullmatch(r"[\w-]{43}", value) for value in drawn)
