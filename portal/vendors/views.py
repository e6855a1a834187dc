"""Pages of the vendor register."""

from flask import Blueprint

bp = Blueprint("vendors", __name__, url_prefix="/sous-traitants")
