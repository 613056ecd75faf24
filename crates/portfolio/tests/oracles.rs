//! Published and worked examples of migration, abandonment, budgets and multiples, to a millionth.

use portfolio::{
    Budget, Chain, Measure, Response, Worth, margin_multiple, margin_multiple_at_once, retention_elasticity,
};

fn fixture(text: &str) -> serde_json::Value {
    serde_json::from_str(text).expect("fixtures are JSON")
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn assert_near(found: &[f64], published: &[f64], what: &str) {
    assert_eq!(found.len(), published.len(), "{what}");
    for (one, other) in found.iter().zip(published) {
        assert!((one - other).abs() < 1e-6, "{what}: {found:?} against {published:?}");
    }
}

/// Pfeifer & Carraway (2000): 40 at a purchase, 4 a period, 20 %, chances 0.3, 0.2, 0.15, 0.05.
#[test]
fn recency_matches_pfeifer_carraway_2000() {
    let oracle = fixture(include_str!("../../../fixtures/plan/pfeifer_carraway.json"));
    let buys = [0.3, 0.2, 0.15, 0.05];
    let chain = Chain::of_recency(&buys, 40.0, 4.0, 0.2);
    assert_near(&chain.values().unwrap(), &numbers(&oracle["pc_V_M_at_r1_4"]), "for ever");
    for periods in 1..=5 {
        let name = format!("pc_T{periods}");
        assert_near(&chain.values_within(periods), &numbers(&oracle[&name]), &name);
    }
    // To stop after k periods of silence is a chain of k states.
    for last in 1..=4 {
        let name = format!("pc_stop_after_r{last}");
        let shorter = Chain::of_recency(&buys[..last], 40.0, 4.0, 0.2);
        let mut values = shorter.values().unwrap();
        values.resize(5, 0.0);
        assert_near(&values, &numbers(&oracle[&name]), &name);
    }
    let policy = chain.with_stopping().unwrap();
    assert_near(&policy.values, &numbers(&oracle["pc_policy_V"]), "with stopping");
    // The oracle's 1 is to go on, ours is to stop.
    let stops: Vec<f64> = policy.choice[..4].iter().map(|choice| 1.0 - *choice as f64).collect();
    assert_eq!(stops, numbers(&oracle["pc_policy"]));
}

/// Four classes and the lost: what they are worth, the price of raising D3 to D2, and what to do in each. Keeping D2 costs 20
/// and holds three of the five points that leave; developing D3 costs 45 and moves five points from D3 to D2: the round
/// numbers that the oracle's optimal values were worked out with, read back from them.
#[test]
fn raising_d3_to_d2_has_the_price_of_the_oracle() {
    let oracle = fixture(include_str!("../../../fixtures/plan/mdp_d3_d2.json"));
    let transition: Vec<Vec<f64>> = oracle["P0"].as_array().unwrap().iter().map(numbers).collect();
    let chain = Chain { transition, rewards: numbers(&oracle["g"]), rate: oracle["d"].as_f64().unwrap() };
    assert_near(&chain.values().unwrap(), &numbers(&oracle["V_base"]), "as it is");

    let ceiling = chain.price_ceiling(2, 1, 0.05).unwrap();
    let published = oracle["max_price_of_+0.05_prob_D3_to_D2_per_period(one-shot)"].as_f64().unwrap();
    assert!((ceiling - published).abs() < 1e-6);
    let mut raised = chain.transition[2].clone();
    (raised[1], raised[2]) = (raised[1] + 0.05, raised[2] - 0.05);
    let develop = |cost| Measure { name: "develop_D3".into(), cost, reward: None, to: raised.clone() };

    // Sustained break-even: kept up for ever at that price, values stay; a cent less, and they rise.
    assert!((oracle["sustained_breakeven_cost_per_period_D3"].as_f64().unwrap() - ceiling).abs() < 1e-6);
    let mut kept_up = chain.clone();
    kept_up.transition[2] = raised.clone();
    kept_up.rewards[2] -= ceiling;
    assert_near(&kept_up.values().unwrap(), &numbers(&oracle["V_base"]), "at break-even");
    for (price, worth, choice) in [(ceiling - 0.01, Worth::Yes, 1), (ceiling + 0.01, Worth::No, 0)] {
        assert_eq!(chain.moving(2, 1, (0.05, 0.05, 0.05), price).unwrap().worth, worth);
        let measures = vec![vec![], vec![], vec![develop(price)], vec![], vec![]];
        assert_eq!(chain.best(&measures).unwrap().choice[2], choice);
    }
    let told = chain.moving(2, 1, (0.01, 0.05, 0.09), 60.0).unwrap();
    assert_eq!(told.worth, Worth::Unknown);
    assert!((told.break_even.unwrap() * ceiling / 0.05 - 60.0).abs() < 1e-9);
    assert!(told.gain.1 > 0.0 && (told.regret + told.gain.0).abs() < 1e-12);

    let mut held = chain.transition[1].clone();
    (held[1], held[4]) = (held[1] + 0.03, held[4] - 0.03);
    let retain = Measure { name: "retain_D2".into(), cost: 20.0, reward: None, to: held };
    let policy = chain.best(&[vec![], vec![retain], vec![develop(45.0)], vec![], vec![]]).unwrap();
    assert_near(&policy.values, &numbers(&oracle["V_opt"]), "at best");
    assert_eq!(policy.choice, [0, 1, 1, 0, 0]);
    assert_eq!(u64::from(policy.improvements), oracle["iterations"].as_u64().unwrap());
    assert!(chain.with_stopping().unwrap().choice[3] == 0, "D4 loses 60 a period and is worth keeping");
}

/// Blattberg & Deighton (1996) on two sets of numbers; marginal costs are equal, average costs are not.
#[test]
fn budgets_match_blattberg_deighton_1996() {
    let oracle = fixture(include_str!("../../../fixtures/plan/blattberg_deighton.json"));
    for (name, example) in oracle.as_object().unwrap() {
        let input = |key: &str| example["inputs"][key].as_f64().unwrap();
        let published = |key: &str| example[key].as_f64().unwrap();
        let budget = Budget {
            margin: input("m"),
            rate: input("d"),
            acquisition: Response::through(input("A0"), input("a0"), input("CRa")).unwrap(),
            retention: Response::through(input("R0"), input("r0"), input("CRr")).unwrap(),
        };
        let best = budget.best();
        for (key, found) in [
            ("ka", budget.acquisition.speed),
            ("kr", budget.retention.speed),
            ("A*", best.acquisition_spend),
            ("a*", best.acquisition_rate),
            ("R*", best.retention_spend),
            ("r*", best.retention_rate),
            ("CLV(customer just acquired)", best.customer_value),
            ("CE/prospect*", best.equity_per_prospect),
            ("CE/prospect at current", budget.equity_per_prospect(input("A0"), input("R0"))),
            ("avg acq cost", best.acquisition_spend / best.acquisition_rate),
            ("avg ret cost", best.retention_spend / best.retention_rate),
        ] {
            // The oracle's own search for the optimum stopped at about a ten-millionth.
            let apart = (found - published(key)).abs();
            assert!(apart < 1e-6, "{name}, {key}: {found} against {}", published(key));
        }
        let acquire = budget.marginal_cost_to_acquire(best.acquisition_spend);
        let retain = budget.marginal_cost_to_retain(best.retention_spend);
        assert!((acquire - best.customer_value).abs() < 1e-9 && (retain - best.customer_value).abs() < 1e-9);
        for (step_a, step_r) in [(0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01)] {
            let (a, r) = (best.acquisition_spend + step_a, best.retention_spend + step_r);
            assert!(budget.equity_per_prospect(a, r) < best.equity_per_prospect, "a step aside is worse");
        }
    }
    // Where the first unit already costs more than it brings, nothing is spent.
    let poor = Response { ceiling: 0.01, speed: 0.01 };
    let nothing = Budget { margin: 10.0, rate: 0.1, acquisition: poor, retention: poor }.best();
    assert_eq!(
        (nothing.acquisition_spend, nothing.retention_spend, nothing.equity_per_prospect),
        (0.0, 0.0, 0.0)
    );
    assert_eq!(Response::through(1.0, 0.2, 0.1), None);
}

/// The table of Gupta & Lehmann's margin multiples, and what they make of Netflix.
#[test]
fn multiples_match_gupta_lehmann() {
    for (rate, row) in [
        (0.10, [1.20, 1.75, 2.67, 4.50]),
        (0.12, [1.15, 1.67, 2.50, 4.09]),
        (0.14, [1.11, 1.59, 2.35, 3.75]),
        (0.16, [1.07, 1.52, 2.22, 3.46]),
    ] {
        for (retention, published) in [0.6, 0.7, 0.8, 0.9].into_iter().zip(row) {
            let multiple = margin_multiple(retention, rate, 0.0).unwrap();
            assert!((multiple - published).abs() < 0.005 + 1e-12, "{retention} {rate}: {multiple}");
            let more = margin_multiple(retention * 1.000_001, rate, 0.0).unwrap();
            let slope = (more / multiple).ln() / 1.000_001_f64.ln();
            assert!((slope - retention_elasticity(retention, rate).unwrap()).abs() < 1e-4);
        }
    }
    let netflix = (18.45 - 0.50) * margin_multiple_at_once(0.995, 0.01).unwrap();
    assert!((netflix - 1_208.633_333).abs() < 1e-6);
    assert_eq!(margin_multiple(0.99, 0.02, 0.05), None, "a margin that outgrows the discount has no end");
}
