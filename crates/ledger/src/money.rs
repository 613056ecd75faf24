//! Money as integer minor units with its currency, and quantities in thousandths. No float ever enters.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An ISO 4217 alphabetic code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// An amount in minor units (cents for EUR, whole yen for JPY) of one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative for what flows back to the customer.
    pub minor: i64,
    /// The currency the minor units belong to.
    pub currency: Currency,
}

/// A quantity in thousandths of a unit, so that 1.5 kg is exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Quantity(pub i64);

/// Why a text is no amount or no currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MoneyError {
    /// Not an ISO 4217 code that is in use.
    UnknownCurrency(String),
    /// Not a decimal number.
    NotADecimal(String),
    /// More than 10^15 minor units, or more decimals than exact arithmetic keeps.
    OutOfRange(String),
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MoneyError::UnknownCurrency(text) => write!(f, "unknown currency {text:?}"),
            MoneyError::NotADecimal(text) => write!(f, "not a decimal number: {text:?}"),
            MoneyError::OutOfRange(text) => write!(f, "amount out of range: {text:?}"),
        }
    }
}

impl std::error::Error for MoneyError {}

/// Codes in use, with the exceptions to two minor digits marked by the lists below (ISO 4217, 2025).
const CODES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN \
BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF \
GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR \
LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK \
PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT \
TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";
const NO_MINOR: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
const THREE_MINOR: &str = "BHD IQD JOD KWD LYD OMR TND";
/// Beyond this an amount is a mistake in the file: sums over a hundred thousand of them still fit in 64 bits.
const LARGEST_MINOR: i64 = 1_000_000_000_000_000;

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");
    /// The pound sterling.
    pub const GBP: Currency = Currency(*b"GBP");

    /// Reads an ISO 4217 code in any case, or one of the signs €, £ and $ (US dollar).
    pub fn parse(text: &str) -> Result<Currency, MoneyError> {
        let unknown = || MoneyError::UnknownCurrency(text.to_string());
        let code = match text.trim() {
            "€" => "EUR".to_string(),
            "£" => "GBP".to_string(),
            "$" => "USD".to_string(),
            other => other.to_ascii_uppercase(),
        };
        let bytes: [u8; 3] = code.as_bytes().try_into().map_err(|_| unknown())?;
        CODES.split(' ').any(|known| known == code).then_some(Currency(bytes)).ok_or_else(unknown)
    }

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is made from ASCII letters only")
    }

    /// Decimals of the minor unit: 2 for most, 0 or 3 for some.
    pub fn minor_digits(&self) -> u32 {
        let is_in = |list: &str| list.split(' ').any(|code| code == self.code());
        if is_in(NO_MINOR) {
            0
        } else if is_in(THREE_MINOR) {
            3
        } else {
            2
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Currency, D::Error> {
        let text = String::deserialize(deserializer)?;
        Currency::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl Money {
    /// An amount of minor units.
    pub fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Reads a plain decimal (`-1234.5`), rounding half away from zero to the minor unit.
    pub fn parse(decimal: &str, currency: Currency) -> Result<Money, MoneyError> {
        Ok(Money { minor: fixed_point(decimal, currency.minor_digits())?, currency })
    }

    /// The plain decimal with the currency's digits: `-1234.50`.
    pub fn decimal(&self) -> String {
        let digits = self.currency.minor_digits();
        let sign = if self.minor < 0 { "-" } else { "" };
        let magnitude = self.minor.unsigned_abs();
        if digits == 0 {
            return format!("{sign}{magnitude}");
        }
        let scale = 10u64.pow(digits);
        format!("{sign}{}.{:0width$}", magnitude / scale, magnitude % scale, width = digits as usize)
    }
}

impl Quantity {
    /// Reads a plain decimal, rounding half away from zero to the thousandth.
    pub fn parse(decimal: &str) -> Result<Quantity, MoneyError> {
        Ok(Quantity(fixed_point(decimal, 3)?))
    }

    /// The plain decimal without trailing zeros: `1.5`, `-3`.
    pub fn decimal(&self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let magnitude = self.0.unsigned_abs();
        let fraction = format!("{:03}", magnitude % 1000);
        let fraction = fraction.trim_end_matches('0');
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{}{point}{fraction}", magnitude / 1000)
    }
}

/// A plain decimal (`[+-]digits[.digits][e[+-]digits]`) as an integer of `digits` decimals, half away from zero.
fn fixed_point(decimal: &str, digits: u32) -> Result<i64, MoneyError> {
    let text = decimal.trim();
    let bad = || MoneyError::NotADecimal(decimal.to_string());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| bad())?),
        None => (text, 0),
    };
    let (negative, unsigned) = match mantissa.as_bytes().first() {
        Some(b'-') => (true, &mantissa[1..]),
        Some(b'+') => (false, &mantissa[1..]),
        _ => (false, mantissa),
    };
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
        return Err(bad());
    }
    let out_of_range = || MoneyError::OutOfRange(decimal.to_string());
    let point = (whole.len() as i64) + i64::from(exponent) + i64::from(digits);
    let mut value: i64 = 0;
    let mut round_up = false;
    for (place, digit) in whole.bytes().chain(fraction.bytes()).enumerate() {
        let place = place as i64;
        if place < point {
            value = value
                .checked_mul(10)
                .and_then(|v| v.checked_add(i64::from(digit - b'0')))
                .ok_or_else(out_of_range)?;
        } else {
            round_up = place == point && digit >= b'5';
            break;
        }
    }
    let written = (whole.len() + fraction.len()) as i64;
    for _ in written..point.max(written).min(written + 40) {
        value = value.checked_mul(10).ok_or_else(out_of_range)?;
    }
    value += i64::from(round_up);
    if value > LARGEST_MINOR || (point > written + 40 && value != 0) {
        return Err(out_of_range());
    }
    Ok(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cents(text: &str) -> Result<i64, MoneyError> {
        Money::parse(text, Currency::EUR).map(|m| m.minor)
    }

    #[test]
    fn decimals_become_minor_units() {
        assert_eq!(cents("1234.5"), Ok(123_450));
        assert_eq!(cents("-0.01"), Ok(-1));
        assert_eq!(cents(".5"), Ok(50));
        assert_eq!(cents("2.675"), Ok(268));
        assert_eq!(cents("-2.675"), Ok(-268));
        assert_eq!(cents("0.004"), Ok(0));
        assert_eq!(cents("1e3"), Ok(100_000));
        assert_eq!(cents("1.5E-1"), Ok(15));
        assert_eq!(cents("7e-9"), Ok(0));
        assert_eq!(Money::parse("1234", Currency::parse("jpy").unwrap()).unwrap().minor, 1234);
        assert_eq!(Money::parse("1.2345", Currency::parse("TND").unwrap()).unwrap().minor, 1235);
    }

    #[test]
    fn what_is_no_amount_is_refused() {
        for text in ["", "-", ".", "12,5", "1 234", "abc", "1.2.3", "--1", "1e", "NaN"] {
            assert_eq!(cents(text), Err(MoneyError::NotADecimal(text.to_string())));
        }
        for text in ["1e30", "99999999999999999", "10000000000000.01", "1e2000000000"] {
            assert_eq!(cents(text), Err(MoneyError::OutOfRange(text.to_string())));
        }
        assert_eq!(cents("0e2000000000"), Ok(0));
    }

    #[test]
    fn amounts_print_with_their_currency_s_digits() {
        assert_eq!(Money::new(-123_450, Currency::EUR).decimal(), "-1234.50");
        assert_eq!(Money::new(5, Currency::EUR).decimal(), "0.05");
        assert_eq!(Money::new(5, Currency::parse("JPY").unwrap()).decimal(), "5");
        assert_eq!(Quantity::parse("1.500").unwrap().decimal(), "1.5");
        assert_eq!(Quantity::parse("-3").unwrap().decimal(), "-3");
    }

    #[test]
    fn currencies_are_codes_in_use() {
        assert_eq!(Currency::parse(" eur ").unwrap(), Currency::EUR);
        assert_eq!(Currency::parse("€").unwrap(), Currency::EUR);
        assert_eq!(Currency::parse("XYZ"), Err(MoneyError::UnknownCurrency("XYZ".into())));
        assert_eq!(Currency::parse("🙂"), Err(MoneyError::UnknownCurrency("🙂".into())));
    }
}
