"""The facts the library may ask for: their keys, kinds and labels in the two languages."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from portal.contracts.rules.model import BilingualWords, words
from portal.core.dataclass import dataclass


class FactKind(StrEnum):
    """The shape of a fact's value."""

    TEXT = "text"
    LIST = "list"
    """Several words or phrases; a single string counts as one."""
    CODES = "codes"
    """One or several codes of a closed list, shown by their labels; conditions test them."""
    ROWS = "rows"
    """Rows of a table; a cell may be unknown."""


class FactNature(StrEnum):
    """What a text of a fact is made of, hence how it is said in the other language."""

    NAME = "name"
    """A name, a number, a way to be reached: the same in both."""
    ADDRESS = "address"
    """An address: the same in both, but for the country it may end with."""
    WORDS = "words"
    """Free words, bound to one language."""
    DATE = "date"
    """A day, written as each language writes it; an event is said in words."""
    PLACE = "place"
    """A country or region, named as each language names it."""
    PERSON = "person"
    """A person and a capacity (« Claire Martin, présidente »)."""


@dataclass(frozen=True)
class FactColumn:
    """A column of a fact in rows; an optional one left empty is shown as a dash, any other as a blank.

    An optional column that is empty in every row is left out.
    """

    key: str
    label: BilingualWords
    optional: bool = False
    width: int = 1
    printed: bool = True
    """Whether the contract shows it; what is not shown serves the checks alone."""
    nature: FactNature = FactNature.WORDS


@dataclass(frozen=True)
class FactDefinition:
    """What the library may ask about the parties and the service."""

    key: str
    kind: FactKind
    label: BilingualWords
    choices: Mapping[str, BilingualWords] = field(default_factory=dict)
    columns: tuple[FactColumn, ...] = ()
    none: BilingualWords | None = None
    """How to say that there is none; without it an empty list counts as unknown."""
    several: bool = False
    """Whether several of its codes may hold together."""
    nature: FactNature = FactNature.WORDS
    """Of its text or of each item; a table has one by column, codes have none."""

    def nature_of(self, column: str = "") -> FactNature:
        """The nature of its text, or of a column; ValueError for a column it has not."""
        if not column:
            return self.nature
        found = next((one for one in self.columns if one.key == column), None)
        if found is None:
            raise ValueError(f"{self.key}: no column {column}")
        return found.nature


def _text(key: str, fr: str, en: str, nature: FactNature = FactNature.WORDS) -> FactDefinition:
    return FactDefinition(key, FactKind.TEXT, words(fr, en), nature=nature)


def _name(key: str, fr: str, en: str) -> FactDefinition:
    return _text(key, fr, en, FactNature.NAME)


def _address(key: str, fr: str, en: str) -> FactDefinition:
    return _text(key, fr, en, FactNature.ADDRESS)


def _person(key: str, fr: str, en: str) -> FactDefinition:
    return _text(key, fr, en, FactNature.PERSON)


def _list(key: str, fr: str, en: str, none: BilingualWords | None = None) -> FactDefinition:
    return FactDefinition(key, FactKind.LIST, words(fr, en), none=none)


def _codes(key: str, fr: str, en: str, *, several: bool = False, **choices: tuple[str, str]) -> FactDefinition:
    named = {code: words(*both) for code, both in choices.items()}
    return FactDefinition(key, FactKind.CODES, words(fr, en), choices=named, several=several)


def _yes_or_no(key: str, fr: str, en: str) -> FactDefinition:
    return _codes(key, fr, en, yes=("oui", "yes"), no=("non", "no"))


