//! Which facts of a kind an activity prices: `channel in (call, chat) and minutes > 0`.
//!
//! ```text
//! condition = and { "or" and }                   and  = not { "and" not }
//! not       = "not" not | "(" condition ")" | test
//! test      = field ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" ) value
//!           | field "in" "(" value { "," value } ")" | field "is" [ "not" ] "empty"
//! ```
//! The style of the customers' filter. Words compare without regard to ASCII case, `~` means "contains"; numbers compare
//! exactly, amounts in units of the currency. A number is empty when it is zero.

use super::event::{Event, NumberField, WordField};
use super::token::{DEEPEST, ParseError, Problem, Token, Tokens};
use std::cmp::Ordering;
use std::fmt;

/// A parsed condition; prints as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    text: String,
    root: Node,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Number(NumberField, Sign, i128),
    NumberIn(NumberField, Vec<i128>),
    Word(WordField, Vec<String>),
    Contains(WordField, String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Condition {
    /// Reads a condition; an error names the place. A blank text lets every fact pass.
    ///
    /// ```
    /// use ledger::{Day, FactKind};
    /// use value::cost::{Condition, Event};
    /// let visits = Condition::parse("channel = visit and not direction = inbound").unwrap();
    /// let visit = Event { channel: "Visit", ..Event::of(FactKind::Interaction, Day(0)) };
    /// assert!(visits.passes(&visit, 2));
    /// assert!(!visits.passes(&Event { direction: "inbound", ..visit }, 2));
    /// ```
    pub fn parse(text: &str) -> Result<Condition, ParseError> {
        let mut tokens = Tokens::of(text)?;
        let root = if tokens.peek().is_none() { Node::And(Vec::new()) } else { or(&mut tokens, 0)? };
        if tokens.peek().is_some() {
            return tokens.expected("\"and\", \"or\" or the end");
        }
        Ok(Condition { text: text.trim().to_string(), root })
    }

    /// Whether a fact passes; amounts count in units of a currency with `minor_digits` decimals.
    pub fn passes(&self, event: &Event<'_>, minor_digits: u32) -> bool {
        self.root.passes(event, minor_digits)
    }
}

impl Node {
    fn passes(&self, event: &Event<'_>, digits: u32) -> bool {
        match self {
            Node::And(parts) => parts.iter().all(|part| part.passes(event, digits)),
            Node::Or(parts) => parts.iter().any(|part| part.passes(event, digits)),
            Node::Not(inner) => !inner.passes(event, digits),
            Node::Number(field, sign, number) => sign.holds(field.of(event, digits).cmp(number)),
            Node::NumberIn(field, numbers) => numbers.contains(&field.of(event, digits)),
            Node::Word(field, words) => {
                let said = field.of(event);
                words.iter().any(|word| said.eq_ignore_ascii_case(word))
            }
            Node::Contains(field, part) => {
                let (said, part) = (field.of(event).as_bytes(), part.as_bytes());
                part.is_empty() || said.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
            }
        }
    }
}

impl Sign {
    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Sign::Equal => ordering.is_eq(),
            Sign::NotEqual => ordering.is_ne(),
            Sign::Less => ordering.is_lt(),
            Sign::LessOrEqual => ordering.is_le(),
            Sign::Greater => ordering.is_gt(),
            Sign::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

fn or(tokens: &mut Tokens<'_>, depth: usize) -> Result<Node, ParseError> {
    let mut parts = vec![and(tokens, depth)?];
    while tokens.takes_word("or") {
        parts.push(and(tokens, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Node::Or(parts) })
}

fn and(tokens: &mut Tokens<'_>, depth: usize) -> Result<Node, ParseError> {
    let mut parts = vec![not(tokens, depth)?];
    while tokens.takes_word("and") {
        parts.push(not(tokens, depth)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Node::And(parts) })
}

fn not(tokens: &mut Tokens<'_>, depth: usize) -> Result<Node, ParseError> {
    if depth > DEEPEST {
        return tokens.fail(Problem::TooDeep);
    }
    if tokens.takes_word("not") {
        return Ok(Node::Not(Box::new(not(tokens, depth + 1)?)));
    }
    if tokens.takes("(") {
        let inner = or(tokens, depth + 1)?;
        return if tokens.takes(")") { Ok(inner) } else { tokens.expected("a closing bracket") };
    }
    test(tokens)
}

enum Field {
    Number(NumberField),
    Word(WordField),
}

fn test(tokens: &mut Tokens<'_>) -> Result<Node, ParseError> {
    let field = match tokens.peek() {
        Some(Token::Word(name)) => match (NumberField::from_name(name), WordField::from_name(name)) {
            (Some(field), _) => Field::Number(field),
            (None, Some(field)) => Field::Word(field),
            (None, None) => return tokens.fail(Problem::UnknownField(name.clone())),
        },
        _ => return tokens.expected("a field, \"not\" or a bracket"),
    };
    tokens.take();
    if tokens.takes_word("is") {
        let negated = tokens.takes_word("not");
        if !tokens.takes_word("empty") {
            return tokens.expected("\"empty\"");
        }
        let empty = match field {
            Field::Number(field) => Node::Number(field, Sign::Equal, 0),
            Field::Word(field) => Node::Word(field, vec![String::new()]),
        };
        return Ok(if negated { Node::Not(Box::new(empty)) } else { empty });
    }
    if tokens.takes_word("in") {
        if !tokens.takes("(") {
            return tokens.expected("an opening bracket");
        }
        let node = match field {
            Field::Number(field) => Node::NumberIn(field, list(tokens, number)?),
            Field::Word(field) => Node::Word(field, list(tokens, word)?),
        };
        return if tokens.takes(")") { Ok(node) } else { tokens.expected("a comma or a closing bracket") };
    }
    match field {
        Field::Number(field) => {
            let sign = match tokens.peek() {
                Some(Token::Sign("=")) => Sign::Equal,
                Some(Token::Sign("!=")) => Sign::NotEqual,
                Some(Token::Sign("<")) => Sign::Less,
                Some(Token::Sign("<=")) => Sign::LessOrEqual,
                Some(Token::Sign(">")) => Sign::Greater,
                Some(Token::Sign(">=")) => Sign::GreaterOrEqual,
                _ => return tokens.expected("a comparison"),
            };
            tokens.take();
            Ok(Node::Number(field, sign, number(tokens)?))
        }
        Field::Word(field) => {
            if tokens.takes("=") {
                Ok(Node::Word(field, vec![word(tokens)?]))
            } else if tokens.takes("!=") {
                Ok(Node::Not(Box::new(Node::Word(field, vec![word(tokens)?]))))
            } else if tokens.takes("~") {
                Ok(Node::Contains(field, word(tokens)?))
            } else {
                tokens.expected("=, !=, ~, \"in\" or \"is\"")
            }
        }
    }
}

fn list<T>(
    tokens: &mut Tokens<'_>,
    value: fn(&mut Tokens<'_>) -> Result<T, ParseError>,
) -> Result<Vec<T>, ParseError> {
    let mut values = vec![value(tokens)?];
    while tokens.takes(",") {
        values.push(value(tokens)?);
    }
    Ok(values)
}

fn number(tokens: &mut Tokens<'_>) -> Result<i128, ParseError> {
    let negative = tokens.takes("-");
    match tokens.peek() {
        Some(Token::Number(number)) => {
            let number = if negative { -*number } else { *number };
            tokens.take();
            Ok(number)
        }
        _ => tokens.expected("a number"),
    }
}

fn word(tokens: &mut Tokens<'_>) -> Result<String, ParseError> {
    match tokens.peek() {
        Some(Token::Word(_) | Token::Quoted(_)) => match tokens.take() {
            Some(Token::Word(text) | Token::Quoted(text)) => Ok(text),
            _ => tokens.expected("a word"),
        },
        _ => tokens.expected("a word"),
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::{Day, FactKind, Quantity};

    #[test]
    fn tests_and_their_joins_read_as_they_are_written() {
        let call = Event {
            channel: "call",
            direction: "inbound",
            subject: "Late delivery",
            minutes: Quantity(2_500),
            amount: 10_050,
            ..Event::of(FactKind::Interaction, Day(0))
        };
        for (text, passes) in [
            ("", true),
            ("channel = CALL", true),
            ("channel != call", false),
            ("channel in (visit, 'call')", true),
            ("minutes >= 2.5 and minutes < 3", true),
            ("minutes in (1, 2.5)", true),
            ("amount = 100.5", true),
            ("amount > -1", true),
            ("subject ~ DELIVERY", true),
            ("subject ~ refund or campaign is empty", true),
            ("campaign is not empty", false),
            ("km is empty and not minutes is empty", true),
            ("not (channel = call and direction = outbound)", true),
            ("channel = visit and minutes > 0 or direction = inbound", true),
            ("channel = visit and (minutes > 0 or direction = inbound)", false),
        ] {
            assert_eq!(Condition::parse(text).unwrap().passes(&call, 2), passes, "{text}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused_with_its_place() {
        for (text, message) in [
            ("channel", "at 8: expected =, !=, ~, \"in\" or \"is\", found the end"),
            ("channel < call", "at 9: expected =, !=, ~, \"in\" or \"is\", found \"<\""),
            ("minutes > call", "at 11: expected a number, found \"call\""),
            ("colour = red", "at 1: no field \"colour\""),
            ("minutes > 1 and", "at 16: expected a field, \"not\" or a bracket, found the end"),
            ("minutes > 1 minutes", "at 13: expected \"and\", \"or\" or the end, found \"minutes\""),
            ("channel in call", "at 12: expected an opening bracket, found \"call\""),
            ("channel is red", "at 12: expected \"empty\", found \"red\""),
        ] {
            assert_eq!(Condition::parse(text).unwrap_err().to_string(), message);
        }
    }
}
