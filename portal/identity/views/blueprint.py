"""The blueprint that the pages of identity hang on."""

from flask import Blueprint

bp = Blueprint("identity", __name__)
