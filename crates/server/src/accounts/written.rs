//! The catalogue as people write it: in JSON over the API and in the base, in TOML in files.
//!
//! Amounts are decimals of the company's currency, days are ISO dates, conditions and drivers are texts. Reading checks
//! everything and names the place that is wrong.

use super::DAWN;
use crate::http::wire;
use ledger::{Currency, Day, FactKind, Quantity};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;
use value::cost::{
    Activity, Catalogue, Condition, CostKind, Driver, Rate, Standing, Team, TeamSpan, UnitCost, UnitSpan,
};

/// A catalogue of activities.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrittenCatalogue {
    /// In the order in which statements show them.
    #[serde(default)]
    pub activities: Vec<WrittenActivity>,
    /// Whose minutes activities may cost.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<WrittenTeam>,
}

/// Something that is done for customers, and what it costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrittenActivity {
    /// Unique.
    pub name: String,
    /// `acquisition`, `upkeep`, `order`, `service`, `delivery`, `return`, `credit` or `other`.
    #[schema(example = "service")]
    pub cost_kind: String,
    /// Which kind of fact it prices: `sale`, `payment`, `interaction`, `request`, `review`, `referral` or `cost`.
    #[schema(example = "interaction")]
    pub facts: String,
    /// Which facts of that kind; empty for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "channel in (call, chat) and minutes > 0")]
    pub condition: String,
    /// `count`, `quantity`, `minutes`, `km`, `kg`, `amount`, `amount × days`, or arithmetic over a fact's fields.
    #[schema(example = "3 + minutes")]
    pub driver: String,
    /// The team whose minutes it takes; without one, `unit_costs` says what a unit costs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// By rising day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unit_costs: Vec<WrittenUnitCost>,
    /// Somebody answers for its numbers; otherwise they are assumed.
    #[serde(default)]
    pub confirmed: bool,
}

/// What so many units of a driver cost from a day on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrittenUnitCost {
    /// First day; none for ever since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "2026-01-01")]
    pub from: Option<String>,
    /// First day on which it holds no longer; the day on which the next one begins unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Decimal, at most six decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "0.55")]
    pub amount: Option<String>,
    /// For so many units; 1 unless said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<String>,
    /// Instead of an amount: the yearly rate of money lent, in percent, for the driver `amount × days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "8")]
    pub yearly_percent: Option<String>,
}

/// People who work for customers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrittenTeam {
    /// Unique.
    pub name: String,
    /// By rising day.
    #[serde(default)]
    pub spans: Vec<WrittenTeamSpan>,
}

/// What a team costs and can do over a span of days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WrittenTeamSpan {
    /// First day.
    pub from: String,
    /// First day after.
    pub until: String,
    /// All it costs over the span, decimal.
    #[schema(example = "560000.00")]
    pub cost: String,
    /// Practical minutes over the span: about 80 % of those paid for.
    #[schema(example = "700000")]
    pub minutes: String,
}

/// What is wrong with a written catalogue, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// `activities[3].driver`.
    pub place: String,
    /// In words.
    pub message: String,
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.place.is_empty() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.place, self.message)
        }
    }
}

/// The units for which a yearly rate is an exact unit cost.
const YEARLY: Quantity = Quantity(3_650_000_000);

impl WrittenCatalogue {
    /// Writes a catalogue.
    pub fn of(catalogue: &Catalogue, currency: Currency) -> WrittenCatalogue {
        let digits = currency.minor_digits();
        let team = |team: &Team| WrittenTeam {
            name: team.name.clone(),
            spans: team.spans.iter().map(|span| write_span(span, digits)).collect(),
        };
        WrittenCatalogue {
            activities: write_activities(catalogue.activities(), digits),
            teams: catalogue.teams().iter().map(team).collect(),
        }
    }

    /// As JSON.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a catalogue is plain data")
    }

    /// Reads and checks what somebody would put in place: also that each driver can have a value. What was kept by an older
    /// program is read without, for the accounts go on by it.
    pub fn read_new(&self, currency: Currency) -> Result<Catalogue, Wrong> {
        let catalogue = self.read(currency)?;
        match catalogue.activities().iter().position(|activity| activity.driver.divides_by_zero()) {
            None => Ok(catalogue),
            Some(place) => {
                let driver = catalogue.activities()[place].driver.name();
                let message = format!(
                    "{driver:?} divides by zero, so no fact would have a price: divide by another number or by a field"
                );
                Err(Wrong::at("driver", message).within(&format!("activities[{place}]")))
            }
        }
    }

    /// Reads and checks it.
    pub fn read(&self, currency: Currency) -> Result<Catalogue, Wrong> {
        let digits = currency.minor_digits();
        let activities = self.activities.iter().enumerate();
        let activities = activities.map(|(n, written)| {
            read_activity(written, digits).map_err(|wrong| wrong.within(&format!("activities[{n}]")))
        });
        let teams = self.teams.iter().enumerate().map(|(n, written)| {
            read_team(written, digits).map_err(|wrong| wrong.within(&format!("teams[{n}]")))
        });
        let (activities, teams) = (activities.collect::<Result<_, _>>()?, teams.collect::<Result<_, _>>()?);
        Catalogue::new(activities, teams, digits).map_err(|error| Wrong::at("activities", error.to_string()))
    }
}

