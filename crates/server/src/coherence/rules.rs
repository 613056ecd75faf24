//! By which rules customers come into levels and classes, and who counts as a buyer of bargains only: what the house decided, what another rule would change, and
//! who changed what when.

use super::classes::{BargainKind, KeptBargains};
use super::{BARGAINS, Ground, Missing, Scoring, kept, year_before};
use crate::http::error::Answer;
use crate::http::wire::Money;
use crate::http::{App, Caller, Failure, Json, wire};
use crate::jobs::handlers::{Job, enqueue};
use crate::jobs::work::Task;
use ::portfolio::{BargainRule, BargainRuleError, ClassRule, Rule};
use access::{Choice, Field};
use axum::extract::State;
use axum::response::IntoResponse;
use ledger::{Currency, Day, Moment};
use serde::{Deserialize, Serialize};
use store::{Scores, Store};
use utoipa::ToSchema;

/// The rules of levels and classes, as people write them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelRules {
    /// Of the five levels of value: four numbers.
    pub value: LevelRule,
    /// Of the five levels of investment: four numbers.
    pub investment: LevelRule,
    /// Of D1 to D4: three numbers.
    pub class: LevelRule,
    /// From this distance between the levels on, 1 to 4, a customer is on the worklist.
    pub least_delta: i8,
    /// Who buys bargains only; the usual ones where it is left out.
    // Rules that were kept before there was a choice have none.
    #[serde(default)]
    #[schema(required = true)]
    pub bargain: BargainLimits,
    /// Chance that an effort keeps who would go, by level; nothing is set where it is left out.
    #[serde(default)]
    #[schema(required = true)]
    pub recoverability: Recoverability,
}

/// Rules as they are sent: what is left out of the later parts stays as it is in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct SentRules {
    pub value: LevelRule,
    pub investment: LevelRule,
    pub class: LevelRule,
    pub least_delta: i8,
    #[serde(default)]
    pub bargain: Option<BargainLimits>,
    #[serde(default)]
    pub recoverability: Option<Recoverability>,
}

impl SentRules {
    fn beside(self, in_force: &LevelRules) -> LevelRules {
        let SentRules { value, investment, class, least_delta, bargain, recoverability } = self;
        LevelRules {
            value,
            investment,
            class,
            least_delta,
            bargain: bargain.unwrap_or(in_force.bargain),
            recoverability: recoverability.unwrap_or(in_force.recoverability),
        }
    }
}

/// Chance that an effort keeps somebody who is about to leave, 0 to 1, by his level of value. Null: what the base's own past
/// tells, or the usual 0.2 where it tells nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[allow(missing_docs)]
pub struct Recoverability {
    #[schema(required = true)]
    pub strategic: Option<f64>,
    #[schema(required = true)]
    pub high: Option<f64>,
    #[schema(required = true)]
    pub median: Option<f64>,
    #[schema(required = true)]
    pub low: Option<f64>,
    #[schema(required = true)]
    pub negligible: Option<f64>,
}

impl Recoverability {
    /// Strategic to negligible.
    pub fn levels(&self) -> [Option<f64>; 5] {
        [self.strategic, self.high, self.median, self.low, self.negligible]
    }

    fn read(&self) -> Result<(), Wrong> {
        let names = [
            "recoverability.strategic",
            "recoverability.high",
            "recoverability.median",
            "recoverability.low",
            "recoverability.negligible",
        ];
        let beyond = |share: Option<f64>| share.is_some_and(|share| !(0.0..=1.0).contains(&share));
        match names.into_iter().zip(self.levels()).find(|(_, share)| beyond(*share)) {
            Some((name, _)) => Err((name, "what is recoverable is a share of 0 to 1".to_string())),
            None => Ok(()),
        }
    }
}

/// When somebody counts as a buyer of promotions or loss leaders only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BargainLimits {
    /// Discount from which a line counts as promoted, in hundredths of its price before discount; 1 to 100.
    pub discount_percent: u32,
    /// Share of what was bought from which it is "only", in hundredths; 51 to 100.
    pub only_percent: u32,
    /// Fewer lines than this in twelve months say nothing; 1 to 1,000.
    pub least_lines: u32,
}

