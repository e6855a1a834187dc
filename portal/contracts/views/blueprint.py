"""The blueprint that the pages of contracts hang on."""

from flask import Blueprint

bp = Blueprint("contracts", __name__, url_prefix="/contrats")