_ROWS = (
    FactDefinition(
        "data.retention",
        FactKind.ROWS,
        words("durées de conservation, par catégorie de données", "storage periods, by category of data"),
        columns=(
            FactColumn("category", words("Catégorie de données", "Category of data"), optional=True, width=4),
            FactColumn("period", words("Durée de conservation", "Storage period"), width=4),
            FactColumn("then", words("Puis", "Then"), optional=True, width=3),
        ),
    ),
    FactDefinition(
        "measures",
        FactKind.ROWS,
        words("mesures de sécurité", "security measures"),
        columns=(
            FactColumn("theme", words("Thème", "Topic"), width=2),
            FactColumn("measure", words("Mesure mise en œuvre", "Measure in place"), width=5),
            FactColumn("evidence", words("Preuve", "Evidence"), optional=True, width=3),
        ),
    ),
    FactDefinition(
        "subprocessors",
        FactKind.ROWS,
        words("sous-traitants ultérieurs", "sub-processors"),
        columns=(
            FactColumn("name", words("Dénomination", "Name"), width=3, nature=FactNature.NAME),
            FactColumn("address", words("Adresse", "Address"), width=3, nature=FactNature.ADDRESS),
            FactColumn("contact", words("Interlocuteur", "Contact person"), width=3, nature=FactNature.NAME),
            FactColumn("service", words("Traitement confié", "Processing entrusted"), width=4),
            FactColumn("country", words("Lieu du traitement", "Place of processing"), width=3, nature=FactNature.PLACE),
            FactColumn("transfer", words("Outil de transfert", "Transfer tool"), optional=True, width=3),
        ),
        none=words(
            "Aucun sous-traitant ultérieur n'est autorisé à la date de signature.",
            "No sub-processor is authorised on the date of signature.",
        ),
    ),
    FactDefinition(
        "transfers.rows",
        FactKind.ROWS,
        words("transferts hors de l'Espace économique européen", "transfers outside the European Economic Area"),
        columns=(
            FactColumn("importer", words("Destinataire", "Recipient"), width=3, nature=FactNature.NAME),
            FactColumn("country", words("Pays", "Country"), width=2, nature=FactNature.PLACE),
            FactColumn("purpose", words("Objet et données", "Purpose and data"), width=3),
            FactColumn(
                "tool", words("Décision d'adéquation ou module des clauses", "Adequacy decision or SCC module"), width=3
            ),
            FactColumn(
                "assessment",
                words("Évaluation (date)", "Assessment (date)"),
                optional=True,
                width=2,
                nature=FactNature.DATE,
            ),
            FactColumn("measures", words("Mesures supplémentaires", "Supplementary measures"), optional=True, width=3),
            FactColumn(
                "listing",
                words("Inscription au DPF vérifiée le", "DPF listing checked on"),
                optional=True,
                width=2,
                nature=FactNature.DATE,
            ),
            FactColumn(
                "article_3_2",
                words(
                    "Destinataire soumis au RGPD (art. 3, paragraphe 2)", "Recipient subject to the GDPR (Art. 3(2))"
                ),
                optional=True,
                printed=False,
                nature=FactNature.NAME,
            ),
        ),
    ),
)

