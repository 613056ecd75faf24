//! Arithmetic over a fact's fields: `40 + 15 * is_return`, `amount * days_late / 365`.
//!
//! ```text
//! expression = term { ("+" | "-") term }        term   = factor { ("*" | "/") factor }
//! factor     = "-" factor | "(" expression ")" | number | field
//! ```
//! `×`, `÷` and `−` may stand for `*`, `/` and `-`. Amounts are in units of the currency, not minor units. Everything is
//! computed in whole millionths, each product and quotient rounded half away from zero: no float, the same on every
//! machine.

use super::event::{Event, NumberField, WordField};
use super::token::{DEEPEST, ParseError, Problem, Token, Tokens};
use maths::round_half_away;
use std::fmt;

/// A parsed expression; prints as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    text: String,
    /// In the order of a calculator without brackets; `parse` sees to it that the stack never runs dry.
    steps: Vec<Step>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Number(i128),
    Field(NumberField),
    Negate,
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Why an expression has no value for one fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArithmeticError {
    /// Something divided by zero.
    DivisionByZero,
    /// A number beyond 10^26.
    Overflow,
}

impl fmt::Display for ArithmeticError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ArithmeticError::DivisionByZero => "the expression divides by zero for this fact",
            ArithmeticError::Overflow => "the expression gives too large a number for this fact",
        })
    }
}

impl std::error::Error for ArithmeticError {}

/// What one stands for in millionths.
pub(super) const ONE: i128 = 1_000_000;
/// The stack that 2000 characters and 32 brackets can ask for, and more.
const STACK: usize = 3 * DEEPEST + 8;

impl Expression {
    /// Reads an expression; an error names the place.
    ///
    /// ```
    /// use ledger::{Day, FactKind};
    /// use value::cost::{Event, Expression};
    /// let minutes = Expression::parse("40 + 15 × is_return").unwrap();
    /// let line = Event { is_return: true, ..Event::of(FactKind::Sale, Day(0)) };
    /// assert_eq!(minutes.millionths(&line, 2), Ok(55_000_000));
    /// assert_eq!(minutes.to_string(), "40 + 15 × is_return");
    ///
    /// let error = Expression::parse("minutes * speed").unwrap_err();
    /// assert_eq!(error.to_string(), "at 11: no field \"speed\"");
    /// ```
    pub fn parse(text: &str) -> Result<Expression, ParseError> {
        let mut tokens = Tokens::of(text)?;
        let mut steps = Vec::new();
        sum(&mut tokens, &mut steps, 0)?;
        if tokens.peek().is_some() {
            return tokens.expected("a sign or the end");
        }
        Ok(Expression { text: text.trim().to_string(), steps })
    }

    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether some part is divided by what is zero for every fact, so that no fact ever has a value.
    ///
    /// ```
    /// use value::cost::Expression;
    /// assert!(Expression::parse("minutes / 0").unwrap().divides_by_zero());
    /// assert!(Expression::parse("minutes / (2 - 2 * 1)").unwrap().divides_by_zero());
    /// assert!(!Expression::parse("minutes / km").unwrap().divides_by_zero());
    /// ```
    pub fn divides_by_zero(&self) -> bool {
        // What does not hang on the fact has a number here.
        let mut stack: Vec<Option<i128>> = Vec::new();
        for step in &self.steps {
            let top = match step {
                Step::Number(number) => Some(*number),
                Step::Field(_) => None,
                Step::Negate => stack.pop().flatten().map(|number| -number),
                Step::Add | Step::Subtract | Step::Multiply | Step::Divide => {
                    let (right, left) = (stack.pop().flatten(), stack.pop().flatten());
                    match (step, left, right) {
                        (Step::Divide, _, Some(0)) => return true,
                        (Step::Multiply, Some(0), _) | (Step::Multiply, _, Some(0)) => Some(0),
                        (_, Some(left), Some(right)) => result(*step, left, right).ok(),
                        _ => None,
                    }
                }
            };
            stack.push(top);
        }
        false
    }

