"""The blueprint of the pages of the law of withdrawal, and how every page cites an article."""

from flask import Blueprint

from portal.consumer_law.rules import law
from portal.web.text import current_language

bp = Blueprint("consumer_law", __name__, url_prefix="/retractation")


@bp.app_template_filter("cited")
def cited(articles: str) -> str:
    """The articles of a rule, in the reader's words."""
    return law.cited(articles, current_language())


@bp.app_template_test("french_code")
def is_of_a_french_code(articles: str) -> bool:
    """Whether what is cited is named in French whoever reads: « C. conso. L221-18 »."""
    return articles.startswith("C.")