/// Where one level ends and the next begins. Who is worth nothing or less has the last one under every rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "by", rename_all = "snake_case", deny_unknown_fields)]
pub enum LevelRule {
    /// By the share of all positive value that those above bring; rising, above 0 to 1.
    Share {
        /// The boundaries.
        shares: Vec<f64>,
    },
    /// By the share of customers who are above; rising, above 0 to 1.
    Quantile {
        /// The boundaries.
        shares: Vec<f64>,
    },
    /// From these amounts on; falling decimals in the company's currency.
    Amount {
        /// The boundaries.
        amounts: Vec<String>,
    },
}

/// The rules as `portfolio` takes them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rules {
    /// Of the levels of value.
    pub value: Rule,
    /// Of the levels of investment.
    pub investment: Rule,
    /// Of the classes.
    pub class: ClassRule,
    /// From this delta on, up or down, a customer is on the worklist.
    pub least_delta: i8,
    /// Of who buys bargains only.
    pub bargain: BargainRule,
    /// What is recoverable of each level, where somebody set it.
    pub recoverability: Recoverability,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            value: Rule::DEFAULT,
            investment: Rule::DEFAULT,
            class: ClassRule::DEFAULT,
            least_delta: 2,
            bargain: BargainRule::DEFAULT,
            recoverability: Recoverability::default(),
        }
    }
}

impl Default for LevelRules {
    fn default() -> LevelRules {
        let share = |shares: &[f64]| LevelRule::Share { shares: shares.to_vec() };
        LevelRules {
            value: share(&[0.5, 0.8, 0.95, 0.99]),
            investment: share(&[0.5, 0.8, 0.95, 0.99]),
            class: share(&[0.5, 0.8, 1.0]),
            least_delta: 2,
            bargain: BargainLimits::default(),
            recoverability: Recoverability::default(),
        }
    }
}

impl Default for BargainLimits {
    fn default() -> BargainLimits {
        let BargainRule { discount_percent, only_percent, least_lines } = BargainRule::DEFAULT;
        BargainLimits { discount_percent, only_percent, least_lines }
    }
}

impl BargainLimits {
    /// The rule, as `portfolio` takes it; not looked at yet.
    pub fn rule(self) -> BargainRule {
        let BargainLimits { discount_percent, only_percent, least_lines } = self;
        BargainRule { discount_percent, only_percent, least_lines }
    }

    fn read(self) -> Result<BargainRule, Wrong> {
        self.rule().checked().map_err(|error| {
            let name = match error {
                BargainRuleError::Discount => "bargain.discount_percent",
                BargainRuleError::Only => "bargain.only_percent",
                BargainRuleError::Lines => "bargain.least_lines",
            };
            (name, error.to_string())
        })
    }
}

/// What is wrong with a rule: its name and why.
pub type Wrong = (&'static str, String);

impl LevelRules {
    /// The rules for amounts of a currency, or what is wrong with them.
    pub fn read(&self, currency: Currency) -> Result<Rules, Wrong> {
        let level = |name: &'static str, rule: &LevelRule| {
            let rule = match rule {
                LevelRule::Share { shares } => Rule::Share(numbers(name, shares)?),
                LevelRule::Quantile { shares } => Rule::Quantile(numbers(name, shares)?),
                LevelRule::Amount { amounts } => Rule::Amount(minor(name, amounts, currency)?),
            };
            rule.checked().map_err(|error| (name, error.to_string()))
        };
        let class = match &self.class {
            LevelRule::Share { shares } => ClassRule::Share(numbers("class", shares)?),
            LevelRule::Quantile { shares } => ClassRule::Quantile(numbers("class", shares)?),
            LevelRule::Amount { amounts } => ClassRule::Amount(minor("class", amounts, currency)?),
        };
        if !(1..=4).contains(&self.least_delta) {
            return Err(("least_delta", "the least delta of the worklist is 1, 2, 3 or 4".to_string()));
        }
        self.recoverability.read()?;
        Ok(Rules {
            value: level("value", &self.value)?,
            investment: level("investment", &self.investment)?,
            class: class.checked().map_err(|error| ("class", error.to_string()))?,
            least_delta: self.least_delta,
            bargain: self.bargain.read()?,
            recoverability: self.recoverability,
        })
    }
}

