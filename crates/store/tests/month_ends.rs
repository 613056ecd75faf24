//! Columns of month ends come back as they were kept, on either database.

mod common;

use common::{each_store, on};
use store::MonthEndMeasure::{Contribution, Equity};

#[test]
fn a_month_end_is_kept_changed_and_dropped() {
    each_store(|store| {
        let (january, february) = (on(2026, 1, 31).day(), on(2026, 2, 28).day());
        let column = [Some(12_34), None, Some(-5), Some(i64::MAX)];
        store.put_month_end(february, Equity, &column).unwrap();
        store.put_month_end(january, Equity, &[]).unwrap();
        store.put_month_end(january, Contribution, &column[..1]).unwrap();
        assert_eq!(store.month_ends(Equity).unwrap(), [january, february]);
        assert_eq!(store.month_end(february, Equity).unwrap().unwrap(), column);
        assert_eq!(store.month_end(january, Equity).unwrap().unwrap(), []);
        assert_eq!(store.month_end(february, Contribution).unwrap(), None);

        store.put_month_end(february, Equity, &column[1..]).unwrap();
        store.drop_month_end(january, Equity).unwrap();
        assert_eq!(store.month_ends(Equity).unwrap(), [february]);
        assert_eq!(store.month_end(february, Equity).unwrap().unwrap(), column[1..]);
        assert_eq!(store.month_ends(Contribution).unwrap(), [january]);
    });
}
