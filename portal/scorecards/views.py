"""Pages that explain a score."""

from flask import Blueprint

bp = Blueprint("scorecards", __name__, url_prefix="/garanties")