    /// Its value for a fact, in millionths; amounts count in units of a currency with `minor_digits` decimals.
    pub fn millionths(&self, event: &Event<'_>, minor_digits: u32) -> Result<i128, ArithmeticError> {
        let mut stack = [0_i128; STACK];
        let mut top = 0;
        for step in &self.steps {
            match step {
                Step::Number(number) => {
                    stack[top] = *number;
                    top += 1;
                }
                Step::Field(field) => {
                    stack[top] = field.of(event, minor_digits);
                    top += 1;
                }
                Step::Negate => stack[top - 1] = -stack[top - 1],
                Step::Add | Step::Subtract | Step::Multiply | Step::Divide => {
                    let (left, right) = (stack[top - 2], stack[top - 1]);
                    top -= 1;
                    stack[top - 1] = result(*step, left, right)?;
                }
            }
        }
        Ok(stack[0])
    }
}

/// Beyond 10^26, in millionths: leaves room for one more product with a unit cost.
const LARGEST: i128 = 100_000_000_000_000_000_000_000_000_000_000;

fn result(step: Step, left: i128, right: i128) -> Result<i128, ArithmeticError> {
    let number = match step {
        Step::Add => left.checked_add(right),
        Step::Subtract => left.checked_sub(right),
        Step::Multiply => left.checked_mul(right).map(|product| round_half_away(product, ONE)),
        Step::Divide if right == 0 => return Err(ArithmeticError::DivisionByZero),
        _ => left
            .checked_mul(ONE)
            .map(|scaled| round_half_away(if right < 0 { -scaled } else { scaled }, right.abs())),
    };
    number.filter(|number| number.abs() <= LARGEST).ok_or(ArithmeticError::Overflow)
}

fn sum(tokens: &mut Tokens<'_>, steps: &mut Vec<Step>, depth: usize) -> Result<(), ParseError> {
    product(tokens, steps, depth)?;
    loop {
        let step = if tokens.takes("+") {
            Step::Add
        } else if tokens.takes("-") {
            Step::Subtract
        } else {
            return Ok(());
        };
        product(tokens, steps, depth)?;
        steps.push(step);
    }
}

fn product(tokens: &mut Tokens<'_>, steps: &mut Vec<Step>, depth: usize) -> Result<(), ParseError> {
    factor(tokens, steps, depth)?;
    loop {
        let step = if tokens.takes("*") {
            Step::Multiply
        } else if tokens.takes("/") {
            Step::Divide
        } else {
            return Ok(());
        };
        factor(tokens, steps, depth)?;
        steps.push(step);
    }
}

