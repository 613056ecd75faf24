//! The order of a list: `-expected_value,name` is by expected value, largest first, then by name.

use crate::{Field, FilterError, Problem, Reader};
use std::fmt;

/// The order of a list: at most four fields, each once. Ties are broken by the customer's number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sort(pub Vec<SortKey>);

/// One field of an order. Unknown values come last in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortKey {
    /// By which field.
    pub field: Field,
    /// Largest first.
    pub descending: bool,
}

const MOST_KEYS: usize = 4;

impl Sort {
    /// The order of a list for which nobody chose one: by expected value, largest first, then by name.
    pub fn usual(reader: &Reader) -> Sort {
        let key = |field, descending| SortKey { field: reader.shown(field), descending };
        Sort(vec![key(Field::ExpectedValue, true), key(Field::Name, false)])
    }

    /// Reads an order; a blank text is the usual one.
    ///
    /// A field that does not exist, cannot be sorted by or may not be seen by the reader is refused: the order of
    /// a list gives away what it is ordered by.
    pub fn parse(text: &str, reader: &Reader) -> Result<Sort, FilterError> {
        if text.trim().is_empty() {
            return Ok(Sort::usual(reader));
        }
        let mut keys: Vec<SortKey> = Vec::new();
        let mut start = 0;
        for part in text.split(',') {
            let span = start..start + part.len();
            start = span.end + 1;
            let name = part.trim();
            let (descending, name) = match name.strip_prefix('-') {
                Some(name) => (true, name),
                None => (false, name.strip_prefix('+').unwrap_or(name)),
            };
            let refuse = |problem| FilterError { problem, span: span.clone() };
            let field = Field::from_name(name)
                .filter(|field| reader.sees(*field))
                .ok_or_else(|| refuse(Problem::UnknownField(shorten(name))))?;
            if !field.sortable() {
                return Err(refuse(Problem::NotSortable(field)));
            }
            let field = reader.shown(field);
            if keys.len() == MOST_KEYS {
                return Err(refuse(Problem::TooMany { what: "fields in an order", most: MOST_KEYS }));
            }
            if keys.iter().any(|key| key.field == field) {
                return Err(refuse(Problem::Twice(field)));
            }
            keys.push(SortKey { field, descending });
        }
        Ok(Sort(keys))
    }
}

/// The text in the form that [`Sort::parse`] reads.
impl fmt::Display for Sort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, key) in self.0.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            let minus = if key.descending { "-" } else { "" };
            write!(f, "{comma}{minus}{}", key.field.name())?;
        }
        Ok(())
    }
}

/// At most 40 characters of what somebody wrote, for a message.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;
    use proptest::prelude::*;

    fn seller() -> Reader {
        Reader { staff: 2, role: Role::Seller, owner_name: Some("Nadia".into()) }
    }

    #[test]
    fn an_order_reads_back() {
        let sort = Sort::parse(" -past_revenue, name,+city ", &Reader::house()).unwrap();
        assert_eq!(sort.to_string(), "-past_revenue,name,city");
        assert_eq!(Sort::parse(&sort.to_string(), &Reader::house()), Ok(sort));
        assert_eq!(Sort::parse("", &Reader::house()).unwrap().to_string(), "-expected_value,name");
    }

    #[test]
    fn what_cannot_order_a_list_is_refused() {
        for text in
            ["nothing", "name,", "-", "source", "name,-name", "name,city,owner,email,phone", "name;drop"]
        {
            assert!(Sort::parse(text, &Reader::house()).is_err(), "{text}");
        }
        let error = Sort::parse("name,nope", &Reader::house()).unwrap_err();
        assert_eq!(error.span, 5..9);
    }

    #[test]
    fn a_seller_cannot_order_by_what_he_may_not_see() {
        assert!(matches!(
            Sort::parse("-past_margin", &seller()),
            Err(FilterError { problem: Problem::UnknownField(_), .. })
        ));
        assert_eq!(Sort::parse("-expected_value", &seller()).unwrap().to_string(), "-expected_spend");
        assert!(Sort::parse("expected_value,expected_spend", &seller()).is_err());
        assert!(!Sort::usual(&seller()).0.iter().any(|key| key.field == Field::ExpectedValue));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _ = Sort::parse(&text, &Reader::house());
        }
    }
}
