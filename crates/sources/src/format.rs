//! How a file's bytes are to be understood: container, encoding, separators, marks.

use serde::{Deserialize, Serialize};

/// How the bytes of a file become rows of cells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Format {
    /// What kind of file it is.
    #[serde(rename = "type")]
    pub kind: FormatKind,
    /// Whether the text is packed.
    #[serde(default, skip_serializing_if = "Compression::is_none")]
    pub compression: Compression,
    /// The text's encoding by its WHATWG label, such as `utf-8`, `windows-1252`, `utf-16le`. Text formats only.
    #[serde(default = "utf_8")]
    pub encoding: String,
    /// What stands between two cells. Delimited files only.
    #[serde(default = "comma")]
    pub delimiter: char,
    /// What encloses a cell that contains the delimiter; `None` where quotes are ordinary characters.
    #[serde(default = "double_quote", with = "quote_text")]
    pub quote: Option<char>,
    /// Whether the first row names the columns; if not, they are called `column 1`, `column 2`, ….
    #[serde(default = "yes")]
    pub header: bool,
    /// Lines or sheet rows before the header (or the first row) that are passed over, such as a title.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skip_lines: u32,
    /// The mark before the decimals in numbers that are written as text.
    #[serde(default = "point")]
    pub decimal: char,
    /// In what order a written date names day, month and year. ISO dates are read under any.
    #[serde(default)]
    pub date_order: DateOrder,
    /// Which sheet of a workbook; the first when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
}

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormatKind {
    /// Text with one row a line and a character between cells: CSV, TSV.
    Delimited,
    /// One JSON object a line, or one JSON array of objects.
    Ndjson,
    /// An Office Open XML workbook.
    Xlsx,
    /// Apache Parquet.
    Parquet,
}

impl FormatKind {
    /// The word for it in mappings and messages.
    pub fn name(self) -> &'static str {
        match self {
            FormatKind::Delimited => "delimited",
            FormatKind::Ndjson => "ndjson",
            FormatKind::Xlsx => "xlsx",
            FormatKind::Parquet => "parquet",
        }
    }

    /// Whether the content is characters in some encoding.
    pub fn is_text(self) -> bool {
        matches!(self, FormatKind::Delimited | FormatKind::Ndjson)
    }
}

/// Whether the text is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Compression {
    #[default]
    None,
    Gzip,
}

impl Compression {
    fn is_none(&self) -> bool {
        *self == Compression::None
    }
}

/// In what order a written date names its parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// Day, month, year: `31/12/2024`.
    #[default]
    Dmy,
    /// Month, day, year: `12/31/2024`.
    Mdy,
    /// Year, month, day: `24/12/31`.
    Ymd,
}

impl DateOrder {
    /// The word for it in mappings.
    pub fn name(self) -> &'static str {
        match self {
            DateOrder::Dmy => "dmy",
            DateOrder::Mdy => "mdy",
            DateOrder::Ymd => "ymd",
        }
    }
}

impl Format {
    /// UTF-8, comma, double quotes, a header line, a decimal point, day before month.
    pub fn of(kind: FormatKind) -> Format {
        Format {
            kind,
            compression: Compression::None,
            encoding: utf_8(),
            delimiter: comma(),
            quote: double_quote(),
            header: true,
            skip_lines: 0,
            decimal: point(),
            date_order: DateOrder::Dmy,
            sheet: None,
        }
    }
}

fn utf_8() -> String {
    "utf-8".to_string()
}

fn comma() -> char {
    ','
}

fn double_quote() -> Option<char> {
    Some('"')
}

fn yes() -> bool {
    true
}

fn is_zero(n: &u32) -> bool {
    *n == 0
}

fn point() -> char {
    '.'
}

/// A quote as a text of one character, or an empty text where there is none.
mod quote_text {
    use serde::{Deserialize, Deserializer, Serializer, de::Error as _};

    pub(super) fn serialize<S: Serializer>(quote: &Option<char>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&quote.map(String::from).unwrap_or_default())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<char>, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (quote, None) => Ok(quote),
            _ => Err(D::Error::custom(format!("{text:?} is not one character"))),
        }
    }
}
