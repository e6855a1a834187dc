"""How pages and the journal say what is done with files for the authority."""

from portal.authority.rules import SubjectKind
from portal.core.language import N_
from portal.journal.wording import name_words

name_words(
    actions={
        "authority_file.asked": N_("Dossier pour l'autorité demandé"),
        "authority_file.built": N_("Dossier pour l'autorité constitué"),
        "authority_file.downloaded": N_("Dossier pour l'autorité téléchargé"),
        "authority_file.erased": N_("Dossier pour l'autorité effacé"),
    },
    objects={"AuthorityFile": N_("Dossier pour l'autorité")},
    families={"authority_file": N_("Dossiers pour l'autorité")},
    fields={
        "subject": N_("Objet"),
        "as_of": N_("Tel que c'était le"),
        "parts": N_("Rubriques"),
        "gaps": N_("Manques et inconnues"),
    },
    values={"subject": {kind.value: kind.label for kind in SubjectKind}},
)
