//! How much to spend on winning and on keeping, and what a unit of yearly margin is worth.

/// A response to spending that rises towards a ceiling: rate(x) = ceiling · (1 − e^(−k x)).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Response {
    /// The rate that no spending passes, 0 to 1.
    pub ceiling: f64,
    /// How fast it is approached, per unit of money.
    pub speed: f64,
}

impl Response {
    /// The response through one observed point: `spend` (above 0) gives `rate`, and never more than `ceiling` is thought
    /// possible; k = −ln(1 − rate / ceiling) / spend. `None` unless 0 < rate < ceiling ≤ 1.
    ///
    /// ```
    /// let response = portfolio::Response::through(1.0, 0.04, 0.1).unwrap();
    /// assert!((response.speed - 0.5108256237659905).abs() < 1e-12);
    /// assert!((response.rate(1.0) - 0.04).abs() < 1e-12);
    /// ```
    pub fn through(spend: f64, rate: f64, ceiling: f64) -> Option<Response> {
        let is_usable = spend > 0.0 && rate > 0.0 && rate < ceiling && ceiling <= 1.0;
        is_usable.then(|| Response { ceiling, speed: -(-rate / ceiling).ln_1p() / spend })
    }

    /// The rate at a spending.
    pub fn rate(&self, spend: f64) -> f64 {
        -self.ceiling * (-self.speed * spend).exp_m1()
    }

    /// How much the next unit of money adds to the rate.
    pub fn slope(&self, spend: f64) -> f64 {
        self.ceiling * self.speed * (-self.speed * spend).exp()
    }
}

/// What a company spends on winning a customer and on keeping him.
///
/// Blattberg & Deighton (1996), "Manage Marketing by the Customer Equity Test", Harvard Business Review 74(4). With a the
/// acquisition and r the retention rate, m the margin of a period, R the spending on keeping per customer won (kept or
/// not), d the discount rate and r′ = r / (1 + d):
///
/// ```text
/// equity per prospect = a · [m + (m − R / r) · r′ / (1 − r′)] − A
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Budget {
    /// Margin of a customer in a period, in any unit of money.
    pub margin: f64,
    /// Discount rate for one period, above 0.
    pub rate: f64,
    /// How the acquisition rate answers to spending per prospect.
    pub acquisition: Response,
    /// How the retention rate answers to spending per customer and period.
    pub retention: Response,
}

/// The best spending and what it brings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestBudget {
    /// On each prospect.
    pub acquisition_spend: f64,
    /// Prospects won, 0 to 1.
    pub acquisition_rate: f64,
    /// On each customer and period.
    pub retention_spend: f64,
    /// Customers kept in a period, 0 to 1.
    pub retention_rate: f64,
    /// What a customer is worth when just won.
    pub customer_value: f64,
    /// What a prospect is worth.
    pub equity_per_prospect: f64,
}

impl Budget {
    /// What a customer just won is worth when so much is spent on keeping him: the bracket above, which is
    /// m + (m r − R) / (1 + d − r), without a quotient by r.
    pub fn customer_value(&self, retention_spend: f64) -> f64 {
        let kept = self.retention.rate(retention_spend);
        self.margin + (self.margin * kept - retention_spend) / (1.0 + self.rate - kept)
    }

    /// What a prospect is worth at these spendings.
    ///
    /// ```
    /// use portfolio::{Budget, Response};
    /// let budget = Budget {
    ///     margin: 50.0,
    ///     rate: 0.1,
    ///     acquisition: Response::through(1.0, 0.04, 0.1).unwrap(),
    ///     retention: Response::through(8.0, 0.6, 0.8).unwrap(),
    /// };
    /// assert!((budget.equity_per_prospect(1.0, 8.0) - 2.76).abs() < 1e-9);
    /// let best = budget.best();
    /// assert!((best.equity_per_prospect - 5.781634736).abs() < 1e-6);
    /// ```
    pub fn equity_per_prospect(&self, acquisition_spend: f64, retention_spend: f64) -> f64 {
        self.acquisition.rate(acquisition_spend) * self.customer_value(retention_spend) - acquisition_spend
    }

