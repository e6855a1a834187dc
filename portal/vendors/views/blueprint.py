"""The blueprint that the pages of the register hang on, and the names of places for templates."""

from collections.abc import Iterable

from flask import Blueprint

from portal.core.language import semicolon
from portal.vendors.place_names import place_name, place_names
from portal.vendors.rules.facts import DataCategory, DataSubject, Labelled, SpecialCategory
from portal.web.text import current_language, said

bp = Blueprint("vendors", __name__, url_prefix="/sous-traitants")


@bp.app_template_filter("place")
def place(code: str) -> str:
    """A country or region in the reader's language."""
    return place_name(code, current_language())


@bp.app_template_filter("places")
def places(codes: Iterable[str]) -> str:
    """Several of them, separated by commas."""
    return place_names(codes, current_language())


@bp.app_template_filter("fact_labels")
def fact_labels(values: Iterable[str], factor: str) -> str:
    """Stored facts of a service in words, separated by semicolons: several labels hold commas."""
    kind = _KINDS[factor]
    return semicolon(current_language()).join(said(kind(value).label) for value in values)


_KINDS: dict[str, type[Labelled]] = {
    "data": DataCategory, "special": SpecialCategory, "subjects": DataSubject,
}  # fmt: skip
