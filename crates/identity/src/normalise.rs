//! Identifiers in one spelling each, so that two sources that mean the same write the same.
//!
//! Each function takes what a source wrote and gives the one spelling, or `None` where it is no such identifier.
//! Nothing is repaired that could turn one person's identifier into another's: no typing error is mended, and
//! the dots and plus signs of a mailbox stay.

use crate::country::{country, dialled, france};
use unicode_normalization::UnicodeNormalization;

/// An e-mail address in lower case without its surroundings, or `None` if it cannot be one.
///
/// ```
/// use identity::normalise_email;
/// assert_eq!(normalise_email(" Jeanne MARTIN <Jeanne.Martin@Example-Shop.FR> ").as_deref(), Some("jeanne.martin@example-shop.fr"));
/// assert_eq!(normalise_email("jeanne.martin"), None);
/// assert_ne!(normalise_email("jean.ne@gmail.com"), normalise_email("jeanne@gmail.com"));
/// ```
pub fn normalise_email(written: &str) -> Option<String> {
    let inner = match (written.rfind('<'), written.rfind('>')) {
        (Some(open), Some(close)) if open < close => &written[open + 1..close],
        _ => written,
    };
    let inner = inner.trim();
    let inner = match inner.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => &inner[7..],
        _ => inner,
    };
    let inner = inner.trim_matches(|c: char| c.is_whitespace() || ",;.'\"\u{200b}\u{feff}".contains(c));
    let lower: String = if inner.is_ascii() {
        inner.to_ascii_lowercase()
    } else {
        inner.nfc().collect::<String>().to_lowercase()
    };
    let (mailbox, domain) = lower.split_once('@')?;
    let good_mailbox = !mailbox.is_empty() && mailbox.len() <= 64;
    let good_domain = domain.len() <= 253
        && domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        });
    let no_gaps = !lower.chars().any(|c| c.is_whitespace() || c.is_control() || ",;<>()[]\"".contains(c));
    (good_mailbox && good_domain && no_gaps).then_some(lower)
}

/// Whether a normalised address stands for nobody in particular: `noreply@`, `test@`, `xxx@`.
///
/// ```
/// assert!(identity::is_placeholder_email("no-reply@carrier.example"));
/// assert!(!identity::is_placeholder_email("contact@dupont.fr"));
/// ```
pub fn is_placeholder_email(normalised: &str) -> bool {
    let Some((mailbox, domain)) = normalised.split_once('@') else { return true };
    let mailbox = mailbox.split('+').next().unwrap_or(mailbox);
    let letters: String = mailbox.chars().filter(|c| !".-_".contains(*c)).collect();
    let one_letter = letters.len() > 2 && letters.bytes().all(|b| b == letters.as_bytes()[0]);
    one_letter
        || NOBODY.contains(&letters.as_str())
        || NOWHERE.contains(&domain)
        || domain.ends_with(".invalid")
}

const NOBODY: &[&str] = &[
    "",
    "noreply",
    "donotreply",
    "nepasrepondre",
    "noresponse",
    "test",
    "tests",
    "testing",
    "essai",
    "none",
    "null",
    "nomail",
    "noemail",
    "sansmail",
    "sansemail",
    "pasdemail",
    "pasdemel",
    "pasdadresse",
    "aucun",
    "inconnu",
    "unknown",
    "nobody",
    "anonymous",
    "anonyme",
    "mailerdaemon",
    "postmaster",
    "invalid",
    "fake",
    "dummy",
    "azerty",
    "qwerty",
];
const NOWHERE: &[&str] =
    &["test.com", "test.fr", "domain.com", "nomail.com", "noemail.com", "none.com", "mailinator.com"];

