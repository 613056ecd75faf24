//! What a column's name says it holds, in French and English and in the words of common exports.
//!
//! Names are compared folded: lower case, no accents, letters and digits only.

use super::measures::{self, Measure, Unit};
use crate::target::{FileKind, Target};
use crate::words::folded;
use ledger::Attribute::{self, *};

/// A name that says it all.
const SURE: f64 = 0.95;
/// A name that often means it.
const LIKELY: f64 = 0.7;
/// A name that means it where nothing better fits.
const PERHAPS: f64 = 0.4;

/// How surely a column of this name fills each target in a file of this kind.
pub(super) fn targets_named(name: &str, kind: FileKind) -> Vec<(Target, f64)> {
    let mut found: Vec<(Target, f64)> = Vec::new();
    for (variant, trust) in variants(name) {
        for (target, certainty) in exact(&variant, kind) {
            let certainty = certainty * trust;
            match found.iter_mut().find(|(known, _)| *known == target) {
                Some((_, best)) => *best = best.max(certainty),
                None => found.push((target, certainty)),
            }
        }
    }
    if let Some(Measure { unit, is_sure }) = measures::measured(name) {
        let target = match unit {
            Unit::Weight(_) => Target::Kg,
            Unit::Distance(_) => Target::Km,
        };
        found.push((target, if is_sure { SURE } else { LIKELY }));
    }
    found.retain(|(target, _)| target.serves(kind));
    found
}

/// Whether the name of a column is one we know, in a file of any kind.
pub(super) fn is_known(name: &str) -> bool {
    name.len() < 80 && FileKind::ALL.into_iter().any(|kind| !targets_named(name, kind).is_empty())
}

/// The kinds of file that a file's name suggests.
pub(super) fn kinds_named(file_name: &str) -> Vec<FileKind> {
    let name = folded(file_name);
    let words: [(FileKind, &[&str]); 8] = [
        (
            FileKind::Payments,
            &[
                "paiement",
                "payment",
                "reglement",
                "encaissement",
                "echeance",
                "echeancier",
                "impaye",
                "payout",
                "charges",
                "creditfile",
                "credit",
            ],
        ),
        (
            FileKind::Interactions,
            &[
                "interaction",
                "visite",
                "visit",
                "appel",
                "call",
                "contacts",
                "activit",
                "rendezvous",
                "rdv",
                "meeting",
                "tournee",
            ],
        ),
        (
            FileKind::Requests,
            &[
                "ticket",
                "demande",
                "request",
                "reclamation",
                "sav",
                "support",
                "incident",
                "zendesk",
                "issues",
            ],
        ),
        (FileKind::Reviews, &["avis", "review", "rating", "notation", "satisfaction", "feedback", "nps"]),
        (FileKind::Referrals, &["parrain", "referral", "recommand"]),
        (FileKind::Costs, &["cout", "cost", "depense", "expense"]),
        (
            FileKind::Sales,
            &[
                "vente",
                "sale",
                "commande",
                "order",
                "facture",
                "invoice",
                "transaction",
                "retail",
                "achat",
                "purchase",
                "ligne",
            ],
        ),
        (
            FileKind::Customers,
            &["client", "customer", "compte", "account", "personne", "societe", "adresse", "crm"],
        ),
    ];
    words
        .into_iter()
        .filter(|(_, words)| words.iter().any(|word| name.contains(word)))
        .map(|(kind, _)| kind)
        .collect()
}

