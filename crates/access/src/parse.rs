//! Reads the filter grammar.
//!
//! ```text
//! filter  = and { "or" and }            and = not { "and" not }
//! not     = "not" not | "(" filter ")" | test
//! test    = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" ) value
//!         | field "in" "(" value { "," value } ")" | field "is" [ "not" ] "empty"
//!         | tally ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//! tally   = ( "count" | "sum" ) "(" facts [ "where" about { "and" about } ] ")"
//! facts   = "sale" | "return" | "payment" | "interaction" | "request" | "review" | "referral" | "cost"
//! about   = ( "day" | "amount" ) ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value | "text" "~" value
//!         | "source" ( "=" | "!=" | "~" ) value
//! value   = word | "text" | 'text'      in quotes, \" \' and \\ stand for the second character
//! ```
//! Field names and the words of the grammar are read in any case. A word runs to the next space, comma, bracket
//! or sign. Every error carries the place in the text, in bytes.

use crate::sort::shorten;
use crate::{
    About, Aggregate, Choice, Comparison, FactsOf, Field, FieldType, Filter, Reader, Tally, Test, Value,
    WrittenDay,
};
use jiff::ToSpan;
use jiff::civil::Date;
use ledger::{Currency, Day, Money};
use std::fmt;
use std::ops::Range;

/// What a filter is read against.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Who asks: fields that he may not see do not exist for him.
    pub reader: &'a Reader,
    /// The day on which `today` and `-90d` stand.
    pub today: Day,
    /// The currency of amounts.
    pub currency: Currency,
}

/// Why a text is no filter, or no order.
#[derive(Clone, Debug, PartialEq)]
pub struct FilterError {
    /// The cause.
    pub problem: Problem,
    /// Where in the text, in bytes.
    pub span: Range<usize>,
}

/// The cause of a refusal.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Problem {
    /// No such field, or not for this reader: the two are told apart for nobody.
    UnknownField(String),
    NotSortable(Field),
    Twice(Field),
    Expected {
        what: &'static str,
        found: String,
    },
    UnterminatedQuote,
    /// The sign makes no sense for the field's type.
    Comparison {
        field: &'static str,
        sign: &'static str,
    },
    Value {
        field: &'static str,
        found: String,
        expected: String,
    },
    TooMany {
        what: &'static str,
        most: usize,
    },
}

impl Problem {
    /// Every word that [`Problem::code`] can be.
    pub const CODES: [&'static str; 8] = [
        "unknown_field",
        "not_sortable",
        "field_twice",
        "unexpected",
        "unterminated_quote",
        "wrong_comparison",
        "wrong_value",
        "too_many",
    ];

    /// The word by which a page can translate it.
    pub fn code(&self) -> &'static str {
        match self {
            Problem::UnknownField(_) => "unknown_field",
            Problem::NotSortable(_) => "not_sortable",
            Problem::Twice(_) => "field_twice",
            Problem::Expected { .. } => "unexpected",
            Problem::UnterminatedQuote => "unterminated_quote",
            Problem::Comparison { .. } => "wrong_comparison",
            Problem::Value { .. } => "wrong_value",
            Problem::TooMany { .. } => "too_many",
        }
    }
}

impl FilterError {
    /// The values that the texts for [`Problem::code`] name.
    pub fn values(&self) -> Vec<(&'static str, String)> {
        let place = ("place", (self.span.start + 1).to_string());
        match &self.problem {
            Problem::UnknownField(name) => vec![("field", name.clone()), place],
            Problem::NotSortable(field) | Problem::Twice(field) => vec![("field", field.name().to_string())],
            Problem::Expected { found, .. } => vec![("found", found.clone()), place],
            Problem::UnterminatedQuote => vec![place],
            Problem::Comparison { field, sign } => {
                vec![("field", field.to_string()), ("sign", sign.to_string()), place]
            }
            Problem::Value { field, found, .. } => {
                vec![("field", field.to_string()), ("found", found.clone()), place]
            }
            Problem::TooMany { most, .. } => vec![("most", most.to_string())],
        }
    }
}

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.span.start + 1;
        match &self.problem {
            Problem::UnknownField(name) => {
                write!(f, "no field {name:?} at character {place}; the list of fields names those there are")
            }
            Problem::NotSortable(field) => write!(f, "a list cannot be sorted by {}", field.name()),
            Problem::Twice(field) => write!(f, "the order names {} twice", field.name()),
            Problem::Expected { what, found } if found.is_empty() => {
                write!(f, "expected {what} at the end of the filter")
            }
            Problem::Expected { what, found } => {
                write!(f, "expected {what} at character {place}, found {found:?}")
            }
            Problem::UnterminatedQuote => write!(f, "the quote opened at character {place} is never closed"),
            Problem::Comparison { field, sign } => {
                write!(f, "{sign:?} at character {place} does not apply to {field}")
            }
            Problem::Value { field, found, expected } => {
                write!(f, "{field} at character {place} takes {expected}, not {found:?}")
            }
            Problem::TooMany { what, most } => write!(f, "at most {most} {what}"),
        }
    }
}

