"""`flask withdrawals …`: what scripts read, and what is refused in a sentence."""

import json

import pytest

from portal.consumer_law import legislation
from portal.consumer_law.cli import FILES
from portal.core.language import Language


@pytest.fixture
def run(app):
    """Run `flask withdrawals …`."""

    def call(*arguments):
        return app.test_cli_runner().invoke(args=["withdrawals", *arguments])

    return call


def test_a_deadline_comes_with_its_steps(run):
    done = run("deadline", "--kind", "goods", "--received", "2026-10-28", "--json")
    found = json.loads(done.output)
    assert done.exit_code == 0
    assert found["deadline"] == "2026-11-12"
    assert [(step["rule"], step["article"], step["date"]) for step in found["steps"]] == [
        ("start.goods", "C. conso. L221-18", "2026-10-28"),
        ("day.uncounted", "C. conso. L221-19 1°", "2026-10-29"),
        ("length.usual", "C. conso. L221-18", "2026-11-11"),
        ("end.moved", "C. conso. L221-19 3°", "2026-11-12"),
        ("end.midnight", "C. conso. L221-19 2°", "2026-11-12"),
    ]
    assert all(step["source"] and step["valid_from"] and step["sure"] for step in found["steps"])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--kind", "service", "--concluded", "11/12/2026"], "2026-12-28"),
        (["--kind", "goods", "--received", "2026-06-01", "--informed", "no"], "2027-06-15"),
        (["--kind", "goods", "--received", "2026-06-01", "--informed", "2026-09-01"], "2026-09-15"),
        (["--kind", "several", "--received", "2026-11-03", "--received", "2026-11-06"], "2026-11-20"),
        (["--kind", "goods", "--received", "2026-03-20", "--region", "alsace-moselle"], "2026-04-07"),
        (["--kind", "goods", "--received", "2026-11-06", "--country", "ES", "--channel", "doorstep"], "2026-12-07"),
        (["--kind", "life", "--concluded", "2026-11-02"], "2026-12-02"),
        (["--kind", "goods", "--received", "2026-10-28", "--region", "saint-pierre-et-miquelon"], "2026-11-12"),
        (["--kind", "goods", "--received", "2026-12-05", "--region", "Réunion"], "2026-12-21"),
        (["--kind", "goods", "--received", "2026-12-05", "--region", "reunion"], "2026-12-21"),
    ],
)
def test_each_fact_may_be_given(run, options, expected):
    assert json.loads(run("deadline", *options, "--json").output)["deadline"] == expected


def test_a_doubt_is_said_among_the_steps_and_by_itself(run):
    options = ("deadline", "--kind", "goods", "--received", "2026-10-01", "--informed", "2027-10-14")
    found = json.loads(run(*options, "--json").output)
    assert found["deadline"] == "2027-10-28"
    [doubt] = found["doubts"]
    assert doubt in found["steps"]
    assert (doubt["rule"], doubt["sure"]) == ("information.disputed", "inferred")
    assert "[inferred]" in run(*options).output


