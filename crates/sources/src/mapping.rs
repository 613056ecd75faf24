//! Which column fills what, and by which rules: the file a user keeps beside an export that comes every month.
//!
//! Takes and gives TOML that a person can read and JSON for the page. What the file's columns really are is checked
//! when a file is opened with it.

use crate::format::{Format, FormatKind};
use crate::said::{Said, Saying};
use crate::target::{FileKind, Target, TargetType};
use ledger::Currency;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How a file is read and what its columns mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What the rows tell.
    #[serde(deserialize_with = "file_kind")]
    pub kind: FileKind,
    /// The currency of amounts whose row names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// How bytes become rows.
    pub format: Format,
    /// Which columns fill what.
    #[serde(default)]
    pub columns: BTreeMap<Target, Columns>,
    /// Values for targets that no column fills, the same for every row: `channel = "visit"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<Target, String>,
    /// What to make of special rows.
    #[serde(default)]
    pub rules: Rules,
}

impl Mapping {
    /// Whether rows say something of the customer beside what happened.
    pub fn describes(&self) -> bool {
        self.columns.keys().chain(self.fixed.keys()).any(|target| matches!(target, Target::Attribute(_)))
    }
}

/// One column, or several that are joined, added up or tried in turn, as the target's type has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[allow(missing_docs)]
pub enum Columns {
    One(String),
    Several(Vec<String>),
}

/// What to make of special rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// What becomes of rows that name no customer.
    #[serde(default)]
    pub no_customer: NoCustomer,
    /// Which rows are cancellations: those whose column starts with, or is, a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancellation: Option<Cancellation>,
    /// Whether returns are written with positive amounts that have to be turned round.
    #[serde(default, skip_serializing_if = "is_false")]
    pub returns_are_positive: bool,
    /// Whether two rows that say exactly the same are two facts. If not, the second is a duplicate.
    #[serde(default)]
    pub keep_repeats: bool,
    /// The margin of a sale line whose row tells neither margin nor unit cost, in percent of its amount: an assumption.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumed_margin_percent: Option<u32>,
    /// The top mark of the ratings, such as 5 or 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating_out_of: Option<u32>,
    /// Whether an invoice may be paid in parts. If not, a second payment of an invoice replaces the first.
    #[serde(default, skip_serializing_if = "is_false")]
    pub several_payments_per_invoice: bool,
    /// What the column of minutes counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minutes_are: Option<TimeUnit>,
    /// What the column of weights counts; kilograms unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kg_are: Option<WeightUnit>,
    /// What the column of distances counts; kilometres unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub km_are: Option<DistanceUnit>,
}

/// What becomes of rows that name no customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoCustomer {
    /// They are kept as facts of nobody and counted.
    #[default]
    Anonymous,
    /// They are rejected.
    Reject,
}

/// A sign in a column that marks a row as a cancellation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cancellation {
    /// The column to look at.
    pub column: String,
    /// The text it starts with, in this case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_with: Option<String>,
    /// The text it is, in any case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is: Option<String>,
}

/// What a column of weights counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum WeightUnit {
    Grams,
    Kilograms,
    Tonnes,
    /// International pounds of 0.45359237 kg.
    Pounds,
}

/// What a column of distances counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum DistanceUnit {
    Metres,
    Kilometres,
    /// International miles of 1.609344 km.
    Miles,
}

impl WeightUnit {
    /// The word for it in mappings.
    pub fn name(self) -> &'static str {
        match self {
            WeightUnit::Grams => "grams",
            WeightUnit::Kilograms => "kilograms",
            WeightUnit::Tonnes => "tonnes",
            WeightUnit::Pounds => "pounds",
        }
    }

    /// So many hundred-millionths of a kilogram make one of it.
    pub(crate) fn in_kilograms(self) -> i128 {
        match self {
            WeightUnit::Grams => 100_000,
            WeightUnit::Kilograms => 100_000_000,
            WeightUnit::Tonnes => 100_000_000_000,
            WeightUnit::Pounds => 45_359_237,
        }
    }
}