/// The folded name, and what remains when words are taken off that only say whose or which it is.
fn variants(name: &str) -> Vec<(String, f64)> {
    const WHOSE: [(&str, f64); 27] = [
        ("customer", 0.95),
        ("client", 0.95),
        ("billing", 0.9),
        ("facturation", 0.9),
        ("requester", 0.9),
        ("demandeur", 0.9),
        ("contact", 0.85),
        ("buyer", 0.9),
        ("acheteur", 0.9),
        ("account", 0.8),
        ("user", 0.8),
        ("shipping", 0.6),
        ("livraison", 0.6),
        ("lineitem", 0.95),
        ("line", 0.8),
        ("ligne", 0.8),
        ("item", 0.9),
        ("article", 0.8),
        ("order", 0.85),
        ("commande", 0.85),
        ("invoice", 0.8),
        ("facture", 0.8),
        ("ticket", 0.9),
        ("transaction", 0.8),
        ("payment", 0.8),
        ("sale", 0.8),
        ("defaultaddress", 0.8),
    ];
    let whole = folded(name);
    let mut variants = vec![(whole.clone(), 1.0)];
    // "customer.address.city" and "billing_address.city" end in what it is.
    if let Some((_, last)) = name.rsplit_once('.') {
        variants.push((folded(last), 0.85));
    }
    // "Montant (EUR)" and "Duration [s]": the unit is read elsewhere.
    if let Some((before, _)) = name.split_once(['(', '[']) {
        variants.push((folded(before), 0.95));
    }
    for (word, trust) in WHOSE {
        let rest = whole.strip_prefix(word).or_else(|| whole.strip_suffix(word));
        if let Some(rest) = rest
            .map(|rest| rest.trim_start_matches("du").trim_start_matches("de"))
            .filter(|rest| rest.len() > 1)
        {
            variants.push((rest.to_string(), trust));
        }
        if let Some(rest) = whole.strip_prefix(word).filter(|rest| rest.len() > 1) {
            variants.push((rest.to_string(), trust));
        }
    }
    for (code, _) in
        [("eur", ()), ("gbp", ()), ("usd", ()), ("chf", ()), ("ttc", ()), ("ht", ()), ("utc", ())]
    {
        if let Some(rest) = whole.strip_suffix(code).filter(|rest| rest.len() > 3) {
            variants.push((rest.to_string(), 0.95));
        }
    }
    variants
}

/// What this folded name is in the dictionary.
fn exact(name: &str, kind: FileKind) -> Vec<(Target, f64)> {
    let is = |words: &[&str]| words.contains(&name);
    let mut found = Vec::new();
    for (target, sure, likely) in DICTIONARY {
        if is(sure) {
            found.push((*target, SURE));
        } else if is(likely) {
            found.push((*target, LIKELY));
        }
    }
    for (attribute, sure, likely) in ATTRIBUTES {
        if is(sure) {
            found.push((Target::Attribute(*attribute), SURE));
        } else if is(likely) {
            found.push((Target::Attribute(*attribute), LIKELY));
        }
    }
    found.extend(of_kind(name, kind));
    if found.is_empty()
        && (name.contains("date") || name.ends_with("timestamp") || name.ends_with("at") && name.len() > 5)
    {
        found.extend([Target::Date, Target::Opened, Target::Paid].map(|target| (target, PERHAPS)));
    }
    found
}

/// Names that mean different things in files of different kinds.
fn of_kind(name: &str, kind: FileKind) -> Vec<(Target, f64)> {
    let is = |words: &[&str]| words.contains(&name);
    let created = is(&[
        "created",
        "createdat",
        "datecreated",
        "creation",
        "creele",
        "datecreation",
        "createdutc",
        "datedecreation",
    ]);
    let plain_id = is(&[
        "id",
        "numero",
        "number",
        "no",
        "num",
        "n",
        "reference",
        "ref",
        "code",
        "identifiant",
        "key",
        "cle",
    ]);
    match kind {
        FileKind::Customers if plain_id || is(&["recordid"]) => vec![(Target::Customer, LIKELY)],
        FileKind::Customers if is(&["societe", "entreprise", "raisonsociale", "companyname"]) => {
            vec![(Target::Attribute(Company), SURE)]
        }
        FileKind::Customers if is(&["activite", "activity", "metier", "profession"]) => {
            vec![(Target::Attribute(Industry), LIKELY)]
        }
        FileKind::Sales if created => vec![(Target::Date, LIKELY)],
        // Shops call the order by its name: "#1001".
        FileKind::Sales if name == "name" => vec![(Target::Order, 0.5)],
        FileKind::Sales if plain_id => vec![(Target::Order, PERHAPS), (Target::Customer, 0.3)],
        FileKind::Sales if is(&["type", "typededocument", "documenttype", "nature", "status", "statut"]) => {
            vec![(Target::IsReturn, PERHAPS)]
        }
        FileKind::Payments if plain_id => vec![(Target::Id, LIKELY)],
        FileKind::Payments if created => vec![(Target::Paid, 0.6)],
        // A date alone is as well the date of a sale.
        FileKind::Payments if name == "date" => vec![(Target::Paid, 0.26)],
        FileKind::Interactions if plain_id => vec![(Target::Id, LIKELY)],
        FileKind::Interactions if created || is(&["start", "starttime", "debut"]) => {
            vec![(Target::Date, LIKELY)]
        }
        FileKind::Interactions if is(&["type", "nature", "moyen", "mode", "kind"]) => {
            vec![(Target::Channel, LIKELY)]
        }
        FileKind::Interactions
            if is(&["notes", "note", "description", "compterendu", "comment", "comments"]) =>
        {
            vec![(Target::Subject, 0.6)]
        }
        FileKind::Requests if plain_id => vec![(Target::Id, LIKELY)],
        FileKind::Requests if created || name == "date" => vec![(Target::Opened, 0.85)],
        FileKind::Requests if is(&["description", "message", "body", "resume"]) => {
            vec![(Target::Subject, 0.5)]
        }
        FileKind::Requests if is(&["updatedat", "miseajour"]) => vec![],
        FileKind::Reviews if plain_id => vec![(Target::Id, LIKELY)],
        FileKind::Reviews if created => vec![(Target::Date, LIKELY)],
        FileKind::Reviews if is(&["note", "notes"]) => vec![(Target::Rating, 0.85)],
        FileKind::Reviews if is(&["title", "titre", "body", "message", "contenu", "description"]) => {
            vec![(Target::Text, 0.6)]
        }
        FileKind::Referrals if plain_id => vec![(Target::Id, LIKELY)],
        FileKind::Referrals if created => vec![(Target::Date, LIKELY)],
        FileKind::Costs if plain_id => vec![(Target::Id, LIKELY)],
        FileKind::Costs if is(&["type", "description", "libelle", "label", "nature"]) => {
            vec![(Target::Activity, 0.26)]
        }
        _ => vec![],
    }
}