_NONE = words("aucune", "none")
_OF_OTHER_DOCUMENTS = (
    _text(
        "agreement.date",
        "date de signature du contrat principal",
        "date of signature of the main agreement",
        FactNature.DATE,
    ),
    _codes(
        "agreement.signature",
        "comment l'annexe au contrat principal est signée",
        "how the annex to the main agreement is signed",
        main=("par la seule signature du contrat principal", "by the signature of the main agreement alone"),
        own=("à part", "separately"),
    ),
    FactDefinition(
        "agreement.documents",
        FactKind.ROWS,
        words("documents du contrat, par rang", "contract documents, by rank"),
        columns=(
            FactColumn("rank", words("Rang", "Rank"), nature=FactNature.NAME),
            FactColumn("document", words("Document", "Document"), width=4),
            FactColumn(
                "date", words("Date ou version", "Date or version"), optional=True, width=2, nature=FactNature.DATE
            ),
            FactColumn("subject", words("Ce qu'il règle", "What it governs"), width=4),
        ),
    ),
    _list(
        "joint.decisions",
        "décisions que les responsables conjoints prennent ensemble",
        "decisions that the joint controllers take together",
    ),
    FactDefinition(
        "joint.tasks",
        FactKind.ROWS,
        words(
            "répartition des obligations entre responsables conjoints", "allocation of duties between joint controllers"
        ),
        columns=(
            FactColumn("duty", words("Obligation", "Duty"), width=4),
            FactColumn("bearer", words("Qui s'en charge", "Who performs it"), width=3, nature=FactNature.NAME),
            FactColumn("how", words("Comment", "How"), optional=True, width=4),
        ),
    ),
    _name("joint.contact", "point de contact des personnes concernées", "contact point for data subjects"),
    _text(
        "joint.essence",
        "où les personnes trouvent l'essentiel de l'accord",
        "where data subjects find the essence of the arrangement",
    ),
    _codes(
        "scc.module",
        "module des clauses types (UE) 2021/914",
        "module of the standard contractual clauses (EU) 2021/914",
        m2=("deux : de responsable du traitement à sous-traitant", "two: controller to processor"),
        m3=("trois : de sous-traitant à sous-traitant ultérieur", "three: processor to processor"),
    ),
    _yes_or_no(
        "scc.docking",
        "adhésion d'autres parties aux clauses types",
        "whether other parties may accede to the standard contractual clauses",
    ),
    _name(
        "scc.notice_days",
        "préavis d'un changement de sous-traitant ultérieur, en jours (un nombre)",
        "notice of a change of sub-processor, in days (a number)",
    ),
    _yes_or_no(
        "scc.redress",
        "réclamation auprès d'un organisme indépendant de règlement des litiges",
        "whether complaints may be lodged with an independent dispute resolution body",
    ),
    _name("scc.redress_body", "organisme indépendant de règlement des litiges", "independent dispute resolution body"),
    _codes(
        "scc.supervision",
        "situation de l'exportateur (clause 13)",
        "position of the exporter (Clause 13)",
        established=("établi dans un État membre", "established in a Member State"),
        representative=(
            "hors de l'Union, avec un représentant au titre de l'article 27 du RGPD",
            "outside the Union, with a representative under Article 27 of the GDPR",
        ),
        none=("hors de l'Union, sans représentant à désigner", "outside the Union, with no representative to appoint"),
    ),
    _codes(
        "scc.frequency",
        "fréquence du transfert",
        "frequency of the transfer",
        continuous=("continue", "continuous"),
        one_off=("ponctuelle", "one-off"),
    ),
    _text(
        "scc.exporter_activities",
        "activités de l'exportateur en rapport avec les données transférées",
        "exporter's activities relevant to the data transferred",
    ),
    _text(
        "scc.importer_activities",
        "activités de l'importateur en rapport avec les données transférées",
        "importer's activities relevant to the data transferred",
    ),
    _list(
        "scc.sensitive_safeguards",
        "restrictions et garanties propres aux données sensibles",
        "restrictions and safeguards for sensitive data",
        _NONE,
    ),
    _text(
        "controller.country",
        "pays d'établissement du responsable du traitement",
        "controller's country of establishment",
        FactNature.PLACE,
    ),
    _yes_or_no(
        "controller.article_3_2",
        "responsable du traitement établi hors de l'Union, soumis au RGPD par son article 3, § 2",
        "whether a controller not established in the Union falls under Article 3(2) of the GDPR",
    ),
    _name("tia.exporter", "exportateur des données", "data exporter"),
    _name("tia.importer", "importateur des données", "data importer"),
    _text("tia.country", "pays de destination", "country of destination", FactNature.PLACE),
    _codes(
        "tia.tool",
        "outil du transfert",
        "transfer tool",
        scc=("clauses contractuelles types (UE) 2021/914", "standard contractual clauses (EU) 2021/914"),
        bcr=("règles d'entreprise contraignantes (RGPD, article 47)", "binding corporate rules (GDPR, Article 47)"),
        other=("autre garantie de l'article 46 du RGPD", "another safeguard of Article 46 of the GDPR"),
    ),
    _text(
        "tia.chain", "circuit des données, transferts ultérieurs compris", "path of the data, onward transfers included"
    ),
    _text(
        "tia.law",
        "droit du pays : accès des autorités, garanties, recours",
        "law of the country: access by authorities, safeguards, remedies",
    ),
    _text(
        "tia.practice",
        "expérience pratique : demandes reçues, rapports publics, secteur",
        "practical experience: requests received, public reports, sector",
    ),
    _list("tia.measures", "mesures supplémentaires", "supplementary measures", _NONE),
    _list("tia.sources", "sources consultées", "sources consulted"),
    _codes(
        "tia.conclusion",
        "conclusion de l'évaluation",
        "conclusion of the assessment",
        sufficient=("suffisant", "sufficient"),
        with_measures=("suffisant avec les mesures supplémentaires", "sufficient with the supplementary measures"),
        insufficient=("insuffisant : le transfert n'a pas lieu", "insufficient: the transfer does not take place"),
    ),
    _text("tia.reasons", "raisonnement qui mène à la conclusion", "reasoning that leads to the conclusion"),
    _name("tia.author", "auteur de l'évaluation", "author of the assessment"),
    _text("tia.date", "date de l'évaluation", "date of the assessment", FactNature.DATE),
    _text("tia.review", "réexamen au plus tard le", "review no later than", FactNature.DATE),
    _codes(
        "exit.ground",
        "cause de la fin du contrat",
        "ground for the end of the contract",
        term=("l'arrivée du terme", "the expiry of its term"),
        termination=("sa résiliation", "its termination"),
        service=("l'arrêt du service", "the end of the service"),
    ),
    _text("exit.date", "date de fin du service", "date on which the service ends", FactNature.DATE),
    _codes(
        "exit.choice",
        "choix sur le sort des données",
        "choice as to the data",
        deletion=("la suppression de toutes les données", "the deletion of all the data"),
        restitution=(
            "la restitution de toutes les données, puis leur suppression",
            "the return of all the data, followed by their deletion",
        ),
    ),
    _text("exit.format", "format et moyen de la restitution", "format and means of the return"),
    _text(
        "exit.deadline",
        "date limite de restitution et de suppression",
        "deadline for return and deletion",
        FactNature.DATE,
    ),
    _text(
        "exit.certificate", "date limite de remise des attestations", "deadline for the certificates", FactNature.DATE
    ),
    _text("request.date", "date de la demande du sous-traitant", "date of the processor's request", FactNature.DATE),
    _name("request.reference", "référence de la demande du sous-traitant", "reference of the processor's request"),
    _codes(
        "request.answer",
        "réponse à la demande de sous-traitance ultérieure",
        "answer to the request for sub-processing",
        granted=("autorisation", "authorisation"),
        conditional=("autorisation sous conditions", "authorisation subject to conditions"),
        refused=("refus ou opposition", "refusal or objection"),
    ),
    _list("request.conditions", "conditions de l'autorisation", "conditions of the authorisation"),
    _text("request.reasons", "motifs du refus ou de l'opposition", "grounds of the refusal or objection"),
    FactDefinition(
        "request.subprocessors",
        FactKind.ROWS,
        words("sous-traitants ultérieurs demandés", "sub-processors requested"),
        columns=_ROWS[2].columns,
    ),
)

