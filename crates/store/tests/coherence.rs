//! Scores, rules, the worklist with what was decided, and bargains come back as they were kept, on either database.

mod common;

use access::{Context, Filter, Reader, Role, Sort};
use common::*;
use ledger::{Attributes, Currency, Day, Fact, FactBody, Moment, Money, SaleLine};
use portfolio::{BargainHunter, BargainRule};
use store::{Case, CaseState, Entry, ListQuery, SavedValuation, Scores, Store, ValuedCustomer};

/// Six customers; the last one is not valued.
fn base(store: &Store) {
    let entry = |n: usize| describes(&format!("K{n}"), &[(ledger::Attribute::Name, &format!("Ann {n}"))]);
    import(store, "shop", "a.csv", (1..=6).map(entry).collect());
    store.link(now(), |_, _| Ok(())).unwrap();
    let run = SavedValuation {
        id: 0,
        valued_at: now(),
        until: today(),
        horizon_days: 365,
        currency: Currency::EUR,
        model: "made up".into(),
        summary: "{}".into(),
    };
    let figures = (1..=6).map(|id| ValuedCustomer {
        id,
        level: (id < 6).then_some(1),
        margin_expected: (id < 6).then_some(i64::from(id) * 100),
        ..ValuedCustomer::default()
    });
    store.save_valuation(figures, &run, |_| Ok(())).unwrap();
}

fn scores(level: i64, investment_level: i64, class: i64) -> Scores {
    Scores {
        level: Some(level),
        investment_level: Some(investment_level),
        delta: Some(investment_level - level),
        class: Some(class),
    }
}

fn ids(store: &Store, filter: &str, sort: &str) -> Vec<u32> {
    let reader = Reader::house();
    let context = Context { reader: &reader, today: today(), currency: Currency::EUR };
    let filter = Filter::parse(filter, &context).unwrap();
    // Everybody has as many records: equals come by number.
    let sort = Sort::parse(if sort.is_empty() { "records" } else { sort }, &reader).unwrap();
    let query = ListQuery { filter: &filter, text: None, sort: &sort, offset: 0, limit: 500 };
    store.customers(&reader, &query).unwrap().rows.iter().map(|row| row.id).collect()
}

