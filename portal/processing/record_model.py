"""What the columns of a workbook owe to the CNIL's model record, and how sure it is: dated data, shown beside them."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from portal.core.dates import written
from portal.core.language import N_, Language, Sentence, say
from portal.core.translation import translate
from portal.processing.reference import document
from portal.processing.rules.sheets import CATEGORIES
from portal.processing.tables import columns, title_of

SURENESS: Mapping[str, str] = {
    "second_hand": N_("Dans le modèle, comparé à des copies publiées par des tiers"),
    "known": N_("Dans un modèle de la CNIL tel que connu, non comparé"),
    "ours": N_("Ajouté par nous"),
}


@lru_cache(maxsize=1)
def sureness() -> Mapping[str, str]:
    """How sure each column is, by its name; `data_` and `retention_` of a category go together."""
    data = document("record_model.toml")
    found = dict(data["columns"])
    for category in CATEGORIES:
        for mark in ("data", "retention"):
            found[f"{mark}_{category.value}"] = data["categories"][category.value]
    return found


def model_source() -> tuple[str, date]:
    """The model, and the day its columns were last compared."""
    data = document("record_model.toml")
    return data["source"], data["checked_on"]


def about_columns(language: Language) -> list[list[str]]:
    """The sheet that says it, column by column."""
    source, day = model_source()
    told: list[Sentence | str] = [
        say("Modèle : %(source)s. Colonnes comparées le %(day)s à des copies de tiers : le fichier de la CNIL n'a pas "
            "été ouvert.", source=source, day=written(day, language)),
        N_("Pour reprendre ce classeur dans le portail, gardez les titres des colonnes."),
    ]  # fmt: skip
    header = [translate(N_("Colonne"), language), translate(N_("D'où elle vient"), language)]
    rows = [[title_of(name, language), translate(SURENESS[how], language)] for name, how in _shown()]
    return [header, *rows, *([translate(one, language), ""] for one in told)]


def _shown() -> list[tuple[str, str]]:
    found = sureness()
    return [(name, found[name]) for name in columns() if name in found]
