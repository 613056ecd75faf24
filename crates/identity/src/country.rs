//! Countries as people write them, for the dialling and company-number rules that hang on them.

use crate::search_key;

/// What we know of one country: ISO code, dialling code, whether a national number begins with a trunk zero,
/// how many digits follow, and the names it goes by once folded by [`search_key`].
pub(crate) struct Country {
    pub code: &'static str,
    pub dialling: &'static str,
    pub trunk_zero: bool,
    pub digits: std::ops::RangeInclusive<usize>,
    names: &'static [&'static str],
}

/// Two-letter ISO code of a country written as a code or as a name in English, French or its own language.
///
/// ```
/// assert_eq!(identity::country_code("Royaume-Uni"), Some("GB"));
/// assert_eq!(identity::country_code("fr"), Some("FR"));
/// assert_eq!(identity::country_code("Atlantis"), None);
/// ```
pub fn country_code(written: &str) -> Option<&'static str> {
    country(written).map(|country| country.code)
}

pub(crate) fn country(written: &str) -> Option<&'static Country> {
    let trimmed = written.trim();
    if let Some(country) = COUNTRIES.iter().find(|country| country.code.eq_ignore_ascii_case(trimmed)) {
        return Some(country);
    }
    let key = search_key(trimmed);
    COUNTRIES.iter().find(|country| country.names.contains(&key.as_str()))
}

pub(crate) fn france() -> &'static Country {
    &COUNTRIES[0]
}

/// The country whose dialling code begins this international number (digits only, no plus). Longer codes first.
pub(crate) fn dialled(digits: &str) -> Option<&'static Country> {
    COUNTRIES
        .iter()
        .filter(|country| digits.starts_with(country.dialling))
        .max_by_key(|country| country.dialling.len())
}

const fn of(
    code: &'static str,
    dialling: &'static str,
    trunk_zero: bool,
    digits: std::ops::RangeInclusive<usize>,
    names: &'static [&'static str],
) -> Country {
    Country { code, dialling, trunk_zero, digits, names }
}

/// National number lengths after ITU-T E.164 national numbering plans; countries not listed are taken as dialled.
const COUNTRIES: &[Country] = &[
    of("FR", "33", true, 9..=9, &["fra", "france", "france metropolitaine"]),
    of(
        "GB",
        "44",
        true,
        9..=10,
        &[
            "gbr",
            "uk",
            "u k",
            "united kingdom",
            "great britain",
            "england",
            "scotland",
            "wales",
            "northern ireland",
            "royaume uni",
            "angleterre",
            "ecosse",
            "grande bretagne",
        ],
    ),
    of("BE", "32", true, 8..=9, &["bel", "belgium", "belgique", "belgie"]),
    of("CH", "41", true, 9..=9, &["che", "switzerland", "suisse", "schweiz", "svizzera"]),
    of("LU", "352", false, 4..=11, &["lux", "luxembourg", "luxemburg"]),
    of("DE", "49", true, 5..=11, &["deu", "germany", "allemagne", "deutschland"]),
    of(
        "NL",
        "31",
        true,
        9..=9,
        &["nld", "netherlands", "the netherlands", "pays bas", "nederland", "holland"],
    ),
    of("ES", "34", false, 9..=9, &["esp", "spain", "espagne", "espana"]),
    of("IT", "39", false, 6..=11, &["ita", "italy", "italie", "italia"]),
    of("PT", "351", false, 9..=9, &["prt", "portugal"]),
    of("IE", "353", true, 7..=9, &["irl", "ireland", "irlande", "eire"]),
    of("AT", "43", true, 4..=12, &["aut", "austria", "autriche", "osterreich"]),
    of("DK", "45", false, 8..=8, &["dnk", "denmark", "danemark", "danmark"]),
    of("SE", "46", true, 7..=9, &["swe", "sweden", "suede", "sverige"]),
    of("NO", "47", false, 8..=8, &["nor", "norway", "norvege", "norge"]),
    of("FI", "358", true, 5..=11, &["fin", "finland", "finlande", "suomi"]),
    of("PL", "48", false, 9..=9, &["pol", "poland", "pologne", "polska"]),
    of(
        "US",
        "1",
        false,
        10..=10,
        &["usa", "u s a", "united states", "united states of america", "etats unis"],
    ),
    of("CA", "1", false, 10..=10, &["can", "canada"]),
    of("MC", "377", false, 8..=9, &["mco", "monaco"]),
    of("RE", "262", true, 9..=9, &["reu", "la reunion", "reunion"]),
    of("GP", "590", true, 9..=9, &["glp", "guadeloupe"]),
    of("GF", "594", true, 9..=9, &["guf", "guyane", "french guiana"]),
    of("MQ", "596", true, 9..=9, &["mtq", "martinique"]),
    of("MA", "212", true, 9..=9, &["mar", "morocco", "maroc"]),
    of("DZ", "213", true, 8..=9, &["dza", "algeria", "algerie"]),
    of("TN", "216", false, 8..=8, &["tun", "tunisia", "tunisie"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_are_known_by_code_and_by_name() {
        assert_eq!(country_code(" Angleterre "), Some("GB"));
        assert_eq!(country_code("UK"), Some("GB"));
        assert_eq!(country_code("États-Unis"), Some("US"));
        assert_eq!(country_code(""), None);
    }

    #[test]
    fn the_longest_dialling_code_names_the_country() {
        assert_eq!(dialled("352123456").map(|c| c.code), Some("LU"));
        assert_eq!(dialled("33123456789").map(|c| c.code), Some("FR"));
        assert!(dialled("999").is_none());
    }
}