/// A telephone number in E.164 (`+33612345678`), or `None` if it cannot be one.
///
/// `country` is the country as the source writes it; without one, a national number is taken as French. Numbers
/// with an international prefix are read by that prefix. An extension (`poste 12`, `x12`) is left out.
///
/// ```
/// use identity::normalise_phone;
/// for written in ["06 12 34 56 79", "+33 (0)6.12.34.56.79", "0033612345679", "33612345679", "612345679"] {
///     assert_eq!(normalise_phone(written, None).as_deref(), Some("+33612345679"));
/// }
/// assert_eq!(normalise_phone("020 7946 0018", Some("Royaume-Uni")).as_deref(), Some("+442079460018"));
/// assert_eq!(normalise_phone("call me", None), None);
/// ```
pub fn normalise_phone(written: &str, country_written: Option<&str>) -> Option<String> {
    let home = country_written.and_then(country).unwrap_or(france());
    let main = without_extension(written);
    let digits = digits_of(main)?;
    if let Some(international) = digits.strip_prefix('+').or_else(|| digits.strip_prefix("00")) {
        return international_number(international);
    }
    let national = if home.trunk_zero { digits.strip_prefix('0').unwrap_or(&digits) } else { &digits };
    let has_trunk = national.len() != digits.len();
    if home.digits.contains(&national.len()) && (has_trunk || !national.starts_with('0') || !home.trunk_zero)
    {
        let (dialling, national) = overseas(home.code, home.dialling, national);
        return Some(format!("+{dialling}{national}"));
    }
    let after_code = digits.strip_prefix(home.dialling)?;
    home.digits.contains(&after_code.len()).then(|| international_number(&digits)).flatten()
}

/// Whether a normalised number is one that people type when they will not give theirs: all one digit, a run
/// such as 12 34 56 78, or one pair over and over.
///
/// ```
/// assert!(identity::is_placeholder_phone("+33600000000"));
/// assert!(identity::is_placeholder_phone("+33612345678"));
/// assert!(!identity::is_placeholder_phone("+33642197753"));
/// ```
pub fn is_placeholder_phone(normalised: &str) -> bool {
    let digits = normalised.trim_start_matches('+').as_bytes();
    let Some(tail) = digits.len().checked_sub(8).map(|start| &digits[start..]) else { return true };
    let steps_of = |step: fn(u8, u8) -> bool| tail.windows(2).all(|w| step(w[0] - b'0', w[1] - b'0'));
    let counts_up = steps_of(|a, b| (a + 1) % 10 == b);
    let counts_down = steps_of(|a, b| a == (b + 1) % 10);
    let one_pair = tail.chunks(2).all(|pair| pair == &tail[..2]);
    let doubled_run = tail.chunks(2).all(|pair| pair[0] == pair[1])
        && tail.chunks(2).zip(tail.chunks(2).skip(1)).all(|(a, b)| (a[0] - b'0' + 1) % 10 == b[0] - b'0');
    let pairs_count = tail.chunks(2).zip(tail.chunks(2).skip(1)).all(|(a, b)| {
        let number = |pair: &[u8]| (pair[0] - b'0') * 10 + (pair[1] - b'0');
        number(a) + 1 == number(b)
    });
    counts_up || counts_down || one_pair || doubled_run || pairs_count
}

/// A VAT number without blanks and in upper case, with its country's two letters, or `None` if it cannot be one.
///
/// A French number is taken only if its key fits its SIREN; a bare one (`40 303 265 045`) gets its letters.
///
/// ```
/// use identity::normalise_vat;
/// assert_eq!(normalise_vat("fr 40 303 265 045").as_deref(), Some("FR40303265045"));
/// assert_eq!(normalise_vat("FR41303265045"), None);
/// assert_eq!(normalise_vat("GB 980 7806 84").as_deref(), Some("GB980780684"));
/// ```
pub fn normalise_vat(written: &str) -> Option<String> {
    let compact: String =
        written.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    let has_letters = compact.get(..2).is_some_and(|two| two.bytes().all(|b| b.is_ascii_uppercase()));
    let full = if has_letters {
        compact
    } else if compact.len() == 11 && all_digits(&compact) {
        format!("FR{compact}")
    } else {
        return None;
    };
    let (land, body) = full.split_at(2);
    if !VAT_COUNTRIES.contains(&land) || written.chars().any(|c| !c.is_ascii() && c.is_alphanumeric()) {
        return None;
    }
    let plausible = (7..=12).contains(&body.len())
        && body.bytes().filter(u8::is_ascii_digit).count() >= 5
        && !body.bytes().filter(u8::is_ascii_digit).all(|b| b == b'0');
    let good = if land == "FR" { french_vat_key_fits(body) } else { plausible };
    good.then_some(full)
}

