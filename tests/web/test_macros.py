"""The macros, rendered by the real application: what a page can rely on."""

from datetime import date

import pytest
from flask import render_template_string
from lxml import html
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    FileField,
    FormField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core.pages import Page
from portal.web.forms import DayField, PortalForm


class Address(PortalForm):
    city = StringField("Ville", [InputRequired("Indiquez la ville.")])


class Sample(PortalForm):
    name = StringField("Raison sociale", [InputRequired("Indiquez la raison sociale.")], description="Celle du Kbis.")
    since = DateField("Depuis", [Optional()])
    tier = RadioField(
        "Criticité",
        [InputRequired("Choisissez la criticité.")],
        choices=[SelectChoice("1", "Léger"), SelectChoice("4", "Critique")],
    )
    data = SelectMultipleField(
        "Données",
        [InputRequired("Cochez au moins une catégorie.")],
        choices=[SelectChoice("id", "Identité"), SelectChoice("health", "Santé")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    proof = FileField("Accord signé", [InputRequired("Joignez l’accord.")])
    agreed = BooleanField("Lu et approuvé", [InputRequired("Cochez la case.")])
    address = FormField(Address, "Adresse")


@pytest.fixture
def render(app):
    """Render a template's source at an address and parse it."""

    def at(source, path="/", **context):
        with app.test_request_context(path):
            return html.fragment_fromstring(render_template_string(source, **context), create_parent="div")

    return at


@pytest.fixture
def refused(app):
    with app.test_request_context("/", method="POST", data={}):
        form = Sample(MultiDict(), meta={"csrf": False})
        form.validate()
        return form


FORM = """{% from "macros/form.html" import error_summary, fields, form_tag %}
{{ error_summary(form) }}{% call form_tag() %}{{ fields(form) }}{% endcall %}"""


def test_every_error_of_the_summary_leads_to_a_control(render, refused):
    page = render(FORM, form=refused)
    targets = [link.get("href") for link in page.xpath("//div[@role='alert']//a")]
    assert targets == ["#name", "#tier-0", "#data-0", "#proof", "#agreed", "#address-city"]
    for target in targets:
        assert len(page.xpath(f"//*[self::input or self::select or self::textarea][@id='{target[1:]}']")) == 1


def test_hints_and_errors_are_announced_with_their_control(render, refused):
    page = render(FORM, form=refused)
    control = page.get_element_by_id("name")
    described = control.get("aria-describedby").split()
    assert control.get("aria-invalid") == "true"
    assert [page.get_element_by_id(name).text_content().strip() for name in described] == [
        "Celle du Kbis.",
        "Indiquez la raison sociale.",
    ]


def test_a_sound_field_is_neither_invalid_nor_described_by_nothing(render, app):
    with app.test_request_context("/"):
        form = Sample(meta={"csrf": False}, since=date(2026, 1, 1))
    control = render(FORM, form=form).get_element_by_id("since")
    assert control.get("aria-invalid") is None
    assert control.get("aria-describedby") is None


def test_only_optional_fields_say_so(render, refused):
    page = render(FORM, form=refused)
    said = {
        label.text_content().strip()
        for label in page.xpath("//label | //legend")
        if "facultatif" in label.text_content()
    }
    assert said == {"Depuis (facultatif)"}


def test_what_to_do_about_an_empty_page_stands_apart(render):
    page = render(
        """{% from "macros/page.html" import empty %}{% call empty("Rien") %}<a>Un</a><a>Deux</a>{% endcall %}"""
    )
    assert "cluster" in page.xpath("//a")[0].getparent().get("class").split(), "two buttons do not touch"


class Asked(PortalForm):
    seen_at = DayField("Quand l'avez-vous constatée ?", required=True)


def test_a_label_that_asks_takes_no_colon_after_its_question_mark(render, app):
    with app.test_request_context("/", method="POST", data={}):
        form = Asked(meta={"csrf": False})
        form.validate()
        page = render(FORM, form=form)
    link = page.xpath("//div[@role='alert']//a")[0]
    assert " ".join(link.text_content().split()) == "Quand l'avez-vous constatée ? Remplissez ce champ."


class Lists(PortalForm):
    always = SelectField("Langue", choices=[SelectChoice("fr", "Français"), SelectChoice("en", "Anglais")])
    perhaps = SelectField("Pays", choices=[SelectChoice("", "Non renseigné"), SelectChoice("fr", "France")])


def test_a_list_without_an_empty_choice_is_not_said_to_be_optional(render, app):
    with app.test_request_context("/"):
        page = render(FORM, form=Lists(meta={"csrf": False}))
    said = [" ".join(label.text_content().split()) for label in page.xpath("//label")]
    assert said == ["Langue", "Pays (facultatif)"]


def test_an_error_of_a_nested_form_is_said_as_a_sentence_and_leads_to_its_control(render, refused):
    source = """{% from "macros/form.html" import error_summary, field %}
    {{ error_summary(form) }}{{ field(form.address) }}"""
    page = render(source, form=refused)
    link = page.xpath("//div[@role='alert']//a")[-1]
    assert link.text_content() == "Adresse\u202f: Indiquez la ville."
    assert page.get_element_by_id(link.get("href")[1:]).get("aria-invalid") == "true"
    assert page.xpath("//fieldset/legend")[0].text_content() == "Adresse"


TABLE = """{% from "macros/table.html" import pagination, query, row_header, table %}
{% set columns = [{"label": "Nom", "sort": "nom"}, {"label": "Note", "sort": "note"}, {"label": "État"}] %}
{% call(row) table("Liste", columns, ["Acme"], default_sort="nom") %}
<tr>{{ row_header(row, "/x") }}<td class="num">1</td><td></td></tr>
{% endcall %}{{ pagination(page, "57 lignes") }}"""
SECOND = Page([], 2, 25, 57)


def test_sorting_twice_turns_the_order_and_goes_back_to_the_first_page(render):
    links = [a.get("href") for a in render(TABLE, "/?tri=nom&pays=FR&page=2", page=SECOND).xpath("//thead//a")]
    assert links == ["?pays=FR&tri=-nom", "?pays=FR&tri=note"]


def test_the_sorted_column_says_so(render):
    heads = render(TABLE, "/?tri=-note", page=SECOND).xpath("//thead//th")
    assert [head.get("aria-sort") for head in heads] == [None, "descending", None]
    assert render(TABLE, "/", page=SECOND).xpath("//thead//th")[0].get("aria-sort") == "ascending"


def test_paging_keeps_the_filters_and_page_one_has_the_plain_address(render):
    page = render(TABLE, "/?q=a%26b&pays=FR&pays=IE&page=2", page=SECOND)
    links = {a.get("rel"): a.get("href") for a in page.xpath("//nav//a")}
    assert links == {"prev": "?q=a%26b&pays=FR&pays=IE", "next": "?q=a%26b&pays=FR&pays=IE&page=3"}


def test_a_query_string_never_becomes_markup_or_another_address(render):
    page = render(TABLE, "/?tri=%22%3E%3Cscript%3E&_external=1&endpoint=x&q=%22%3E%3Cb%3E", page=SECOND)
    assert not page.xpath("//script | //b")
    assert all(a.get("href").startswith("?") for a in page.xpath("//thead//a | //nav//a"))


def test_a_heat_map_reads_its_row_column_and_count(render):
    page = render(
        """{% from "macros/chart.html" import heat_map %}
        {% set rows = [("Critique", [(0, none), (3, "/x")]), ("Faible", [(2, "/y"), (0, none)])] %}
        {{ heat_map("h", "Message", rows, ["A", "E"], "Risque", "Garanties") }}"""
    )
    assert [a.get("aria-label") for a in page.xpath("//td//a")] == ["Critique, E, 3", "Faible, A, 2"]
    gravest = page.xpath("//td[a[@aria-label='Critique, E, 3']]/@class")[0]
    calmest = page.xpath("//td[a[@aria-label='Faible, A, 2']]/@class")[0]
    assert gravest.split()[1] > calmest.split()[1]


@pytest.mark.parametrize("points", [[("nov.", 50)], [("a", 70), ("b", 70)], [("a", 0), ("b", 100), ("c", 40)]])
def test_a_trend_stays_inside_its_frame_whatever_its_points(render, points):
    page = render("""{% from "macros/chart.html" import trend %}{{ trend("t", "Message", points) }}""", points=points)
    assert page.xpath("//svg/title")[0].text_content() == "Message"
    dots = [(float(c.get("cx").rstrip("%")), float(c.get("cy"))) for c in page.xpath("//circle")]
    assert len(dots) == len(points)
    assert all(0 <= x <= 100 and 16 <= y <= 192 for x, y in dots)
    assert [cell.text_content() for cell in page.xpath("//details//td")] == [str(value) for _, value in points]


def test_contributions_fill_the_whole_width_and_no_more(render):
    rows = [("Un", 5, 10, "5 / 10"), ("Deux", 0, 10, "0 / 10"), ("Trois", 20, 20, "20 / 20")]
    page = render(
        """{% from "macros/chart.html" import contributions %}{{ contributions("c", "M", rows, "25 / 40") }}""",
        rows=rows,
    )
    rooms = page.xpath("//rect[@class='stacked__room']")
    assert [(r.get("x"), r.get("width")) for r in rooms] == [("0%", "25.0%"), ("25.0%", "25.0%"), ("50.0%", "50.0%")]


@pytest.mark.parametrize(("value", "checked"), [(None, []), ("ameliorable", ["ameliorable"]), ("autre", [])])
def test_the_verdict_given_is_the_one_checked(render, value, checked):
    page = render(
        """{% from "macros/verdict.html" import verdicts %}{{ verdicts("v", "k", value) }}""",
        value=value,
    )
    assert [c.get("value") for c in page.xpath("//input[@checked]")] == checked
    assert page.xpath("//fieldset/legend")


def test_a_text_from_a_vendor_is_never_markup(render):
    page = render(
        """{% from "macros/verdict.html" import note_field %}{% from "macros/table.html" import row_header %}
        {{ note_field("n", "k", text, text) }}
        <table><tr>{{ row_header(text, "/x", text) }}</tr></table>""",
        text="<script>alert(1)</script> l'essai",
    )
    assert not page.xpath("//script")
    assert page.xpath("//textarea")[0].text_content().strip() == "<script>alert(1)</script> l'essai"


def test_the_fold_of_the_stepper_counts_the_current_section(render):
    sections = [
        {"title": title, "url": "#", "done": done, "total": 4, "current": title == "Deux"}
        for title, done in (("Un", 4), ("Deux", 1), ("Trois", 0))
    ]
    page = render(
        """{% from "macros/progress.html" import stepper %}{{ stepper(sections, "Sections") }}""", sections=sections
    )
    assert page.xpath("//details/summary")[0].text_content() == "Section 2 sur 3"
    assert len(page.xpath("//ol/li/a[@aria-current='step']")) == 2


def test_the_first_thing_to_do_alone_carries_the_next_action(render):
    items = [
        {"title": name, "url": "#", "detail": None, "due_text": "demain", "tone": "danger", "action": "Ouvrir"}
        for name in ("Un", "Deux")
    ]
    page = render("""{% from "macros/home.html" import todo %}{{ todo(items, "À faire") }}""", items=items)
    assert len(page.xpath("//a[contains(@class, 'button--next')]")) == 1
    assert page.xpath("//li[1]//a[contains(@class, 'button--next')]")


def test_a_value_that_was_empty_is_named_in_the_journal(render):
    source = """{% from "macros/timeline.html" import change %}{{ change("Nom", none, "Acme") }}"""
    page = render(source)
    assert " ".join(page.text_content().split()) == "Nom : avant vide après Acme"