fn numbers<const N: usize>(name: &'static str, shares: &[f64]) -> Result<[f64; N], Wrong> {
    shares.try_into().map_err(|_| (name, format!("this rule takes {N} numbers, not {}", shares.len())))
}

fn minor<const N: usize>(
    name: &'static str,
    amounts: &[String],
    currency: Currency,
) -> Result<[i64; N], Wrong> {
    let read = |text: &String| {
        let money = ledger::Money::parse(text, currency);
        money.map(|money| money.minor).map_err(|error| (name, error.to_string()))
    };
    let amounts: Vec<i64> = amounts.iter().map(read).collect::<Result<_, _>>()?;
    let given = amounts.len();
    amounts.try_into().map_err(|_| (name, format!("this rule takes {N} amounts, not {given}")))
}

/// The rules in force with their number; the usual ones, number 0, before anybody set some.
pub fn in_force(store: &Store) -> store::Result<(i64, LevelRules)> {
    let newest = store.level_rules(1)?.into_iter().next();
    Ok(newest.map_or_else(|| (0, LevelRules::default()), |saved| (saved.id, parsed(&saved))))
}

/// The rules in force, as `portfolio` takes them.
pub fn rules(store: &Store, currency: Currency) -> store::Result<Rules> {
    Ok(in_force(store)?.1.read(currency).unwrap_or_default())
}

/// When what is recoverable was last set otherwise, and by whom; `None` where nobody set any of it.
pub fn recoverability_set(store: &Store) -> store::Result<Option<(Moment, Option<String>)>> {
    let saved = store.level_rules(HISTORY)?;
    let of = |one: &store::SavedLevelRules| parsed(one).recoverability;
    let Some(now) = saved.first().map(of).filter(|now| *now != Recoverability::default()) else {
        return Ok(None);
    };
    let since = saved.iter().take_while(|one| of(one) == now).last();
    Ok(since.map(|one| (one.decided_at, one.decided_by.clone())))
}

/// Saved rules; the usual ones, and a line in the log, where they cannot be read.
fn parsed(saved: &store::SavedLevelRules) -> LevelRules {
    serde_json::from_str(&saved.rules).unwrap_or_else(|error| {
        tracing::error!(rules = saved.id, %error, "level rules that were kept cannot be read: set them again");
        LevelRules::default()
    })
}

/// The rules in force, and those before.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct LevelRulesStanding {
    /// The number of the rules in force; 0 for the usual ones. A change names it, so that nobody writes over another's.
    pub version: i64,
    pub rules: LevelRules,
    /// What holds before anybody decides.
    pub usual: LevelRules,
    /// What is recoverable of a level, 0 to 1, where nobody set it and the past tells nothing.
    pub usual_recoverability: f64,
    /// Every change, the newest first.
    pub history: Vec<LevelRulesChange>,
}

/// Rules that somebody set.
#[derive(Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct LevelRulesChange {
    pub version: i64,
    pub at: String,
    /// Null for a command on the machine itself.
    pub by: Option<String>,
    pub rules: LevelRules,
}

/// Rules to put in force.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs)]
pub struct NewLevelRules {
    /// The number of the rules that were read.
    pub version: i64,
    #[schema(value_type = LevelRules)]
    pub rules: SentRules,
}

/// What other rules would change, on the values that stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct LevelRulesPreview {
    /// The valuation's day; null before the first one.
    pub as_of: Option<String>,
    /// What is not known and therefore not told.
    pub missing: Vec<Missing>,
    pub value: Option<LevelsChange>,
    pub investment: Option<LevelsChange>,
    pub class: Option<LevelsChange>,
    /// Incoherent customers, decided ones too.
    pub worklist: Option<CountChange>,
    /// Who buys bargains only; null before the first valuation.
    pub bargains: Option<BargainsChange>,
    /// What is worth saving of customers at risk; null before customer equity is measured, and where the rule of the levels of
    /// value changes: only a valuation by it tells.
    pub worth_saving: Option<MoneyChange>,
}

/// An amount before and after.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct MoneyChange {
    pub before: Money,
    pub after: Money,
}

