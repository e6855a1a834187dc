"""Which column of a list is what: headers recognised in French and English, the others kept as notes."""

from collections.abc import Mapping, Sequence
from string import ascii_uppercase

from portal.core.dataclass import dataclass
from portal.core.expressions import expression
from portal.core.language import N_
from portal.vendors.rules.facts import Labelled
from portal.vendors.rules.naming import plain


class ImportField(Labelled):
    """What an import can fill."""

    NAME = "name", N_("Nom")
    LEGAL_NAME = "legal_name", N_("Raison sociale")
    COUNTRY = "country", N_("Pays du siège")
    SIREN = "siren", N_("SIREN")
    SIRET = "siret", N_("SIRET")
    VAT = "vat", N_("Numéro de TVA")
    LEI = "lei", N_("LEI")
    ADDRESS = "address", N_("Adresse")
    WEBSITE = "website", N_("Site web")
    SERVICE = "service", N_("Prestation")
    PURPOSE = "purpose", N_("Finalité")
    LOCATIONS = "locations", N_("Localisation des données")
    PERSONAL_DATA = "personal_data", N_("Données personnelles")
    SPECIAL_DATA = "special_data", N_("Données sensibles (oui ou non)")
    HEALTH_DATA = "hosts_health_data", N_("Héberge des données de santé (oui ou non)")
    AI = "uses_ai", N_("Intelligence artificielle (oui ou non)")
    CLOUD = "is_cloud", N_("Service en nuage (oui ou non)")
    MINORS = "concerns_minors", N_("Mineurs (oui ou non)")
    CRITICALITY = "criticality", N_("Criticité")
    ENGAGED_BY = "engaged_by", N_("Engagé par")
    CONTACT_NAME = "contact_name", N_("Contact")
    CONTACT_EMAIL = "contact_email", N_("E-mail du contact")
    CONTACT_PHONE = "contact_phone", N_("Téléphone du contact")
    SOURCE = "source", N_("Source")
    LISTED_ON = "listed_on", N_("Date de la liste")


