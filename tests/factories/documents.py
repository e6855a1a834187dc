# ruff: noqa: E501 - prose keeps its sentences on one line
"""A believable data-processing agreement as a document tree: fictional parties, our own words, every kind of block."""

from dataclasses import replace

from portal.core.documents.tree import (
    Blank,
    Block,
    Document,
    Inline,
    Items,
    Note,
    Paragraph,
    Reference,
    Section,
    Signatures,
    Table,
    Text,
)
from portal.core.language import Language


def words(text: str) -> tuple[Inline, ...]:
    """Inlines from a line of text: **fort**, [[ancre|libellé]] and {{clé|libellé}} mark meaning."""
    found: list[Inline] = []
    for position, part in enumerate(text.split("**")):
        strong = position % 2 == 1
        for chunk in part.replace("{{", "\0B").replace("[[", "\0R").replace("}}", "\0").replace("]]", "\0").split("\0"):
            if chunk[:1] in ("B", "R") and "|" in chunk:
                key, label = chunk[1:].split("|")
                found.append(Blank(key, label) if chunk[0] == "B" else Reference(key, label))
            elif chunk:
                found.append(Text(chunk, strong=strong))
    return tuple(found)


def p(text: str) -> Paragraph:
    return Paragraph(words(text))


def letters(*texts: str) -> Items:
    return Items(tuple(words(text) for text in texts), ordered=True)


def bullets(*texts: str) -> Items:
    return Items(tuple(words(text) for text in texts))


def table(caption: str, header: tuple[str, ...], *rows: tuple[str, ...], widths: tuple[int, ...] = ()) -> Table:
    return Table(caption, header, tuple(tuple(words(cell) for cell in row) for row in rows), widths)


def article(number: int, title: str, *blocks: "Block | str") -> Section:
    """An article whose strings are its numbered paragraphs (3.1, 3.2…) and whose blocks follow the latest one."""
    inner: list[Block] = []
    for block in blocks:
        if isinstance(block, str):
            inner.append(Section("", (p(block),), number=f"{number}.{len(inner) + 1}", kind="article"))
        elif inner and isinstance(inner[-1], Section):
            inner[-1] = replace(inner[-1], blocks=(*inner[-1].blocks, block))
        else:
            inner.append(block)
    return Section(title, tuple(inner), number=str(number), anchor=f"art{number}", kind="article")


def annex(letter: str, title: str, *blocks: Block) -> Section:
    return Section(title, blocks, number=letter, anchor=f"ann{letter}", kind="annex")


