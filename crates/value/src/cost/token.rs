//! Cuts expressions and conditions into tokens, each with its place.

use std::fmt;
use std::ops::Range;

/// Why a text is no expression or no condition, and where.
///
/// ```
/// let error = value::cost::Expression::parse("minutes * (2 + )").unwrap_err();
/// assert_eq!(error.to_string(), "at 16: expected a number, a field or a bracket, found \")\"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// The cause.
    pub problem: Problem,
    /// Where in the text, in bytes.
    pub span: Range<usize>,
    /// The same place for people: characters before it, plus one.
    pub column: usize,
}

/// The cause of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Problem {
    /// Something else was expected here; `found` is empty at the end of the text.
    Expected { what: &'static str, found: String },
    /// No field of a fact has this name.
    UnknownField(String),
    /// The field is a word, and words have no order and no arithmetic.
    NotANumber(String),
    /// More than six decimals, or more than fifteen digits.
    NumberTooLong(String),
    /// A quote that does not end.
    UnterminatedQuote,
    /// Brackets in brackets, too many of them.
    TooDeep,
    /// A text longer than anybody means.
    TooLong,
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at {}: ", self.column)?;
        match &self.problem {
            Problem::Expected { what, found } if found.is_empty() => {
                write!(f, "expected {what}, found the end")
            }
            Problem::Expected { what, found } => write!(f, "expected {what}, found {found:?}"),
            Problem::UnknownField(name) => write!(f, "no field {name:?}"),
            Problem::NotANumber(name) => write!(f, "{name:?} is a word, not a number"),
            Problem::NumberTooLong(text) => {
                write!(f, "{text:?} has more than fifteen digits or six decimals")
            }
            Problem::UnterminatedQuote => f.write_str("the quote does not end"),
            Problem::TooDeep => f.write_str("more than 32 brackets within one another"),
            Problem::TooLong => f.write_str("longer than 2000 characters"),
        }
    }
}

impl std::error::Error for ParseError {}

/// Brackets within brackets that are read.
pub(super) const DEEPEST: usize = 32;
/// Bytes that are read.
const LONGEST: usize = 2_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    Quoted(String),
    /// In millionths.
    Number(i128),
    /// `+ - * / ( ) , = != < <= > >= ~`
    Sign(&'static str),
}

/// The tokens of a text and the reading place among them.
pub(super) struct Tokens<'a> {
    text: &'a str,
    tokens: Vec<(Token, Range<usize>)>,
    next: usize,
}

const SIGNS: [(&str, &str); 19] = [
    ("!=", "!="),
    ("<=", "<="),
    (">=", ">="),
    ("≠", "!="),
    ("≤", "<="),
    ("≥", ">="),
    ("=", "="),
    ("<", "<"),
    (">", ">"),
    ("~", "~"),
    ("(", "("),
    (")", ")"),
    (",", ","),
    ("+", "+"),
    ("-", "-"),
    ("−", "-"),
    ("*", "*"),
    ("×", "*"),
    ("/", "/"),
];

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a str) -> Result<Tokens<'a>, ParseError> {
        let mut tokens = Vec::new();
        let fail = |problem, span| Err(error(text, problem, span));
        if text.len() > LONGEST {
            return fail(Problem::TooLong, 0..text.len());
        }
        let mut at = 0;
        while let Some(character) = text[at..].chars().next() {
            let rest = &text[at..];
            let run = |is_in: &dyn Fn(char) -> bool| rest.find(|c| !is_in(c)).unwrap_or(rest.len());
            let length = if character.is_whitespace() {
                character.len_utf8()
            } else if character.is_ascii_digit() || character == '.' {
                let length = run(&|c| c.is_ascii_digit() || c == '.');
                match millionths(&rest[..length]) {
                    Some(number) => tokens.push((Token::Number(number), at..at + length)),
                    None => return fail(Problem::NumberTooLong(rest[..length].into()), at..at + length),
                }
                length
            } else if character.is_alphanumeric() || character == '_' {
                let length = run(&|c| c.is_alphanumeric() || c == '_');
                tokens.push((Token::Word(rest[..length].to_string()), at..at + length));
                length
            } else if character == '"' || character == '\'' {
                match rest[1..].find(character) {
                    Some(end) => {
                        tokens.push((Token::Quoted(rest[1..=end].to_string()), at..at + end + 2));
                        end + 2
                    }
                    None => return fail(Problem::UnterminatedQuote, at..text.len()),
                }
            } else if character == '÷' {
                tokens.push((Token::Sign("/"), at..at + character.len_utf8()));
                character.len_utf8()
            } else if let Some((written, sign)) = SIGNS.iter().find(|(written, _)| rest.starts_with(written))
            {
                tokens.push((Token::Sign(sign), at..at + written.len()));
                written.len()
            } else {
                let what = "a number, a field or a sign";
                let problem = Problem::Expected { what, found: character.to_string() };
                return fail(problem, at..at + character.len_utf8());
            };
            at += length;
        }
        Ok(Tokens { text, tokens, next: 0 })
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.next).map(|(token, _)| token)
    }

    /// Where the next token stands; the end of the text after the last one.
    pub(super) fn span(&self) -> Range<usize> {
        self.tokens.get(self.next).map_or(self.text.len()..self.text.len(), |(_, span)| span.clone())
    }

    pub(super) fn take(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.next += usize::from(token.is_some());
        token
    }

    /// Takes this sign if it is next.
    pub(super) fn takes(&mut self, sign: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Sign(next)) if *next == sign);
        self.next += usize::from(is_next);
        is_next
    }

    /// Takes this word, in any case, if it is next.
    pub(super) fn takes_word(&mut self, word: &str) -> bool {
        let is_next = matches!(self.peek(), Some(Token::Word(next)) if next.eq_ignore_ascii_case(word));
        self.next += usize::from(is_next);
        is_next
    }

    pub(super) fn fail<T>(&self, problem: Problem) -> Result<T, ParseError> {
        Err(error(self.text, problem, self.span()))
    }

    pub(super) fn fail_at<T>(&self, problem: Problem, span: Range<usize>) -> Result<T, ParseError> {
        Err(error(self.text, problem, span))
    }

    pub(super) fn expected<T>(&self, what: &'static str) -> Result<T, ParseError> {
        let found = self.text[self.span()].to_string();
        self.fail(Problem::Expected { what, found })
    }
}

fn error(text: &str, problem: Problem, span: Range<usize>) -> ParseError {
    let column = text[..span.start].chars().count() + 1;
    ParseError { problem, span, column }
}

/// A plain decimal in millionths; `None` with more than six decimals or fifteen digits before the point.
fn millionths(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_plain = !fraction.contains('.') && whole.len() + fraction.len() > 0;
    if !is_plain || fraction.len() > 6 || whole.len() > 15 {
        return None;
    }
    let digits: String = format!("{whole}{fraction:0<6}");
    digits.parse().ok()
}