impl DistanceUnit {
    /// The word for it in mappings.
    pub fn name(self) -> &'static str {
        match self {
            DistanceUnit::Metres => "metres",
            DistanceUnit::Kilometres => "kilometres",
            DistanceUnit::Miles => "miles",
        }
    }

    /// So many hundred-millionths of a kilometre make one of it.
    pub(crate) fn in_kilometres(self) -> i128 {
        match self {
            DistanceUnit::Metres => 100_000,
            DistanceUnit::Kilometres => 100_000_000,
            DistanceUnit::Miles => 160_934_400,
        }
    }
}

/// What a column of durations counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum TimeUnit {
    Seconds,
    Minutes,
    Hours,
}

/// What is wrong with a mapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MappingError {
    /// The text is no mapping file.
    Syntax {
        /// Line of the mapping file, from 1, where it is known.
        line: Option<usize>,
        /// What is wrong there.
        cause: String,
    },
    /// A target that must be filled is not.
    Missing {
        /// What the rows tell.
        kind: FileKind,
        /// The targets of which one must be filled.
        one_of: Vec<Target>,
    },
    /// A target that this kind of file cannot tell.
    NotOfKind {
        /// What the rows tell.
        kind: FileKind,
        /// The target that does not belong.
        target: Target,
    },
    /// Something else that cannot be right.
    Contradiction(Said),
}

impl MappingError {
    /// The cause and the remedy, to be worded in any language.
    pub fn said(&self) -> Said {
        let names = |targets: &mut dyn Iterator<Item = Target>| {
            targets.map(|target| target.name().to_string()).collect::<Vec<_>>().join(", ")
        };
        match self {
            MappingError::Syntax { line, cause } => {
                let line = line.map_or("?".to_string(), |line| line.to_string());
                Said::new(Saying::MappingSyntax, [line, cause.clone()])
            }
            MappingError::Missing { kind, one_of } => {
                let wanted = names(&mut one_of.iter().copied());
                Said::new(Saying::TargetMissing, [kind.to_string(), wanted])
            }
            MappingError::NotOfKind { kind, target } => {
                let known = names(&mut Target::all().filter(|t| t.serves(*kind)));
                Said::new(Saying::TargetNotOfKind, [kind.to_string(), target.name().to_string(), known])
            }
            MappingError::Contradiction(said) => said.clone(),
        }
    }
}

impl fmt::Display for MappingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MappingError::Syntax { line: Some(line), cause } => write!(f, "mapping, line {line}: {cause}"),
            MappingError::Syntax { line: None, cause } => write!(f, "mapping: {cause}"),
            other => write!(f, "mapping: {}", other.said()),
        }
    }
}

impl std::error::Error for MappingError {}

impl Columns {
    /// The column names, in order.
    pub fn names(&self) -> &[String] {
        match self {
            Columns::One(name) => std::slice::from_ref(name),
            Columns::Several(names) => names,
        }
    }
}

impl From<&str> for Columns {
    fn from(name: &str) -> Columns {
        Columns::One(name.to_string())
    }
}

impl Mapping {
    /// A mapping without columns.
    pub fn new(kind: FileKind, format: Format) -> Mapping {
        Mapping {
            kind,
            currency: None,
            format,
            columns: BTreeMap::new(),
            fixed: BTreeMap::new(),
            rules: Rules::default(),
        }
    }