/// The SIREN inside a normalised French VAT number.
///
/// ```
/// assert_eq!(identity::siren_of_vat("FR40303265045"), Some("303265045"));
/// assert_eq!(identity::siren_of_vat("GB980780684"), None);
/// ```
pub fn siren_of_vat(normalised: &str) -> Option<&str> {
    let body = normalised.strip_prefix("FR")?;
    (body.len() == 11).then(|| &body[2..])
}

/// A company number as `COUNTRY:NUMBER`, or `None` if it cannot be one.
///
/// A French SIREN or SIRET becomes the SIREN of the company, provided its check digits are right, so that the
/// sites of one company agree. British numbers are padded to eight characters. Others keep their letters and
/// digits behind the code of their country, or behind `??` where the source names none.
///
/// ```
/// use identity::normalise_company_number;
/// assert_eq!(normalise_company_number("303 265 045 00011", None).as_deref(), Some("FR:303265045"));
/// assert_eq!(normalise_company_number("303 265 046", None), None);
/// assert_eq!(normalise_company_number("SC 123456", Some("Scotland")).as_deref(), Some("GB:SC123456"));
/// ```
pub fn normalise_company_number(written: &str, country_written: Option<&str>) -> Option<String> {
    let compact: String =
        written.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    let land = country_written.and_then(country).map(|country| country.code);
    let is_french_length = all_digits(&compact) && matches!(compact.len(), 9 | 14);
    match land {
        Some("FR") => siren(&compact).map(|siren| format!("FR:{siren}")),
        None if is_french_length => siren(&compact).map(|siren| format!("FR:{siren}")),
        Some("GB") => british_number(&compact).map(|number| format!("GB:{number}")),
        None if compact.len() == 8 && compact.starts_with(|c: char| c.is_ascii_uppercase()) => {
            british_number(&compact).map(|number| format!("GB:{number}"))
        }
        _ => {
            let digits = compact.bytes().filter(u8::is_ascii_digit);
            let good = (5..=20).contains(&compact.len())
                && digits.clone().count() >= 4
                && !digits.clone().all(|b| b == b'0');
            good.then(|| format!("{}:{compact}", land.unwrap_or("??")))
        }
    }
}

fn without_extension(written: &str) -> &str {
    let lower = written.to_ascii_lowercase();
    let cut = ["poste", "ext", "x", "#", "p.", " ou ", " or ", ";", ","]
        .iter()
        .filter_map(|mark| lower.find(mark))
        .filter(|at| lower[..*at].bytes().filter(u8::is_ascii_digit).count() >= 6)
        .min();
    &written[..cut.unwrap_or(written.len())]
}

/// Digits with a leading plus where there was one; `(0)` after an international prefix dropped. `None` when
/// anything but digits and the usual marks between them is there.
fn digits_of(written: &str) -> Option<String> {
    let mut text = written.trim();
    for label in ["tel:", "tél:", "tel.", "tél.", "tel", "tél", "phone:", "mob.", "mob:"] {
        if let Some(head) = text.get(..label.len()).filter(|head| head.to_lowercase() == label) {
            text = text[head.len()..].trim_start_matches([' ', ':']);
            break;
        }
    }
    let international = text.starts_with('+') || text.starts_with("00") || text.starts_with("(+");
    let without_trunk = if international { text.replacen("(0)", "", 1) } else { text.to_string() };
    let mut digits = String::with_capacity(16);
    for c in without_trunk.chars() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if digits.is_empty() => digits.push('+'),
            '(' | ')' | '.' | '-' | '/' | '_' | '\u{2010}'..='\u{2015}' => {}
            c if c.is_whitespace() || c == '\u{200b}' || c == '\u{202c}' || c == '\u{202a}' => {}
            _ => return None,
        }
    }
    let count = digits.trim_start_matches('+').len();
    (6..=17).contains(&count).then_some(digits)
}

fn international_number(digits: &str) -> Option<String> {
    if digits.starts_with('0') || !(7..=15).contains(&digits.len()) {
        return None;
    }
    let Some(country) = dialled(digits) else { return Some(format!("+{digits}")) };
    let after = &digits[country.dialling.len()..];
    let national = if country.trunk_zero { after.strip_prefix('0').unwrap_or(after) } else { after };
    country.digits.contains(&national.len()).then(|| format!("+{}{national}", country.dialling))
}