/// Who would count as a buyer of bargains only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct BargainsChange {
    /// Customers who bought enough lines to tell.
    pub told: CountChange,
    /// Promotions, loss leaders, and only the two together.
    pub kinds: Vec<BargainKindChange>,
}

/// Buyers of one kind of bargains before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct BargainKindChange {
    pub kind: BargainKind,
    pub before: u64,
    pub after: u64,
}

/// Who would come into another level or class.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct LevelsChange {
    pub customers: u64,
    pub changed: u64,
    pub up: u64,
    pub down: u64,
    /// Every level or class, the best first.
    pub levels: Vec<LevelCount>,
    /// Those who move, from where to where.
    pub moves: Vec<LevelMove>,
}

/// Customers of one level or class.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct LevelCount {
    /// `strategic` to `negligible`, or `d1` to `d4`.
    pub level: String,
    pub before: u64,
    pub after: u64,
}

/// Customers who move from one level or class to another.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct LevelMove {
    pub from: String,
    pub to: String,
    pub customers: u64,
}

/// A count before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CountChange {
    pub before: u64,
    pub after: u64,
}

/// Changes of rules that are shown.
const HISTORY: u32 = 200;

/// The rules of levels and classes, and every change of them.
#[utoipa::path(get, path = "/api/level-rules", tag = "coherence", operation_id = "level_rules",
    responses((status = 200, body = LevelRulesStanding), (status = 403)))]
pub async fn read(State(app): State<App>) -> Answer<Json<LevelRulesStanding>> {
    app.ask(standing).await.map(Json)
}

/// What rules would change: customers per level before and after, and who would move.
#[utoipa::path(post, path = "/api/level-rules/preview", tag = "coherence", operation_id = "preview_level_rules",
    request_body = LevelRules,
    responses((status = 200, body = LevelRulesPreview), (status = 403), (status = 422)))]
pub async fn preview(State(app): State<App>, Json(sent): Json<SentRules>) -> Answer<Json<LevelRulesPreview>> {
    let rules = app.ask(move |store| Ok(sent.beside(&in_force(store)?.1))).await?;
    let rules = checked(&app, &rules).await?;
    app.off_thread({
        let app = app.clone();
        move || would_change(app.blocking_store(), &rules).map_err(Failure::from)
    })
    .await
    .map(Json)
}

/// Put rules in force: customers are scored by them, as a job.
#[utoipa::path(put, path = "/api/level-rules", tag = "coherence", operation_id = "put_level_rules",
    request_body = NewLevelRules,
    responses((status = 202, body = Job), (status = 403), (status = 409), (status = 422)))]
pub async fn put(
    State(app): State<App>,
    caller: Caller,
    Json(new): Json<NewLevelRules>,
) -> Answer<impl IntoResponse> {
    let NewLevelRules { version, rules: sent } = new;
    let rules = app.ask(move |store| Ok(sent.beside(&in_force(store)?.1))).await?;
    checked(&app, &rules).await?;
    let (now, by) = (app.now(), Some(caller.staff.id));
    let text = text(&rules);
    let kept = app.ask(move |store| store.add_level_rules(&text, Some(version), now, by)).await?;
    kept.ok_or_else(|| {
        Failure::conflict("rules_changed", "somebody changed the rules meanwhile; read them again")
    })?;
    enqueue(&app, Task::Levels.queued(by)).await
}

/// Rules as they are kept.
pub fn text(rules: &LevelRules) -> String {
    serde_json::to_string(rules).expect("rules are plain data")
}

async fn checked(app: &App, rules: &LevelRules) -> Answer<Rules> {
    let currency = app.ask(|store| store.company()).await?.map_or(Currency::EUR, |company| company.currency);
    rules.read(currency).map_err(|(field, why)| Failure::invalid("bad_level_rule", field, why))
}

fn standing(store: &Store) -> store::Result<LevelRulesStanding> {
    let history: Vec<_> = store
        .level_rules(HISTORY)?
        .iter()
        .map(|saved| LevelRulesChange {
            version: saved.id,
            at: wire::time(saved.decided_at),
            by: saved.decided_by.clone(),
            rules: parsed(saved),
        })
        .collect();
    let usual = LevelRules::default();
    Ok(LevelRulesStanding {
        version: history.first().map_or(0, |change| change.version),
        rules: history.first().map_or_else(|| usual.clone(), |change| change.rules.clone()),
        usual,
        usual_recoverability: crate::equity::ahead::USUAL_RECOVERABILITY,
        history,
    })
}