type Entry<T> = (T, &'static [&'static str], &'static [&'static str]);

/// Names of the fact's parts: sure ones, likely ones.
const DICTIONARY: &[Entry<Target>] = &[
    (
        Target::Customer,
        &[
            "customer",
            "customerid",
            "customerno",
            "customernumber",
            "customercode",
            "customerref",
            "custid",
            "client",
            "clientid",
            "idclient",
            "numclient",
            "numeroclient",
            "noclient",
            "nclient",
            "codeclient",
            "refclient",
            "clientno",
            "comptetiers",
            "codetiers",
            "householdid",
            "accountid",
            "accountno",
            "accountnumber",
            "numerodecompte",
            "nocompte",
            "numcompte",
            "idcompte",
            "buyerid",
            "userid",
            "memberid",
            "requesterid",
            "cust",
            "customerkey",
            "customeridentifier",
            "referenceclient",
            "idcustomer",
            "cocustomer",
            "parrain",
            "parrainid",
            "referrer",
            "referrerid",
            "idparrain",
            "codecompte",
        ],
        &[
            "account",
            "compte",
            "tiers",
            "household",
            "user",
            "member",
            "adherent",
            "idadherent",
            "buyer",
            "acheteur",
            "cardholder",
            "requester",
            "demandeur",
            "matricule",
            "recordid",
            "dossier",
            "nodossier",
            "numdossier",
        ],
    ),
    (
        Target::Id,
        &[
            "lineid",
            "transactionid",
            "paymentid",
            "ticketid",
            "callid",
            "reviewid",
            "interactionid",
            "idligne",
            "idpaiement",
            "idticket",
            "numeroticket",
            "noticket",
            "ticketno",
            "ticketnumber",
            "caseid",
            "casenumber",
            "numpaiement",
            "idavis",
            "idvisite",
            "visitid",
            "activityid",
            "chargeid",
            "idappel",
            "referralid",
            "costid",
            "invitationid",
            "contactid",
            "avisid",
            "idcontact",
            "orderlineid",
        ],
        &["externalid", "uuid", "guid"],
    ),
    (
        Target::Date,
        &[
            "date",
            "invoicedate",
            "orderdate",
            "datefacture",
            "datecommande",
            "datevente",
            "saledate",
            "transactiondate",
            "purchasedate",
            "dateachat",
            "transactiontimestamp",
            "datevisite",
            "visitdate",
            "calldate",
            "dateappel",
            "dateavis",
            "reviewdate",
            "datecontact",
            "jour",
            "day",
            "datedecommande",
            "datedevente",
            "datedefacture",
            "datedachat",
            "datedocument",
            "datepiece",
            "datecout",
            "processedat",
            "submittedat",
            "datedevisite",
            "orderdatetime",
        ],
        &[
            "timestamp",
            "datetime",
            "when",
            "quand",
            "horodatage",
            "dateheure",
            "happenedat",
            "occurredat",
            "postingdate",
            "datecomptable",
            "completedat",
            "starttime",
            "orderedat",
            "datum",
        ],
    ),
    (
        Target::Order,
        &[
            "order",
            "orderid",
            "orderno",
            "ordernumber",
            "invoice",
            "invoiceno",
            "invoiceid",
            "invoicenumber",
            "commande",
            "numcommande",
            "nocommande",
            "numerocommande",
            "idcommande",
            "facture",
            "numfacture",
            "nofacture",
            "nfacture",
            "numerofacture",
            "ncommande",
            "basketid",
            "receiptid",
            "receipt",
            "ticketdecaisse",
            "salesorder",
            "refcommande",
            "numerodecommande",
            "numerodefacture",
            "idfacture",
            "orderref",
            "referencecommande",
            "piece",
            "numpiece",
            "basket",
        ],
        &["transactionid", "documentno", "document", "checkoutid", "panier", "bon", "bondecommande"],
    ),
    (
        Target::Line,
        &[
            "line",
            "lineno",
            "linenumber",
            "ligne",
            "numligne",
            "noligne",
            "orderline",
            "numerodeligne",
            "lineitemnumber",
            "position",
            "poste",
            "nligne",
        ],
        &["rang", "sequence", "seq"],
    ),
    (
        Target::Product,
        &[
            "product",
            "productid",
            "productcode",
            "sku",
            "stockcode",
            "article",
            "itemcode",
            "itemno",
            "itemid",
            "codearticle",
            "refarticle",
            "produit",
            "codeproduit",
            "idproduit",
            "refproduit",
            "reference article",
            "referencearticle",
            "referenceproduit",
            "lineitemsku",
            "ean",
            "ean13",
            "gtin",
            "asin",
            "upc",
            "articleid",
            "idarticle",
            "refproduct",
            "articlecode",
        ],
        &["item", "code", "ref", "reference", "stock", "productname", "nomduproduit"],
    ),
    (
        Target::Description,
        &[
            "description",
            "libelle",
            "designation",
            "itemname",
            "productname",
            "lineitemname",
            "producttitle",
            "libelleproduit",
            "libellearticle",
            "nomproduit",
            "designationarticle",
            "productdescription",
            "itemdescription",
        ],
        &["title", "label", "intitule", "details", "desc"],
    ),
    (
        Target::Quantity,
        &[
            "quantity",
            "qty",
            "quantite",
            "qte",
            "units",
            "unites",
            "lineitemquantity",
            "itemquantity",
            "quantityordered",
            "nombre",
            "nb",
            "qtecommandee",
            "quantites",
            "unitssold",
        ],
        &["count", "pieces", "volume", "qt"],
    ),
    (
        Target::Amount,
        &[
            "amount",
            "montant",
            "total",
            "totalht",
            "totalttc",
            "montantht",
            "montantttc",
            "salesvalue",
            "linetotal",
            "totalprice",
            "netamount",
            "ca",
            "chiffredaffaires",
            "revenue",
            "sales",
            "montantligne",
            "linetotalht",
            "spend",
            "spending",
            "totalligne",
            "netvalue",
            "montantnet",
            "solde",
            "montantdu",
            "amountdue",
            "montantregle",
            "amountpaid",
            "montantpaye",
            "cout",
            "cost",
            "itemtotal",
            "lineamount",
            "extendedprice",
        ],
        &[
            "value",
            "valeur",
            "net",
            "subtotal",
            "gross",
            "somme",
            "sum",
            "ttc",
            "ht",
            "linesubtotal",
            "turnover",
            "montantfacture",
            "totalamount",
            "ordertotal",
            "price",
            "grosssales",
            "netsales",
        ],
    ),
    (
        Target::UnitPrice,
        &[
            "unitprice",
            "price",
            "prix",
            "prixunitaire",
            "pu",
            "puht",
            "puttc",
            "lineitemprice",
            "itemcost",
            "itemprice",
            "priceeach",
            "prixunitaireht",
            "prixht",
            "unitcostprice",
            "listprice",
            "prixvente",
            "tarif",
            "prixdevente",
        ],
        &["rate", "unitamount", "prixunit"],
    ),
    (
        Target::Discount,
        &[
            "discount",
            "remise",
            "discountamount",
            "montantremise",
            "lineitemdiscount",
            "rabais",
            "reduction",
            "remises",
            "retaildisc",
            "remisepct",
            "tauxremise",
            "discountpct",
            "ristourne",
        ],
        &["promo", "coupon", "promotion"],
    ),
    (
        Target::Margin,
        &[
            "margin",
            "marge",
            "grossmargin",
            "margebrute",
            "profit",
            "grossprofit",
            "benefice",
            "margeht",
            "contribution",
        ],
        &[],
    ),
    (
        Target::UnitCost,
        &[
            "unitcost",
            "coutunitaire",
            "prixachat",
            "prixdachat",
            "costprice",
            "prixderevient",
            "coutachat",
            "cogs",
            "purchaseprice",
            "pa",
            "costperitem",
            "paht",
            "prixderevientunitaire",
            "coutderevient",
        ],
        &["standardcost"],
    ),
    (
        Target::IsReturn,
        &[
            "isreturn",
            "return",
            "retour",
            "returned",
            "avoir",
            "isrefund",
            "refund",
            "refunded",
            "iscancelled",
            "annule",
            "cancelled",
            "canceled",
            "creditnote",
            "estretour",
        ],
        &["typeligne", "linetype", "typedocument", "documenttype"],
    ),
    (
        Target::Currency,
        &["currency", "devise", "monnaie", "currencycode", "codedevise", "ordercurrency", "iso4217"],
        &[],
    ),
    (
        Target::Invoice,
        &[
            "invoice",
            "invoiceno",
            "invoicenumber",
            "invoiceid",
            "facture",
            "numfacture",
            "nofacture",
            "nfacture",
            "numerofacture",
            "numerodefacture",
            "idfacture",
            "reffacture",
        ],
        &["order", "orderid", "document", "piece", "numpiece", "reference", "commande"],
    ),
    (
        Target::Due,
        &[
            "due",
            "duedate",
            "echeance",
            "dateecheance",
            "datedecheance",
            "payableon",
            "aechoir",
            "dateecheancefacture",
            "duele",
            "dueon",
        ],
        &["term", "terme", "aregleravant"],
    ),
    (
        Target::Paid,
        &[
            "paid",
            "paidat",
            "paidon",
            "datepaid",
            "paymentdate",
            "datepaiement",
            "datereglement",
            "payele",
            "reglele",
            "datedepaiement",
            "datedereglement",
            "dateencaissement",
            "encaissele",
            "paiement",
            "reglement",
            "settledat",
            "paiddate",
            "payee",
            "paye",
            "regle",
            "reglee",
            "payeele",
        ],
        &["settled", "encaisse", "createdutc"],
    ),
    (
        Target::Channel,
        &[
            "channel",
            "canal",
            "via",
            "moyen",
            "moyendecontact",
            "typecontact",
            "contacttype",
            "interactiontype",
            "source channel",
            "media",
            "typedecontact",
            "modedecontact",
        ],
        &["typeactivite", "activitytype", "origine", "origin", "mode"],
    ),
    (
        Target::Direction,
        &["direction", "sens", "inboundoutbound", "calldirection", "sensappel"],
        &["initiator", "initiateur", "entrantsortant"],
    ),
    (
        Target::Minutes,
        &[
            "minutes",
            "duration",
            "duree",
            "dureeminutes",
            "durationminutes",
            "dureemin",
            "durationmin",
            "mins",
            "tempspasse",
            "timespent",
            "durationseconds",
            "dureesecondes",
            "durationsec",
            "dureesec",
            "dureeheures",
            "durationhours",
            "talktime",
            "temps",
            "dureeenminutes",
        ],
        &["length", "heures", "hours", "seconds", "min"],
    ),
    (
        Target::Who,
        &[
            "who",
            "agent",
            "seller",
            "commercial",
            "vendeur",
            "assignee",
            "employee",
            "rep",
            "salesrep",
            "conseiller",
            "operator",
            "operateur",
            "qui",
            "representant",
            "technicien",
            "agentname",
            "nomcommercial",
        ],
        &["owner", "user", "staff", "handledby", "intervenant", "collaborateur"],
    ),
    (
        Target::Subject,
        &[
            "subject",
            "sujet",
            "objet",
            "topic",
            "motif",
            "purpose",
            "objetvisite",
            "ticketsubject",
            "theme",
            "objetdelavisite",
            "raison",
            "reason",
        ],
        &["title", "titre", "category", "categorie", "summary"],
    ),
    (
        Target::Opened,
        &[
            "opened",
            "openedat",
            "ouvertle",
            "dateouverture",
            "ouverture",
            "datedouverture",
            "opendate",
            "dateopened",
            "createdat",
            "openedon",
            "datedemande",
            "datereclamation",
            "receivedat",
            "recule",
        ],
        &["open", "submitted", "debut", "reported"],
    ),
    (
        Target::Closed,
        &[
            "closed",
            "closedat",
            "ferme",
            "fermele",
            "datefermeture",
            "fermeture",
            "cloture",
            "datecloture",
            "clotureele",
            "solvedat",
            "resolvedat",
            "resolved",
            "solved",
            "resolule",
            "dateresolution",
            "closedate",
            "dateclosed",
            "closedon",
            "datedecloture",
            "cloturele",
            "completedat",
            "resolutiondate",
        ],
        &["end", "fin", "done"],
    ),
    (
        Target::Rating,
        &[
            "rating",
            "stars",
            "etoiles",
            "score",
            "evaluation",
            "satisfaction",
            "noteclient",
            "overallrating",
            "notation",
            "nps",
            "csat",
            "starrating",
            "satisfactionscore",
            "notesur5",
            "notesur10",
        ],
        &["mark", "grade", "appreciation"],
    ),
    (
        Target::Text,
        &[
            "text",
            "review",
            "comment",
            "commentaire",
            "avis",
            "reviewtext",
            "texte",
            "feedback",
            "verbatim",
            "commentaires",
            "comments",
            "reviewbody",
            "opinion",
        ],
        &["contenu", "content", "remarque", "remarques"],
    ),
    (
        Target::Referred,
        &[
            "referred",
            "referredid",
            "referredcustomer",
            "filleul",
            "filleulid",
            "idfilleul",
            "parraine",
            "newcustomer",
            "nouveauclient",
            "codefilleul",
            "referee",
            "refereeid",
            "invitee",
            "clientfilleul",
            "referredcustomerid",
        ],
        &["friend", "invited"],
    ),
    (
        Target::Activity,
        &[
            "activity",
            "activite",
            "poste",
            "costtype",
            "typedecout",
            "naturedecout",
            "typedepense",
            "posteducout",
            "expensetype",
            "costcategory",
            "natureducout",
            "postedecout",
            "costcenter",
            "typecout",
        ],
        &["category", "categorie", "account"],
    ),
    (
        Target::Campaign,
        &[
            "campaign",
            "campagne",
            "campaignname",
            "nomcampagne",
            "codecampagne",
            "campaigncode",
            "utmcampaign",
        ],
        &["operation", "promo", "mailing"],
    ),
    (
        Target::Outcome,
        &[
            "outcome",
            "resultat",
            "callresult",
            "resultatappel",
            "disposition",
            "calloutcome",
            "resultatvisite",
        ],
        &["result", "suite", "issue"],
    ),
];