impl std::error::Error for FilterError {}

const LONGEST: usize = 8_000;
const DEEPEST: usize = 24;
const MOST_TESTS: usize = 100;
/// Each reads all facts.
const MOST_TALLIES: usize = 5;
const MOST_VALUES: usize = 500;

impl Filter {
    /// Reads a filter; a blank text lets every customer pass.
    ///
    /// ```
    /// use access::{Context, Filter, Reader};
    /// use ledger::{Currency, Day};
    /// let reader = Reader::house();
    /// let context = Context { reader: &reader, today: Day(20_000), currency: Currency::EUR };
    /// let filter = Filter::parse("level = strategic and last_purchase < -90d", &context).unwrap();
    /// assert_eq!(filter.to_string(), "level = strategic and last_purchase < -90d");
    /// assert!(Filter::parse("password = 1", &context).is_err());
    /// ```
    pub fn parse(text: &str, context: &Context<'_>) -> Result<Filter, FilterError> {
        if text.len() > LONGEST {
            let problem = Problem::TooMany { what: "bytes in a filter", most: LONGEST };
            return Err(FilterError { problem, span: LONGEST..text.len() });
        }
        let tokens = tokens(text)?;
        if tokens.len() == 1 {
            return Ok(Filter::everything());
        }
        let mut parser = Parser { tokens: &tokens, next: 0, tests: 0, tallies: 0, values: 0, context };
        let filter = parser.alternatives(0)?;
        match parser.peek().kind {
            Kind::End => Ok(filter),
            _ => Err(parser.expected("\"and\", \"or\" or the end")),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// Anything unquoted: fields, words of the grammar, values.
    Word(String),
    /// Anything quoted: a value.
    Quoted(String),
    Sign(&'static str),
    End,
}

#[derive(Clone, Debug)]
struct Token {
    kind: Kind,
    span: Range<usize>,
}

const SIGNS: [&str; 10] = ["!=", "<=", ">=", "=", "<", ">", "~", "(", ")", ","];

fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let start = at;
        let kind = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if c == '"' || c == '\'' {
            let (inner, end) = quoted(text, start, c)?;
            at = end;
            Kind::Quoted(inner)
        } else if let Some(sign) = SIGNS.into_iter().find(|sign| text[at..].starts_with(sign)) {
            at += sign.len();
            Kind::Sign(sign)
        } else {
            let ends = |c: char| c.is_whitespace() || "=<>~(),\"".contains(c);
            let rest = &text[at..];
            let end =
                rest.char_indices().find(|(i, c)| ends(*c) || (*c == '!' && rest[*i..].starts_with("!=")));
            at = end.map_or(text.len(), |(i, _)| at + i);
            Kind::Word(text[start..at].to_string())
        };
        tokens.push(Token { kind, span: start..at });
    }
    tokens.push(Token { kind: Kind::End, span: text.len()..text.len() });
    Ok(tokens)
}

/// The inside of the quote that opens at `start`, and where the text goes on.
fn quoted(text: &str, start: usize, quote: char) -> Result<(String, usize), FilterError> {
    let mut inner = String::new();
    let mut chars = text[start + 1..].char_indices();
    while let Some((i, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, escaped)) => inner.push(escaped),
                None => break,
            },
            c if c == quote => return Ok((inner, start + 1 + i + 1)),
            c => inner.push(c),
        }
    }
    Err(FilterError { problem: Problem::UnterminatedQuote, span: start..text.len() })
}

