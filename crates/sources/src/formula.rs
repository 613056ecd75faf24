//! Texts that a spreadsheet would run as a formula, made harmless on the way out and whole again on the way in.
//!
//! A text is dangerous when it begins, after apostrophes, blanks, control characters and byte order marks, with
//! one of `= + - @` (also in their full-width forms), or with a tab or line break. It is then written with an
//! apostrophe before it, which a spreadsheet takes for "this is text". Reading takes one apostrophe away from a text
//! that is dangerous without it. Every text survives the way out and in; plain numbers such as `-12,50` need no guard.

use std::borrow::Cow;

/// The text as it may stand in a file that a spreadsheet opens.
///
/// ```
/// assert_eq!(sources::guard("=1+1"), "'=1+1");
/// assert_eq!(sources::guard("-12,50"), "-12,50");
/// assert_eq!(sources::unguard("'=1+1"), "=1+1");
/// assert_eq!(sources::unguard("'s Hertogenbosch"), "'s Hertogenbosch");
/// ```
pub fn guard(text: &str) -> Cow<'_, str> {
    if is_dangerous(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that was guarded; any other text as it is.
pub fn unguard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(inner) if is_dangerous(inner) => inner,
        _ => text,
    }
}

fn is_dangerous(text: &str) -> bool {
    let text = text.trim_start_matches('\'');
    let starts_with_break = text.starts_with(['\t', '\r', '\n']);
    let skipped = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}')
    };
    let bare = text.trim_start_matches(|c| skipped(c) || c == '\'');
    starts_with_break || (bare.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) && !is_number(bare))
}

/// A sign and then digits with marks: nothing in it can run.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}' | '\u{202f}' | '€' | '%'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_in_every_disguise_are_guarded() {
        for text in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "  =1",
            "\t=1",
            "\u{feff}=1",
            "＝1+1",
            "'=1",
            "' =1",
            "\r",
            "-",
            "+",
            "\u{1}=1",
            "-1-cmd|'x'!A0",
        ] {
            let guarded = guard(text);
            assert!(guarded.starts_with('\''), "{text:?}");
            assert_eq!(unguard(&guarded), text);
        }
        for text in ["", "Lyon", "-12.50", "+33 6 12 34 56 78", "-1 234,50 €", "a=b", "'s", "''", "12-"] {
            assert_eq!(guard(text), text);
            assert_eq!(unguard(text), text);
        }
    }

    proptest! {
        #[test]
        fn every_text_survives_the_way_out_and_in(text in "['=+\\-@ \t\r\u{feff}a1]{0,8}|\\PC{0,20}") {
            let guarded = guard(&text);
            prop_assert_eq!(unguard(&guarded), text.as_str());
        }

        #[test]
        fn no_guarded_text_runs(text in "['=+\\-@ \ta1]{0,8}") {
            let guarded = guard(&text);
            let bare = guarded.trim_start();
            prop_assert!(!bare.starts_with(['=', '@']));
        }
    }
}
