"""The blueprint of the pages of mystery tests."""

from flask import Blueprint

bp = Blueprint("mystery", __name__, url_prefix="/retractation")
