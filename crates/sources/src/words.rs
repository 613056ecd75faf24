//! Words that stand for one of a few choices, in French and English.

use ledger::Direction;

/// Lower case, without accents, blanks and marks: what two spellings of a word share.
pub(crate) fn folded(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(unaccented)
        .filter(|c| c.is_alphanumeric() && !matches!(c, 'º' | 'ª'))
        .collect()
}

/// The letter under the accent, for the letters of western Europe.
pub(crate) fn unaccented(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ä' | 'ã' | 'å' => 'a',
        'ç' => 'c',
        'è' | 'é' | 'ê' | 'ë' => 'e',
        'ì' | 'í' | 'î' | 'ï' => 'i',
        'ñ' => 'n',
        'ò' | 'ó' | 'ô' | 'ö' | 'õ' => 'o',
        'ù' | 'ú' | 'û' | 'ü' => 'u',
        'ý' | 'ÿ' => 'y',
        'œ' => 'o',
        other => other,
    }
}

/// Whether a word says that goods came back; `None` for a word we do not know.
pub(crate) fn is_return(word: &str) -> Option<bool> {
    const YES: [&str; 24] = [
        "true",
        "yes",
        "y",
        "1",
        "t",
        "oui",
        "o",
        "vrai",
        "x",
        "retour",
        "retours",
        "return",
        "returned",
        "refund",
        "refunded",
        "avoir",
        "credit",
        "creditnote",
        "creditmemo",
        "cancelled",
        "canceled",
        "annule",
        "annulation",
        "rembourse",
    ];
    const NO: [&str; 19] = [
        "false",
        "no",
        "n",
        "0",
        "f",
        "non",
        "faux",
        "vente",
        "ventes",
        "sale",
        "sales",
        "facture",
        "invoice",
        "order",
        "commande",
        "paid",
        "completed",
        "livre",
        "delivered",
    ];
    choice(word, &[(true, &YES), (false, &NO)])
}

/// Who began a contact; `None` for a word we do not know.
pub(crate) fn direction(word: &str) -> Option<Direction> {
    const IN: [&str; 11] = [
        "in", "inbound", "incoming", "entrant", "entrante", "recu", "received", "i", "client", "customer",
        "entree",
    ];
    const OUT: [&str; 11] = [
        "out", "outbound", "outgoing", "sortant", "sortante", "emis", "envoye", "sent", "o", "nous", "agent",
    ];
    choice(word, &[(Direction::Inbound, &IN), (Direction::Outbound, &OUT)])
}

/// `person` or `organisation`; `None` for a word we do not know.
pub(crate) fn party_kind(word: &str) -> Option<&'static str> {
    const PERSON: [&str; 12] = [
        "person",
        "personne",
        "particulier",
        "individual",
        "individu",
        "consumer",
        "b2c",
        "physique",
        "prive",
        "private",
        "p",
        "personnephysique",
    ];
    const ORGANISATION: [&str; 19] = [
        "organisation",
        "organization",
        "company",
        "entreprise",
        "societe",
        "business",
        "b2b",
        "pro",
        "professionnel",
        "professional",
        "morale",
        "personnemorale",
        "association",
        "firm",
        "corporate",
        "administration",
        "o",
        "public",
        "organisme",
    ];
    choice(word, &[("person", &PERSON), ("organisation", &ORGANISATION)])
}

/// The channel as the ledger names it, or the source's own word.
pub(crate) fn channel(word: &str) -> String {
    const CALL: [&str; 10] = [
        "call",
        "calls",
        "phone",
        "phonecall",
        "telephone",
        "tel",
        "appel",
        "appeltelephonique",
        "voice",
        "voicemail",
    ];
    const VISIT: [&str; 6] = ["visit", "visite", "visites", "rdv", "meeting", "rendezvous"];
    const EMAIL: [&str; 7] = ["email", "mail", "emails", "courriel", "mel", "mailing", "courrielentrant"];
    const CHAT: [&str; 6] = ["chat", "livechat", "messaging", "tchat", "whatsapp", "webchat"];
    const LETTER: [&str; 4] = ["letter", "courrier", "lettre", "post"];
    const SHOP: [&str; 6] = ["shop", "store", "magasin", "boutique", "agence", "guichet"];
    let known: [(&str, &[&str]); 6] = [
        ("call", &CALL),
        ("visit", &VISIT),
        ("email", &EMAIL),
        ("chat", &CHAT),
        ("letter", &LETTER),
        ("shop", &SHOP),
    ];
    choice(word, &known).map_or_else(|| word.to_string(), str::to_string)
}

fn choice<T: Copy>(word: &str, choices: &[(T, &[&str])]) -> Option<T> {
    let word = folded(word);
    choices.iter().find(|(_, words)| words.contains(&word.as_str())).map(|(choice, _)| *choice)
}