struct Parser<'a> {
    tokens: &'a [Token],
    next: usize,
    tests: usize,
    tallies: usize,
    values: usize,
    context: &'a Context<'a>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> &'a Token {
        &self.tokens[self.next]
    }

    /// The next token, which is passed unless it is the end.
    fn take(&mut self) -> &'a Token {
        let token = self.peek();
        self.next = (self.next + 1).min(self.tokens.len() - 1);
        token
    }

    fn expected(&self, what: &'static str) -> FilterError {
        let token = self.peek();
        let found = match &token.kind {
            Kind::Word(text) | Kind::Quoted(text) => shorten(text),
            Kind::Sign(sign) => sign.to_string(),
            Kind::End => String::new(),
        };
        FilterError { problem: Problem::Expected { what, found }, span: token.span.clone() }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is = matches!(&self.peek().kind, Kind::Word(text) if text.eq_ignore_ascii_case(word));
        self.next += usize::from(is);
        is
    }

    fn take_sign(&mut self, sign: &'static str) -> bool {
        let is = self.peek().kind == Kind::Sign(sign);
        self.next += usize::from(is);
        is
    }

    fn alternatives(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.all_of(depth)?];
        while self.take_word("or") {
            parts.push(self.all_of(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::Or(parts) })
    }

    fn all_of(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let mut parts = vec![self.one(depth)?];
        while self.take_word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Filter::And(parts) })
    }

    fn one(&mut self, depth: usize) -> Result<Filter, FilterError> {
        let span = self.peek().span.clone();
        if depth > DEEPEST {
            let problem = Problem::TooMany { what: "brackets within each other", most: DEEPEST };
            return Err(FilterError { problem, span });
        }
        if self.take_word("not") {
            return Ok(Filter::Not(Box::new(self.one(depth + 1)?)));
        }
        if self.take_sign("(") {
            let inner = self.alternatives(depth + 1)?;
            return if self.take_sign(")") { Ok(inner) } else { Err(self.expected("\")\"")) };
        }
        self.tests += 1;
        if self.tests > MOST_TESTS {
            return Err(FilterError {
                problem: Problem::TooMany { what: "tests in a filter", most: MOST_TESTS },
                span,
            });
        }
        self.test().map(Filter::Test)
    }

    fn test(&mut self) -> Result<Test, FilterError> {
        if let Some(aggregate) = self.take_aggregate() {
            return self.tally(aggregate);
        }
        let field = self.field()?;
        if self.take_word("is") {
            let negated = self.take_word("not");
            return if self.take_word("empty") {
                Ok(Test::Empty { field, negated })
            } else {
                Err(self.expected("\"empty\""))
            };
        }
        if self.take_word("in") {
            return Ok(Test::In { field, values: self.values(field)? });
        }
        let (sign, span) = self.sign("a comparison (= != < <= > >= ~ in is)")?;
        let refused =
            FilterError { problem: Problem::Comparison { field: field.name(), sign }, span: span.clone() };
        let Some(comparison) = Comparison::from_sign(sign) else {
            let text = self.text()?;
            return if field.searchable() { Ok(Test::Contains { field, text }) } else { Err(refused) };
        };
        if !field.ordered() && !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Err(refused);
        }
        Ok(Test::Compare { field, comparison, value: self.value(field)? })
    }

    /// A sign that compares, and its place.
    fn sign(&mut self, what: &'static str) -> Result<(&'static str, Range<usize>), FilterError> {
        let token = self.peek();
        match token.kind {
            Kind::Sign(sign) if !matches!(sign, "(" | ")" | ",") => {
                self.take();
                Ok((sign, token.span.clone()))
            }
            _ => Err(self.expected(what)),
        }
    }

    /// A sign that orders; `~` is refused for what goes by this name.
    fn comparison(&mut self, field: &'static str) -> Result<Comparison, FilterError> {
        let (sign, span) = self.sign("a comparison (= != < <= > >=)")?;
        Comparison::from_sign(sign).ok_or(FilterError { problem: Problem::Comparison { field, sign }, span })
    }

    /// `count` or `sum` before a bracket.
    fn take_aggregate(&mut self) -> Option<Aggregate> {
        let opens = self.tokens.get(self.next + 1).is_some_and(|token| token.kind == Kind::Sign("("));
        let found = Aggregate::ALL.into_iter().find(|one| opens && self.take_word(one.name()))?;
        self.take();
        Some(found)
    }

    /// A tally behind its first bracket, and what it compares with.
    fn tally(&mut self, aggregate: Aggregate) -> Result<Test, FilterError> {
        let reader = self.context.reader;
        self.tallies += 1;
        if self.tallies > MOST_TALLIES {
            let problem =
                Problem::TooMany { what: "counts and sums of facts in a filter", most: MOST_TALLIES };
            return Err(FilterError { problem, span: self.peek().span.clone() });
        }
        let facts = match &self.peek().kind {
            Kind::Word(name) => FactsOf::from_name(name, reader),
            _ => None,
        };
        let facts =
            facts.filter(|facts| aggregate == Aggregate::Count || facts.has_amounts()).ok_or_else(|| {
                match aggregate {
                    Aggregate::Count => self.expected(
                        "facts to count (sale, return, payment, interaction, request, review, referral)",
                    ),
                    Aggregate::Sum => self.expected("facts with amounts (sale, return, payment)"),
                }
            })?;
        self.take();
        let mut about = Vec::new();
        if self.take_word("where") {
            about.push(self.about(facts)?);
            while self.take_word("and") {
                about.push(self.about(facts)?);
            }
        }
        if !self.take_sign(")") {
            return Err(self.expected("\"where\", \"and\" or \")\""));
        }
        let comparison = self.comparison(aggregate.name())?;
        let of = if aggregate == Aggregate::Count { FieldType::Number } else { FieldType::Money };
        let value = self.value_of(aggregate.name(), of)?;
        Ok(Test::Tally { tally: Tally { aggregate, facts, about }, comparison, value })
    }

    fn about(&mut self, facts: FactsOf) -> Result<About, FilterError> {
        self.tests += 1;
        if self.tests > MOST_TESTS {
            let problem = Problem::TooMany { what: "tests in a filter", most: MOST_TESTS };
            return Err(FilterError { problem, span: self.peek().span.clone() });
        }
        if self.take_word("day") {
            let comparison = self.comparison("day")?;
            return Ok(About::Day(comparison, self.value_of("day", FieldType::Day)?));
        }
        if facts.has_amounts() && self.take_word("amount") {
            let comparison = self.comparison("amount")?;
            return Ok(About::Amount(comparison, self.value_of("amount", FieldType::Money)?));
        }
        let (name, refused): (_, fn(&str) -> bool) = if self.take_word("text") {
            ("text", |sign| sign != "~")
        } else if self.take_word("source") {
            ("source", |sign| !matches!(sign, "=" | "!=" | "~"))
        } else {
            return Err(self.expected("what holds of a fact (day, amount, text or source)"));
        };
        let (sign, span) = self.sign("a comparison (= != ~)")?;
        if refused(sign) {
            return Err(FilterError { problem: Problem::Comparison { field: name, sign }, span });
        }
        let span = self.peek().span.clone();
        let text = self.text()?;
        // Signs alone are folded away, and nothing is in every text.
        if !text.contains(char::is_alphanumeric) {
            let expected = "a word with a letter or a digit".to_string();
            return Err(FilterError {
                problem: Problem::Value { field: name, found: shorten(&text), expected },
                span,
            });
        }
        Ok(match name {
            "text" => About::Text(text),
            _ => About::Source { name: text, contains: sign == "~", negated: sign == "!=" },
        })
    }

    fn field(&mut self) -> Result<Field, FilterError> {
        let token = self.peek();
        let Kind::Word(name) = &token.kind else { return Err(self.expected("a field")) };
        let reader = self.context.reader;
        let field = Field::from_name(name).filter(|field| reader.sees(*field)).ok_or_else(|| {
            FilterError { problem: Problem::UnknownField(shorten(name)), span: token.span.clone() }
        })?;
        self.take();
        Ok(reader.shown(field))
    }

    fn values(&mut self, field: Field) -> Result<Vec<Value>, FilterError> {
        if !self.take_sign("(") {
            return Err(self.expected("\"(\""));
        }
        let mut values = vec![self.value(field)?];
        while self.take_sign(",") {
            self.values += 1;
            if self.values >= MOST_VALUES {
                let problem = Problem::TooMany { what: "values in lists", most: MOST_VALUES };
                return Err(FilterError { problem, span: self.peek().span.clone() });
            }
            values.push(self.value(field)?);
        }
        if self.take_sign(")") { Ok(values) } else { Err(self.expected("\",\" or \")\"")) }
    }

    /// A value as it was written. The grammar's own words are values only in quotes.
    fn text(&mut self) -> Result<String, FilterError> {
        let text = match &self.peek().kind {
            Kind::Quoted(text) => text.clone(),
            Kind::Word(text)
                if !["and", "or", "not", "in", "is"].iter().any(|w| text.eq_ignore_ascii_case(w)) =>
            {
                text.clone()
            }
            _ => return Err(self.expected("a value (in quotes where it has spaces)")),
        };
        self.take();
        Ok(text)
    }

    fn value(&mut self, field: Field) -> Result<Value, FilterError> {
        self.typed_value(field.name(), field.field_type(), field.choices())
    }

    /// A value of what is no field of the list.
    fn value_of(&mut self, name: &'static str, of: FieldType) -> Result<Value, FilterError> {
        self.typed_value(name, of, &[])
    }

    fn typed_value(
        &mut self,
        field: &'static str,
        of: FieldType,
        choices: &[Choice],
    ) -> Result<Value, FilterError> {
        let span = self.peek().span.clone();
        let text = self.text()?;
        typed(&text, of, choices, self.context).map_err(|expected| FilterError {
            problem: Problem::Value { field, found: shorten(&text), expected },
            span,
        })
    }
}

