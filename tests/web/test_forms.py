import enum
from datetime import date
from pathlib import Path

import pytest
from werkzeug.datastructures import MultiDict
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.core.errors import Refused
from portal.core.language import N_
from portal.web.forms import (
    AtMost,
    Between,
    DayField,
    ListField,
    LongTextField,
    PortalForm,
    SelectField,
    TextField,
    WholeNumberField,
    choices,
    optional,
)

ROOT = Path(__file__).resolve().parents[2]


class Size(enum.StrEnum):
    SMALL = "petit"
    LARGE = "grand"


NAMES = {Size.SMALL: N_("L'un"), Size.LARGE: N_("L'autre")}


class ThingForm(PortalForm):
    name = TextField("Nom", [InputRequired()])
    story = LongTextField("Histoire")
    tags = ListField("Mots")
    until = DayField("Jusqu'au")
    size = SelectField("Taille", choices=choices(Size, NAMES, blank=N_("Au choix")), coerce=optional(Size))


@pytest.fixture
def posted(app):
    """The form as posted, without the token that the page client tests everywhere."""
    opened = []

    def post(**values):
        context = app.test_request_context("/", method="POST", data=MultiDict(values))
        context.push()
        opened.append(context)
        return ThingForm(meta={"csrf": False})

    yield post
    for context in reversed(opened):
        context.pop()


def test_fields_hand_over_clean_text(posted):
    form = posted(
        name=" A\x00cme \n SAS ", story="un\r\ndeux\x00\r\n", tags="b ; a\r\n\r\nb\n c  d;", size="grand", ignored="x"
    )
    assert form.submitted()
    assert form.status == 200
    assert (form.name.data, form.story.data) == ("Acme SAS", "un\ndeux")
    assert form.tags.data == ["b", "a", "c d"]
    assert form.tags._value() == "b\na\nc d"
    assert form.size.data is Size.LARGE


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "20\u202f000 caractères au plus."), ("en", "20,000 characters at most.")],
)
def test_a_text_too_long_is_told_a_number_that_can_be_read(app, language, said):
    class PastedForm(PortalForm):
        text = LongTextField("Texte", [AtMost(20_000)])

    asked = {"headers": {"Accept-Language": language}, "method": "POST", "data": {"text": "x" * 20_001}}
    with app.test_request_context("/", **asked):
        form = PastedForm(meta={"csrf": False})
        assert not form.submitted()
        assert form.errors["text"] == [said]


@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Un nombre de 0 à 8\u202f784."), ("en", "A number from 0 to 8,784.")]
)
@pytest.mark.parametrize("typed", ["-1", "8785"])
def test_a_number_out_of_its_range_is_told_the_ends_as_they_are_written(app, language, said, typed):
    class HoursForm(PortalForm):
        hours = WholeNumberField("Heures", [Optional(), Between(0, 8784)])

    asked = {"headers": {"Accept-Language": language}, "method": "POST", "data": {"hours": typed}}
    with app.test_request_context("/", **asked):
        form = HoursForm(meta={"csrf": False})
        assert not form.submitted()
        assert form.errors["hours"] == [said]


def test_a_form_sent_back_says_422_and_keeps_what_was_typed(posted):
    form = posted(name="", story="long", size="petit")
    assert not form.submitted()
    assert form.status == 422
    assert form.errors["name"]
    assert form.story.data == "long"


def test_a_choice_that_is_not_offered_is_an_error_and_no_crash(posted):
    form = posted(name="x", size="énorme")
    assert not form.submitted()
    assert "size" in form.errors
    assert posted(name="x", size="").size.data is None


def test_a_refusal_is_shown_beside_its_field_or_above_the_form(posted):
    form = posted(name="Acme", size="petit")
    assert form.submitted()
    form.refuse(Refused("Déjà pris : %(who)s.", who="Acme"), "name")
    assert form.name.errors == ["Déjà pris\u202f: Acme."]
    assert form.status == 422
    other = posted(name="Acme", size="petit")
    assert other.submitted()
    other.refuse(Refused("L'accès est clos."))
    assert other.form_errors == ["L’accès est clos."]
    assert other.status == 422


def test_choices_are_named_in_the_readers_language_and_may_start_blank(app):
    with app.test_request_context("/"):
        offered = [(c.value, str(c.label)) for c in choices(Size, NAMES, blank=N_("Au choix"))]
    assert offered == [("", "Au choix"), ("petit", "L’un"), ("grand", "L’autre")]
    assert len(choices(Size, NAMES)) == 2


def test_a_form_posted_without_its_token_is_not_submitted(app):
    app.config["WTF_CSRF_ENABLED"], before = True, app.config.get("WTF_CSRF_ENABLED", True)
    try:
        with app.test_request_context("/", method="POST", data={"name": "Acme", "size": "petit"}):
            form = ThingForm()
            assert not form.submitted()
            assert "csrf_token" in form.errors
    finally:
        app.config["WTF_CSRF_ENABLED"] = before


@pytest.mark.parametrize("typed", ["2026-12-31", "31/12/2026", " 31/12/2026 "])
def test_a_day_is_read_as_browsers_send_it_and_as_people_write_it(posted, typed):
    form = posted(name="Acme", until=typed)
    assert (form.validate(), form.until.data) == (True, date(2026, 12, 31))


@pytest.mark.parametrize("typed", ["31/12/26", "12/31/2026", "2026-02-30", "demain"])
def test_what_is_no_day_is_said_and_stays_on_the_page(posted, typed):
    form = posted(name="Acme", until=typed)
    assert not form.validate()
    assert "31/12/2026" in str(form.until.errors[0])
    assert typed in form.until()


def test_a_day_may_be_left_out(posted):
    form = posted(name="Acme", until=" ")
    assert (form.validate(), form.until.data) == (True, None)


class CountForm(PortalForm):
    count = WholeNumberField("Nombre", [Optional(), NumberRange(0, 100_000)])


@pytest.mark.parametrize("typed", ["9" * 400, "9" * 19, "100001", "-1", "1 2", "12 000,5", "1,5", "un"])
def test_a_number_that_is_none_or_beyond_counting_is_refused_and_stays_as_typed(app, typed):
    with app.test_request_context("/", method="POST", data={"count": typed}):
        form = CountForm(meta={"csrf": False})
        assert not form.validate()
        assert form.count.errors
        assert form.count._value() == typed


@pytest.mark.parametrize(("typed", "read"), [("", None), (" 42 ", 42), ("0", 0), ("12 000", 12000)])
def test_a_number_is_read(app, typed, read):
    with app.test_request_context("/", method="POST", data={"count": typed}):
        form = CountForm(meta={"csrf": False})
        assert form.validate()
        assert form.count.data == read


def test_a_number_that_is_none_is_refused_in_the_words_of_the_portal(app):
    with app.test_request_context("/", method="POST", data={"count": "1e9"}):
        form = CountForm(meta={"csrf": False})
        assert not form.validate()
        assert str(form.count.errors[0]) == "Écrivez un nombre entier."


def test_every_whole_number_of_a_form_is_read_with_its_bound():
    written = [path for path in (ROOT / "portal").rglob("*.py") if "IntegerField" in path.read_text()]
    assert [str(path.relative_to(ROOT)) for path in written] == ["portal/web/forms.py"]
