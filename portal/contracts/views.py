"""Pages of the contract desk."""

from flask import Blueprint

bp = Blueprint("contracts", __name__, url_prefix="/contrats")