/// The text as a value of this type, or what is taken instead.
fn typed(text: &str, of: FieldType, choices: &[Choice], context: &Context<'_>) -> Result<Value, String> {
    match of {
        FieldType::Text => Ok(Value::Text(text.to_string())),
        FieldType::Number => decimal(text).map(Value::Number).ok_or_else(|| "a number like 12.5".to_string()),
        FieldType::Share => {
            let share = match text.strip_suffix('%') {
                Some(percent) => decimal(percent.trim_end()).map(|percent| percent / 100.0),
                None => decimal(text),
            };
            share.map(Value::Share).ok_or_else(|| "a share like 0.5 or 50%".to_string())
        }
        FieldType::Money => is_decimal(text)
            .then(|| Money::parse(text, context.currency).ok())
            .flatten()
            .map(Value::Money)
            .ok_or_else(|| format!("an amount of {} like 1234.50", context.currency)),
        FieldType::Day => day(text, context.today)
            .ok_or_else(|| "a day like 2026-01-31, today, -90d, -2w, -3m or -1y".to_string()),
        FieldType::Choice => {
            let choice = choices.iter().find(|choice| choice.name.eq_ignore_ascii_case(text));
            choice.copied().map(Value::Choice).ok_or_else(|| {
                let names: Vec<_> = choices.iter().map(|choice| choice.name).collect();
                format!("one of {}", names.join(", "))
            })
        }
    }
}