FACTS: Mapping[str, FactDefinition] = {
    fact.key: fact
    for fact in (
        _name("controller.name", "dénomination du responsable du traitement", "controller's legal name"),
        _name(
            "controller.registration",
            "numéro d'immatriculation du responsable du traitement",
            "controller's registration number",
        ),
        _address("controller.address", "siège du responsable du traitement", "controller's registered office"),
        _person(
            "controller.representative",
            "représentant légal du responsable du traitement et sa qualité",
            "controller's signatory and capacity",
        ),
        _name(
            "controller.dpo",
            "délégué à la protection des données du responsable du traitement",
            "controller's data protection officer",
        ),
        _name(
            "controller.contact",
            "interlocuteur du responsable du traitement (courriel, téléphone)",
            "controller's contact (e-mail, telephone)",
        ),
        _name("controller.authority", "autorité de contrôle compétente", "competent supervisory authority"),
        _name("vendor.name", "dénomination du sous-traitant", "processor's legal name"),
        _name("vendor.legal_form", "forme juridique du sous-traitant", "processor's legal form"),
        _name("vendor.registration", "numéro d'immatriculation du sous-traitant", "processor's registration number"),
        _address("vendor.address", "siège du sous-traitant", "processor's registered office"),
        _text(
            "vendor.country",
            "pays d'établissement du sous-traitant",
            "processor's country of establishment",
            FactNature.PLACE,
        ),
        _codes(
            "vendor.established",
            "situation du sous-traitant au regard de l'Espace économique européen",
            "whether the processor is established in the European Economic Area",
            eea=("établi dans l'Espace économique européen", "established in the European Economic Area"),
            third_country=("établi dans un pays tiers", "established in a third country"),
        ),
        _person(
            "vendor.representative",
            "représentant légal du sous-traitant et sa qualité",
            "processor's signatory and capacity",
        ),
        _name(
            "vendor.eu_representative",
            "représentant du sous-traitant dans l'Union (RGPD art. 27)",
            "processor's representative in the Union (GDPR Art. 27)",
        ),
        _yes_or_no(
            "vendor.article_3_2",
            "traitement d'un sous-traitant établi hors de l'Union, soumis au RGPD par son article 3, § 2",
            "whether the processing of a processor not established in the Union falls under Article 3(2) of the GDPR",
        ),
        _name(
            "vendor.dpo_contact",
            "délégué à la protection des données du sous-traitant, ou interlocuteur",
            "processor's data protection officer, or contact",
        ),
        _name(
            "vendor.breach_contact",
            "point de contact du sous-traitant en cas de violation de données",
            "processor's contact point for personal data breaches",
        ),
        _text(
            "agreement.reference", "référence et date du contrat principal", "reference and date of the main agreement"
        ),
        _text("service.name", "nom du service", "name of the service"),
        _text("service.description", "description du service", "description of the service"),
        _list("service.purpose", "finalités du traitement", "purposes of the processing"),
        _list("service.nature", "nature des opérations de traitement", "nature of the processing operations"),
        _text("service.start", "date de début du traitement", "start date of the processing", FactNature.DATE),
        _text("service.duration", "durée du traitement", "duration of the processing"),
        _yes_or_no(
            "service.withdrawals",
            "rétractations, retours ou remboursements de consommateurs confiés au sous-traitant",
            "whether consumers' withdrawals, returns or refunds pass through the processor",
        ),
        _yes_or_no(
            "service.calls",
            "démarchage téléphonique de consommateurs confié au sous-traitant",
            "whether the processor canvasses consumers by telephone",
        ),
        _yes_or_no(
            "service.collects",
            "données recueillies par le sous-traitant auprès des personnes",
            "whether the processor collects data from individuals",
        ),
        _codes(
            "service.roles",
            "qualité du prestataire pour les traitements du service",
            "capacity of the vendor for the processing of the service",
            several=True,
            processor=("sous-traitant", "processor"),
            controller=("responsable du traitement pour certains", "controller for some of it"),
            joint=("responsable conjoint pour certains", "joint controller for some of it"),
        ),
        _list(
            "service.other_processing",
            "traitements que le prestataire effectue comme responsable, seul ou conjoint",
            "processing that the vendor carries out as controller, alone or jointly",
        ),
        _yes_or_no("service.ai", "intelligence artificielle employée par le service", "whether the service uses AI"),
        _yes_or_no(
            "service.cloud",
            "service de traitement de données en nuage (règlement (UE) 2023/2854)",
            "whether the service is a cloud data processing service (Regulation (EU) 2023/2854)",
        ),
        _yes_or_no(
            "service.payment",
            "moyens de paiement traités par le sous-traitant",
            "whether the processor handles means of payment",
        ),
        _yes_or_no(
            "service.health_hosting",
            "hébergement de données de santé (code de la santé publique, article L. 1111-8)",
            "whether health data are hosted (French Public Health Code, article L. 1111-8)",
        ),
        _yes_or_no(
            "service.sovereign",
            "données à soustraire au droit des pays tiers",
            "whether the data must be kept out of reach of third-country law",
        ),
        _yes_or_no(
            "controller.financial",
            "responsable du traitement soumis au règlement (UE) 2022/2554 (DORA)",
            "whether the controller falls under Regulation (EU) 2022/2554 (DORA)",
        ),
        _yes_or_no(
            "controller.nis2",
            "responsable du traitement soumis à la directive (UE) 2022/2555 (NIS 2)",
            "whether the controller falls under Directive (EU) 2022/2555 (NIS 2)",
        ),
        _yes_or_no(
            "controller.affiliates",
            "adhésion ouverte aux sociétés du groupe",
            "whether group companies may accede",
        ),
        _yes_or_no("data.minors", "données de mineurs", "whether data of minors are processed"),
        _codes(
            "chain.authorisation",
            "autorisation des sous-traitants ultérieurs",
            "authorisation of sub-processors",
            specific=("spécifique, pour chacun", "specific, for each of them"),
            general=("générale, sur une liste", "general, on a list"),
        ),
        _list("data.categories", "catégories de données", "categories of personal data"),
        _list(
            "data.special",
            "catégories particulières de données et données appelant une protection renforcée",
            "special categories of data and data requiring reinforced protection",
            words("aucune", "none"),
        ),
        _list("data.subjects", "catégories de personnes concernées", "categories of data subjects"),
        _text("data.volume", "nombre approximatif de personnes concernées", "approximate number of data subjects"),
        FactDefinition(
            "locations", FactKind.LIST, words("lieux de traitement", "places of processing"), nature=FactNature.PLACE
        ),
        _codes(
            "access.mode",
            "mode d'accès aux données",
            "mode of access to the data",
            several=True,
            hebergement=("hébergement par le sous-traitant", "hosting by the processor"),
            distance=(
                "accès à distance aux systèmes du responsable du traitement",
                "remote access to the controller's systems",
            ),
            sur_site=("intervention sur site", "on-site work"),
            ponctuel=("accès ponctuel", "occasional access"),
            aucun=("aucun accès en clair", "no access in clear"),
        ),
        _codes(
            "tier",
            "niveau de criticité du service",
            "criticality level of the service",
            standard=("standard", "standard"),
            renforce=("renforcé", "reinforced"),
            critique=("critique", "critical"),
        ),
        _codes(
            "transfers.mechanism",
            "régime des transferts hors de l'Espace économique européen",
            "regime of transfers outside the European Economic Area",
            several=True,
            none=("aucun transfert", "no transfer"),
            adequacy=("décision d'adéquation", "adequacy decision"),
            scc=("clauses contractuelles types (UE) 2021/914", "standard contractual clauses (EU) 2021/914"),
        ),
        _text(
            "law.governing",
            "droit applicable au contrat et aux clauses contractuelles types (État membre)",
            "law governing the contract and the standard contractual clauses (Member State)",
        ),
        _text(
            "law.courts",
            "juridictions compétentes pour le contrat et les clauses contractuelles types (État membre)",
            "courts with jurisdiction over the contract and the standard contractual clauses (Member State)",
        ),
        _text("signature.place", "lieu de signature", "place of signature"),
        _text("signature.date", "date de signature", "date of signature"),
        _text("signature.copies", "nombre d'exemplaires originaux", "number of originals"),
        *_OF_OTHER_DOCUMENTS,
        *_ROWS,
    )
}

FROM_VENDOR = frozenset(
    {key for key in FACTS if key.startswith("vendor.") and key not in {"vendor.established", "vendor.article_3_2"}}
    | {"measures", "subprocessors", "transfers.rows", "locations", "service.ai", "service.cloud", "access.mode"}
)
"""What the vendor knows better than its customer: its own identity, its measures, its chain, its places."""