@pytest.mark.parametrize("language", [*Language])
def test_it_is_read_line_by_line_in_either_language(run, language):
    lines = run("deadline", "--kind", "goods", "--received", "2026-10-28", "--lang", language.value).output.splitlines()
    assert lines[-1] == "2026-11-12"
    said = legislation.periods().rules.at("length.usual", legislation.periods().read_on).text.said(language)
    assert any(said in line and "C. conso. L221-18" in line for line in lines)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--kind", "goods"], "réception"),
        (["--kind", "service", "--received", "2026-11-06"], "conclusion"),
        (["--kind", "goods", "--received", "2026-11-06", "--country", "US"], "US"),
        (["--kind", "goods", "--received", "2026-11-06", "--region", "corse"], "corse"),
        (["--kind", "goods", "--received", "2010-11-06"], "14 juin 2014|2014-06-14"),
        (["--kind", "finance", "--concluded", "2026-11-06", "--informed", "no"], "L222-7"),
        (["--kind", "finance", "--concluded", "2026-11-06", "--channel", "doorstep"], "L341-16"),
        (["--kind", "goods", "--received", "2026-11-06", "--concluded", "2026-11-20"], "avant la conclusion"),
    ],
)
@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_what_cannot_be_answered_is_refused_in_a_sentence(run, options, words, as_json):
    done = run("deadline", *options, *as_json)
    assert done.exit_code == 1
    assert any(word in done.output for word in words.split("|"))
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--received", "hier"], "« hier » n'est pas un jour du calendrier"),
        (["--received", "31/02/2026"], "« 31/02/2026 » n'est pas un jour du calendrier"),
        (["--received", "9999-12-31"], "entre 1900 et 2200"),
        (["--received", "2026-11-06", "--informed", "peut-être"], "écrivez yes, no ou une date"),
        (["--received", "2026-11-06", "--informed", "9999-12-31"], "entre 1900 et 2200"),
        (["--kind", "finance", "--concluded", "2026-07-01", "--received", "2026-07-06"], "--informed"),
        (["--kind", "service", "--concluded", "2026-07-01", "--received", "2026-07-06"], "--kind mixed"),
        (["--kind", "digital", "--concluded", "2026-07-01", "--received", "2026-07-06"], "--kind mixed"),
        (["--kind", "service", "--concluded", "2026-07-01", "--channel", "doorstep", "--online"], "--online"),
    ],
)
def test_a_date_that_is_none_or_is_no_use_is_refused_in_a_sentence(run, options, words):
    done = run("deadline", *(["--kind", "goods"] if "--kind" not in options else []), *options)
    assert done.exit_code == 2
    assert words in done.output


def test_the_day_of_the_information_is_read_as_people_write_it(run):
    done = run("deadline", "--kind", "goods", "--received", "01/06/2026", "--informed", "01/09/2026", "--json")
    assert json.loads(done.output)["deadline"] == "2026-09-15"


def test_every_rule_is_listed_with_its_article_its_source_and_its_day(run):
    rows = json.loads(run("rules", "--json").output)
    shipped = [row["id"] for name in FILES for row in legislation.read(name).get("rule", [])]
    assert sorted(row["key"] for row in rows) == sorted(shipped)
    assert all(row["article"] and row["source"] and row["valid_from"] and row["fr"] and row["en"] for row in rows)
    assert "C. conso. L221-18" in run("rules").output


def test_a_ceiling_is_always_called_one(run):
    done = run("exposure", "--turnover", "1200000000", "--article", "28", "--article", "44", "--json")
    found = json.loads(done.output)
    assert (found["lower"], found["upper"], found["ceiling"]) == ("24000000.00", "48000000.00", "48000000.00")
    assert found["label"] == "plafond légal, pas une prévision"
    assert run("exposure", "--article", "28").output.startswith("Plafond légal, pas une prévision : 10000000")


def test_unlinked_breaches_add_up_and_one_without_ceiling_is_named(run):
    chosen = ["--article", "28", "--article", "5", "--article", "10"]
    found = json.loads(run("exposure", *chosen, "--unlinked", "--json").output)
    assert found["ceiling"] == "30000000.00"
    assert found["uncovered"] == ["10"]
    assert "art. 10" in run("exposure", "--article", "10").output
    assert "0 €" not in run("exposure", "--article", "10").output, "no ceiling is not a ceiling of nothing"
    assert json.loads(run("exposure", "--article", "10", "--json").output)["ceiling"] is None


@pytest.mark.parametrize("turnover", ["-1", "NaN", "Infinity", "1e9", "beaucoup", "1 000"])
def test_what_is_no_turnover_is_refused_in_a_sentence(run, turnover):
    done = run("exposure", f"--turnover={turnover}", "--article", "28")
    assert done.exit_code == 1
    assert "chiffre d'affaires" in done.output


@pytest.mark.parametrize("article", ["zéro", "L221-18", "128", ""])
def test_what_is_no_article_is_refused_in_a_sentence(run, article):
    done = run("exposure", "--article", article)
    assert done.exit_code == 1
    assert "n'est pas un article" in done.output
