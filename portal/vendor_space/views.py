"""Pages of the external audience."""

from flask import Blueprint

bp = Blueprint("vendor_space", __name__, url_prefix="/espace")
