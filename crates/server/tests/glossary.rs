//! The glossary knows every word that files, filters and the API use.

use access::Field;
use ledger::{Attribute, FactKind};

const GLOSSARY: &str = include_str!("../../../docs/glossary.md");

fn is_explained(word: &str) -> bool {
    GLOSSARY.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|known| known == word)
}

#[test]
fn every_field_attribute_and_kind_of_fact_is_in_the_glossary() {
    let fields = Field::ALL.map(Field::name);
    let choices = Field::ALL.into_iter().flat_map(Field::choices).map(|choice| choice.name);
    let attributes = Attribute::ALL.map(Attribute::name);
    let kinds = FactKind::ALL.map(FactKind::name);
    let words = fields.into_iter().chain(choices).chain(attributes).chain(kinds);
    let missing: Vec<&str> = words.filter(|word| !is_explained(word)).collect();
    assert!(missing.is_empty(), "docs/glossary.md does not explain {missing:?}");
}
