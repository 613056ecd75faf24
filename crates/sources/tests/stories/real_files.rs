//! Real files, read with the guess alone. Skipped with a word where the data folder is absent.

use crate::bring::{bring, data, read};
use ledger::FactBody;
use sources::FileKind;

#[test]
fn online_retail_is_understood_without_a_mapping() {
    let Some(bytes) = data("value/online_retail/online_retail_II_2009_2010.parquet") else { return };
    let brought = bring(bytes, "online_retail_II_2009_2010.parquet");
    let mapping = &brought.guess.mapping;
    assert_eq!(mapping.kind, FileKind::Sales);
    assert_eq!(brought.column("order").as_deref(), Some("Invoice"));
    assert_eq!(brought.column("product").as_deref(), Some("StockCode"));
    assert_eq!(brought.column("quantity").as_deref(), Some("Quantity"));
    assert!(brought.column("unit_price").is_some() && brought.column("amount").is_none());
    assert!(brought.column("customer").is_some() && brought.column("country").is_some());

    assert_eq!((brought.entries.len(), brought.rejections.len()), (525_461, 0));
    assert_eq!(brought.entries.iter().filter(|entry| entry.customer.is_none()).count(), 107_927);
    let sales = brought.entries.iter().filter_map(|entry| match &entry.fact.as_ref()?.body {
        FactBody::Sale(sale) => Some(sale),
        _ => None,
    });
    let (mut cents, mut returns, mut cancelled) = (0i64, 0, 0);
    for sale in sales {
        cents += sale.amount.minor;
        returns += u64::from(sale.is_return);
        cancelled += u64::from(sale.order.as_ref().is_some_and(|order| order.starts_with('C')));
        let by_quantity = sale.quantity.is_some_and(|quantity| quantity.0 < 0);
        let by_order = sale.order.as_ref().is_some_and(|order| order.starts_with('C'));
        assert_eq!(sale.is_return, by_quantity || by_order);
    }
    // Quantity × price of every line, rounded to the cent once a line.
    assert_eq!((cents, returns, cancelled), (953_948_462, 12_327, 10_206));
}

#[test]
fn the_complete_journey_is_understood_without_a_mapping() {
    let Some(bytes) = data("value/complete_journey/transactions.parquet") else { return };
    let guess = sources::guess(Box::new(std::io::Cursor::new(bytes)), "transactions.parquet").unwrap();
    assert_eq!(guess.mapping.kind, FileKind::Sales);
    let columns = serde_json::to_value(&guess.mapping.columns).unwrap();
    assert_eq!(columns["customer"], "household_id");
    assert_eq!(columns["amount"], "sales_value");
    assert_eq!(columns["order"], "basket_id");
}

#[test]
fn fifty_thousand_french_customers() {
    let Some(bytes) = data("identity/fr_customers_50k.csv") else { return };
    let guess =
        sources::guess(Box::new(std::io::Cursor::new(bytes.clone())), "fr_customers_50k.csv").unwrap();
    let (entries, rejections) = read(bytes, &guess.mapping).unwrap();
    assert_eq!(guess.mapping.kind, FileKind::Customers);
    assert_eq!((entries.len(), rejections.len()), (50_000, 0));
}
