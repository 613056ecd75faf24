//! A mapping written as the file a user keeps: TOML with a word of explanation at each part.

use crate::format::{Compression, FormatKind};
use crate::mapping::{Columns, Mapping, NoCustomer, TimeUnit};
use std::fmt::Write as _;

impl Mapping {
    /// The mapping as a file that [`Mapping::from_toml`] reads back to the same.
    pub fn to_toml(&self) -> String {
        let mut text = String::new();
        text.push_str("# How Clientela reads this kind of file. Change what is not right and give it to the next import.\n\n");
        text.push_str("# What the rows tell: customers, sales, payments, interactions, requests, reviews, referrals, costs.\n");
        let _ = writeln!(text, "kind = {}", quoted(self.kind.name()));
        text.push_str("# The currency of amounts whose row names none.\n");
        let _ = match self.currency {
            Some(currency) => writeln!(text, "currency = {}", quoted(currency.code())),
            None => writeln!(text, "# currency = \"EUR\""),
        };
        self.write_format(&mut text);
        text.push_str("\n# What is filled by which column. Several columns: name = [\"First name\", \"Last name\"].\n[columns]\n");
        for (target, columns) in &self.columns {
            let value = match columns {
                Columns::One(name) => quoted(name),
                Columns::Several(names) => {
                    format!("[{}]", names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", "))
                }
            };
            let _ = writeln!(text, "{target} = {value}");
        }
        if !self.fixed.is_empty() {
            text.push_str("\n# The same for every row.\n[fixed]\n");
            for (target, value) in &self.fixed {
                let _ = writeln!(text, "{target} = {}", quoted(value));
            }
        }
        self.write_rules(&mut text);
        text
    }

    fn write_format(&self, text: &mut String) {
        let format = &self.format;
        text.push_str("\n[format]\n# delimited (CSV, TSV), ndjson, xlsx or parquet.\n");
        let _ = writeln!(text, "type = {}", quoted(format.kind.name()));
        if format.compression == Compression::Gzip {
            text.push_str("compression = \"gzip\"\n");
        }
        if format.kind.is_text() {
            let _ = writeln!(text, "encoding = {}", quoted(&format.encoding));
        }
        if format.kind == FormatKind::Delimited {
            let _ = writeln!(text, "delimiter = {}", quoted(&format.delimiter.to_string()));
            match format.quote {
                Some(quote) => {
                    let _ = writeln!(text, "quote = {}", quoted(&quote.to_string()));
                }
                None => text.push_str("# Quotes are ordinary characters.\nquote = \"\"\n"),
            }
        }
        if matches!(format.kind, FormatKind::Delimited | FormatKind::Xlsx) {
            text.push_str("# Whether the first row names the columns; if not they are called \"column 1\", \"column 2\", …\n");
            let _ = writeln!(text, "header = {}", format.header);
            if format.skip_lines > 0 {
                text.push_str("# Lines before the header that are passed over.\n");
                let _ = writeln!(text, "skip_lines = {}", format.skip_lines);
            }
        }
        if let Some(sheet) = &format.sheet {
            let _ = writeln!(text, "sheet = {}", quoted(sheet));
        }
        text.push_str("# The mark before the decimals: \",\" or \".\".\n");
        let _ = writeln!(text, "decimal = {}", quoted(&format.decimal.to_string()));
        text.push_str(
            "# 31/12/2024 is dmy, 12/31/2024 is mdy, 24/12/31 is ymd. 2024-12-31 is read under any.\n",
        );
        let _ = writeln!(text, "date_order = {}", quoted(format.date_order.name()));
    }

    fn write_rules(&self, text: &mut String) {
        let rules = &self.rules;
        text.push_str("\n[rules]\n# Rows that name no customer: \"anonymous\" keeps them as facts of nobody, \"reject\" rejects them.\n");
        let no_customer = match rules.no_customer {
            NoCustomer::Anonymous => "anonymous",
            NoCustomer::Reject => "reject",
        };
        let _ = writeln!(text, "no_customer = {}", quoted(no_customer));
        text.push_str("# Whether two rows that say exactly the same are two facts.\n");
        let _ = writeln!(text, "keep_repeats = {}", rules.keep_repeats);
        if let Some(cancellation) = &rules.cancellation {
            let mut parts = vec![format!("column = {}", quoted(&cancellation.column))];
            parts.extend(
                cancellation.starts_with.iter().map(|text| format!("starts_with = {}", quoted(text))),
            );
            parts.extend(cancellation.is.iter().map(|text| format!("is = {}", quoted(text))));
            text.push_str("# Which rows are cancellations.\n");
            let _ = writeln!(text, "cancellation = {{ {} }}", parts.join(", "));
        }
        if rules.returns_are_positive {
            text.push_str("# Returns are written with positive amounts and are turned round.\nreturns_are_positive = true\n");
        }
        if rules.several_payments_per_invoice {
            text.push_str(
                "# An invoice may be paid in parts; if not, its second payment replaces the first.\n",
            );
            text.push_str("several_payments_per_invoice = true\n");
        }
        if let Some(percent) = rules.assumed_margin_percent {
            text.push_str("# Margin of lines that tell none, in percent of their amount: an assumption.\n");
            let _ = writeln!(text, "assumed_margin_percent = {percent}");
        }
        if let Some(top) = rules.rating_out_of {
            let _ = writeln!(text, "# The top mark.\nrating_out_of = {top}");
        }
        if let Some(unit) = rules.minutes_are {
            let unit = match unit {
                TimeUnit::Seconds => "seconds",
                TimeUnit::Minutes => "minutes",
                TimeUnit::Hours => "hours",
            };
            let _ = writeln!(text, "# What the column of minutes counts.\nminutes_are = {}", quoted(unit));
        }
        if let Some(unit) = rules.kg_are {
            let _ = writeln!(text, "# What the column of weights counts.\nkg_are = {}", quoted(unit.name()));
        }
        if let Some(unit) = rules.km_are {
            let _ =
                writeln!(text, "# What the column of distances counts.\nkm_are = {}", quoted(unit.name()));
        }
    }
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", c as u32);
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::Format;
    use crate::mapping::{Cancellation, MappingError};
    use crate::mapping::{DistanceUnit, WeightUnit};
    use crate::target::{FileKind, Target};
    use ledger::{Attribute, Currency};

    fn shop() -> Mapping {
        let mut mapping = Mapping::new(FileKind::Sales, Format::of(FormatKind::Delimited));
        mapping.currency = Some(Currency::EUR);
        mapping.format.delimiter = '\t';
        mapping.format.quote = None;
        mapping.format.skip_lines = 2;
        mapping.columns.insert(Target::Customer, "N° \"client\"\nligne \\ 2".into());
        mapping.columns.insert(Target::Date, Columns::Several(vec!["Jour".into(), "Heure".into()]));
        mapping.columns.insert(Target::Amount, "Montant".into());
        mapping.columns.insert(Target::Attribute(Attribute::Country), "Pays".into());
        mapping.rules.cancellation =
            Some(Cancellation { column: "Facture".into(), starts_with: Some("C".into()), is: None });
        mapping.rules.assumed_margin_percent = Some(40);
        mapping.rules.rating_out_of = Some(10);
        mapping.rules.minutes_are = Some(TimeUnit::Hours);
        mapping.rules.kg_are = Some(WeightUnit::Grams);
        mapping.rules.km_are = Some(DistanceUnit::Miles);
        mapping.rules.returns_are_positive = true;
        mapping.rules.several_payments_per_invoice = true;
        mapping
    }

    #[test]
    fn a_mapping_reads_back_from_its_file_and_from_json() {
        let mapping = shop();
        let text = mapping.to_toml();
        assert_eq!(Mapping::from_toml(&text).unwrap(), mapping, "{text}");
        let json = serde_json::to_string(&mapping).unwrap();
        assert_eq!(serde_json::from_str::<Mapping>(&json).unwrap(), mapping, "{json}");
    }

    #[test]
    fn what_is_wrong_in_a_mapping_file_is_named_with_its_line() {
        let read = |text: &str| Mapping::from_toml(text).unwrap_err().to_string();
        let text = shop().to_toml();
        let line_of = |text: &str, part: &str| text.lines().position(|line| line.contains(part)).unwrap() + 1;

        let typo = text.replace("amount = ", "amuont = ");
        let message = read(&typo);
        assert!(message.starts_with(&format!("mapping, line {}", line_of(&typo, "amuont"))), "{message}");
        assert!(message.contains("unknown target \"amuont\"") && message.contains("unit_price"), "{message}");

        let kind = text.replace("\"sales\"", "\"sails\"");
        let message = read(&kind);
        assert!(message.starts_with(&format!("mapping, line {}", line_of(&kind, "sails"))), "{message}");
        assert!(message.contains("interactions"), "{message}");

        assert!(read("kind = \"sales").contains("line 1"));
        assert!(read(&text.replace("\"EUR\"", "\"EURO\"")).contains("unknown currency"));
        assert!(read(&text.replace("keep_repeats", "keep_repeat")).contains("keep_repeat"));
    }

    #[test]
    fn a_mapping_that_cannot_work_is_refused() {
        let mut without_date = shop();
        without_date.columns.remove(&Target::Date);
        assert!(
            matches!(without_date.check(), Err(MappingError::Missing { one_of, .. }) if one_of == [Target::Date])
        );

        let mut foreign = shop();
        foreign.columns.insert(Target::Rating, "Note".into());
        assert!(foreign.check().unwrap_err().to_string().contains("rating is not told by a file of sales"));

        let mut generous = shop();
        generous.rules.assumed_margin_percent = Some(101);
        assert!(generous.check().unwrap_err().to_string().contains("no margin is more than 100 %"));

        let mut decimal = shop();
        decimal.format.decimal = ';';
        assert!(decimal.check().is_err());
        let mut delimiter = shop();
        delimiter.format.delimiter = 'a';
        assert!(delimiter.check().is_err());
    }
}