ARTICLES: "tuple[tuple[str, tuple[Block | str, ...]], ...]" = (
    (
        "Objet et documents contractuels",
        (
            "Le présent accord fixe les conditions dans lesquelles le Sous-traitant traite des données à caractère personnel pour le compte du Responsable de traitement, dans le cadre du service de centre de contacts décrit à l'[[annA|annexe A]].",
            "Il complète le contrat de services n° {{contract.number|numéro du contrat de services}} conclu entre les parties. En cas de contradiction sur la protection des données, le présent accord l'emporte sur tout autre document, quelles que soient sa date et sa nature.",
            "Les annexes ont la même valeur que les articles. Elles sont tenues à jour selon la procédure de l'[[art17|article 17]].",
        ),
    ),
    (
        "Définitions",
        (
            "Les termes « données à caractère personnel », « traitement », « responsable du traitement », « sous-traitant », « destinataire », « violation de données » et « autorité de contrôle » ont le sens que leur donne l'article 4 du règlement (UE) 2016/679 du 27 avril 2016 (ci-après le « **RGPD** »).",
            "Dans le présent accord, on entend par :",
            letters(
                "« **Données** » : les données à caractère personnel que le Sous-traitant traite pour le compte du Responsable de traitement et que l'annexe A énumère ;",
                "« **Instruction** » : toute consigne écrite du Responsable de traitement relative aux Données, y compris celles que contient le présent accord ;",
                "« **Sous-traitant ultérieur** » : toute personne à laquelle le Sous-traitant confie tout ou partie des opérations portant sur les Données, à quelque rang que ce soit ;",
                "« **Jour ouvré** » : tout jour autre qu'un samedi, un dimanche ou un jour férié en France métropolitaine.",
            ),
        ),
    ),
    (
        "Rôles des parties",
        (
            "Le Responsable de traitement détermine seul les finalités et les moyens essentiels du traitement. Le Sous-traitant agit pour son compte et n'acquiert aucun droit sur les Données.",
            "Le Sous-traitant qui déterminerait lui-même une finalité ou un moyen essentiel serait tenu pour responsable de ce traitement (RGPD art. 28(10)), sans préjudice des autres sanctions prévues.",
        ),
    ),
    (
        "Instructions documentées",
        (
            "Le Sous-traitant ne traite les Données que sur Instruction documentée du Responsable de traitement, y compris pour tout transfert vers un pays tiers ou une organisation internationale.",
            "Les Instructions sont adressées par écrit à l'interlocuteur désigné à l'annexe A. Le Sous-traitant en accuse réception dans un délai de deux jours ouvrés et les conserve pendant la durée de l'accord, puis cinq ans.",
            "Si le droit de l'Union ou d'un État membre lui impose un traitement, le Sous-traitant en informe le Responsable de traitement avant d'y procéder, sauf si ce droit l'interdit pour des motifs importants d'intérêt public.",
            "Le Sous-traitant informe **immédiatement** le Responsable de traitement si une Instruction lui paraît contraire au RGPD ou à une autre règle de protection des données. Il peut en suspendre l'exécution jusqu'à confirmation écrite.",
            "Toute réutilisation des Données pour les besoins propres du Sous-traitant est interdite : statistiques commerciales, étalonnage, mise au point de produits ou entraînement de modèles, même après anonymisation alléguée.",
        ),
    ),
    (
        "Confidentialité et personnel",
        (
            "Le Sous-traitant veille à ce que les personnes autorisées à traiter les Données s'engagent à en respecter la confidentialité ou soient soumises à une obligation légale appropriée de confidentialité.",
            "L'accès est limité aux personnes qui en ont besoin pour exécuter le service. Ces personnes sont formées à la protection des données avant leur prise de poste, puis au moins une fois par an.",
            "Cet engagement survit à la fin de leurs fonctions et à celle du présent accord.",
        ),
    ),
    (
        "Sécurité du traitement",
        (
            "Compte tenu de l'état des connaissances, des coûts, de la nature du traitement et des risques pour les personnes, le Sous-traitant met en œuvre et maintient au moins les mesures de l'[[annB|annexe B]] (RGPD art. 28(3)(c) et 32).",
            "Il ne peut abaisser le niveau de sécurité. Toute évolution importante d'une mesure est annoncée trente jours à l'avance avec une analyse de ses effets.",
            "Il vérifie l'efficacité des mesures au moins une fois par an par un test d'intrusion mené par un tiers compétent, dont la synthèse est remise au Responsable de traitement, et corrige les failles relevées dans les délais suivants :",
            bullets(
                "faille critique : sept jours calendaires à compter du rapport ;",
                "faille élevée : trente jours calendaires ;",
                "autre faille : selon un plan approuvé par le Responsable de traitement.",
            ),
        ),
    ),
    (
        "Sous-traitance ultérieure",
        (
            "Le Responsable de traitement autorise de façon générale le recours aux Sous-traitants ultérieurs inscrits à l'[[annC|annexe C]], pour les opérations et aux lieux qui y sont indiqués.",
            "Le Sous-traitant l'informe de tout ajout ou remplacement envisagé au moins **trente jours** avant la date prévue, par un message adressé à chacun des contacts désignés. La simple mise à jour d'une page en ligne ne vaut pas information.",
            "Le Responsable de traitement peut s'opposer au changement pendant ce délai. Le Sous-traitant propose alors une solution équivalente ; à défaut, le Responsable de traitement peut résilier sans pénalité la partie du service concernée.",
            "Le Sous-traitant impose par contrat à chaque Sous-traitant ultérieur les mêmes obligations que celles du présent accord, en remet copie sur demande et demeure **pleinement responsable** de leur exécution.",
        ),
    ),
    (
        "Transferts hors de l'Espace économique européen",
        (
            "Aucun transfert n'a lieu sans Instruction préalable. Les transferts autorisés, leur fondement et les mesures complémentaires sont décrits à l'[[annD|annexe D]].",
            "Un accès à distance depuis un pays tiers, même ponctuel et à des fins de support, constitue un transfert.",
            "Le Sous-traitant qui reçoit d'une autorité d'un pays tiers une demande d'accès aux Données en informe sans délai le Responsable de traitement, la conteste lorsqu'il existe des motifs de le faire et n'en communique que le strict nécessaire.",
        ),
    ),
    (
        "Droits des personnes concernées",
        (
            "Le Sous-traitant transmet toute demande d'exercice de droits dans un délai de deux jours ouvrés, sans y répondre lui-même, sauf Instruction contraire.",
            "Il aide le Responsable de traitement, par des mesures techniques et organisationnelles appropriées, à donner suite aux demandes d'accès, de rectification, d'effacement, de limitation, d'opposition et de portabilité.",
        ),
    ),
    (
        "Violations de données",
        (
            "Le Sous-traitant notifie toute violation de données dans les meilleurs délais et au plus tard **vingt-quatre heures** après en avoir pris connaissance, à l'adresse {{controller.breach_contact|adresse d'alerte du Responsable de traitement}}.",
            "La notification indique, au fur et à mesure que les éléments sont connus :",
            letters(
                "la nature de la violation, les catégories et le nombre approximatif de personnes et d'enregistrements touchés ;",
                "le nom et les coordonnées du point de contact ;",
                "les conséquences probables ;",
                "les mesures prises ou proposées pour y remédier et en limiter les effets.",
            ),
            "Le Sous-traitant conserve les éléments de preuve et s'abstient de toute communication publique sans l'accord écrit du Responsable de traitement.",
        ),
    ),
    (
        "Assistance",
        (
            "Le Sous-traitant aide le Responsable de traitement à respecter les obligations des articles 32 à 36 du RGPD : sécurité, notification et communication des violations, analyse d'impact relative à la protection des données et consultation préalable.",
            "Cette assistance est comprise dans le prix du service tant qu'elle n'excède pas cinq jours par an. Au-delà, elle est facturée au tarif du contrat de services, sur devis accepté.",
        ),
    ),
    (
        "Registre et délégué à la protection des données",
        (
            "Le Sous-traitant tient le registre des catégories d'activités de traitement effectuées pour le compte du Responsable de traitement (RGPD art. 30(2)) et le lui présente sur demande.",
            "Son délégué à la protection des données est {{vendor.dpo|nom et coordonnées du délégué du Sous-traitant}}.",
        ),
    ),
    (
        "Démonstration et audits",
        (
            "Le Sous-traitant met à la disposition du Responsable de traitement toutes les informations nécessaires pour démontrer le respect de ses obligations. Il répond chaque année au questionnaire que celui-ci lui adresse et joint les preuves demandées.",
            "Il permet la réalisation d'audits, y compris d'inspections sur place, par le Responsable de traitement ou un auditeur qu'il a mandaté, et y contribue. Sauf urgence ou demande d'une autorité, un préavis de dix jours ouvrés est respecté et les audits sont limités à un par an.",
            "Les écarts relevés font l'objet d'un plan d'action daté, suivi jusqu'à sa clôture. Chaque partie supporte ses frais, sauf si l'audit révèle un manquement grave.",
        ),
    ),
    (
        "Responsabilité",
        (
            "Chaque partie répond du dommage causé par un manquement à ses obligations, dans les conditions de l'article 82 du RGPD. Aucune limitation de responsabilité n'est opposable aux personnes concernées.",
            "Le plafond d'indemnisation applicable entre les parties pour les manquements au présent accord est de {{contract.liability_cap|plafond de responsabilité}}. Il ne joue ni en cas de faute lourde ou dolosive, ni pour les sommes dues aux personnes concernées.",
        ),
    ),
    (
        "Durée, suspension et résiliation",
        (
            "Le présent accord prend effet à la date de la dernière signature et dure aussi longtemps que le Sous-traitant traite des Données.",
            "En cas de manquement, le Responsable de traitement peut ordonner la suspension du traitement jusqu'à sa régularisation. Les sommes correspondant à la période de suspension ne sont pas dues.",
            "Si le manquement n'est pas réparé dans les trente jours d'une mise en demeure, le Responsable de traitement peut résilier de plein droit le présent accord et le contrat de services.",
        ),
    ),
    (
        "Sort des données en fin de service",
        (
            "Au terme du service, et au choix du Responsable de traitement, le Sous-traitant supprime les Données ou les lui restitue dans un format courant et documenté, dans un délai de trente jours.",
            "Il détruit ensuite toutes les copies existantes, y compris les sauvegardes selon leur cycle de rotation, qui ne peut excéder quatre-vingt-dix jours, et en remet une attestation datée et signée.",
            "Seule une obligation de conservation prévue par le droit de l'Union ou d'un État membre peut justifier une exception, que le Sous-traitant indique par écrit.",
        ),
    ),
    (
        "Modifications",
        (
            "Toute modification du présent accord est constatée par un avenant signé. Les annexes peuvent être mises à jour par échange écrit entre les interlocuteurs désignés, chaque version étant numérotée et datée.",
            "Si une disposition est déclarée nulle, les autres demeurent. Les parties la remplacent par une disposition valable d'effet aussi proche que possible.",
        ),
    ),
    (
        "Droit applicable et litiges",
        (
            "Le présent accord est soumis au droit français. Tout litige relève, à défaut d'accord amiable dans les soixante jours, du tribunal de {{contract.court|tribunal compétent}}.",
        ),
    ),
)

