"""The key of the organisation's seal, drawn and noted in the journal."""

from portal.authz.context import Context
from portal.core.config import Settings
from portal.core.dataclass import dataclass
from portal.core.errors import Refused
from portal.core.seal import SealKey, make_seal_key
from portal.journal import services as journal


@dataclass(frozen=True)
class OrganisationSeal:
    """What the entry of the journal is about; a seal has no row of its own."""

    name: str


def draw_seal_key(ctx: Context, told: Settings, name: str = "", *, replace: bool = False) -> SealKey:
    """Draw a key in the name given, else the organisation's; raises Refused without one, SealKeyExists."""
    named = " ".join(name.split()) or told.signing_name
    if not named:
        raise Refused("Personne n'a dit qui signe : réglez VIGIE_ORGANISATION, ou ajoutez --name NOM.")
    if told.seal_elsewhere is not None:
        raise Refused(
            "La clé du cachet vient de VIGIE_SEAL ou de VIGIE_SEAL_COMMAND : elle se change là d'où elle vient."
        )
    key = make_seal_key(told.seal_file, named, at=ctx.now, replace=replace)
    after = {"name": named, "certificate": key.fingerprints[0], "former": len(key.certificates) - 1}
    journal.record(ctx, "seal.key_made", OrganisationSeal(named), after=after)
    return key