    /// The spendings at which the last unit of money for winning and the last for keeping both bring what a customer is
    /// worth: marginal cost to acquire = marginal cost to retain = value (Pfeifer 2005, "The Optimal Ratio of Acquisition
    /// and Retention Costs", Journal of Targeting 13(2)). Average costs say nothing of it.
    ///
    /// Retention is found by halving an interval around the zero of the slope to the last bit, acquisition in closed form. Nothing is
    /// spent where the first unit already costs more than it brings.
    pub fn best(&self) -> BestBudget {
        let whole = 1.0 + self.rate;
        // The slope of the customer's value, times (1 + d − r)²; falls with spending below m (1 + d).
        let slope = |spend: f64| {
            self.retention.slope(spend) * (self.margin * whole - spend) - (whole - self.retention.rate(spend))
        };
        let (mut low, mut high) = (0.0, (self.margin * whole).max(0.0));
        if slope(0.0) <= 0.0 {
            high = 0.0;
        }
        for _ in 0..200 {
            let middle = 0.5 * (low + high);
            if slope(middle) > 0.0 { low = middle } else { high = middle }
        }
        let retention_spend = 0.5 * (low + high);
        let customer_value = self.customer_value(retention_spend);
        let first = self.acquisition.slope(0.0) * customer_value;
        let acquisition_spend = if first > 1.0 { first.ln() / self.acquisition.speed } else { 0.0 };
        BestBudget {
            acquisition_spend,
            acquisition_rate: self.acquisition.rate(acquisition_spend),
            retention_spend,
            retention_rate: self.retention.rate(retention_spend),
            customer_value,
            equity_per_prospect: self.equity_per_prospect(acquisition_spend, retention_spend),
        }
    }

    /// What the last unit of money pays for one more customer won, dA / da.
    pub fn marginal_cost_to_acquire(&self, spend: f64) -> f64 {
        1.0 / self.acquisition.slope(spend)
    }

    /// What the last unit of money pays for one more customer kept, dR / dr.
    pub fn marginal_cost_to_retain(&self, spend: f64) -> f64 {
        1.0 / self.retention.slope(spend)
    }
}

/// The margin multiple: what a unit of yearly margin is worth that comes at the end of each year a customer stays, for a
/// retention r, a discount rate i and a yearly growth g of the margin: r / (1 + i − r (1 + g)).
///
/// Gupta & Lehmann (2003), "Customers as Assets", Journal of Interactive Marketing 17(1); Gupta, Lehmann &
/// Stuart (2004), "Valuing Customers", Journal of Marketing Research 41(1). `None` where it has no end: r (1 + g) ≥ 1 + i.
///
/// ```
/// let multiple = portfolio::margin_multiple(0.8, 0.12, 0.0).unwrap();
/// assert!((multiple - 2.5).abs() < 1e-12);
/// ```
pub fn margin_multiple(retention: f64, rate: f64, growth: f64) -> Option<f64> {
    let left = 1.0 + rate - retention * (1.0 + growth);
    (left > 0.0).then(|| retention / left)
}

/// The same when the first margin comes at once: (1 + i) / (1 + i − r). So a subscription of 17.95 a month with 99.5 %
/// staying at 1 % a month is worth 1 208.63.
///
/// ```
/// let value = 17.95 * portfolio::margin_multiple_at_once(0.995, 0.01).unwrap();
/// assert!((value - 1_208.63).abs() < 0.01);
/// ```
pub fn margin_multiple_at_once(retention: f64, rate: f64) -> Option<f64> {
    let left = 1.0 + rate - retention;
    (left > 0.0).then(|| (1.0 + rate) / left)
}

/// By how many percent value rises when retention rises by one percent: 1 + r / (1 + i − r), the slope of the logarithm of
/// [`margin_multiple`] without growth. That of margin is 1. At 12 % and r = 0.8 it is 3.5: the reason why Gupta, Lehmann & Stuart
/// (2004) find retention to matter most.
///
/// ```
/// assert!((portfolio::retention_elasticity(0.8, 0.12).unwrap() - 3.5).abs() < 1e-12);
/// ```
pub fn retention_elasticity(retention: f64, rate: f64) -> Option<f64> {
    margin_multiple(retention, rate, 0.0).map(|multiple| 1.0 + multiple)
}
