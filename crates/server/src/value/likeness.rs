//! Who is like whom: where customers come from and what their records say they are, read from the base.
//!
//! Newcomers and prospects are told apart. What a newcomer is compared by must have been so when he first bought: the source of
//! his first purchase, and what somebody is (person or organisation, country, line of business). All the sources that know him
//! today would tell of later purchases, a credit limit of how he paid for them. Prospects have no first purchase: they are
//! compared by all that is known of them.

use store::{Origin, Sales, Store};
use value::newcomers::Likeness;

/// What prospects are compared by, in this order: the sources that know them, person or organisation, country, line of
/// business, and the credit limit, which stands for the size of an organisation, by powers of ten.
pub const DIMENSIONS: [&str; 5] = ["sources", "kind", "country", "industry", "credit_limit"];
/// What newcomers are compared by; the first is the source of the first purchase.
const OF_NEWCOMERS: [&str; 4] = ["sources", "kind", "country", "industry"];

/// Of all customers: newcomers, whose first source the sales tell, and prospects.
pub fn of_base(store: &Store, sales: &Sales) -> store::Result<(Likeness, Likeness)> {
    let (mut newcomers, mut prospects) = (Likeness::new(OF_NEWCOMERS), Likeness::new(DIMENSIONS));
    store.each_origin(|origin| {
        let activity = sales.activity.get(origin.customer as usize);
        let first = activity.and_then(|activity| activity.first_sale);
        let first = first.and_then(|(_, source)| sales.sources.get(&source));
        put_newcomer(&mut newcomers, &Origin { first_source: first.map(String::as_str), ..*origin });
        put_prospect(&mut prospects, origin);
    })?;
    Ok((newcomers, prospects))
}

/// Of all newcomers, as the last valuation found their first purchases.
pub fn of_newcomers(store: &Store) -> store::Result<Likeness> {
    let mut likeness = Likeness::new(OF_NEWCOMERS);
    store.each_origin(|origin| put_newcomer(&mut likeness, origin))?;
    Ok(likeness)
}

/// Of one newcomer.
pub fn of_newcomer(store: &Store, customer: u32) -> store::Result<Likeness> {
    let mut likeness = Likeness::new(OF_NEWCOMERS);
    store.origin_of(customer, |origin| put_newcomer(&mut likeness, origin))?;
    Ok(likeness)
}

/// Of one prospect.
pub fn of_prospect(store: &Store, customer: u32) -> store::Result<Likeness> {
    let mut likeness = Likeness::new(DIMENSIONS);
    store.origin_of(customer, |origin| put_prospect(&mut likeness, origin))?;
    Ok(likeness)
}

fn put_newcomer(likeness: &mut Likeness, origin: &Origin<'_>) {
    let labels = [known(origin.first_source), kind(origin), known(origin.country), known(origin.industry)];
    likeness.put(origin.customer, labels);
}

fn put_prospect(likeness: &mut Likeness, origin: &Origin<'_>) {
    let credit_limit = origin.credit_limit.and_then(power_of_ten);
    let labels = [
        known(Some(origin.sources)),
        kind(origin),
        known(origin.country),
        known(origin.industry),
        credit_limit.as_deref(),
    ];
    likeness.put(origin.customer, labels);
}

fn kind(origin: &Origin<'_>) -> Option<&'static str> {
    match origin.kind {
        Some(1) => Some("person"),
        Some(2) => Some("organisation"),
        _ => None,
    }
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
