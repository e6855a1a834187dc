from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined, UndefinedError, pass_context, pass_environment
from markupsafe import Markup, escape

from portal.web.page_templates import PageCode, PageContext, PageMacro, PageTemplate, printed, quick_getattr

MACROS = """
{%- macro plain(a, b="<b>", c=none) -%}[{{ a }}|{{ b }}|{{ c }}]{%- endmacro -%}
{%- macro frame(title) -%}<p>{{ title }}{{ caller(title, 2) if caller is defined }}</p>{%- endmacro -%}
{%- macro needs() -%}{{ caller() }}{%- endmacro -%}
{%- macro told(a, caller=none) -%}{{ a }}{{ caller() if caller }}{%- endmacro -%}
{%- macro any(a) -%}{{ a }}{{ varargs|join("&") }}{{ kwargs|dictsort }}{%- endmacro -%}
{%- macro nested(a) -%}{{ plain(plain(a)) }}{%- endmacro -%}
"""
IMPORT = '{% from "macros" import any, frame, needs, nested, plain, told %}'
VALUES = ("<i>", Markup("<i>"), 3, 2.5, None, True, ["<"], SimpleNamespace(__html__=lambda: "<u>"), "é’ & \"'")

DEEP = SimpleNamespace(name="two", one=SimpleNamespace(name="<", two=SimpleNamespace(three=3)), none=None)
OF_EACH = {"a": "<", "keys": "k", "none": None}


class _Kept(dict):
    """A mapping with an attribute of its own."""

    items = "own"


class _Broken:
    @property
    def word(self):
        raise AttributeError("inside")

    @property
    def text(self):
        return self.nowhere

    def __getitem__(self, name):
        return f"item {name}"


def _environment(autoescape=True):
    found = Environment(
        loader=DictLoader({"macros": MACROS}), autoescape=autoescape, undefined=StrictUndefined,
        extensions=["jinja2.ext.do"],
    )  # fmt: skip
    found.globals["greeting"] = pass_context(lambda context, name: f"{context['word']} {name}")
    found.globals["is_ours"] = pass_environment(lambda environment: environment is found)
    found.globals["word"] = "bonjour"
    found.globals["ended"] = lambda: next(iter(()))
    return found


@pytest.fixture(params=[True, False])
def both(request):
    """Jinja as it is, and as pages have it."""
    its_own, ours = _environment(request.param), _environment(request.param)
    ours.template_class, ours.context_class = PageTemplate, PageContext
    ours.code_generator_class, ours.getattr = PageCode, quick_getattr(ours)
    return its_own, ours


def _written(environment, source, **names):
    try:
        return environment.from_string(IMPORT + source).render(**names)
    except (TypeError, UndefinedError) as refused:
        return type(refused), str(refused)


@pytest.mark.parametrize(
    "source",
    [
        "{{ plain(1) }}", "{{ plain(1, 2) }}", "{{ plain(1, c='<') }}", "{{ plain(c=1, a=2) }}", "{{ plain() }}",
        "{{ plain(1, 2, 3, 4) }}", "{{ plain(1, d=2) }}", "{{ plain(1, a=2) }}", "{{ nested('<') }}",
        "{% call(a, b) frame('<t>') %}{{ a }}<hr>{{ b }}{% endcall %}", "{{ frame('t') }}", "{{ needs() }}",
        "{% call needs() %}<hr>{% endcall %}", "{% call told('<') %}x{% endcall %}", "{{ told('<') }}",
        "{% call plain(1) %}x{% endcall %}", "{{ any(1, '<', 3, k='<') }}", "{{ plain(*[1, 2]) }}",
        "{{ plain(**{'a': 1}) }}", "{% for n in [1, 2] %}{{ plain(n) }}{{ greeting('<') }}{% endfor %}",
        "{% set word = 'salut' %}{{ greeting('x') }}", "{% for word in ['a'] %}{{ greeting('x') }}{% endfor %}",
        "{{ is_ours() }}", "{{ ended() is defined }}", "{{ missing_one }}", "{{ missing_one() }}",
        "{{ {'a': 1}.get('a') }}{{ 'a<b'.upper() }}{{ names.append(1) }}{{ names }}", "{{ plain('<') ~ '<' ~ 3 }}",
        "{% set block %}<b>{{ '<' }}</b>{% endset %}{{ block }}", "{{ 3() }}", "{{ '<'|safe }}{{ '<'|e }}",
        "{% macro here(a) %}{{ a }}{% endmacro %}{{ here('<') }}", "{{ plain.name }}",
        "{{ d.a }}{{ d.none }}{{ d.keys() }}", "{{ d.gone }}", "{{ d.gone is defined }}", "{{ d.gone.further }}",
        "{{ kept.a }}{{ kept.items }}", "{{ broken.word }}", "{{ broken.text }}", "{{ gone.further }}",
        "{{ deep.one.two.three }}{{ [deep][deep.none or 0].one.name ~ deep.name }}",
        "{{ plain(deep.name, deep.one.name) }}",
        "{% for each in [deep, deep.one] if each.name %}{{ loop.index }}{{ each.name }}{% endfor %}",
        "{{ deep.one.name if deep.one.gone is defined else deep.name }}",
        "{{ 'a'.upper() }}{{ [deep]|map(attribute='name')|join }}",
        "{% macro told(a=deep.name) %}{{ a.upper() }}{{ deep.one.two.three }}{% endmacro %}{{ told() }}",
        "{% call(a) frame(deep.name) %}{{ a.upper() }}{{ deep.one.name }}{% endcall %}",
        "{{ (deep or gone).one.gone.more }}",
    ],
)  # fmt: skip
def test_what_a_page_writes_is_what_jinja_writes(both, source):
    its_own, ours = (
        _written(each, source, names=[], d=OF_EACH, kept=_Kept(a=1), broken=_Broken(), deep=DEEP) for each in both
    )
    assert ours == its_own


@pytest.mark.parametrize("value", VALUES)
def test_a_value_is_printed_as_it_would_be_escaped(both, value):
    assert printed(value) == escape(value)
    assert _written(both[1], "{{ v }}{{ plain(v) }}", v=value) == _written(both[0], "{{ v }}{{ plain(v) }}", v=value)


def test_what_a_macro_writes_is_markup_and_is_not_escaped_again():
    ours = _environment()
    ours.template_class, ours.context_class = PageTemplate, PageContext
    kinds = []
    ours.globals["note"] = lambda value: kinds.append(type(value)) or ""
    ours.from_string(IMPORT + "{{ note(plain(1)) }}").render()
    assert kinds == [Markup]


def test_the_pages_of_the_portal_print_and_call_so(app):
    template = app.jinja_env.get_template("macros/badge.html")
    names = template.root_render_func.__globals__
    assert (names["escape"], names["Macro"]) == (printed, PageMacro)
    assert type(template.module.badge) is PageMacro
    assert app.jinja_env.context_class is PageContext
    assert app.jinja_env.getattr.__qualname__.startswith(quick_getattr.__name__)
    assert app.jinja_env.code_generator_class is PageCode


def test_an_attribute_that_is_there_is_not_asked_of_the_environment(both):
    asked, ours = [], both[1]
    looked = ours.getattr
    ours.getattr = lambda obj, name: asked.append(name) or looked(obj, name)
    source = "{{ deep.one.two.three }}{% for each in [deep] %}{{ each.name }}{% endfor %}{{ d.a }}"
    assert _written(ours, source, deep=DEEP, d=OF_EACH).startswith("3two")
    assert asked == ["a"]