    /// Reads a mapping file. What is wrong is named with its line.
    pub fn from_toml(text: &str) -> Result<Mapping, MappingError> {
        let mapping = toml::from_str::<Mapping>(text).map_err(|error| MappingError::Syntax {
            line: error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1),
            cause: error.message().lines().collect::<Vec<_>>().join(" "),
        })?;
        mapping.check()?;
        Ok(mapping)
    }

    /// Whether the mapping can be used at all; what its columns are is checked against a file.
    pub fn check(&self) -> Result<(), MappingError> {
        let filled = |target: &Target| self.columns.contains_key(target) || self.fixed.contains_key(target);
        for group in self.kind.requirements() {
            if !group.iter().any(filled) {
                return Err(MappingError::Missing { kind: self.kind, one_of: group.to_vec() });
            }
        }
        let every = self.columns.keys().chain(self.fixed.keys());
        if let Some(&target) = every.clone().find(|target| !target.serves(self.kind)) {
            return Err(MappingError::NotOfKind { kind: self.kind, target });
        }
        self.check_values()?;
        self.check_format()
    }

    fn check_values(&self) -> Result<(), MappingError> {
        let wrong = |said: Said| Err(MappingError::Contradiction(said));
        for (target, columns) in &self.columns {
            if columns.names().is_empty() {
                return wrong(Said::new(Saying::TargetWithoutColumn, [target.to_string()]));
            }
            if self.fixed.contains_key(target) {
                return wrong(Said::new(Saying::ColumnAndFixed, [target.to_string()]));
            }
            let joins = !matches!(
                target.value_type(),
                TargetType::Number | TargetType::Choice | TargetType::Currency
            );
            if columns.names().len() > 1 && !joins {
                return wrong(Said::new(Saying::OneColumnOnly, [target.to_string()]));
            }
        }
        for (target, value) in &self.fixed {
            if !matches!(target.value_type(), TargetType::Text) {
                return wrong(Said::new(Saying::NotFixable, [target.to_string(), value.clone()]));
            }
        }
        if self.rules.rating_out_of == Some(0) {
            return wrong(Said::new(Saying::TopMarkZero, []));
        }
        if let Some(percent) = self.rules.assumed_margin_percent.filter(|percent| *percent > 100) {
            return wrong(Said::new(Saying::MarginAboveAll, [percent.to_string()]));
        }
        match &self.rules.cancellation {
            Some(Cancellation { starts_with: None, is: None, .. }) => {
                wrong(Said::new(Saying::CancellationWithoutSign, []))
            }
            Some(Cancellation { starts_with: Some(text), .. } | Cancellation { is: Some(text), .. })
                if text.is_empty() =>
            {
                wrong(Said::new(Saying::CancellationOfNothing, []))
            }
            _ => Ok(()),
        }
    }

    fn check_format(&self) -> Result<(), MappingError> {
        let wrong = |said: Said| Err(MappingError::Contradiction(said));
        let format = &self.format;
        if format.kind.is_text() && encoding_rs::Encoding::for_label(format.encoding.as_bytes()).is_none() {
            return wrong(Said::new(Saying::UnknownEncoding, [format.encoding.clone()]));
        }
        if format.kind == FormatKind::Delimited {
            let is_separator =
                |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && !matches!(c, '\n' | '\r' | '\0');
            if !is_separator(format.delimiter) {
                return wrong(Said::new(Saying::WrongDelimiter, [format.delimiter.to_string()]));
            }
            if let Some(quote) =
                format.quote.filter(|quote| !is_separator(*quote) || *quote == format.delimiter)
            {
                return wrong(Said::new(Saying::WrongQuote, [quote.to_string()]));
            }
        }
        if !matches!(format.decimal, '.' | ',') {
            return wrong(Said::new(Saying::WrongDecimal, [format.decimal.to_string()]));
        }
        Ok(())
    }
}

fn is_false(flag: &bool) -> bool {
    !*flag
}

fn file_kind<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FileKind, D::Error> {
    let name = String::deserialize(deserializer)?;
    FileKind::from_name(&name).ok_or_else(|| {
        let known = FileKind::ALL.map(FileKind::name).join(", ");
        D::Error::custom(format!("unknown kind {name:?}; known are {known}"))
    })
}
