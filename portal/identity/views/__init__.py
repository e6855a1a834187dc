"""Pages of identity: the way in, one-time links, one's own account, the accounts of others."""

from portal.identity import wording
from portal.identity.views import account, authentication, links, passkeys, provider, users
from portal.identity.views.blueprint import bp

__all__ = ["account", "authentication", "bp", "links", "passkeys", "provider", "users", "wording"]
