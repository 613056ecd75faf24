//! How a row becomes a fact of each kind.
//!
//! Signs: an amount is negative when money flows back. A return is a row that is marked as one (a flag, the mapping's
//! rule for cancellations), or has a negative quantity or a negative amount of its own. A negative unit price is an
//! adjustment and no return. Where the file has no amount, it is quantity × unit price less discount, exact, rounded
//! once, half away from zero.

use crate::mapping::{DistanceUnit, TimeUnit, WeightUnit};
use crate::numbers::Decimal;
use crate::rejection::RejectionCode;
use crate::rows::Reading;
use crate::said::{Said, Saying, named};
use crate::target::{FileKind, Target};
use crate::words;
use ledger::{
    Cost, Currency, Fact, FactBody, Interaction, Money, Payment, Quantity, Referral, Request, Review,
    SaleLine,
};

/// The channel of contacts whose file names none.
const SOME_CONTACT: &str = "contact";

impl Reading<'_> {
    /// The row's fact; `None` when something is wrong, which has then been told.
    pub(crate) fn fact(&mut self, kind: FileKind) -> Option<Fact> {
        let fact = match kind {
            FileKind::Customers => None,
            FileKind::Sales => self.sale(),
            FileKind::Payments => self.payment(),
            FileKind::Interactions => self.interaction(),
            FileKind::Requests => self.request(),
            FileKind::Reviews => self.review(),
            FileKind::Referrals => self.referral(),
            FileKind::Costs => self.cost(),
        };
        fact.filter(|_| !self.has_problems())
    }

    fn sale(&mut self) -> Option<Fact> {
        self.currency_column();
        let happened_at = self.moment(Target::Date);
        if happened_at.is_none() {
            self.missing(Target::Date);
        }
        let quantity = self.number(Target::Quantity);
        let stated = self.money(Target::Amount);
        let unit_price = self.money(Target::UnitPrice);
        let rate = self.percentage(Target::Discount);
        let discount = if rate.is_some() { None } else { self.money(Target::Discount) };
        let margin = self.money(Target::Margin);
        let unit_cost = self.money(Target::UnitCost);
        let flagged = self.choice(Target::IsReturn, words::is_return, "yes, no").unwrap_or(false);

        let comes_back = quantity.is_some_and(Decimal::is_negative);
        let is_return =
            flagged || self.is_cancelled() || comes_back || stated.is_some_and(Decimal::is_negative);
        let units = quantity.unwrap_or(Decimal::whole(1));
        // A discount is what was taken off, whichever sign the file gives it; on goods that come back it comes back.
        let discount = match rate {
            Some(rate) => unit_price.and_then(|price| units.times(price)?.times(rate)).map(Decimal::abs),
            None => discount.map(Decimal::abs),
        };
        let amount = match (stated, unit_price) {
            (Some(amount), _) if comes_back && !amount.is_negative() => Some(amount.negated()),
            (Some(amount), _) => Some(amount),
            (None, Some(price)) => units.times(price).and_then(|gross| {
                let off = discount.unwrap_or(Decimal::ZERO);
                if gross.is_negative() { gross.plus(off) } else { gross.minus(off) }
            }),
            (None, None) => {
                let target = self.first_column(Target::Amount).map_or(Target::UnitPrice, |_| Target::Amount);
                self.missing(target);
                return None;
            }
        };
        let turned = is_return && self.plan.mapping.rules.returns_are_positive;
        let amount = amount.map(|amount| if turned { amount.abs().negated() } else { amount });
        let units = if turned { units.abs().negated() } else { units };
        let cost = unit_cost.map(|cost| units.times(cost));
        let percent = self.plan.mapping.rules.assumed_margin_percent;
        let percent = percent.filter(|_| margin.is_none() && cost.is_none());
        let share = percent.map(|percent| Decimal::whole(i64::from(percent)).percent());
        let assumed = share.and_then(|share| amount?.times(share));

        let currency = self.row_currency()?;
        let source_of_amount = if stated.is_some() { Target::Amount } else { Target::UnitPrice };
        let amount = self.rounded(amount, currency, source_of_amount)?;
        let discount = self.optional(discount, currency, Target::Discount);
        let margin = match (margin, cost) {
            (Some(margin), _) => self.optional(Some(margin), currency, Target::Margin),
            (None, Some(cost)) => {
                let cost = self.rounded(cost, currency, Target::UnitCost)?;
                Some(Money::new(amount.minor - cost.minor, currency))
            }
            (None, None) => assumed.and_then(|margin| margin.money(currency)),
        };
        let quantity = quantity.map(|_| self.quantity(units, Target::Quantity));
        let order = self.key(Target::Order);
        let line = self.key(Target::Line);
        let reference = self.key(Target::Id).or_else(|| Some(format!("{}/{}", order.as_ref()?, line?)));
        let body = SaleLine {
            order,
            product: self.key(Target::Product),
            description: self.text(Target::Description),
            quantity: quantity.flatten(),
            amount,
            discount,
            margin,
            assumed_margin: percent.filter(|_| margin.is_some()),
            is_return,
            kg: self.kg(),
            km: self.km(),
        };
        Some(Fact { happened_at: happened_at?, reference, body: FactBody::Sale(body) })
    }

    fn payment(&mut self) -> Option<Fact> {
        self.currency_column();
        let amount = self.required_amount()?;
        let due = self.day(Target::Due);
        let paid = self.day(Target::Paid);
        let Some(day) = paid.or(due) else {
            self.missing(if self.first_column(Target::Paid).is_some() { Target::Paid } else { Target::Due });
            return None;
        };
        let invoice = self.key(Target::Invoice);
        let by_invoice = !self.plan.mapping.rules.several_payments_per_invoice;
        let reference = self.key(Target::Id).or_else(|| invoice.clone().filter(|_| by_invoice));
        let body = FactBody::Payment(Payment { invoice, amount, due, paid });
        Some(Fact { happened_at: day.start(), reference, body })
    }

    fn interaction(&mut self) -> Option<Fact> {
        let happened_at = self.moment(Target::Date);
        let channel = self.text(Target::Channel).map(|word| words::channel(&word));
        let direction = self.choice(Target::Direction, words::direction, "inbound, outbound");
        let minutes = self.minutes();
        let body = Interaction {
            channel: channel.unwrap_or_else(|| SOME_CONTACT.to_string()),
            direction,
            minutes,
            who: self.text(Target::Who),
            subject: self.text(Target::Subject),
            campaign: self.text(Target::Campaign),
            outcome: self.text(Target::Outcome),
            kg: self.kg(),
            km: self.km(),
        };
        if happened_at.is_none() {
            self.missing(Target::Date);
        }
        let reference = self.key(Target::Id);
        Some(Fact { happened_at: happened_at?, reference, body: FactBody::Interaction(body) })
    }

    fn request(&mut self) -> Option<Fact> {
        let opened = self.moment(Target::Opened);
        if opened.is_none() {
            self.missing(Target::Opened);
        }
        let closed = self.moment(Target::Closed);
        let subject = self.text(Target::Subject);
        let channel = self.text(Target::Channel).map(|word| words::channel(&word));
        let reference = self.key(Target::Id);
        let opened = opened?;
        // A bare day of closing is its midnight and may lie before the hour of opening on the same day.
        let closed =
            closed.map(|closed| if closed.day() == opened.day() { closed.max(opened) } else { closed });
        if closed.is_some_and(|closed| closed < opened) {
            let column = self.first_column(Target::Closed);
            self.problem(column, RejectionCode::Contradiction, Said::new(Saying::ClosedBeforeOpened, []));
        }
        Some(Fact {
            happened_at: opened,
            reference,
            body: FactBody::Request(Request { subject, opened, closed, channel }),
        })
    }

    fn review(&mut self) -> Option<Fact> {
        let happened_at = self.moment(Target::Date);
        if happened_at.is_none() {
            self.missing(Target::Date);
        }
        let rating = self.rating();
        let text = self.text(Target::Text);
        if rating.is_none() && text.is_none() {
            self.missing(if self.first_column(Target::Rating).is_some() {
                Target::Rating
            } else {
                Target::Text
            });
        }
        let product = self.key(Target::Product);
        let reference = self.key(Target::Id);
        Some(Fact {
            happened_at: happened_at?,
            reference,
            body: FactBody::Review(Review { rating, product, text }),
        })
    }

    fn referral(&mut self) -> Option<Fact> {
        let happened_at = self.moment(Target::Date);
        if happened_at.is_none() {
            self.missing(Target::Date);
        }
        let referred = self.key(Target::Referred);
        if referred.is_none() {
            self.missing(Target::Referred);
        }
        let reference = self.key(Target::Id);
        let body = FactBody::Referral(Referral { referred: referred? });
        Some(Fact { happened_at: happened_at?, reference, body })
    }

    fn cost(&mut self) -> Option<Fact> {
        self.currency_column();
        let happened_at = self.moment(Target::Date);
        if happened_at.is_none() {
            self.missing(Target::Date);
        }
        let amount = self.required_amount()?;
        let activity = self.text(Target::Activity);
        if activity.is_none() {
            self.missing(Target::Activity);
        }
        let reference = self.key(Target::Id);
        let campaign = self.text(Target::Campaign);
        let body = FactBody::Cost(Cost { activity: activity?, amount, campaign });
        Some(Fact { happened_at: happened_at?, reference, body })
    }

    fn required_amount(&mut self) -> Option<Money> {
        let Some(amount) = self.money(Target::Amount) else {
            self.missing(Target::Amount);
            return None;
        };
        let currency = self.row_currency()?;
        self.rounded(Some(amount), currency, Target::Amount)
    }

    fn optional(&mut self, value: Option<Decimal>, currency: Currency, target: Target) -> Option<Money> {
        self.rounded(Some(value?), currency, target)
    }

    fn quantity(&mut self, value: Decimal, target: Target) -> Option<Quantity> {
        let quantity = value.quantity();
        if quantity.is_none() {
            let column = self.first_column(target)?;
            self.out_of_range(column, target);
        }
        quantity
    }

    /// Time spent: a number in the mapping's unit, or `1:30`, `1:30:00` and `1h30`.
    fn minutes(&mut self) -> Option<Quantity> {
        let column = self.first_column(Target::Minutes)?;
        if let Some(minutes) = self.clock(column) {
            return self.quantity(minutes, Target::Minutes);
        }
        let value = self.number(Target::Minutes)?;
        if value.is_negative() {
            self.problem(Some(column), RejectionCode::OutOfRange, Said::new(Saying::NegativeTime, []));
            return None;
        }
        let minutes = match self.plan.mapping.rules.minutes_are {
            // Sixtieths in thousandths: a sixth of a hundredth is rounded once.
            Some(TimeUnit::Seconds) => value.rounded(3).map(|seconds| Quantity((seconds + 30) / 60)),
            Some(TimeUnit::Hours) => value.times(Decimal::whole(60)).and_then(Decimal::quantity),
            Some(TimeUnit::Minutes) | None => value.quantity(),
        };
        if minutes.is_none() {
            self.out_of_range(column, Target::Minutes);
        }
        minutes
    }

    /// What the row's goods weigh. What comes back weighs something too: files give it the sign of the quantity.
    fn kg(&mut self) -> Option<Quantity> {
        let unit = self.plan.mapping.rules.kg_are.unwrap_or(WeightUnit::Kilograms);
        self.measured(Target::Kg, unit.in_kilograms())
    }

    /// How far it went.
    fn km(&mut self) -> Option<Quantity> {
        let unit = self.plan.mapping.rules.km_are.unwrap_or(DistanceUnit::Kilometres);
        self.measured(Target::Km, unit.in_kilometres())
    }

    /// Thousandths of what is kept, of which the column's unit has so many hundred-millionths; rounded once.
    fn measured(&mut self, target: Target, unit: i128) -> Option<Quantity> {
        let column = self.first_column(target)?;
        let value = self.number(target)?.abs();
        let factor = Decimal { mantissa: unit, scale: 8 };
        let quantity = value.times(factor).and_then(Decimal::quantity);
        if quantity.is_none() {
            self.out_of_range(column, target);
        }
        quantity
    }

    /// A rating between 0 and 1: out of the mapping's top mark, or out of its own (`4/5`, `80 %`, `★★★★☆`).
    fn rating(&mut self) -> Option<Quantity> {
        let column = self.first_column(Target::Rating)?;
        let written = self.cell_as_text(column)?;
        let (value, top) = match own_scale(&written, self.plan.mapping.format.decimal) {
            Some(scaled) => scaled,
            None => (
                self.number(Target::Rating)?,
                Decimal::whole(i64::from(self.plan.mapping.rules.rating_out_of.unwrap_or(5))),
            ),
        };
        let thousandths = value
            .rounded(6)
            .zip(top.rounded(6))
            .filter(|(value, top)| 0 <= *value && value <= top && *top > 0);
        if thousandths.is_none() {
            let said = Said::new(Saying::BeyondTopMark, [named(&written)]);
            self.problem(Some(column), RejectionCode::OutOfRange, said);
        }
        thousandths.map(|(value, top)| {
            let (value, top) = (i128::from(value), i128::from(top));
            Quantity(((value * 2000 + top) / (top * 2)) as i64)
        })
    }
}

/// A rating that brings its own top mark.
fn own_scale(text: &str, decimal: char) -> Option<(Decimal, Decimal)> {
    let number = |text: &str| crate::numbers::number(text, decimal).ok();
    if let Some((value, top)) = text.split_once('/') {
        return Some((number(value)?, number(top)?));
    }
    if let Some(percent) = text.strip_suffix('%') {
        return Some((number(percent)?, Decimal::whole(100)));
    }
    let is_star = |c: char| matches!(c, '★' | '⭐' | '*');
    let is_gap = |c: char| matches!(c, '☆' | '\u{fe0f}' | ' ');
    if text.contains(is_star) && text.chars().all(|c| is_star(c) || is_gap(c)) {
        let stars = text.chars().filter(|c| is_star(*c)).count() as i64;
        return Some((Decimal::whole(stars), Decimal::whole(5.max(stars))));
    }
    None
}
