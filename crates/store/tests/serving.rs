//! What serving customers is expected to cost: written where it changed, listed for who may see margins, on either database.

// Cents stand apart in amounts: 900_00 is 900.00.
#![allow(clippy::inconsistent_digit_grouping)]

mod common;

use access::{Context, Filter, Reader, Role, Sort};
use common::{describes, each_store, import, now, today};
use ledger::{Attribute, Currency};
use store::{CustomerRow, ExpectedServing, ListQuery, Store};

fn list(
    store: &Store,
    reader: &Reader,
    filter: &str,
    sort: &str,
) -> (Vec<CustomerRow>, Vec<(access::Field, i64)>) {
    let context = Context { reader, today: today(), currency: Currency::EUR };
    let filter = Filter::parse(filter, &context).unwrap();
    let sort = Sort::parse(sort, reader).unwrap();
    let page = store
        .customers(reader, &ListQuery { filter: &filter, text: None, sort: &sort, offset: 0, limit: 10 })
        .unwrap();
    (page.rows, page.sums.into_iter().map(|(field, sum)| (field, sum.minor)).collect())
}

#[test]
fn what_serving_is_expected_to_cost_is_listed_for_who_may_see_margins() {
    each_store(|store| {
        let people = [("anna", "Anna"), ("bert", "Bert"), ("cleo", "Cleo")];
        let rows =
            people.map(|(key, name)| describes(key, &[(Attribute::Name, name), (Attribute::Owner, "Nadia")]));
        import(store, "Shop", "people.csv", rows.to_vec());
        store.link(now(), |_, _| Ok(())).unwrap();
        let house = Reader::house();
        let (rows, _) = list(store, &house, "", "name");
        assert!(rows.iter().all(|row| row.expected_cost.is_none() && row.expected_contribution.is_none()));
        let id = |name: &str| rows.iter().find(|row| row.name == name).unwrap().id as usize;
        let mut column =
            vec![ExpectedServing::default(); rows.iter().map(|row| row.id).max().unwrap() as usize + 1];
        column[id("Anna")] = ExpectedServing { cost: Some(32_00), contribution: Some(-2_00) };
        column[id("Bert")] = ExpectedServing { cost: Some(1_00), contribution: Some(9_00) };
        let save = |column: &[ExpectedServing]| {
            let of = |id: u32, _| column.get(id as usize).copied().unwrap_or_default();
            let mut written = 0;
            let changed = store.save_serving(of, |done| {
                written = done;
                Ok(())
            });
            assert_eq!(changed.as_ref().ok(), Some(&written), "as many are written as change");
            changed
        };
        assert_eq!(save(&column).unwrap(), 2, "of Cleo nothing is known before and after");

        let (losing, sums) = list(store, &house, "expected_contribution < 0", "-expected_cost");
        assert_eq!(losing.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Anna"]);
        assert_eq!(losing[0].expected_cost.map(|money| money.minor), Some(32_00));
        assert!(sums.contains(&(access::Field::ExpectedCost, 32_00)), "{sums:?}");
        let (all, sums) = list(store, &house, "", "-expected_contribution");
        assert_eq!(all.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), ["Bert", "Anna", "Cleo"]);
        assert!(sums.contains(&(access::Field::ExpectedContribution, 7_00)), "{sums:?}");
        let asset = store.customer(&house, all[0].id, today()).unwrap().unwrap().figures.asset.unwrap();
        assert_eq!(asset.expected_cost.map(|money| money.minor), Some(1_00));
        assert_eq!(asset.expected_contribution.map(|money| money.minor), Some(9_00));

        let nadia = Reader { staff: 2, role: Role::Seller, owner_name: Some("Nadia".into()) };
        let (hers, sums) = list(store, &nadia, "", "name");
        assert_eq!(hers.len(), 3);
        assert!(hers.iter().all(|row| row.expected_cost.is_none() && row.expected_contribution.is_none()));
        assert!(sums.iter().all(|(field, _)| field.right().is_none()), "{sums:?}");
        let context = Context { reader: &nadia, today: today(), currency: Currency::EUR };
        for field in ["expected_cost", "expected_contribution"] {
            assert!(Filter::parse(&format!("{field} > 0"), &context).is_err());
            assert!(Sort::parse(&format!("-{field}"), &nadia).is_err());
        }
        assert_eq!(store.customer(&nadia, hers[0].id, today()).unwrap().unwrap().figures.asset, None);

        // The same again writes nothing; what is known no more is taken away.
        assert_eq!(save(&column).unwrap(), 0);
        assert_eq!(save(&column[..id("Bert").min(id("Anna"))]).unwrap(), 2);
        assert!(list(store, &house, "expected_cost is not empty", "name").0.is_empty());
    });
}