/// The French overseas numbers that are dialled as national ones but have a code of their own.
fn overseas<'a>(code: &str, dialling: &'a str, national: &'a str) -> (&'a str, &'a str) {
    if code != "FR" {
        return (dialling, national);
    }
    match national.get(..3) {
        Some("262" | "263" | "692" | "693") => ("262", national),
        Some("590" | "690" | "691") => ("590", national),
        Some("594" | "694") => ("594", national),
        Some("596" | "696" | "697") => ("596", national),
        _ => (dialling, national),
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn french_vat_key_fits(body: &str) -> bool {
    if body.len() != 11 || !all_digits(&body[2..]) || siren(&body[2..]).is_none() {
        return false;
    }
    // Keys with letters exist for a few foreign bodies; their arithmetic is not published, so only their form is held.
    if !all_digits(&body[..2]) {
        return true;
    }
    let siren: u64 = body[2..].parse().expect("nine digits fit");
    body[..2].parse::<u64>().expect("two digits fit") == (12 + 3 * (siren % 97)) % 97
}

/// The SIREN of a SIREN or SIRET whose check digits are right. La Poste's sites (SIREN 356000000) follow a rule
/// of their own: the sum of the digits is a multiple of five.
fn siren(digits: &str) -> Option<&str> {
    if !all_digits(digits) || digits.bytes().all(|b| b == digits.as_bytes()[0]) {
        return None;
    }
    let sum = |text: &str| text.bytes().map(|b| u32::from(b - b'0')).sum::<u32>();
    match digits.len() {
        9 => luhn(digits).then_some(digits),
        14 if digits.starts_with("356000000") => (luhn(digits) || sum(digits) % 5 == 0).then(|| &digits[..9]),
        14 => (luhn(digits) && luhn(&digits[..9])).then(|| &digits[..9]),
        _ => None,
    }
}

fn british_number(compact: &str) -> Option<String> {
    let padded = if all_digits(compact) { format!("{compact:0>8}") } else { compact.to_string() };
    let letters = padded.bytes().take_while(u8::is_ascii_uppercase).count();
    let good = padded.len() == 8
        && matches!(letters, 0 | 2)
        && all_digits(&padded[letters..])
        && !padded[letters..].bytes().all(|b| b == padded.as_bytes()[letters]);
    good.then_some(padded)
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, b)| {
            let digit = u32::from(b - b'0');
            if place % 2 == 0 { digit } else { digit * 2 - if digit > 4 { 9 } else { 0 } }
        })
        .sum();
    sum.is_multiple_of(10)
}

