//! Keys for finding and sorting text: lower case, no accents, ligatures spelt out, punctuation as one space.
//!
//! The keys are stored next to the text and compared byte by byte, so that both databases sort and find alike.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form in which a text is searched: `"L'Œuvre  d’Hélène"` is found as `"l oeuvre d helene"`.
///
/// ```
/// assert_eq!(identity::search_key("  L'Œuvre d’Hélène "), "l oeuvre d helene");
/// assert_eq!(identity::search_key("Straße & Søn"), "strasse son");
/// ```
pub fn search_key(text: &str) -> String {
    let mut key = String::with_capacity(text.len());
    if text.is_ascii() {
        text.chars().for_each(|c| push_folded(&mut key, c));
    } else {
        text.nfkd().filter(|c| !is_combining_mark(*c)).for_each(|c| push_folded(&mut key, c));
    }
    while key.ends_with(' ') {
        key.pop();
    }
    key
}

/// The name of an organisation as it is compared: [`search_key`] without its legal form.
///
/// ```
/// assert_eq!(identity::organisation_key("DUPONT & Fils S.A.R.L."), identity::organisation_key("Sarl Dupont et fils"));
/// ```
pub fn organisation_key(name: &str) -> String {
    let joined = search_key(&name.replace('.', ""));
    let kept: Vec<&str> = joined
        .split(' ')
        .filter(|word| {
            !LEGAL_FORMS.contains(word) && !matches!(*word, "et" | "and" | "the" | "la" | "le" | "les")
        })
        .collect();
    if kept.is_empty() { joined } else { kept.join(" ") }
}

/// Whether one of the words of a name is a legal form of companies or associations.
pub(crate) fn has_legal_form(name: &str) -> bool {
    search_key(&name.replace('.', "")).split(' ').any(|word| LEGAL_FORMS.contains(&word) && word != "sa")
        || name.split_whitespace().any(|word| matches!(word, "SA" | "S.A." | "S.A"))
}

const LEGAL_FORMS: &[&str] = &[
    "sarl", "sas", "sasu", "sa", "eurl", "sci", "snc", "scop", "scp", "selarl", "earl", "gaec", "gie",
    "scea", "ltd", "limited", "plc", "llp", "llc", "inc", "gmbh", "ag", "kg", "bv", "nv", "srl", "spa",
    "sprl", "bvba", "oy", "ab",
];

fn push_folded(key: &mut String, c: char) {
    if c.is_alphanumeric() {
        match c {
            'a'..='z' | '0'..='9' => key.push(c),
            'A'..='Z' => key.push(c.to_ascii_lowercase()),
            'œ' | 'Œ' => key.push_str("oe"),
            'æ' | 'Æ' => key.push_str("ae"),
            'ß' | 'ẞ' => key.push_str("ss"),
            'ø' | 'Ø' => key.push('o'),
            'ł' | 'Ł' => key.push('l'),
            'đ' | 'Đ' | 'ð' | 'Ð' => key.push('d'),
            'þ' | 'Þ' => key.push_str("th"),
            'ı' => key.push('i'),
            other => key.extend(other.to_lowercase().filter(|c| !is_combining_mark(*c))),
        }
    } else if !key.is_empty() && !key.ends_with(' ') {
        key.push(' ');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_seller_finds_names_without_their_accents() {
        for (written, typed) in [
            ("Hélène Müller-Lefèvre", "helene muller lefevre"),
            ("Cœur d'Artichaut", "coeur d artichaut"),
            ("ÉCOLE N°7", "ecole n 7"),
            ("İstanbul Æther", "istanbul aether"),
            ("Fine", "fine"),
            ("…", ""),
        ] {
            assert_eq!(search_key(written), typed);
        }
        assert_eq!(search_key("N°7"), "n 7", "the degree sign is no letter");
    }

    #[test]
    fn legal_forms_do_not_tell_companies_apart() {
        assert_eq!(organisation_key("Boulangerie Martin SARL"), "boulangerie martin");
        assert_eq!(organisation_key("SAS"), "sas", "a name of nothing but its form is kept");
        assert!(has_legal_form("Acier du Nord S.A.S."));
        assert!(!has_legal_form("Sa Majesté"));
        assert!(has_legal_form("Renaud SA"));
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(text in "\\PC{0,40}") {
            let key = search_key(&text);
            prop_assert_eq!(search_key(&key), key.clone());
            prop_assert!(!key.starts_with(' ') && !key.ends_with(' ') && !key.contains("  "));
        }

        #[test]
        fn case_and_decomposition_do_not_matter(text in "[a-zA-Zéèàçœ' -]{0,30}") {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(search_key(&decomposed), search_key(&text));
            prop_assert_eq!(search_key(&text.to_uppercase()), search_key(&text));
        }
    }
}
