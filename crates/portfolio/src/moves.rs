//! What a customer is worth who moves between states, and what raising him a class may cost.

use maths::{Action, Policy, best_policy, chain_values};

/// A customer base that moves between a few states by a Markov chain, and what each state brings in a period.
///
/// Pfeifer & Carraway (2000), "Modeling Customer Relationships as Markov Chains", Journal of Interactive Marketing 14(2):
/// V = (I − P / (1 + d))⁻¹ R. What the current period brings counts in full; a period later it is worth 1 / (1 + d) of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Chances of moving from each state to each in a period. Rows add up to 1; what they lack is lost for good.
    pub transition: Vec<Vec<f64>>,
    /// What a customer brings in a period by state, cost taken off, in any unit of money.
    pub rewards: Vec<f64>,
    /// Discount rate for one period, above 0 (0.03 for 3 %).
    pub rate: f64,
}

impl Chain {
    /// The chain of recency: a customer in state k last bought k + 1 periods ago, buys with chance `buys[k]` and is then in
    /// the first state, otherwise moves one further; after the last he is lost. Buying brings `margin`; every period in
    /// which he is looked after costs `upkeep`, the first one too.
    ///
    /// ```
    /// use portfolio::Chain;
    /// // The example of Pfeifer & Carraway (2000): 40 at each purchase, 4 a period, 20 %.
    /// let chain = Chain::of_recency(&[0.3, 0.2, 0.15, 0.05], 40.0, 4.0, 0.2);
    /// assert!((chain.values().unwrap()[0] - 52.319609438567944).abs() < 1e-9);
    /// ```
    pub fn of_recency(buys: &[f64], margin: f64, upkeep: f64, rate: f64) -> Chain {
        let states = buys.len() + 1;
        let mut transition = vec![vec![0.0; states]; states];
        let mut rewards = vec![-upkeep; states];
        for (state, chance) in buys.iter().enumerate() {
            transition[state][0] += chance;
            transition[state][state + 1] += 1.0 - chance;
        }
        transition[states - 1][states - 1] = 1.0;
        rewards[0] += margin;
        rewards[states - 1] = 0.0;
        Chain { transition, rewards, rate }
    }

    /// What a customer in each state is worth, for ever. `None` when sizes do not agree or nothing is discounted.
    pub fn values(&self) -> Option<Vec<f64>> {
        chain_values(&self.transition, &self.rewards, self.discount())
    }

    /// What a customer in each state is worth over the current and the next `periods` periods.
    ///
    /// ```
    /// use portfolio::Chain;
    /// let chain = Chain::of_recency(&[0.3, 0.2, 0.15, 0.05], 40.0, 4.0, 0.2);
    /// assert!((chain.values_within(4)[0] - 50.11496913580247).abs() < 1e-9);
    /// ```
    pub fn values_within(&self, periods: u32) -> Vec<f64> {
        let mut values = self.rewards.clone();
        for _ in 0..periods {
            values = self
                .rewards
                .iter()
                .zip(&self.transition)
                .map(|(now, row)| now + self.later(row, &values))
                .collect();
        }
        values
    }

    /// The values when we may stop in any state, and where we should: abandonment is an option with a value of its own
    /// (Haenlein, Kaplan & Schoder 2006, "Valuing the Real Option of Abandoning Unprofitable Customers", Journal of
    /// Marketing 70(3)). In the policy, choice 1 is to stop.
    ///
    /// ```
    /// use portfolio::Chain;
    /// let chain = Chain::of_recency(&[0.3, 0.2, 0.15, 0.05], 40.0, 4.0, 0.2);
    /// let policy = chain.with_stopping().unwrap();
    /// assert_eq!(policy.choice, [0, 0, 0, 1, 0]); // stop after three periods of silence
    /// assert!((policy.values[0] - 53.14942528735633).abs() < 1e-9);
    /// ```
    pub fn with_stopping(&self) -> Option<Policy> {
        let stop =
            Measure { name: "stop".into(), cost: 0.0, reward: Some(0.0), to: vec![0.0; self.rewards.len()] };
        let measures: Vec<Vec<Measure>> = self.rewards.iter().map(|_| vec![stop.clone()]).collect();
        self.best(&measures)
    }