/// Writes activities.
pub fn write_activities(activities: &[Activity], digits: u32) -> Vec<WrittenActivity> {
    activities.iter().map(|activity| write_activity(activity, digits)).collect()
}

impl Wrong {
    fn at(place: &str, message: impl Into<String>) -> Wrong {
        Wrong { place: place.to_string(), message: message.into() }
    }

    fn within(self, outer: &str) -> Wrong {
        Wrong { place: format!("{outer}.{}", self.place), ..self }
    }
}

fn write_activity(activity: &Activity, digits: u32) -> WrittenActivity {
    let (team, unit_costs) = match &activity.rate {
        Rate::Team(team) => (Some(team.clone()), Vec::new()),
        Rate::Unit(spans) => (None, spans.iter().map(|span| write_unit_cost(span, digits)).collect()),
    };
    WrittenActivity {
        name: activity.name.clone(),
        cost_kind: activity.cost_kind.name().to_string(),
        facts: activity.prices.name().to_string(),
        condition: activity.condition.to_string(),
        driver: activity.driver.name().to_string(),
        team,
        unit_costs,
        confirmed: activity.standing == Standing::Confirmed,
    }
}

fn write_unit_cost(span: &UnitSpan, digits: u32) -> WrittenUnitCost {
    let from = (span.from != DAWN).then(|| wire::day(span.from));
    let until = span.until.map(wire::day);
    let UnitCost { minor, per } = span.cost;
    let scale = 10_i128.pow(digits);
    let mut written = WrittenUnitCost { from, until, ..WrittenUnitCost::default() };
    if per == YEARLY && i128::from(minor) % scale == 0 {
        // Basis points are hundredths of a percent.
        written.yearly_percent = Some(decimal(i128::from(minor) / scale, 2, 0));
        return written;
    }
    // The amount for one unit, where six decimals can tell it.
    let (millionths, rest) = (i128::from(minor) * 1_000_000 * 1_000, scale * i128::from(per.0.max(1)));
    if millionths % rest == 0 {
        written.amount = Some(decimal(millionths / rest, 6, digits));
    } else {
        written.amount = Some(decimal(i128::from(minor), digits, digits));
        written.per = Some(per.decimal());
    }
    written
}

fn write_span(span: &TeamSpan, digits: u32) -> WrittenTeamSpan {
    WrittenTeamSpan {
        from: wire::day(span.from),
        until: wire::day(span.until),
        cost: decimal(span.cost.into(), digits, digits),
        minutes: span.minutes.decimal(),
    }
}

/// A number of `10^-digits` as a decimal with at least `least` decimals.
pub(super) fn decimal(number: i128, digits: u32, least: u32) -> String {
    let scale = 10_u128.pow(digits);
    let magnitude = number.unsigned_abs();
    let sign = if number < 0 { "-" } else { "" };
    let mut decimals = if digits == 0 {
        String::new()
    } else {
        format!("{:0width$}", magnitude % scale, width = digits as usize)
    };
    while decimals.len() > least as usize && decimals.ends_with('0') {
        decimals.pop();
    }
    let dot = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{}{dot}{decimals}", magnitude / scale)
}

/// A decimal as a number of `10^-digits`; `None` where it is none, has more decimals or more than fifteen digits.
pub(super) fn number(text: &str, digits: u32) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = match text.strip_prefix(['-', '−']) {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let decimals = decimals.trim_end_matches('0');
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = whole.len() + decimals.len() <= 15 && decimals.len() <= digits as usize;
    if whole.is_empty() || !is_number(whole) || !is_number(decimals) || !fits {
        return None;
    }
    let padded = format!("{whole}{decimals:0<width$}", width = digits as usize);
    padded.parse::<i64>().ok().map(|number| if negative { -number } else { number })
}

