//! Chance and digests: session ids, one-time tokens, passwords.
//!
//! Tokens are 256 random bits and only their digest is kept; passwords are hashed with argon2id.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};
use std::sync::OnceLock;

/// The fewest characters of a password.
pub const SHORTEST_PASSWORD: usize = 10;

/// A random token of 256 bits, as 64 hexadecimal digits.
pub fn token() -> String {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    hex(&bytes)
}

/// What is kept of a token.
pub fn digest(token: &str) -> String {
    hex(&Sha256::digest(token.as_bytes()))
}

/// A short number under which the log tells more about one failure.
pub fn reference() -> String {
    let mut bytes = [0u8; 6];
    getrandom::fill(&mut bytes).expect("the system gives random numbers");
    hex(&bytes).to_uppercase()
}

/// Why a password will not do, if it will not.
pub fn password_problem(password: &str) -> Option<String> {
    const COMMON: [&str; 8] = [
        "password",
        "motdepasse",
        "1234567890",
        "azertyuiop",
        "qwertyuiop",
        "clientela",
        "changeme",
        "administrator",
    ];
    let lower = password.to_lowercase();
    if password.chars().count() < SHORTEST_PASSWORD {
        return Some(format!("a password has at least {SHORTEST_PASSWORD} characters"));
    }
    if password.len() > 1_000 {
        return Some("a password has at most 1,000 bytes".to_string());
    }
    let first = lower.chars().next();
    let is_common =
        COMMON.iter().any(|word| lower.trim_end_matches(|c: char| c.is_ascii_digit() || c == '!') == *word);
    if is_common || COMMON.contains(&lower.as_str()) || lower.chars().all(|c| Some(c) == first) {
        return Some("this password is among the first that anybody would try".to_string());
    }
    None
}

/// The argon2id hash of a password, with its salt. Takes some 20 ms and 19 MiB: never on an async thread.
pub fn hash_password(password: &str) -> String {
    Argon2::default()
        .hash_password(password.as_bytes())
        .expect("a password of at most 1,000 bytes can be hashed")
        .to_string()
}

/// Whether a password fits a hash. Without a hash it takes as long and says no, so that time tells nobody whether
/// an account exists.
pub fn verify_password(password: &str, hash: Option<&str>) -> bool {
    static NOBODY: OnceLock<String> = OnceLock::new();
    let nobody = || NOBODY.get_or_init(|| hash_password("nobody has this password")).as_str();
    let known = hash.is_some();
    let parsed = PasswordHash::new(hash.unwrap_or_else(nobody));
    let fits =
        parsed.is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok());
    known && fits
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_kept_as_argon2id_and_fits_only_itself() {
        let hash = hash_password("correct horse battery");
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify_password("correct horse battery", Some(&hash)));
        assert!(!verify_password("correct horse batterz", Some(&hash)));
        assert!(!verify_password("nobody has this password", None));
        assert!(!verify_password("x", Some("not a hash")));
        assert_ne!(hash, hash_password("correct horse battery"), "each hash has its own salt");
    }

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        for weak in ["", "short", "aaaaaaaaaaaa", "motdepasse", "Password1!", "Administrator1", "1234567890"]
        {
            assert!(password_problem(weak).is_some(), "{weak}");
        }
        assert_eq!(password_problem("une longue phrase"), None);
    }

    #[test]
    fn tokens_are_long_and_never_the_same() {
        assert_eq!(token().len(), 64);
        assert_ne!(token(), token());
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