    /// What to do in each state: `measures[s]` are the choices in state `s` beside doing nothing, which is choice 0.
    /// `None` when sizes do not agree.
    pub fn best(&self, measures: &[Vec<Measure>]) -> Option<Policy> {
        if measures.len() != self.rewards.len() || self.transition.len() != self.rewards.len() {
            return None;
        }
        let states: Vec<Vec<Action>> = measures
            .iter()
            .zip(self.rewards.iter().zip(&self.transition))
            .map(|(choices, (reward, row))| {
                let nothing = Action { reward: *reward, to: row.clone() };
                let others = choices.iter().map(|measure| Action {
                    reward: measure.reward.unwrap_or(*reward) - measure.cost,
                    to: measure.to.clone(),
                });
                std::iter::once(nothing).chain(others).collect()
            })
            .collect();
        best_policy(&states, self.discount())
    }

    /// The most that may be paid, for one customer and period, to raise his chance of moving from `from` to `to` instead of
    /// staying, by `more` (0.05 for five points): more · (V_to − V_from) / (1 + d).
    ///
    /// The same for one period and for ever: at this price, repeating the measure leaves all values as they are, so it is
    /// also the break-even of keeping it up. `None` where a state does not exist or the chain has no values.
    ///
    /// ```
    /// use portfolio::Chain;
    /// let chain = Chain::of_recency(&[0.3], 40.0, 4.0, 0.2);
    /// let ceiling = chain.price_ceiling(0, 1, 0.1).unwrap();
    /// assert!(ceiling < 0.0, "nobody pays for losing a customer");
    /// ```
    pub fn price_ceiling(&self, from: usize, to: usize, more: f64) -> Option<f64> {
        let values = self.values()?;
        Some(more * (values.get(to)? - values.get(from)?) * self.discount())
    }

    /// Whether moving customers up is worth its price, from the interval of the effect that a control group gave.
    ///
    /// `more` is the effect on the chance of moving as (low, expected, high); `price` is paid for each customer and period.
    ///
    /// ```
    /// use portfolio::{Chain, Worth};
    /// let chain = Chain { transition: vec![vec![0.9, 0.0], vec![0.1, 0.8]], rewards: vec![100.0, 10.0], rate: 0.1 };
    /// let told = chain.moving(1, 0, (0.02, 0.05, 0.08), 5.0).unwrap();
    /// assert_eq!(told.worth, Worth::Yes);
    /// assert!(told.gain.0 > 0.0 && told.gain.0 < told.gain.1);
    /// ```
    pub fn moving(&self, from: usize, to: usize, more: (f64, f64, f64), price: f64) -> Option<Moving> {
        let values = self.values()?;
        let one = (values.get(to)? - values.get(from)?) * self.discount();
        let gain = (one * more.0 - price, one * more.1 - price, one * more.2 - price);
        let gain = if one < 0.0 { (gain.2, gain.1, gain.0) } else { gain };
        let worth = if gain.0 > 0.0 {
            Worth::Yes
        } else if gain.2 < 0.0 {
            Worth::No
        } else {
            Worth::Unknown
        };
        let break_even = (one > 0.0).then(|| price / one);
        // What is lost by the better guess when it is the wrong one, at worst.
        let regret = if gain.1 > 0.0 { (-gain.0).max(0.0) } else { gain.2.max(0.0) };
        Some(Moving { ceiling: one * more.1, gain, break_even, regret, worth })
    }

    fn discount(&self) -> f64 {
        1.0 / (1.0 + self.rate)
    }

    fn later(&self, row: &[f64], values: &[f64]) -> f64 {
        row.iter().zip(values).map(|(chance, value)| chance * value).sum::<f64>() * self.discount()
    }
}

/// Something that can be done for customers of a state.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What it is called.
    pub name: String,
    /// Cost for one customer and period.
    pub cost: f64,
    /// What the state brings under it before that cost; `None` for what it brings anyhow.
    pub reward: Option<f64>,
    /// Chances of moving under it.
    pub to: Vec<f64>,
}

/// Whether a move is worth its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Worth {
    /// Even at the low end of what is known.
    Yes,
    /// Not even at the high end.
    No,
    /// Both are possible: test more customers.
    Unknown,
}

/// What moving customers up costs and brings, for one customer and period.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moving {
    /// The most it may cost.
    pub ceiling: f64,
    /// Gain less price: low, expected, high.
    pub gain: (f64, f64, f64),
    /// The effect from which it pays; `None` when the move is down.
    pub break_even: Option<f64>,
    /// The most that following the expected gain can lose, at the ends of what is known.
    pub regret: f64,
    /// The verdict.
    pub worth: Worth,
}