fn read_activity(written: &WrittenActivity, digits: u32) -> Result<Activity, Wrong> {
    let cost_kind = CostKind::from_name(written.cost_kind.trim()).ok_or_else(|| {
        let names: Vec<&str> = CostKind::ALL.iter().map(|kind| kind.name()).collect();
        Wrong::at(
            "cost_kind",
            format!("{:?} is no kind of cost: one of {}", written.cost_kind, names.join(", ")),
        )
    })?;
    let prices = FactKind::from_name(written.facts.trim())
        .filter(|kind| *kind != FactKind::Description)
        .ok_or_else(|| Wrong::at("facts", format!("{:?} is no kind of fact that costs", written.facts)))?;
    let condition =
        Condition::parse(&written.condition).map_err(|error| Wrong::at("condition", error.to_string()))?;
    let driver = Driver::parse(&written.driver).map_err(|error| Wrong::at("driver", error.to_string()))?;
    let team = written.team.as_deref().map(str::trim).filter(|team| !team.is_empty());
    let rate = match team {
        Some(_) if !written.unit_costs.is_empty() => {
            return Err(Wrong::at("unit_costs", "give a team or unit costs, not both"));
        }
        Some(team) => Rate::Team(team.to_string()),
        None if written.unit_costs.is_empty() => {
            return Err(Wrong::at("unit_costs", "say what a unit costs, or name a team"));
        }
        None => {
            let spans = written.unit_costs.iter().enumerate().map(|(n, span)| {
                read_unit_cost(span, &driver, digits)
                    .map_err(|wrong| wrong.within(&format!("unit_costs[{n}]")))
            });
            Rate::Unit(closed(spans.collect::<Result<_, _>>()?))
        }
    };
    let standing = if written.confirmed { Standing::Confirmed } else { Standing::Assumed };
    Ok(Activity {
        name: written.name.trim().to_string(),
        cost_kind,
        prices,
        condition,
        driver,
        rate,
        standing,
    })
}

/// A unit cost without an end holds until the next one begins.
fn closed(mut spans: Vec<UnitSpan>) -> Vec<UnitSpan> {
    let begins: Vec<Day> = spans.iter().skip(1).map(|span| span.from).collect();
    for (span, next) in spans.iter_mut().zip(begins) {
        span.until = span.until.or(Some(next));
    }
    spans
}

fn read_unit_cost(written: &WrittenUnitCost, driver: &Driver, digits: u32) -> Result<UnitSpan, Wrong> {
    let from = written.from.as_deref().map(|text| day("from", text)).transpose()?.unwrap_or(DAWN);
    let until = written.until.as_deref().map(|text| day("until", text)).transpose()?;
    let cost = match (&written.amount, &written.yearly_percent) {
        (Some(amount), None) => {
            let millionths = number(amount, 6)
                .ok_or_else(|| Wrong::at("amount", format!("{amount:?} is no amount such as 0.55")))?;
            let per = match written.per.as_deref() {
                None => Quantity(1_000),
                Some(text) => read_quantity("per", text)?,
            };
            unit_cost(millionths, per, digits)
                .ok_or_else(|| Wrong::at("amount", format!("{amount:?} is too large or too fine")))?
        }
        (None, Some(percent)) => {
            if *driver != Driver::AmountDays {
                return Err(Wrong::at(
                    "yearly_percent",
                    "a yearly rate goes with the driver \"amount × days\"",
                ));
            }
            let points = number(percent, 2).ok_or_else(|| {
                Wrong::at("yearly_percent", format!("{percent:?} is no rate such as 8 or 7.25"))
            })?;
            UnitCost::credit(points, digits)
        }
        _ => return Err(Wrong::at("amount", "give an amount or a yearly rate, one of the two")),
    };
    Ok(UnitSpan { from, until, cost })
}

/// Millionths of a unit of the currency for so much of the driver, in whole minor units for more of it if need be.
fn unit_cost(millionths: i64, per: Quantity, digits: u32) -> Option<UnitCost> {
    let minor_unit = 10_i64.pow(6 - digits.min(6));
    let mut factor = 1;
    while factor < minor_unit && (i128::from(millionths) * i128::from(factor)) % i128::from(minor_unit) != 0 {
        factor *= 10;
    }
    let minor = i128::from(millionths) * i128::from(factor) / i128::from(minor_unit);
    Some(UnitCost { minor: i64::try_from(minor).ok()?, per: Quantity(per.0.checked_mul(factor)?) })
}

fn read_team(written: &WrittenTeam, digits: u32) -> Result<Team, Wrong> {
    let spans = written.spans.iter().enumerate().map(|(n, span)| {
        let within = |wrong: Wrong| wrong.within(&format!("spans[{n}]"));
        let cost = number(&span.cost, digits)
            .ok_or_else(|| Wrong::at("cost", format!("{:?} is no amount such as 560000.00", span.cost)));
        Ok(TeamSpan {
            from: day("from", &span.from).map_err(within)?,
            until: day("until", &span.until).map_err(within)?,
            cost: cost.map_err(within)?,
            minutes: read_quantity("minutes", &span.minutes).map_err(within)?,
        })
    });
    Ok(Team { name: written.name.trim().to_string(), spans: spans.collect::<Result<_, Wrong>>()? })
}

