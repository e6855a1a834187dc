import pytest
from flask import url_for
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.routing import AnyConverter, BuildError, IntegerConverter, Map, Rule

from portal.authz.policy import Role
from portal.core.errors import NotFound
from portal.core.sought import Words
from portal.web.manifest import searchables
from portal.web.routing import LARGEST_ID, numbered, page_number, row_number


@pytest.mark.parametrize("number", [LARGEST_ID + 1, 10**30])
def test_a_number_that_no_row_can_have_is_not_found(as_, app, number):
    dpo = as_(Role.DPO)
    rules = [r for r in app.url_map.iter_rules() if "GET" in r.methods and "<int:" in r.rule and r.rule.count("<") == 1]
    assert len(rules) > 20
    for rule in rules:
        name = next(iter(rule.arguments))
        path = rule.rule.replace(f"<int:{name}>", str(number))
        if "<" not in path:
            status = dpo.client.get(path).status_code
            # 405 where another method shares the address: the router compares methods before numbers.
            assert status in {404, 405}, (path, status)


def test_the_largest_number_is_only_a_row_that_does_not_exist(as_):
    assert as_(Role.DPO).client.get(f"/audits/{LARGEST_ID}").status_code == 404


@pytest.mark.parametrize("text", ["0", "-1", str(LARGEST_ID + 1), "9" * 30])
def test_a_row_named_after_the_address_that_none_can_be_is_not_found(text):
    with pytest.raises(NotFound):
        row_number(text)


@pytest.mark.parametrize("text", ["", "deux", "1.5", "9" * 5000])
def test_what_is_no_number_is_left_to_the_default(text):
    for read in (row_number, page_number):
        with pytest.raises(ValueError, match="int"):
            read(text)


@given(st.integers())
def test_a_page_is_always_one_that_can_be_counted(number):
    assert 1 <= page_number(str(number)) <= LARGEST_ID
    assert page_number(str(number)) == number or not 1 <= number <= LARGEST_ID


def test_addresses_are_put_together_as_werkzeug_does(app):
    """Each rule, compiled late, gives what Werkzeug's own gives, with and without more values than it needs."""
    ours = app.url_map.bind("vigie.example")
    plain = Map(
        [
            Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods, defaults=rule.defaults)
            for rule in app.url_map.iter_rules()
        ],
        converters=app.url_map.converters,
    ).bind("vigie.example")
    for rule in app.url_map.iter_rules():
        values = {name: value_for(name, converter) for name, converter in rule._converters.items()}
        for more in ({}, {"page": 2, "q": "a b"}):
            assert ours.build(rule.endpoint, {**values, **more}) == plain.build(rule.endpoint, {**values, **more})


def value_for(name, converter):
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 3 if isinstance(converter, IntegerConverter) else "a/b" if name == "filename" else "é"


@pytest.mark.parametrize(
    ("endpoint", "argument"),
    [("vendors.show", "vendor_id"), ("audits.show", "audit_id"), ("contracts.show", "contract_id")],
)
def test_addresses_of_rows_are_those_that_are_put_together_one_by_one(app, endpoint, argument):
    for base in ("http://localhost", "http://localhost/vigie0/0"):
        with app.test_request_context("/", base_url=base):
            page_of = numbered(endpoint, argument)
            for number in (1, 10, 20, LARGEST_ID):
                assert page_of(number) == url_for(endpoint, **{argument: number})


def test_an_address_that_is_kept_is_that_of_each_place_and_each_page(app):
    """The cheapest leaks: a link of a drill on a true page, one of another domain, a filter of somebody else's."""
    asked = (
        ("vendors.index", {}),
        ("vendors.index", {"page": 2, "statut": "suivis"}),
        ("vendors.show", {"vendor_id": 7}),
    )
    for _turn in range(2):
        for base in ("http://localhost", "http://localhost/exercices/3", "http://localhost/vigie"):
            with app.test_request_context("/sous-traitants", base_url=base):
                root = base.removeprefix("http://localhost")
                assert [url_for(endpoint, **values) for endpoint, values in asked] == [
                    f"{root}/sous-traitants", f"{root}/sous-traitants?page=2&statut=suivis", f"{root}/sous-traitants/7",
                ]  # fmt: skip
                assert url_for(".index") == f"{root}/sous-traitants"
                assert url_for(".index", _anchor="haut") == f"{root}/sous-traitants#haut"
                assert url_for(".index", _external=True) == f"{base}/sous-traitants"
        for path, end in (("/contrats", "/contrats"), ("/audits", "/audits")):
            with app.test_request_context(path):
                assert url_for(".index") == end
    with app.test_request_context("/"):
        assert url_for("vendors.index", page=1) != url_for("vendors.index", page=True)
        with pytest.raises(BuildError):
            url_for("vendors.show")
        with pytest.raises(BuildError):
            url_for("vendors.show")


def test_an_address_that_may_hold_a_secret_is_not_kept(app):
    kept = app.url_for.__closure__
    held = next(cell.cell_contents for cell in kept if hasattr(cell.cell_contents, "cache_info"))
    with app.test_request_context("/"):
        before = held.cache_info()
        url_for("search.index", q="x" * 13)
        url_for("search.index", q="court", _external=True)
        assert held.cache_info() == before
        url_for("search.index", q="x" * 12)
        assert held.cache_info() != before


def test_every_page_of_what_a_search_finds_is_the_one_of_its_number(app, acting):
    with app.test_request_context():
        for kind in searchables(acting(Role.DPO)):
            endpoint, argument = kind.find(acting(Role.DPO), Words(("a",))).page
            assert numbered(endpoint, argument)(20) == url_for(endpoint, **{argument: 20})