#[test]
fn scores_are_listed_filtered_and_sorted_as_soon_as_they_are_kept() {
    each_store(|store| {
        base(store);
        let before = store.scored_customers().unwrap();
        assert_eq!(before.iter().map(|one| one.id).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        assert_eq!((before[4].value, before[5].value), (Some(500), None));
        assert_eq!(ids(store, "level = negligible", ""), [1, 2, 3, 4, 5]);

        let kept = [(1, scores(5, 1, 4)), (2, scores(1, 5, 1)), (3, scores(3, 3, 2))];
        store.save_scores(&kept, |_| Ok(())).unwrap();
        let after = store.scored_customers().unwrap();
        assert_eq!((after[0].scores, after[5].scores), (kept[0].1, Scores::default()));
        assert_eq!(ids(store, "level = strategic", ""), [1], "a level by another rule shows at once");
        assert_eq!(ids(store, "investment_level >= median", ""), [2, 3]);
        assert_eq!(ids(store, "delta < 0", ""), [1]);
        assert_eq!(ids(store, "class in (d1, d4)", ""), [1, 2]);
        assert_eq!(ids(store, "class >= d3", ""), [1, 3]);
        assert_eq!(ids(store, "delta is empty", ""), [4, 5, 6]);
        assert_eq!(ids(store, "", "-delta"), [2, 3, 1, 4, 5, 6]);
        assert_eq!(ids(store, "", "class,-level"), [2, 3, 1, 4, 5, 6]);

        let seller = Reader { staff: 7, role: Role::Seller, owner_name: Some("Nobody".into()) };
        let context = Context { reader: &seller, today: today(), currency: Currency::EUR };
        for field in ["investment_level", "delta", "class"] {
            assert!(Filter::parse(&format!("{field} is empty"), &context).is_err(), "{field}");
            assert!(Sort::parse(field, &seller).is_err(), "{field}");
        }
        // A later valuation writes its levels; the columns of before are not taken for those of now.
        base_again(store);
        assert_eq!(ids(store, "level = low", ""), [1, 2, 3, 4, 5, 6]);
        assert_eq!(ids(store, "", "-level,-delta"), [2, 3, 1, 4, 5, 6]);
    });
}

fn base_again(store: &Store) {
    let run = SavedValuation { id: 0, ..store.newest_valuation().unwrap().unwrap() };
    let figures = (1..=6).map(|id| ValuedCustomer { id, level: Some(2), ..ValuedCustomer::default() });
    store.save_valuation(figures, &run, |_| Ok(())).unwrap();
}

#[test]
fn rules_are_kept_with_who_and_when_and_nobody_writes_over_anothers() {
    each_store(|store| {
        assert_eq!(store.level_rules(10).unwrap(), []);
        let ann = store.add_staff("Ann", "ann@shop.example", Role::Administrator, None, None, now()).unwrap();
        assert_eq!(store.add_level_rules("{\"a\":1}", Some(0), now(), Some(ann.id)).unwrap(), Some(1));
        assert_eq!(store.add_level_rules("{\"b\":1}", Some(0), now(), None).unwrap(), None);
        assert_eq!(store.add_level_rules("{\"b\":1}", None, Moment(5), None).unwrap(), Some(2));
        let rules = store.level_rules(10).unwrap();
        let told: Vec<_> =
            rules.iter().map(|one| (one.id, one.decided_at, one.decided_by.as_deref())).collect();
        assert_eq!(told, [(2, Moment(5), None), (1, now(), Some("Ann"))]);
        assert_eq!((store.level_rules(1).unwrap().len(), rules[1].rules.as_str()), (1, "{\"a\":1}"));
    });
}

fn cases(levels: &[(u32, i64)]) -> Vec<Case> {
    let case = |(customer, value_level): &(u32, i64)| Case {
        place: 0,
        customer: *customer,
        name: String::new(),
        reason: "over_invested".into(),
        value_level: *value_level,
        investment_level: 5,
        value: 10,
        investment: 1_000 - i64::from(*customer),
        coherent_investment: 100,
        decisions: Vec::new(),
    };
    levels.iter().map(case).collect()
}

#[test]
fn what_was_decided_stays_decided_until_a_level_changes() {
    each_store(|store| {
        base(store);
        store.put_worklist(&cases(&[(1, 1), (2, 1), (3, 2), (4, 2), (5, 1)])).unwrap();
        let on_list = |state: CaseState, due: i64, offset: u64, limit: u32| {
            let found = store.worklist(state, None, Moment(due), offset, limit).unwrap();
            (found.cases.iter().map(|case| case.customer).collect::<Vec<_>>(), found.open, found.decided)
        };
        assert_eq!(on_list(CaseState::Open, 0, 0, 3), (vec![1, 2, 3], 5, 0));
        assert_eq!(on_list(CaseState::Open, 0, 3, 3).0, [4, 5]);
        assert_eq!(on_list(CaseState::Open, 0, 9, 3).0, [0; 0]);
        assert_eq!(store.case(6).unwrap(), None);
        assert_eq!(store.case(2).unwrap().unwrap().name, "Ann 2");

        let decide = |customer: u32, decision: &str, at: i64| {
            let case = store.case(customer).unwrap().unwrap();
            store.decide(&case, decision, "a note", Moment(at), None).unwrap()
        };
        assert_eq!((decide(2, "accept", 100), decide(4, "reject", 100), decide(1, "later", 100)), (1, 2, 3));
        assert_eq!(on_list(CaseState::Open, 0, 0, 2), (vec![3, 5], 2, 3));
        assert_eq!(on_list(CaseState::Open, 0, 1, 2).0, [5]);
        assert_eq!(on_list(CaseState::Decided, 0, 0, 9).0, [1, 2, 4]);
        assert_eq!(on_list(CaseState::Decided, 0, 1, 1).0, [2]);
        let stakes: i64 = [3, 5].iter().map(|id| 900 - id).sum();
        assert_eq!(store.worklist(CaseState::Open, None, Moment(0), 0, 0).unwrap().at_stake, stakes);
        assert_eq!(on_list(CaseState::Open, 100, 0, 9).0, [1, 3, 5], "what was put off is due");

        // Scored anew: 4 has another level, 2 is as he was, 5 is coherent now. Nothing decided is lost.
        store.put_worklist(&cases(&[(2, 1), (4, 1), (3, 2)])).unwrap();
        assert_eq!(on_list(CaseState::Open, 0, 0, 9), (vec![4, 3], 2, 1));
        let four = store.case(4).unwrap().unwrap();
        assert!(four.is_changed() && four.decisions.len() == 1, "{four:?}");
        decide(4, "accept", 200);
        assert_eq!(on_list(CaseState::Open, 0, 0, 9).0, [3]);
        let told: Vec<_> =
            store.decisions(4).unwrap().into_iter().map(|one| (one.id, one.decision)).collect();
        assert_eq!(told, [(4, "accept".to_string()), (2, "reject".to_string())]);
        assert_eq!(store.decisions(4).unwrap()[0].gap, 896);

        // What is spent below nothing counts as nothing.
        let below = Case { investment: -50, ..cases(&[(1, 1)]).remove(0) };
        assert_eq!(below.gap(), -100);
        store.put_worklist(std::slice::from_ref(&below)).unwrap();
        let one = store.worklist(CaseState::Open, None, Moment(0), 0, 0).unwrap();
        assert_eq!((one.at_stake, one.reasons[0].1.at_stake), (0, 0), "it is decided");
        store.put_worklist(&[]).unwrap();
        assert_eq!(on_list(CaseState::Open, 0, 0, 9), (vec![], 0, 0));
    });
}

#[test]
fn a_backup_keeps_rules_decisions_and_what_was_found() {
    each_store(|store| {
        base(store);
        store.save_scores(&[(1, scores(5, 1, 4))], |_| Ok(())).unwrap();
        store.add_level_rules("{}", None, now(), None).unwrap();
        store.put_coherence("matrix", "[1]").unwrap();
        store.put_coherence("matrix", "[2]").unwrap();
        store.put_worklist(&cases(&[(1, 1)])).unwrap();
        store.decide(&store.case(1).unwrap().unwrap(), "accept", "naïve\tnote", now(), None).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("base.backup");
        store.backup(&file, |_| Ok(())).unwrap();
        let place = store::Location::File(folder.path().join("again.db"));
        store::restore(&file, &place, |_| Ok(())).unwrap();
        let again = Store::open(&place).unwrap();
        assert_eq!(again.coherence("matrix").unwrap().as_deref(), Some("[2]"));
        assert_eq!(again.scored_customers().unwrap(), store.scored_customers().unwrap());
        assert_eq!(again.case(1).unwrap(), store.case(1).unwrap());
        assert_eq!(again.level_rules(9).unwrap(), store.level_rules(9).unwrap());
    });
}

fn line(customer: &str, at: Moment, cents: i64, discount: Option<i64>, margin: Option<i64>) -> Entry {
    let euros = |minor: i64| Money::new(minor, Currency::EUR);
    let line = SaleLine {
        order: Some(format!("{customer} {at:?} {cents} {discount:?}")),
        product: None,
        description: Some("with a \"discount\"".to_string()),
        quantity: None,
        amount: euros(cents),
        discount: discount.map(euros),
        margin: margin.map(euros),
        is_return: cents < 0,
        kg: None,
        km: None,
        assumed_margin: None,
    };
    let fact = Fact { happened_at: at, reference: None, body: FactBody::Sale(line) };
    Entry { row: 0, customer: Some(customer.to_string()), attributes: Attributes::new(), fact: Some(fact) }
}

#[test]
fn bargains_are_counted_by_line_within_the_days() {
    each_store(|store| {
        let (from, until) = (on(2025, 7, 1).day(), on(2026, 6, 30).day());
        let mut rows = Vec::new();
        for month in 1..=4 {
            let at = on(2026, month, 10);
            rows.push(line("promoted", at, 8_000, Some(2_000), Some(500)));
            rows.push(line("leader", at, 5_000, None, Some(-100)));
            rows.push(line("full", at, 5_000, Some(100), Some(2_000)));
            // Full prices outside the days, returns and other people's money say nothing.
            rows.push(line("promoted", on(2025, 6, 30), 50_000 + i64::from(month), None, Some(10_000)));
            rows.push(line("promoted", on(2026, 7, 1), 50_000 + i64::from(month), None, Some(10_000)));
            rows.push(line("promoted", at, -4_000, None, Some(-2_000)));
        }
        rows.push(line("leader", until.start(), 1_000, Some(500), Some(100)));
        import(store, "till", "lines.csv", rows);
        let (undone, _) =
            import(store, "other", "more.csv", vec![line("x", on(2026, 5, 5), 900, None, None)]);
        store.link(now(), |_, _| Ok(())).unwrap();
        store.undo_import(undone, now(), |_| Ok(())).unwrap();
        let rule = BargainRule::DEFAULT;
        // From a quarter off on nothing is promoted; all of it by lines below cost tells one customer.
        let strict = BargainRule { discount_percent: 25, only_percent: 100, least_lines: 4 };
        let bargains = store.bargains(from, until, &[rule, strict], |_, _| Ok(())).unwrap();
        let found = |at: usize, rule: &BargainRule| {
            let bought = bargains[at].iter().filter(|bought| bought.lines > 0);
            let mut found: Vec<_> =
                bought.map(|bought| (bought.lines, bought.amount, rule.hunter(bought))).collect();
            found.sort_by_key(|(lines, amount, _)| (*lines, *amount));
            found
        };
        assert_eq!(
            found(1, &strict),
            [(4, 20_000, None), (4, 32_000, None), (5, 21_000, Some(BargainHunter::Both))],
            "a third off and below cost"
        );
        assert_eq!(
            found(0, &rule),
            [
                (4, 20_000, None),
                (4, 32_000, Some(BargainHunter::Promotions)),
                (5, 21_000, Some(BargainHunter::LossLeaders))
            ]
        );
        let stopped = store.bargains(from, until, &[rule], |_, _| Err(store::Error::Cancelled));
        assert!(matches!(stopped, Err(store::Error::Cancelled)));
        assert_eq!(
            store
                .bargains(Day(0), Day(10), &[rule], |_, _| Ok(()))
                .unwrap()
                .iter()
                .flatten()
                .map(|b| b.lines)
                .sum::<u32>(),
            0
        );
    });
}

#[test]
fn a_reason_has_its_own_cases_in_the_order_of_all_with_their_counts() {
    each_store(|store| {
        base(store);
        let mut all = cases(&[(1, 1), (2, 1), (3, 2), (4, 2), (5, 1), (6, 1)]);
        for customer in [2, 4, 5] {
            all[customer - 1].reason = "overlooked".into();
        }
        store.put_worklist(&all).unwrap();
        let of = |state: CaseState, reason: Option<&str>, offset: u64, limit: u32| {
            let found = store.worklist(state, reason, Moment(0), offset, limit).unwrap();
            (found.cases.iter().map(|case| case.customer).collect::<Vec<_>>(), found.open, found.decided)
        };
        assert_eq!(of(CaseState::Open, Some("overlooked"), 0, 2), (vec![2, 4], 3, 0));
        assert_eq!(of(CaseState::Open, Some("overlooked"), 2, 2), (vec![5], 3, 0));
        assert_eq!(of(CaseState::Open, Some("over_invested"), 0, 9), (vec![1, 3, 6], 3, 0));
        assert_eq!(of(CaseState::Open, Some("nothing like it"), 0, 9), (vec![], 0, 0));
        for customer in [2, 3] {
            let case = store.case(customer).unwrap().unwrap();
            store.decide(&case, "accept", "", Moment(100), None).unwrap();
        }
        assert_eq!(of(CaseState::Open, Some("overlooked"), 0, 1), (vec![4], 2, 1));
        assert_eq!(of(CaseState::Open, Some("overlooked"), 1, 1), (vec![5], 2, 1));
        assert_eq!(of(CaseState::Decided, Some("overlooked"), 0, 9), (vec![2], 2, 1));
        assert_eq!(of(CaseState::Open, None, 0, 9), (vec![1, 4, 5, 6], 4, 2));
        let found = store.worklist(CaseState::Open, Some("overlooked"), Moment(0), 0, 0).unwrap();
        assert_eq!(found.at_stake, [4, 5].iter().map(|id| 900 - id).sum::<i64>());
        let told: Vec<_> =
            found.reasons.iter().map(|(name, of)| (name.as_str(), of.open, of.decided)).collect();
        assert_eq!(
            told,
            [("over_invested", 2, 1), ("overlooked", 2, 1)],
            "every reason is told, whichever is asked for"
        );
        let sum: i64 = found.reasons.iter().map(|(_, of)| of.at_stake).sum();
        assert_eq!(sum, store.worklist(CaseState::Open, None, Moment(0), 0, 0).unwrap().at_stake);
    });
}