/// What these rules would change beside those in force, on the values that stand.
pub fn would_change(store: &Store, rules: &Rules) -> store::Result<LevelRulesPreview> {
    let Some(ground) = Ground::of(store)? else {
        return Ok(LevelRulesPreview {
            as_of: None,
            missing: vec![Missing::Valuation],
            value: None,
            investment: None,
            class: None,
            worklist: None,
            bargains: None,
            worth_saving: None,
        });
    };
    let (_, in_force) = in_force(store)?;
    let old_rules = in_force.read(ground.run.currency).unwrap_or_default();
    let (old, new) = (ground.scored(&old_rules), ground.scored(rules));
    let change = |choices: &[Choice], of: fn(&Scores) -> Option<i64>| {
        let pairs = old.scores.iter().zip(&new.scores);
        LevelsChange::of(choices, pairs.filter_map(|((_, old), (_, new))| Some((of(old)?, of(new)?))))
    };
    let cases = |scoring: &Scoring, rules: &Rules| {
        let list = scoring.positions.as_ref().map(|all| ::portfolio::worklist(all, rules.least_delta));
        list.map(|list| list.len() as u64)
    };
    let worklist = cases(&old, &old_rules).zip(cases(&new, rules));
    // What is kept of whom to keep goes by the levels that stand: by others only a valuation tells.
    let settings = [in_force.recoverability, rules.recoverability];
    let worth = match old_rules.value == rules.value {
        true => crate::equity::ahead::worth_saving(store, &settings)?,
        false => None,
    };
    let (levels, classes) = (Field::Level.choices(), Field::Class.choices());
    Ok(LevelRulesPreview {
        as_of: Some(wire::day(ground.run.until)),
        missing: ground.missing(),
        value: Some(change(levels, |scores| scores.level)),
        investment: old.positions.as_ref().map(|_| change(levels, |scores| scores.investment_level)),
        class: old.classed.as_ref().map(|_| change(classes, |scores| scores.class)),
        worklist: worklist.map(|(before, after)| CountChange { before, after }),
        bargains: Some(bargains_change(store, ground.run.until, in_force.bargain, rules.bargain)?),
        worth_saving: worth.map(|worth| {
            let money = |at: usize| ledger::Money::new(worth[at], ground.run.currency).into();
            MoneyChange { before: money(0), after: money(1) }
        }),
    })
}

/// Buyers of bargains by two rules, in the twelve months up to a day. Where the rule stays what it is, nobody is looked
/// at: what the last scoring found is told.
fn bargains_change(
    store: &Store,
    until: Day,
    old: BargainLimits,
    new: BargainRule,
) -> store::Result<BargainsChange> {
    let old_rule = old.rule();
    let known = kept::<KeptBargains>(store, BARGAINS)?.filter(|kept| kept.rule == old && old_rule == new);
    let (before, after) = match known {
        Some(known) => (known.clone(), known),
        None => {
            let rules = [old_rule, new];
            let bargains = store.bargains(year_before(until), until, &rules, |_, _| Ok(()))?;
            let found = |at: usize| KeptBargains::of(&bargains[at], &rules[at], |_| None);
            (found(0), found(1))
        }
    };
    let kinds = before.counts().zip(after.counts());
    Ok(BargainsChange {
        told: CountChange { before: before.told, after: after.told },
        kinds: kinds.map(|((kind, before), (_, after))| BargainKindChange { kind, before, after }).collect(),
    })
}

