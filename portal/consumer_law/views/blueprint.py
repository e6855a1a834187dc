"""The blueprint of the pages of the law of withdrawal."""

from flask import Blueprint

bp = Blueprint("consumer_law", __name__, url_prefix="/retractation")