fn read_quantity(place: &str, text: &str) -> Result<Quantity, Wrong> {
    number(text, 3).filter(|thousandths| *thousandths > 0).map(Quantity).ok_or_else(|| {
        Wrong::at(place, format!("{text:?} is no positive number with at most three decimals"))
    })
}

fn day(place: &str, text: &str) -> Result<Day, Wrong> {
    let date = text.trim().parse::<jiff::civil::Date>();
    date.map(Day::of).map_err(|_| Wrong::at(place, format!("{text:?} is no day such as 2026-01-31")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use value::cost::{Trade, preset};

    #[test]
    fn a_driver_that_divides_by_zero_is_refused_with_its_place() {
        let activities = preset(Trade::Services, DAWN, 2);
        let mut written = WrittenCatalogue { activities: write_activities(&activities, 2), teams: vec![] };
        assert!(written.read_new(Currency::EUR).is_ok());
        written.activities[1].driver = "minutes / 0".to_string();
        written.activities[1].unit_costs.iter_mut().for_each(|cost| {
            (cost.amount, cost.yearly_percent) = (Some("1".to_string()), None);
        });
        let wrong = written.read_new(Currency::EUR).unwrap_err();
        assert_eq!(wrong.place, "activities[1].driver");
        assert!(wrong.message.starts_with("\"minutes / 0\" divides by zero"), "{wrong}");
        // What was kept before it was refused still prices the other activities.
        assert!(written.read(Currency::EUR).is_ok());
    }

    #[test]
    fn presets_read_back_as_they_were_written() {
        for code in ["EUR", "JPY", "KWD"] {
            let currency = Currency::parse(code).unwrap();
            for trade in Trade::ALL {
                let activities = preset(trade, DAWN, currency.minor_digits());
                let catalogue = Catalogue::new(activities, vec![], currency.minor_digits()).unwrap();
                let written = WrittenCatalogue::of(&catalogue, currency);
                let again = written.read(currency).unwrap();
                assert_eq!(WrittenCatalogue::of(&again, currency), written);
                let toml = toml::to_string(&written).unwrap();
                assert_eq!(toml::from_str::<WrittenCatalogue>(&toml).unwrap(), written);
            }
        }
    }

    #[test]
    fn amounts_are_read_without_a_loss() {
        assert_eq!(
            unit_cost(550_000, Quantity(1_000), 2),
            Some(UnitCost { minor: 55, per: Quantity(1_000) })
        );
        assert_eq!(
            unit_cost(3_300, Quantity(1_000), 2),
            Some(UnitCost { minor: 33, per: Quantity(100_000) })
        );
        assert_eq!(decimal(-5, 2, 2), "-0.05");
        assert_eq!(decimal(600_000, 6, 2), "0.60");
        for wrong in ["", "1,5", "1e3", "0.1234567", "1.2.3", "−"] {
            assert_eq!(number(wrong, 6), None, "{wrong}");
        }
        assert_eq!(number("−1.50", 2), Some(-150));
    }

    #[test]
    fn a_unit_cost_holds_until_the_next_one() {
        let written: WrittenActivity = toml::from_str(
            "name = \"call\"\ncost_kind = \"service\"\nfacts = \"interaction\"\ndriver = \"minutes\"\n\
             unit_costs = [{ amount = \"0.55\" }, { from = \"2026-01-01\", amount = \"0.58\" }]\n",
        )
        .unwrap();
        let activity = read_activity(&written, 2).unwrap();
        let Rate::Unit(spans) = activity.rate else { panic!("it has unit costs") };
        assert_eq!((spans[0].until, spans[1].until), (Some(spans[1].from), None));
    }

    #[test]
    fn what_is_wrong_names_its_place() {
        let written: WrittenCatalogue = toml::from_str(
            "[[activities]]\nname = \"call\"\ncost_kind = \"service\"\nfacts = \"interaction\"\n\
             driver = \"minutes\"\nunit_costs = [{ amount = \"0.55\" }]\n\
             [[activities]]\nname = \"visit\"\ncost_kind = \"service\"\nfacts = \"interaction\"\n\
             driver = \"minutes * speed\"\nunit_costs = [{ amount = \"0.55\" }]\n",
        )
        .unwrap();
        let wrong = written.read(Currency::EUR).unwrap_err();
        assert_eq!(wrong.to_string(), "activities[1].driver: at 11: no field \"speed\"");
    }
}