PREAMBLE: "tuple[Block, ...]" = (
    Section(
        "Entre les soussignés",
        (
            p(
                "**Maison Verdier**, société par actions simplifiée au capital de 1 250 000 €, dont le siège est 14, quai des Chartrons, 33000 Bordeaux, immatriculée au registre du commerce et des sociétés de Bordeaux, représentée par Mme Claire Aubanel, directrice générale, ci-après le « **Responsable de traitement** »,"
            ),
            p(
                "et **Relation Atlantique**, société à responsabilité limitée, dont le siège est 3, rue de la Sardinerie, 29900 Concarneau, immatriculée sous le numéro {{vendor.registration|numéro SIREN}}, représentée par {{vendor.signatory|nom et qualité du signataire}}, ci-après le « **Sous-traitant** »,"
            ),
            p(
                "ci-après ensemble les « parties », il a été convenu ce qui suit, en application de l'article 28 du règlement (UE) 2016/679."
            ),
        ),
    ),
)

ANNEXES: tuple[Section, ...] = (
    annex(
        "A",
        "Description du traitement",
        p("La présente annexe décrit le traitement confié au Sous-traitant (RGPD art. 28(3), premier alinéa)."),
        table(
            "Le traitement en bref",
            ("Élément", "Description"),
            ("Objet", "Prise d'appels, de courriels et de messages des clients pour le compte de Maison Verdier"),
            ("Durée", "Du 1er janvier 2027 au 31 décembre 2029, puis par périodes d'un an"),
            (
                "Nature des opérations",
                "Collecte, enregistrement, consultation, modification, communication, effacement",
            ),
            ("Finalités", "Répondre aux demandes, suivre les commandes, traiter les rétractations et les réclamations"),
            ("Personnes concernées", "Clients, prospects, destinataires d'un envoi ; environ 380 000 personnes par an"),
            (
                "Données",
                "Identité, coordonnées, commandes, échanges, enregistrements d'appels ; aucune donnée sensible attendue",
            ),
            (
                "Durées de conservation",
                "Enregistrements d'appels : six mois ; échanges : trois ans après le dernier contact",
            ),
            ("Interlocuteur", "{{vendor.contact|interlocuteur chargé des instructions}}"),
            widths=(1, 3),
        ),
        Section(
            "Lieux du traitement",
            (
                bullets(
                    "Concarneau (France) : plateau principal, 120 postes ;",
                    "Lisbonne (Portugal) : plateau de débordement, 40 postes ;",
                    "Francfort (Allemagne) : hébergement et sauvegardes.",
                ),
            ),
            number="A.1",
            kind="annex",
        ),
        Section(
            "Autorisation des accès",
            (
                p(
                    "Les comptes sont nominatifs. La liste des personnes habilitées est revue chaque trimestre et tenue à la disposition du Responsable de traitement."
                ),
            ),
            number="A.2",
            kind="annex",
        ),
    ),
    annex(
        "B",
        "Mesures techniques et organisationnelles",
        p("Chaque mesure est décrite avec la preuve qui permet d'en constater l'existence."),
        table(
            "Mesures de sécurité (RGPD art. 32)",
            ("Domaine", "Mesure", "Preuve", "Revue"),
            (
                "Gouvernance",
                "Politique de sécurité approuvée par la direction ; responsable nommé",
                "Politique signée, fiche de poste",
                "12 mois",
            ),
            (
                "Authentification",
                "Second facteur pour tout accès distant et tout compte d'administration",
                "Extrait de configuration",
                "6 mois",
            ),
            (
                "Habilitations",
                "Moindre privilège ; retrait des droits le jour du départ",
                "Revue trimestrielle signée",
                "3 mois",
            ),
            (
                "Chiffrement en transit",
                "TLS 1.2 au moins sur tous les échanges, y compris internes",
                "Rapport d'analyse",
                "6 mois",
            ),
            (
                "Chiffrement au repos",
                "Disques, bases et sauvegardes chiffrés ; clés séparées des données",
                "Procédure de gestion des clés",
                "12 mois",
            ),
            (
                "Journalisation",
                "Accès aux dossiers clients journalisés, horodatés, conservés douze mois",
                "Échantillon de journaux",
                "6 mois",
            ),
            (
                "Sauvegardes",
                "Quotidiennes, hors site, restauration testée deux fois par an",
                "Compte rendu de restauration",
                "6 mois",
            ),
            (
                "Postes de travail",
                "Durcissement, correctifs sous quatorze jours, blocage des supports amovibles",
                "Tableau de bord du parc",
                "3 mois",
            ),
            (
                "Enregistrements d'appels",
                "Masquage automatique des numéros de carte ; purge à six mois",
                "Rapport de purge",
                "6 mois",
            ),
            (
                "Continuité",
                "Reprise du service en quatre heures ; exercice annuel",
                "Compte rendu d'exercice",
                "12 mois",
            ),
            (
                "Incidents",
                "Astreinte permanente ; procédure de qualification et d'alerte en 24 heures",
                "Procédure, registre des incidents",
                "12 mois",
            ),
            (
                "Locaux",
                "Contrôle d'accès par badge, visiteurs accompagnés, bureau propre",
                "Rapport de visite",
                "12 mois",
            ),
            (
                "Sensibilisation",
                "Formation avant la prise de poste, puis chaque année",
                "Taux de suivi par équipe",
                "12 mois",
            ),
            (
                "Tests",
                "Test d'intrusion annuel par un tiers ; analyse de vulnérabilités mensuelle",
                "Synthèse du rapport",
                "12 mois",
            ),
            widths=(4, 8, 5, 2),
        ),
        Note(
            words(
                "Source : réponses du Sous-traitant au questionnaire « Socle RGPD », version 3, envoyées le 12 octobre 2026."
            )
        ),
    ),
    annex(
        "C",
        "Sous-traitants ultérieurs autorisés",
        table(
            "Liste arrêtée au 24 novembre 2026",
            ("Nom", "Opération confiée", "Lieu", "Rang"),
            (
                "Nuage Rhénan GmbH",
                "Hébergement de l'application de gestion des contacts et des sauvegardes",
                "Francfort (Allemagne)",
                "1",
            ),
            ("Voz Atlântica Lda", "Débordement d'appels en soirée et le samedi", "Lisbonne (Portugal)", "1"),
            ("Clairdit SAS", "Enregistrement et masquage des appels", "Rennes (France)", "1"),
            ("Northgate Cables Ltd", "Acheminement téléphonique international", "Londres (Royaume-Uni)", "2"),
            widths=(4, 7, 4, 1),
        ),
    ),
    annex(
        "D",
        "Transferts",
        p("À la date de signature, un seul transfert est autorisé."),
        table(
            "Transferts autorisés",
            ("Destinataire", "Pays", "Données", "Fondement", "Mesures complémentaires"),
            (
                "Northgate Cables Ltd",
                "Royaume-Uni",
                "Numéros appelés et durées d'appel",
                "Décision d'adéquation (RGPD art. 45)",
                "{{transfer.measures|mesures complémentaires}}",
            ),
        ),
        Note(
            words(
                "Une décision d'adéquation peut être suspendue ou abrogée : sa validité est revue à chaque campagne."
            ),
            kind="warning",
        ),
    ),
)


