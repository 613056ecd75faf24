//! Who is like whom: where customers come from and what their records say they are, read from the base.

use store::{Origin, Store};
use value::newcomers::Likeness;

/// The dimensions, in this order: the sources that know a customer, person or organisation, country, line of business, and the
/// credit limit, which stands for the size of an organisation, by powers of ten.
pub const DIMENSIONS: [&str; 5] = ["sources", "kind", "country", "industry", "credit_limit"];

/// Of all customers.
pub fn of_all(store: &Store) -> store::Result<Likeness> {
    let mut likeness = Likeness::new(DIMENSIONS);
    store.each_origin(|origin| put(&mut likeness, origin))?;
    Ok(likeness)
}

/// Of one customer.
pub fn of_one(store: &Store, customer: u32) -> store::Result<Likeness> {
    let mut likeness = Likeness::new(DIMENSIONS);
    store.origin_of(customer, |origin| put(&mut likeness, origin))?;
    Ok(likeness)
}

fn put(likeness: &mut Likeness, origin: &Origin<'_>) {
    let credit_limit = origin.credit_limit.and_then(power_of_ten);
    let kind = match origin.kind {
        Some(1) => Some("person"),
        Some(2) => Some("organisation"),
        _ => None,
    };
    let labels = [
        known(Some(origin.sources)),
        kind,
        known(origin.country),
        known(origin.industry),
        credit_limit.as_deref(),
    ];
    likeness.put(origin.customer, labels);
}

fn known(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// The power of ten that an amount reaches, zero for less than one; `None` where it is no amount.
fn power_of_ten(amount: &str) -> Option<String> {
    let amount: f64 = amount.trim().parse().ok()?;
    if !amount.is_finite() || amount < 0.0 {
        return None;
    }
    let reached =
        if amount < 1.0 { "0".to_string() } else { format!("1{}", "0".repeat(amount.log10() as usize)) };
    Some(reached)
}

#[cfg(test)]
mod tests {
    use super::power_of_ten;

    #[test]
    fn credit_limits_are_told_apart_by_powers_of_ten() {
        let of = |text| power_of_ten(text).unwrap_or_else(|| "unknown".to_string());
        assert_eq!((of("5000.00"), of("1000"), of("999.99")), ("1000".into(), "1000".into(), "100".into()));
        assert_eq!(
            (of("0"), of("0.5"), of("-3"), of("plenty")),
            ("0".into(), "0".into(), "unknown".into(), "unknown".into())
        );
    }
}