impl LevelsChange {
    /// Of the numbers of levels or classes before and after.
    fn of(choices: &[Choice], pairs: impl Iterator<Item = (i64, i64)>) -> LevelsChange {
        // Numbers of choices run from 1 to as many as there are.
        let side = choices.len() + 1;
        let mut counts = vec![0_u64; side * side];
        for (before, after) in pairs {
            counts[before as usize * side + after as usize] += 1;
        }
        let count =
            |before: &Choice, after: &Choice| counts[before.number as usize * side + after.number as usize];
        let mut change =
            LevelsChange { customers: 0, changed: 0, up: 0, down: 0, levels: Vec::new(), moves: Vec::new() };
        for one in choices {
            change.levels.push(LevelCount {
                level: one.name.to_string(),
                before: choices.iter().map(|other| count(one, other)).sum(),
                after: choices.iter().map(|other| count(other, one)).sum(),
            });
            for other in choices {
                let customers = count(one, other);
                change.customers += customers;
                if one.number == other.number || customers == 0 {
                    continue;
                }
                let direction = if other.number > one.number { &mut change.up } else { &mut change.down };
                *direction += customers;
                change.changed += customers;
                let (from, to) = (one.name.to_string(), other.name.to_string());
                change.moves.push(LevelMove { from, to, customers });
            }
        }
        change
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_rules_are_those_of_the_portfolio() {
        assert_eq!(LevelRules::default().read(Currency::EUR), Ok(Rules::default()));
    }

    #[test]
    fn rules_read_back_and_amounts_count_in_the_currency() {
        let text = r#"{"value":{"by":"amount","amounts":["1000","500.5","10","0.05"]},
            "investment":{"by":"quantile","shares":[0.1,0.2,0.3,0.4]},
            "class":{"by":"share","shares":[0.6,0.9,1]},"least_delta":1}"#;
        let rules: LevelRules = serde_json::from_str(text).unwrap();
        let read = rules.read(Currency::EUR).unwrap();
        assert_eq!(read.value, Rule::Amount([100_000, 50_050, 1_000, 5]));
        assert_eq!(read.class, ClassRule::Share([0.6, 0.9, 1.0]));
        assert_eq!(read.bargain, BargainRule::DEFAULT, "rules of before there was a choice");
        assert_eq!(serde_json::from_str::<LevelRules>(&super::text(&rules)).unwrap(), rules);
    }

    #[test]
    fn what_is_wrong_with_rules_is_told_with_its_place() {
        let wrong = |change: fn(&mut LevelRules)| {
            let mut rules = LevelRules::default();
            change(&mut rules);
            rules.read(Currency::EUR).unwrap_err().0
        };
        assert_eq!(wrong(|rules| rules.value = LevelRule::Share { shares: vec![0.5, 0.8] }), "value");
        assert_eq!(
            wrong(|rules| rules.investment = LevelRule::Share { shares: vec![0.5, 0.4, 0.9, 1.0] }),
            "investment"
        );
        assert_eq!(
            wrong(|rules| {
                rules.class = LevelRule::Amount { amounts: vec!["5".into(), "ten".into(), "1".into()] }
            }),
            "class"
        );
        assert_eq!(wrong(|rules| rules.least_delta = 5), "least_delta");
        assert_eq!(wrong(|rules| rules.bargain.discount_percent = 0), "bargain.discount_percent");
        assert_eq!(wrong(|rules| rules.bargain.only_percent = 50), "bargain.only_percent");
        assert_eq!(wrong(|rules| rules.bargain.least_lines = 0), "bargain.least_lines");
        assert_eq!(wrong(|rules| rules.recoverability.low = Some(1.1)), "recoverability.low");
        assert_eq!(wrong(|rules| rules.recoverability.high = Some(f64::NAN)), "recoverability.high");
    }

    #[test]
    fn a_change_of_levels_adds_up() {
        let pairs = [(5, 5), (5, 4), (4, 4), (1, 2), (1, 1), (1, 1)];
        let change = LevelsChange::of(Field::Level.choices(), pairs.into_iter());
        assert_eq!((change.customers, change.changed, change.up, change.down), (6, 2, 1, 1));
        let counts: Vec<_> = change.levels.iter().map(|one| (one.before, one.after)).collect();
        assert_eq!(counts, [(2, 1), (1, 2), (0, 0), (0, 1), (3, 2)]);
        let moves: Vec<_> = change.moves.iter().map(|one| (one.from.as_str(), one.to.as_str())).collect();
        assert_eq!(moves, [("strategic", "high"), ("negligible", "low")]);
    }
}