/// Whether a text is `[+-]digits[.digits]`, at most 20 characters.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    text.len() <= 20 && all_digits(whole) && all_digits(fraction)
}

fn decimal(text: &str) -> Option<f64> {
    if is_decimal(text) { text.parse().ok() } else { None }
}

fn day(text: &str, today: Day) -> Option<Value> {
    let at = |date: Date, written| Value::Day { day: Day::of(date), written };
    if text.eq_ignore_ascii_case("today") {
        return Some(Value::Day { day: today, written: WrittenDay::Today });
    }
    if let Some(ago) = text.strip_prefix('-') {
        let (number, unit) = ago.split_at_checked(ago.len().checked_sub(1)?)?;
        if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let n: u32 = number.parse().ok()?;
        let back = i64::from(n);
        let (span, written) = match unit {
            "d" => (0.days().try_days(back).ok()?, WrittenDay::DaysAgo(n)),
            "w" => (0.days().try_weeks(back).ok()?, WrittenDay::WeeksAgo(n)),
            "m" => (0.days().try_months(back).ok()?, WrittenDay::MonthsAgo(n)),
            "y" => (0.days().try_years(back).ok()?, WrittenDay::YearsAgo(n)),
            _ => return None,
        };
        return Some(at(today.civil()?.checked_sub(span).ok()?, written));
    }
    // Ten characters only: jiff would read a time and a zone behind the date as well.
    if text.len() != 10 {
        return None;
    }
    Some(at(text.parse::<Date>().ok()?, WrittenDay::On))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Day = Day(20_778); // 2026-11-21

    fn parse(text: &str) -> Result<Filter, FilterError> {
        let reader = Reader::house();
        Filter::parse(text, &Context { reader: &reader, today: TODAY, currency: Currency::EUR })
    }

    fn parse_as_seller(text: &str) -> Result<Filter, FilterError> {
        let reader = Reader { staff: 2, role: Role::Seller, owner_name: Some("Nadia".into()) };
        Filter::parse(text, &Context { reader: &reader, today: TODAY, currency: Currency::EUR })
    }

    #[test]
    fn the_example_of_the_contract_reads_and_prints() {
        let text = r#"level = strategic and (city ~ "lyon" or past_revenue >= 1000) and last_purchase < -90d and owner is empty and source in (shop, "field sales")"#;
        let filter = parse(text).unwrap();
        assert_eq!(filter.tests().len(), 6);
        assert_eq!(
            filter.to_string(),
            r#"level = strategic and (city ~ "lyon" or past_revenue >= 1000.00) and last_purchase < -90d and owner is empty and source in ("shop", "field sales")"#
        );
        assert_eq!(parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn and_binds_closer_than_or_and_not_closest() {
        let filter = parse("not city = a and city = b or city = c").unwrap();
        assert_eq!(filter.to_string(), r#"(not (city = "a") and city = "b") or city = "c""#);
    }

    #[test]
    fn what_facts_come_to_reads_and_prints() {
        for text in [
            r#"count(sale where text ~ "lamp" and day >= -90d) >= 2"#,
            "sum(return) > 500.00",
            r#"not (count(request where source != "shop" and source ~ "desk" and source = "Desk") = 0)"#,
            "sum(payment where amount < -3.50 and day != today) <= 0.00 and level = high",
            "count(cost) != 1",
        ] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        let shouted = parse("COUNT ( Sale WHERE Day < 2026-01-31 ) < 3").unwrap();
        assert_eq!(shouted.to_string(), "count(sale where day < 2026-01-31) < 3");
        assert!(parse_as_seller("count(sale) > 1 or sum(sale) > 1").is_ok());
    }

    #[test]
    fn what_facts_cannot_come_to_is_refused_by_its_place() {
        let refused = |text: &str, code: &str, start: usize| {
            let error = parse(text).unwrap_err();
            assert_eq!((error.problem.code(), error.span.start), (code, start), "{text}: {error}");
        };
        refused("count(description) > 1", "unexpected", 6);
        refused("sum(request) > 1", "unexpected", 4);
        refused("count(request where amount > 1) > 1", "unexpected", 20);
        refused("count(sale where item = x) > 1", "unexpected", 17);
        refused("count(sale where text = x) > 1", "wrong_comparison", 22);
        refused("count(sale where day ~ x) > 1", "wrong_comparison", 21);
        refused("count(sale where day > soon) > 1", "wrong_value", 23);
        refused("count(sale where source > x) > 1", "wrong_comparison", 24);
        refused("count(sale) > many", "wrong_value", 14);
        refused("sum(sale) > 1e3", "wrong_value", 12);
        refused("count(sale) in (1, 2)", "unexpected", 12);
        refused("count(sale) is empty", "unexpected", 12);
        refused("count(sale where day > -1d or day < -9d) > 1", "unexpected", 27);
        refused("count sale > 1", "unknown_field", 0);
        refused("count(sale where text ~ \"!?\") > 1", "wrong_value", 24);
        let six = ["count(sale) > 1"; 6].join(" and ");
        assert_eq!(parse(&six).unwrap_err().problem.code(), "too_many");
        // What a seller may not see does not exist for him.
        for text in ["count(cost) > 1", "sum(cost where day > -1y) > 1"] {
            assert!(parse(text).is_ok());
            assert_eq!(parse_as_seller(text).unwrap_err().problem.code(), "unexpected");
        }
        let many = format!("count(sale where day > -1d{}) > 1", " and day > -1d".repeat(MOST_TESTS));
        assert_eq!(parse(&many).unwrap_err().problem.code(), "too_many");
    }

    #[test]
    fn a_blank_filter_lets_everybody_pass() {
        assert!(parse("").unwrap().is_everything());
        assert!(parse(" \t\n").unwrap().is_everything());
    }

    #[test]
    fn relative_days_follow_the_calendar() {
        let day_of = |text: &str| match parse(&format!("last_purchase < {text}")).unwrap() {
            Filter::Test(Test::Compare { value: Value::Day { day, .. }, .. }) => day.civil().unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(day_of("today"), date(2026, 11, 21));
        assert_eq!(day_of("-90d"), date(2026, 8, 23));
        assert_eq!(day_of("-2w"), date(2026, 11, 7));
        assert_eq!(day_of("-3m"), date(2026, 8, 21));
        assert_eq!(day_of("-1y"), date(2025, 11, 21));
        assert_eq!(day_of("2026-02-28"), date(2026, 2, 28));
    }

    #[test]
    fn values_are_of_the_field_s_type() {
        for text in [
            "level = enormous",
            "past_revenue > lots",
            "past_revenue > 1e3",
            "past_revenue > 99999999999999999",
            "transactions = NaN",
            "transactions = inf",
            "p_alive > 50%%",
            "last_purchase < 31/02/2026",
            "last_purchase < 2026-02-30",
            "last_purchase < -d",
            "last_purchase < -99999999d",
            "last_purchase < -99999999999d",
            "created_at > 2026-01-01T00:00:00Z",
        ] {
            let error = parse(text).unwrap_err();
            assert!(matches!(error.problem, Problem::Value { .. }), "{text}: {error}");
        }
        assert!(parse("p_alive >= 50% and transactions >= 1.5 and past_revenue < -3").is_ok());
    }

    #[test]
    fn signs_apply_to_types() {
        for text in
            ["past_revenue ~ 3", "source < shop", "kind > person", "level ~ high", "last_purchase ~ 2026"]
        {
            let error = parse(text).unwrap_err();
            assert!(matches!(error.problem, Problem::Comparison { .. }), "{text}: {error}");
        }
        assert!(parse("level >= high and kind != person and source ~ sh").is_ok());
    }

    #[test]
    fn an_error_names_its_place() {
        for (text, start) in [
            ("nom = x", 0),
            ("name = x and", 12),
            ("name = x or (city = y", 21),
            ("name x", 5),
            ("name = and", 7),
            ("city = 'Lyon", 7),
            ("city = Lyon Paris", 12),
            ("city in ()", 9),
            ("= 3", 0),
            ("city is full", 8),
        ] {
            assert_eq!(parse(text).unwrap_err().span.start, start, "{text}");
        }
        assert_eq!(
            parse("nom = x").unwrap_err().to_string(),
            "no field \"nom\" at character 1; the list of fields names those there are"
        );
    }

    #[test]
    fn a_hidden_field_is_an_unknown_field() {
        let hidden = parse_as_seller("past_margin > 0").unwrap_err();
        let unknown = parse_as_seller("past_margim > 0").unwrap_err();
        assert_eq!(hidden.problem, Problem::UnknownField("past_margin".into()));
        assert_eq!(unknown.problem, Problem::UnknownField("past_margim".into()));
        assert_eq!(parse_as_seller("expected_value > 1").unwrap().to_string(), "expected_spend > 1.00");
        assert!(parse("past_margin > 0").is_ok());
    }

    #[test]
    fn quotes_keep_what_they_hold() {
        let filter = parse(r#"name = "O\"Brien \\ Sons" or name = 'it\'s' or name = O'Brien"#).unwrap();
        let texts: Vec<_> = filter
            .tests()
            .into_iter()
            .map(|test| match test {
                Test::Compare { value: Value::Text(text), .. } => text.clone(),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(texts, [r#"O"Brien \ Sons"#, "it's", "O'Brien"]);
        assert_eq!(parse(&filter.to_string()), Ok(filter));
    }

    #[test]
    fn size_and_depth_have_limits() {
        let deep = format!("{}city = a{}", "(".repeat(5_000 / 2), ")".repeat(5_000 / 2));
        assert!(matches!(parse(&deep).unwrap_err().problem, Problem::TooMany { .. }));
        let nots = format!("{}city = a", "not ".repeat(1_000));
        assert!(matches!(parse(&nots).unwrap_err().problem, Problem::TooMany { .. }));
        let wide = vec!["city = a"; 101].join(" or ");
        assert!(matches!(parse(&wide).unwrap_err().problem, Problem::TooMany { .. }));
        let list = format!("city in ({})", vec!["a"; 501].join(","));
        assert!(matches!(parse(&list).unwrap_err().problem, Problem::TooMany { .. }));
        assert!(matches!(parse(&"x".repeat(9_000)).unwrap_err().problem, Problem::TooMany { .. }));
    }

    fn value_of(field: Field) -> BoxedStrategy<Value> {
        match field.field_type() {
            FieldType::Text => ".{0,12}".prop_map(Value::Text).boxed(),
            FieldType::Number => {
                (-1_000_000i32..1_000_000).prop_map(|n| Value::Number(f64::from(n) / 8.0)).boxed()
            }
            FieldType::Share => (0u8..=64).prop_map(|n| Value::Share(f64::from(n) / 64.0)).boxed(),
            FieldType::Money => (-1_000_000_000i64..1_000_000_000)
                .prop_map(|n| Value::Money(Money::new(n, Currency::EUR)))
                .boxed(),
            FieldType::Day => prop_oneof![
                (0i32..30_000).prop_map(|n| Value::Day { day: Day(n), written: WrittenDay::On }),
                Just(Value::Day { day: TODAY, written: WrittenDay::Today }),
                (0u32..9_000).prop_map(|n| Value::Day {
                    day: Day(TODAY.0 - n as i32),
                    written: WrittenDay::DaysAgo(n)
                }),
                (0u32..900).prop_map(|n| Value::Day {
                    day: Day(TODAY.0 - 7 * n as i32),
                    written: WrittenDay::WeeksAgo(n)
                }),
            ]
            .boxed(),
            FieldType::Choice => proptest::sample::select(field.choices()).prop_map(Value::Choice).boxed(),
        }
    }

    fn test() -> impl Strategy<Value = Filter> {
        proptest::sample::select(&Field::ALL[..]).prop_flat_map(|field| {
            let compare = value_of(field).prop_map(move |value| Test::Compare {
                field,
                comparison: Comparison::NotEqual,
                value,
            });
            let ordered = value_of(field).prop_map(move |value| {
                let comparison = if field.ordered() { Comparison::GreaterOrEqual } else { Comparison::Equal };
                Test::Compare { field, comparison, value }
            });
            let list = proptest::collection::vec(value_of(field), 1..4)
                .prop_map(move |values| Test::In { field, values });
            let empty = any::<bool>().prop_map(move |negated| Test::Empty { field, negated });
            let contains = ".{0,12}".prop_map(move |text| match field.searchable() {
                true => Test::Contains { field, text },
                false => Test::Empty { field, negated: false },
            });
            prop_oneof![compare, ordered, list, empty, contains].prop_map(Filter::Test)
        })
    }

    fn tally() -> impl Strategy<Value = Filter> {
        let money = || value_of(Field::PastRevenue);
        let about = prop_oneof![
            value_of(Field::LastPurchase).prop_map(|day| About::Day(Comparison::Less, day)),
            "[a-z].{0,12}".prop_map(About::Text),
            ("[a-z].{0,12}", 0..3).prop_map(|(name, sign)| About::Source {
                name,
                contains: sign == 1,
                negated: sign == 2
            }),
        ];
        let amount = money().prop_map(|amount| About::Amount(Comparison::NotEqual, amount));
        let facts = proptest::sample::select(&FactsOf::ALL[..]);
        (facts, proptest::collection::vec(about, 0..3), amount, money(), value_of(Field::Records)).prop_map(
            |(facts, mut about, amount, money, number)| {
                about.extend(facts.has_amounts().then_some(amount));
                let aggregate = if about.len() % 2 == 1 && facts.has_amounts() {
                    Aggregate::Sum
                } else {
                    Aggregate::Count
                };
                let value = if aggregate == Aggregate::Sum { money } else { number };
                let tally = Tally { aggregate, facts, about };
                Filter::Test(Test::Tally { tally, comparison: Comparison::LessOrEqual, value })
            },
        )
    }

    fn filter() -> impl Strategy<Value = Filter> {
        prop_oneof![20 => test().boxed(), 1 => tally().boxed()].prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::And),
                proptest::collection::vec(inner.clone(), 2..4).prop_map(Filter::Or),
                inner.prop_map(|inner| Filter::Not(Box::new(inner))),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_filter_prints_and_reads_back(filter in filter()) {
            prop_assert_eq!(parse(&filter.to_string()), Ok(filter));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            let _ = parse(&text);
        }

        #[test]
        fn no_mix_of_its_own_words_makes_it_panic(
            words in proptest::collection::vec(proptest::sample::select(&[
                "city", "level", "last_purchase", "past_revenue", "p_alive", "source", "=", "!=", "<", ">=", "~", "in",
                "is", "not", "empty", "and", "or", "(", ")", ",", "\"", "'", "\\", "-3m", "-", "today", "50%", "é",
                "strategic", "1.5", "!", "--", ";", "%", "_",
            ][..]), 0..30),
            spaced in any::<bool>(),
        ) {
            let text = words.join(if spaced { " " } else { "" });
            if let Ok(filter) = parse(&text) {
                prop_assert_eq!(parse(&filter.to_string()), Ok(filter));
            }
        }
    }
}