def processing_agreement(*, draft: bool = True, language: Language = Language.FR) -> Document:
    """Twelve pages: cover, contents, eighteen articles, signatures and four annexes."""
    articles = tuple(article(number, title, *blocks) for number, (title, blocks) in enumerate(ARTICLES, start=1))
    signatures = Section(
        "Signatures",
        (
            p("Fait en deux exemplaires originaux, chaque partie reconnaissant avoir reçu le sien."),
            Signatures(
                (
                    (
                        "Pour Maison Verdier",
                        ("Mme Claire Aubanel, directrice générale", words("Date : {{signature.controller|date}}")),
                    ),
                    (
                        "Pour Relation Atlantique",
                        (words("{{vendor.signatory|nom et qualité}}"), words("Date : {{signature.vendor|date}}")),
                    ),
                )
            ),
        ),
    )
    warning = Note(
        words("Projet de travail : sept informations restent à compléter avant signature ; elles sont surlignées."),
        kind="draft",
    )
    return Document(
        title="Accord sur le traitement des données à caractère personnel",
        subtitle="Centre de contacts clients – article 28 du RGPD",
        language=language,
        blocks=((warning,) if draft else ()) + PREAMBLE + articles + (signatures,) + ANNEXES,
        reference="CTR-2026-0147 · version 3",
        draft=draft,
        cover=(
            ("Responsable de traitement", "Maison Verdier SAS, Bordeaux"),
            ("Sous-traitant", "Relation Atlantique SARL, Concarneau"),
            ("Service", "Centre de contacts clients"),
            ("Date d'effet", words("{{contract.start|date d'effet}}")),
        ),
        created="2026-11-24T09:30:00+01:00",
        keywords=("RGPD", "sous-traitance", "article 28"),
    )
