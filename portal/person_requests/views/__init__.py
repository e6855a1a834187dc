"""Pages of requests of persons: the register, one request, what is done with it, what vendors are asked, letters."""

from portal.person_requests.views import acts, entrusting, files, register
from portal.person_requests.views.blueprint import bp

__all__ = ["acts", "bp", "entrusting", "files", "register"]