const VAT_COUNTRIES: &[&str] = &[
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "GB", "GR", "HR", "HU",
    "IE", "IT", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_address_is_one_however_it_is_pasted() {
        for written in [
            "jeanne@dupont.fr",
            "Jeanne@Dupont.FR ",
            "<jeanne@dupont.fr>;",
            "mailto:JEANNE@dupont.fr",
            "'jeanne@dupont.fr'",
        ] {
            assert_eq!(normalise_email(written).as_deref(), Some("jeanne@dupont.fr"), "{written}");
        }
        assert_eq!(normalise_email("hélène@société.fr"), normalise_email("HE\u{301}LE\u{300}NE@SOCIÉTÉ.fr"));
        assert_eq!(normalise_email("j.o+shop@gmail.com").as_deref(), Some("j.o+shop@gmail.com"));
    }

    #[test]
    fn what_is_no_address_is_none() {
        for written in [
            "",
            "@",
            "jeanne",
            "jeanne@",
            "@dupont.fr",
            "jeanne@dupont",
            "a b@c.fr",
            "a@b@c.fr",
            "a@b..fr",
            "a@-b.fr",
            "a@b.fr, c@d.fr",
        ] {
            assert_eq!(normalise_email(written), None, "{written}");
        }
    }

    #[test]
    fn nobody_s_addresses_are_known() {
        for address in [
            "noreply@shop.fr",
            "no-reply@shop.fr",
            "ne.pas.repondre@x.fr",
            "test@x.fr",
            "test+4@x.fr",
            "xxx@x.fr",
            "a@b.invalid",
        ] {
            assert!(is_placeholder_email(address), "{address}");
        }
        for address in ["testud@gmail.com", "contact@dupont.fr", "info@acme.co.uk", "jeanne@gmail.com"] {
            assert!(!is_placeholder_email(address), "{address}");
        }
    }

    #[test]
    fn a_number_is_one_in_every_notation() {
        for written in [
            "0642197753",
            "06.42.19.77.53",
            "06-42-19-77-53",
            "06/42/19/77/53",
            "+33 6 42 19 77 53",
            "+330642197753",
            "(+33) 6 42 19 77 53",
            "00 33 6 42 19 77 53",
            "06\u{a0}42\u{202f}19 77 53",
            "642197753",
            "Tél. 06 42 19 77 53",
            "0642197753 poste 12",
        ] {
            assert_eq!(
                normalise_phone(written, Some("France")).as_deref(),
                Some("+33642197753"),
                "{written}"
            );
        }
        for written in ["020 7946 0018", "+44 (0)20 7946 0018", "0044 20 7946 0018", "442079460018"] {
            assert_eq!(normalise_phone(written, Some("GB")).as_deref(), Some("+442079460018"), "{written}");
        }
        assert_eq!(normalise_phone("0692 12 34 57", None).as_deref(), Some("+262692123457"));
        assert_eq!(normalise_phone("(514) 555-0142", Some("Canada")).as_deref(), Some("+15145550142"));
        assert_eq!(normalise_phone("+39 06 6982", None).as_deref(), Some("+39066982"));
    }

    #[test]
    fn what_is_no_number_is_none() {
        for written in [
            "",
            "12",
            "0",
            "inconnu",
            "06 42 19 77",
            "06 42 19 77 53 99 12 34",
            "+33 6 42 19 77",
            "0000",
            "12345678901234567890",
        ] {
            assert_eq!(normalise_phone(written, None), None, "{written}");
        }
    }

    #[test]
    fn numbers_nobody_has_are_known() {
        for number in [
            "+33600000000",
            "+33612345678",
            "+33123456789",
            "+33606060606",
            "+33611223344",
            "+33102030405",
            "+33999999999",
            "+33687654321",
        ] {
            assert!(is_placeholder_phone(number), "{number}");
        }
        assert!(!is_placeholder_phone("+33142345679"));
    }

    #[test]
    fn vat_and_company_numbers_meet_in_the_siren() {
        let vat = normalise_vat("FR 40-303.265.045").unwrap();
        assert_eq!(siren_of_vat(&vat), Some("303265045"));
        assert_eq!(normalise_company_number("30326504500011", Some("FR")).as_deref(), Some("FR:303265045"));
        assert_eq!(normalise_company_number("1234567", Some("UK")).as_deref(), Some("GB:01234567"));
        assert_eq!(normalise_company_number("HRB 12345", Some("Allemagne")).as_deref(), Some("DE:HRB12345"));
        assert_eq!(normalise_company_number("000000000", None), None);
        assert_eq!(normalise_company_number("356 000 000 00048", None).as_deref(), Some("FR:356000000"));
        for written in ["", "FR", "FR00000000000", "XX123456789", "303265045", "FR 40 303 265 04", "n/a"] {
            assert_eq!(normalise_vat(written), None, "{written}");
        }
    }

    proptest! {
        #[test]
        fn a_normalised_identifier_stays_as_it_is(text in "\\PC{0,30}", phone in "[+0-9 ().-]{0,20}", number in "[A-Za-z0-9 ]{0,16}") {
            for email in [normalise_email(&text), normalise_email(&format!("{text}@dupont.fr"))].into_iter().flatten() {
                prop_assert_eq!(normalise_email(&email), Some(email.clone()));
            }
            for country in [None, Some("FR"), Some("GB"), Some("IT"), Some("US")] {
                for written in [&text, &phone] {
                    if let Some(e164) = normalise_phone(written, country) {
                        prop_assert!(e164.starts_with('+') && (8..=16).contains(&e164.len()), "{}", e164);
                        prop_assert_eq!(normalise_phone(&e164, country), Some(e164.clone()));
                        is_placeholder_phone(&e164);
                    }
                }
                for written in [&text, &number] {
                    if let Some(company) = normalise_company_number(written, country) {
                        prop_assert_eq!(&company[2..3], ":");
                    }
                    if let Some(vat) = normalise_vat(written) {
                        prop_assert_eq!(normalise_vat(&vat), Some(vat.clone()));
                    }
                }
            }
        }
    }
}
