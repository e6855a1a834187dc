"""How the journal says what happens to accounts."""

from portal.authz.policy import ROLE_NAMES
from portal.core.language import N_, Language
from portal.identity.services import EntryMeans
from portal.journal.wording import name_words

LANGUAGE_NAMES = {Language.FR: "Français", Language.EN: "English"}

name_words(
    actions={
        "user.created": N_("Compte créé"),
        "user.described": N_("Compte modifié par son titulaire"),
        "user.provider_linked": N_("Compte lié au fournisseur d'identité"),
        "user.provider_unlinked": N_("Compte délié du fournisseur d'identité"),
        "user.role_changed": N_("Rôle changé d'après les groupes du fournisseur d'identité"),
        "user.role_kept": N_("Rôle gardé : c'est le dernier compte d'administration"),
        "user.disabled": N_("Compte fermé"),
        "user.enabled": N_("Compte rouvert"),
        "user.language_changed": N_("Langue changée"),
        "user.password_changed": N_("Mot de passe choisi"),
        "link.invitation_sent": N_("Invitation envoyée"),
        "link.invitation_handed": N_("Invitation remise sur la machine"),
        "link.invitation_used": N_("Invitation acceptée"),
        "link.reset_sent": N_("Lien de nouveau mot de passe envoyé"),
        "link.reset_used": N_("Lien de nouveau mot de passe utilisé"),
        "link.sign_in_sent": N_("Lien de connexion envoyé"),
        "link.sign_in_used": N_("Lien de connexion utilisé"),
        "user.opened_without_password": N_("Compte ouvert sans mot de passe"),
        "session.opened": N_("Connexion"),
        "session.vendor_chosen": N_("Sous-traitant choisi pour la session"),
        "session.closed": N_("Déconnexion"),
        "session.ended": N_("Session fermée à distance"),
        "session.all_closed": N_("Sessions fermées"),
        "sign_in.blocked": N_("Connexion bloquée après trop d'échecs"),
        "second_factor.begun": N_("Second facteur préparé"),
        "second_factor.confirmed": N_("Second facteur activé"),
        "second_factor.codes_drawn": N_("Codes de secours tirés"),
        "second_factor.recovery_used": N_("Code de secours utilisé"),
        "second_factor.demanded": N_("Second facteur exigé d'un rôle"),
        "second_factor.demand_lifted": N_("Second facteur laissé au choix d'un rôle"),
        "second_factor.reset": N_("Second facteur retiré"),
        "second_factor.blocked": N_("Second facteur bloqué après trop d'échecs"),
        "passkey.added": N_("Clé d'accès ajoutée"),
        "passkey.removed": N_("Clé d'accès retirée"),
        "passkey.shown": N_("Clé d'accès utilisée"),
        "passkey.suspected": N_("Clé d'accès refusée : elle a pu être copiée"),
    },
    objects={"User": N_("Compte"), "SecondFactorDemand": N_("Second facteur exigé")},
    families={
        "user": N_("Comptes"),
        "link": N_("Invitations et liens"),
        "session": N_("Connexions"),
        "sign_in": N_("Connexions bloquées"),
        "second_factor": N_("Second facteur"),
        "passkey": N_("Clés d'accès"),
    },
    fields={
        "passkey": N_("Clé d'accès"),
        "sign_count": N_("Compteur de la clé"),
        "entry": N_("Entrée par"),
        "issuer": N_("Fournisseur d'identité"),
        "email": N_("Adresse"),
        "name": N_("Nom"),
        "role": N_("Rôle"),
        "language": N_("Langue"),
        "phone": N_("Téléphone"),
        "sessions": N_("Sessions fermées"),
        "minutes": N_("Minutes d'attente"),
        "expires_at": N_("Expire le"),
        "left": N_("Codes restants"),
    },
    values={
        "entry": {
            EntryMeans.PASSWORD.value: N_("Mot de passe"),
            EntryMeans.PASSKEY.value: N_("Clé d'accès"),
            EntryMeans.PROVIDER.value: N_("Fournisseur d'identité"),
            EntryMeans.LINK.value: N_("Lien de connexion"),
        },
        "role": {role.value: name for role, name in ROLE_NAMES.items()},
        "language": {language.value: name for language, name in LANGUAGE_NAMES.items()},
    },
)