/// Names of the record's attributes.
const ATTRIBUTES: &[Entry<Attribute>] = &[
    (
        Name,
        &[
            "customername",
            "nomclient",
            "clientname",
            "fullname",
            "nomcomplet",
            "nomduclient",
            "displayname",
            "contactname",
            "billingname",
            "nomprenom",
            "accountname",
            "nometprenom",
            "requestername",
            "cardname",
        ],
        &["name", "nom", "customer", "client", "requester"],
    ),
    (
        FirstName,
        &["firstname", "prenom", "givenname", "forename", "prenomclient", "billingfirstname", "fname"],
        &[],
    ),
    (
        LastName,
        &["lastname", "nomdefamille", "surname", "familyname", "nomfamille", "billinglastname", "lname"],
        &["nom"],
    ),
    (
        Company,
        &[
            "company",
            "companyname",
            "societe",
            "entreprise",
            "raisonsociale",
            "organisation",
            "organization",
            "billingcompany",
            "nomsociete",
            "nomentreprise",
            "organizationname",
            "firm",
            "enseigne",
        ],
        &["etablissement", "employer"],
    ),
    (
        Kind,
        &[
            "kind",
            "typeclient",
            "customertype",
            "typedeclient",
            "clienttype",
            "partytype",
            "naturejuridique",
            "b2bb2c",
        ],
        &["type", "nature"],
    ),
    (Title, &["title", "civilite", "civ", "salutation", "titre", "honorific"], &["prefix"]),
    (
        Email,
        &[
            "email",
            "mail",
            "emailaddress",
            "adresseemail",
            "courriel",
            "adressemail",
            "customeremail",
            "billingemail",
            "mel",
            "requesteremail",
            "adresseelectronique",
            "emailclient",
            "mailclient",
            "emaildemandeur",
        ],
        &["login", "username", "requester"],
    ),
    (
        Phone,
        &[
            "phone",
            "telephone",
            "tel",
            "mobile",
            "phonenumber",
            "portable",
            "billingphone",
            "gsm",
            "telmobile",
            "telfixe",
            "telephoneportable",
            "cellphone",
            "numerodetelephone",
            "telephonemobile",
            "fixe",
            "phone1",
        ],
        &["phone2", "tel2", "telephone2", "mobile2", "caller", "callernumber"],
    ),
    (
        Street,
        &[
            "street",
            "address",
            "adresse",
            "rue",
            "address1",
            "adresse1",
            "addressline1",
            "billingstreet",
            "billingaddress1",
            "streetaddress",
            "voie",
            "adresselivraison",
            "adressefacturation",
            "adressepostale",
            "line1",
        ],
        &["billingaddress"],
    ),
    (
        Postcode,
        &[
            "postcode",
            "zip",
            "zipcode",
            "postalcode",
            "codepostal",
            "cp",
            "billingzip",
            "billingpostcode",
            "codepost",
            "plz",
        ],
        &[],
    ),
    (
        City,
        &["city", "ville", "town", "commune", "billingcity", "localite", "municipality", "suburb"],
        &["place"],
    ),
    (Country, &["country", "pays", "countrycode", "billingcountry", "codepays", "nation", "paysclient"], &[]),
    (
        BirthDate,
        &[
            "birthdate",
            "dateofbirth",
            "datenaissance",
            "datedenaissance",
            "dob",
            "birthday",
            "naissance",
            "neele",
        ],
        &[],
    ),
    (
        Vat,
        &[
            "vat",
            "vatnumber",
            "tva",
            "ntva",
            "numerotva",
            "notva",
            "tvaintra",
            "tvaintracommunautaire",
            "vatno",
            "vatid",
            "numtva",
        ],
        &["taxid", "taxnumber"],
    ),
    (
        CompanyNumber,
        &[
            "siren",
            "siret",
            "companynumber",
            "registrationnumber",
            "nosiren",
            "nosiret",
            "numerosiret",
            "numerosiren",
            "rcs",
            "companyregistration",
        ],
        &[],
    ),
    (
        Owner,
        &[
            "owner",
            "accountmanager",
            "salesperson",
            "responsable",
            "chargedecompte",
            "chargedaffaires",
            "gestionnaire",
            "charge de clientele",
            "chargedeclientele",
            "keyaccountmanager",
            "accountowner",
        ],
        &["commercial", "seller", "vendeur", "rep", "salesrep", "conseiller"],
    ),
    (
        Industry,
        &[
            "industry",
            "secteur",
            "secteuractivite",
            "secteurdactivite",
            "naf",
            "ape",
            "codenaf",
            "codeape",
            "sector",
            "segment",
            "branche",
        ],
        &["domaine", "vertical"],
    ),
    (
        CreditLimit,
        &[
            "creditlimit",
            "plafond",
            "plafondcredit",
            "encoursautorise",
            "limitedecredit",
            "limitecredit",
            "encoursmax",
            "plafonddecredit",
        ],
        &[],
    ),
    (
        CreditRating,
        &[
            "creditrating",
            "scorecredit",
            "notecredit",
            "creditscore",
            "cotation",
            "cote",
            "notedecredit",
            "cotationbdf",
            "cotebdf",
            "notefinanciere",
        ],
        &["risque", "risk"],
    ),
];