# Plain forms (`naming.plain`); the first of a line that a file holds wins over the next ones.
_SYNONYMS: Mapping[ImportField, str] = {
    ImportField.NAME: "nom | name | nom du sous traitant | sous traitant | fournisseur | nom du fournisseur | "
    "prestataire | nom du prestataire | vendor | vendor name | supplier | supplier name | processor | sub processor | "
    "subprocessor | sous traitant ulterieur | nom commercial | societe | company | company name | entreprise | tiers | "
    "third party | organisme | entite | entity",
    ImportField.LEGAL_NAME: "raison sociale | legal name | denomination sociale | denomination | entite juridique | "
    "legal entity | legal entity name | registered name | entity name",
    ImportField.COUNTRY: "pays | country | pays du siege | pays detablissement | code pays | country code | "
    "entity country | country of establishment | siege | siege social | headquarters",
    ImportField.SIREN: "siren",
    ImportField.SIRET: "siret",
    ImportField.VAT: "tva | vat | numero de tva | tva intracommunautaire | numero de tva intracommunautaire | "
    "vat number | vat id | vat no | eu vat | eu vat number",
    ImportField.LEI: "lei | code lei | lei code",
    ImportField.ADDRESS: "adresse | address | adresse postale | adresse du siege | registered address",
    ImportField.WEBSITE: "site web | website | site internet | site | url | web",
    ImportField.SERVICE: "prestation | service | prestations | services | nature de la prestation | "
    "description du service | service description | type de service | type de prestation | service provided | "
    "description | activite | activity",
    ImportField.PURPOSE: "finalite | purpose fr | purpose | finalites | purposes | finalite du traitement | "
    "purpose of processing | processing purpose | objet du traitement",
    ImportField.LOCATIONS: "localisation des donnees | localisation | data location | data locations | location | "
    "locations | lieu de traitement | lieu dhebergement | pays de traitement | pays dhebergement | lieu | "
    "processing location | hosting location | location of processing",
    ImportField.PERSONAL_DATA: "donnees personnelles | donnees | personal data | categories de donnees | "
    "categories de donnees personnelles | types de donnees | donnees traitees | data categories | data",
    ImportField.SPECIAL_DATA: "donnees sensibles | special data | categories particulieres | special categories | "
    "special category data | sensitive data | donnees de sante",
    ImportField.HEALTH_DATA: "hds | hebergement de donnees de sante | heberge des donnees de sante | "
    "health data hosting | hosts health data",
    ImportField.AI: "ia | intelligence artificielle | utilise lia | ai | artificial intelligence | uses ai",
    ImportField.CLOUD: "cloud | nuage | saas | service cloud | cloud service | service en nuage",
    ImportField.MINORS: "mineurs | concerne des mineurs | minors | children | concerns minors",
    ImportField.CRITICALITY: "criticite | criticality | criticite du service | importance",
    ImportField.ENGAGED_BY: "engage par | engaged by | responsable de traitement | responsable du traitement | "
    "controller | donneur dordre | entite du groupe | client",
    ImportField.CONTACT_NAME: "contact | nom du contact | contact name | interlocuteur | correspondant | referent",
    ImportField.CONTACT_EMAIL: "e mail du contact | e mail | email | courriel | mail | email du contact | "
    "adresse e mail | adresse email | adresse mail | contact email | contact e mail | email address",
    ImportField.CONTACT_PHONE: "telephone | tel | phone | telephone du contact | contact phone | phone number",
    ImportField.SOURCE: "source | origine | sources",
    ImportField.LISTED_ON: "listed on | date de la liste | liste le | date | list date",
}
_NUMBER_SIGN = expression(r"^(?:n|no|num|numero)(?: de)? (?=siren|siret|tva|lei)")
BRACKETS = expression(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class ColumnMapping:
    """Position of the column that fills each field, None for a field that no column fills."""

    header: tuple[str, ...]
    columns: Mapping[ImportField, int | None]

    @property
    def notes(self) -> tuple[int, ...]:
        """The columns that fill no field: their cells are kept as notes, so that nothing is lost."""
        used = set(self.columns.values())
        return tuple(at for at in range(len(self.header)) if at not in used)

    def label(self, column: int) -> str:
        """What a person calls a column: its header, or its letter in a spreadsheet.

        >>> ColumnMapping(("Nom", ""), {}).label(1)
        'B'
        """
        if column < len(self.header) and self.header[column].strip():
            return self.header[column].strip()
        letters = ""
        column += 1
        while column:
            column, rest = divmod(column - 1, 26)
            letters = ascii_uppercase[rest] + letters
        return letters

    def label_of(self, field: ImportField) -> str:
        """What a person calls the column that fills a field, empty if none does."""
        column = self.columns.get(field)
        return "" if column is None else self.label(column)


def propose_mapping(header: Sequence[str]) -> ColumnMapping:
    """What each column seems to be; a list with a « Raison sociale » and no « Nom » takes names from it.

    >>> mapping = propose_mapping(["Sous-traitant", "N° SIREN", "Pays (siège)", "Budget"])
    >>> [field.value for field, column in mapping.columns.items() if column is not None], mapping.notes
    (['name', 'country', 'siren'], (3,))
    """
    positions: dict[str, int] = {}
    for at, title in enumerate(header):
        for spelling in (plain(title), plain(BRACKETS.sub("", title))):
            positions.setdefault(_NUMBER_SIGN.sub("", spelling), at)
    columns: dict[ImportField, int | None] = {}
    for field, synonyms in _SYNONYMS.items():
        known = (positions[synonym] for synonym in synonyms.split(" | ") if synonym in positions)
        columns[field] = next((at for at in known if at not in columns.values()), None)
    if columns[ImportField.NAME] is None:
        columns[ImportField.NAME] = columns[ImportField.LEGAL_NAME]
    return ColumnMapping(tuple(header), {field: columns[field] for field in ImportField})


def chosen_mapping(header: Sequence[str], chosen: Mapping[str, int | None]) -> ColumnMapping:
    """The mapping that a person chose; ValueError on a field that does not exist or a column that the file lacks.

    >>> chosen_mapping(["A", "B"], {"name": 1}).notes
    (0,)
    """
    columns: dict[ImportField, int | None] = dict.fromkeys(ImportField)
    for field, column in chosen.items():
        if column is not None and not 0 <= column < len(header):
            raise ValueError(f"{field} : le fichier n'a pas de colonne {column + 1}.")
        columns[ImportField(field)] = column
    return ColumnMapping(tuple(header), columns)
