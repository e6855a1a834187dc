"""The blueprint that the pages of withdrawals hang on."""

from flask import Blueprint

bp = Blueprint("withdrawals", __name__, url_prefix="/retractation")