fn factor(tokens: &mut Tokens<'_>, steps: &mut Vec<Step>, depth: usize) -> Result<(), ParseError> {
    if depth > DEEPEST {
        return tokens.fail(Problem::TooDeep);
    }
    let span = tokens.span();
    if tokens.takes("-") {
        factor(tokens, steps, depth + 1)?;
        steps.push(Step::Negate);
        return Ok(());
    }
    if tokens.takes("(") {
        sum(tokens, steps, depth + 1)?;
        return if tokens.takes(")") { Ok(()) } else { tokens.expected("a closing bracket") };
    }
    match tokens.peek() {
        Some(Token::Number(number)) => steps.push(Step::Number(*number)),
        Some(Token::Word(name)) => match NumberField::from_name(name) {
            Some(field) => steps.push(Step::Field(field)),
            None if WordField::from_name(name).is_some() => {
                return tokens.fail_at(Problem::NotANumber(name.clone()), span);
            }
            None => return tokens.fail_at(Problem::UnknownField(name.clone()), span),
        },
        _ => return tokens.expected("a number, a field or a bracket"),
    }
    tokens.take();
    Ok(())
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::{Day, FactKind, Quantity};

    fn event() -> Event<'static> {
        Event {
            amount: -12_345,
            minutes: Quantity(1_500),
            days_late: 30,
            is_return: true,
            ..Event::of(FactKind::Sale, Day(0))
        }
    }

    fn worth(text: &str) -> Result<i128, ArithmeticError> {
        Expression::parse(text).unwrap().millionths(&event(), 2)
    }

    #[test]
    fn arithmetic_binds_as_at_school() {
        for (text, millionths) in [
            ("1 + 2 * 3", 7_000_000),
            ("(1 + 2) * 3", 9_000_000),
            ("8 / 4 / 2", 1_000_000),
            ("2 - 3 - 4", -5_000_000),
            ("--2", 2_000_000),
            ("-2 * -.5", 1_000_000),
            ("2 ÷ 3", 666_667),
            ("−2 / 3", -666_667),
            ("2 / -3", -666_667),
            ("Minutes × 2", 3_000_000),
            ("amount", -123_450_000),
            ("-amount * days_late * 0.1 / 365", 1_014_658),
            ("is_return + is_first", 1_000_000),
        ] {
            assert_eq!(worth(text), Ok(millionths), "{text}");
        }
        let yen = Expression::parse("amount").unwrap().millionths(&event(), 0);
        assert_eq!(yen, Ok(-12_345_000_000));
    }

    #[test]
    fn what_is_no_expression_is_refused_with_its_place() {
        for (text, message) in [
            ("", "at 1: expected a number, a field or a bracket, found the end"),
            ("1 +", "at 4: expected a number, a field or a bracket, found the end"),
            ("(1 + 2", "at 7: expected a closing bracket, found the end"),
            ("1 2", "at 3: expected a sign or the end, found \"2\""),
            ("1 × prix", "at 5: no field \"prix\""),
            ("channel * 2", "at 1: \"channel\" is a word, not a number"),
            ("1.2345678", "at 1: \"1.2345678\" has more than fifteen digits or six decimals"),
            ("1 % 2", "at 3: expected a number, a field or a sign, found \"%\""),
            ("2 * 'km", "at 5: the quote does not end"),
        ] {
            assert_eq!(Expression::parse(text).unwrap_err().to_string(), message);
        }
        let deep = format!("{}1{}", "(".repeat(40), ")".repeat(40));
        assert_eq!(Expression::parse(&deep).unwrap_err().problem, Problem::TooDeep);
        let minus = format!("{}1", "-".repeat(1_000));
        assert_eq!(Expression::parse(&minus).unwrap_err().problem, Problem::TooDeep);
        assert_eq!(Expression::parse(&"1+".repeat(2_000)).unwrap_err().problem, Problem::TooLong);
    }

    #[test]
    fn what_has_no_value_says_why() {
        assert_eq!(worth("1 / (km * 2)"), Err(ArithmeticError::DivisionByZero));
        let long = ["999999999999999"; 4].join(" * ");
        assert_eq!(worth(&long), Err(ArithmeticError::Overflow));
    }

    #[test]
    fn who_divides_by_a_zero_as_written_is_told_before_any_fact() {
        for text in ["1 / 0", "km / -0", "km / (1 - 1)", "1 + 2 / (0 * km)", "(km / 0) * 0", "1 ÷ .0"] {
            assert!(Expression::parse(text).unwrap().divides_by_zero(), "{text}");
        }
        for text in ["0 / 1", "1 / km", "km / (km - km)", "0 * km / 2", "1 / 0.000001", "amount"] {
            assert!(!Expression::parse(text).unwrap().divides_by_zero(), "{text}");
        }
    }

    #[test]
    fn the_deepest_expression_fits_the_stack() {
        // Each level leaves two operands waiting: 1 + 1 * (1 + 1 * ( …
        let deep = format!("{}1{}", "1 + 1 * (".repeat(DEEPEST), ")".repeat(DEEPEST));
        assert_eq!(worth(&deep), Ok((DEEPEST as i128 + 1) * ONE));
    }
}
