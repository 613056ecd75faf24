//! The report's sentences and numbers, as the reader of a language writes them.

use crate::model::{Comparison, FittedModel, LookBack, MemberWeight, ParameterUnit};

/// What the report is written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
}

use Language::{En, Fr};

/// A minus that is as wide as a plus.
const MINUS: &str = "−";

impl Language {
    /// The text of this language.
    pub fn say<'t>(self, english: &'t str, french: &'t str) -> &'t str {
        match self {
            En => english,
            Fr => french,
        }
    }

    /// A number with so many decimals.
    pub fn number(self, number: f64, decimals: usize) -> String {
        let plain = format!("{:.decimals$}", number.abs());
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let mut text = String::new();
        if number < 0.0 && plain.bytes().any(|digit| (b'1'..=b'9').contains(&digit)) {
            text.push_str(MINUS);
        }
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                text.push_str(self.say(",", "\u{202f}"));
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push_str(self.say(".", ","));
            text.push_str(fraction);
        }
        text
    }

    /// A number with about four significant digits.
    pub fn figure(self, number: f64) -> String {
        let size = number.abs();
        if size > 0.0 && !(1e-3..1e7).contains(&size) {
            return format!("{number:.3e}").replace('.', self.say(".", ",")).replace('-', MINUS);
        }
        let decimals = match size {
            size if size >= 1_000.0 || size == 0.0 => 0,
            size if size >= 100.0 => 1,
            size if size >= 10.0 => 2,
            size if size >= 1.0 => 3,
            _ => 4,
        };
        self.number(number, decimals)
    }

    /// A day given as 2026-11-20.
    pub fn day(self, iso: &str) -> String {
        let months = match self {
            En => ::sources::MONTHS,
            Fr => [
                "janvier",
                "février",
                "mars",
                "avril",
                "mai",
                "juin",
                "juillet",
                "août",
                "septembre",
                "octobre",
                "novembre",
                "décembre",
            ],
        };
        let parts: Vec<&str> = iso.split('-').collect();
        let month = parts.get(1).and_then(|month| months.get(month.parse::<usize>().ok()?.checked_sub(1)?));
        match (&parts[..], month) {
            ([year, _, day], Some(month)) => {
                let day = match (self, day.trim_start_matches('0')) {
                    (Fr, "1") => "1er",
                    (_, day) => day,
                };
                format!("{day} {month} {year}")
            }
            _ => iso.to_string(),
        }
    }

    /// The page as this language sets it: in French, narrow no-break spaces before `; : ? %`.
    pub fn typeset(self, text: String) -> String {
        match self {
            En => text,
            Fr => [';', ':', '?', '%']
                .into_iter()
                .fold(text, |text, sign| text.replace(&format!(" {sign}"), &format!("\u{202f}{sign}"))),
        }
    }

    /// A number on an axis: no more decimals than it has, and three at most.
    pub fn tick(self, number: f64) -> String {
        let has = |decimals: i32| {
            ((number * 10_f64.powi(decimals)).round() / 10_f64.powi(decimals) - number).abs() < 1e-9
        };
        self.number(number, (0..3).find(|decimals| has(*decimals)).unwrap_or(3) as usize)
    }

    /// A share of one as a percentage.
    pub fn share(self, share: f64, decimals: usize) -> String {
        format!("{}{}", self.number(share * 100.0, decimals), self.say("%", "\u{202f}%"))
    }

    /// A share with its sign.
    pub fn change(self, share: f64) -> String {
        let text = self.share(share, 1);
        if share > 0.0 { format!("+{text}") } else { text }
    }

    /// Something that may be unknown.
    pub fn maybe(self, number: Option<f64>, write: impl Fn(f64) -> String) -> String {
        number.map_or_else(|| "–".to_string(), write)
    }

    /// The name of a forecaster.
    pub fn forecaster(self, code: &str, name: &str) -> String {
        let french = match code {
            "blend" => "mélange",
            "recent_window" => "fenêtre récente",
            "own_rate" => "rythme propre",
            "everybodys_rate" => "rythme de tous",
            "last_year" => "achats de l’an dernier",
            "pooled_rate" => "rythme commun",
            "pooled_mean" => "moyenne commune",
            "net_margin" => "montants nets par crédibilité",
            "pooled_net_margin" => "montant net commun",
            _ => match (self, name.strip_prefix("drifting ")) {
                (Fr, Some(steady)) => return format!("{steady} dérivant"),
                _ => return name.to_string(),
            },
        };
        self.say(name, french).to_string()
    }

    /// The name of a naive rule by its word alone.
    fn rule(self, code: &str) -> String {
        let english = match code {
            "recent_window" => "the recent window",
            "own_rate" => "the customer’s own rate",
            "everybodys_rate" => "everybody’s rate",
            "last_year" => "last year’s spend",
            other => other,
        };
        let french = match code {
            "recent_window" => "la fenêtre récente",
            "own_rate" => "le rythme propre du client",
            "everybodys_rate" => "le rythme de tous",
            "last_year" => "les achats de l’an dernier",
            other => other,
        };
        self.say(english, french).to_string()
    }

    fn measure(self, code: &str) -> &'static str {
        match code {
            "rmse" => self.say("RMSE", "l’écart quadratique (RMSE)"),
            "mae" => self.say("mean absolute error", "l’écart absolu moyen"),
            "bias" => self.say("the total", "le total"),
            "rank_correlation" => self.say("the order of customers", "l’ordre des clients"),
            _ => self.say("the top tenth", "le meilleur dixième"),
        }
    }

    /// One measure of the verdict.
    pub fn comparison(self, one: &Comparison) -> String {
        let (measure, rule) = (self.measure(&one.measure), self.rule(&one.rule));
        let (of, against) = (self.say("of", "pour"), self.say("against", "contre"));
        match one.measure.as_str() {
            "rmse" | "mae" => {
                let way =
                    if one.gain >= 0.0 { self.say("less", "de moins") } else { self.say("more", "de plus") };
                let (blend, naive) = (self.figure(one.blend), self.figure(one.naive));
                let unsure = one.standard_error.filter(|_| !one.told_apart).map(|error| {
                    let (apart, error) = (self.figure((one.blend - one.naive).abs()), self.figure(error));
                    match self {
                        En => format!("; a difference of {apart} with a standard error of {error}"),
                        Fr => format!("\u{202f}; un écart de {apart}, d’une erreur type de {error}"),
                    }
                });
                format!(
                    "{measure} ({blend} {against} {naive} {of} {rule}, {} {way}{})",
                    self.share(one.gain.abs(), 1),
                    unsure.unwrap_or_default()
                )
            }
            "rank_correlation" => {
                let (blend, naive) = (self.number(one.blend, 2), self.number(one.naive, 2));
                format!(
                    "{measure} ({} {blend} {against} {naive} {of} {rule})",
                    self.say("correlation", "corrélation")
                )
            }
            code => {
                let what = match code {
                    "bias" => self.say("off", "d’écart"),
                    _ => self.say("of all", "de l’ensemble"),
                };
                let (blend, naive) = (self.share(one.blend, 1), self.share(one.naive, 1));
                format!("{measure} ({blend} {what} {against} {naive} {of} {rule})")
            }
        }
    }

    /// What the blend is better at than the best naive rule, and worse, and where the difference is within what chance
    /// makes of so many customers.
    pub fn verdict(self, compared: &[Comparison]) -> String {
        if compared.is_empty() {
            return self.say("There is nothing to compare.", "Il n’y a rien à comparer.").to_string();
        }
        let list = |better: bool| -> Vec<String> {
            compared
                .iter()
                .filter(|one| one.told_apart && (one.gain >= 0.0) == better)
                .map(|one| self.comparison(one))
                .collect()
        };
        let (better, worse) = (list(true), list(false));
        let colon = self.say(":", "\u{202f}:");
        let alike: Vec<String> =
            compared.iter().filter(|one| !one.told_apart).map(|one| self.comparison(one)).collect();
        let mut said = self.better_and_worse(&better, &worse, alike.is_empty());
        if !alike.is_empty() {
            let lead = self.say(
                "Not to be told apart from the best naive rule (less than two standard errors, customer by customer) on",
                "Impossible à départager de la meilleure règle simple (moins de deux erreurs types, client par client) pour",
            );
            let blank = if said.is_empty() { "" } else { " " };
            said.push_str(&format!("{blank}{lead}{colon} {}.", alike.join(", ")));
        }
        said
    }

    fn better_and_worse(self, better: &[String], worse: &[String], is_all: bool) -> String {
        let colon = self.say(":", "\u{202f}:");
        match (better.is_empty(), worse.is_empty()) {
            (true, true) => String::new(),
            (false, true) if !is_all => format!(
                "{}{colon} {}.",
                self.say("Better than the best naive rule on", "Meilleur que la meilleure règle simple pour"),
                better.join(", ")
            ),
            (false, true) => format!(
                "{}{colon} {}.",
                self.say(
                    "Better than the best naive rule on all counts",
                    "Meilleur que la meilleure règle simple en tout"
                ),
                better.join(", ")
            ),
            (true, _) => format!(
                "{}{colon} {}.",
                self.say("No better than the best naive rule", "Pas meilleur que la meilleure règle simple"),
                worse.join(", ")
            ),
            (false, false) => format!(
                "{}{colon} {}. {}{colon} {}.",
                self.say("Better than the best naive rule on", "Meilleur que la meilleure règle simple pour"),
                better.join(", "),
                self.say("Worse on", "Moins bon pour"),
                worse.join(", ")
            ),
        }
    }

    /// Why a model weighs what it weighs.
    pub fn why(self, one: &MemberWeight, back: Option<&LookBack>) -> String {
        let prior = self.share(one.prior, 0);
        let (Some(deficit), Some(back)) = (one.deficit, back) else {
            return match self {
                En => format!("its prior share ({prior}): it was not tried"),
                Fr => format!("sa part de départ ({prior}) : il n’a pas été essayé"),
            };
        };
        if one.outdone {
            return match self {
                En => "its family’s other form fits better and holds the share of both".to_string(),
                Fr => "l’autre forme de sa famille s’ajuste mieux et tient la part des deux".to_string(),
            };
        }
        let factor = one.factor.unwrap_or((-back.evidence * deficit).exp());
        let share = one.form_share.filter(|share| *share < 0.9995);
        let start = match (self, share) {
            (_, None) => self.say("starts at", "part de").to_string() + " " + &prior,
            (En, Some(share)) => format!(
                "its family starts at {prior}, of which this form holds {}: {}",
                self.share(share, 1),
                self.share(one.prior * share, 1)
            ),
            (Fr, Some(share)) => format!(
                "sa famille part de {prior}, dont cette forme tient {}\u{202f}: {}",
                self.share(share, 1),
                self.share(one.prior * share, 1)
            ),
        };
        let (deficit_text, factor) = (self.number(deficit, 4), self.number(factor, 3));
        match (self, deficit < 5e-5) {
            (En, true) => format!("{start}; told each customer’s purchases best, × 1"),
            (Fr, true) => format!("{start} ; a le mieux prédit les achats de chaque client, × 1"),
            (En, false) => format!("{start}; {deficit_text} nats a customer behind the best, × {factor}"),
            (Fr, false) => format!("{start} ; à {deficit_text} nats par client du meilleur, × {factor}"),
        }
    }

    /// How weights come about, for above their table.
    pub fn about_weights(self) -> &'static str {
        self.say(
            "Start × evidence, divided by the sum of the same of all, is the weight; what comes to less than one in a hundred \
             falls out. The start is what a family counts before anything is known of these customers; a family with a steady \
             and a drifting form divides it by how well each fits. The evidence is what the look back multiplies it by.",
            "Départ × preuve, divisé par la somme de tous, donne le poids ; ce qui fait moins d’un pour cent est écarté. Le départ \
             est ce qu’une famille compte avant qu’on ne sache rien de ces clients ; une famille qui a une forme stable et une \
             forme dérivante le partage selon leur ajustement. La preuve est ce par quoi le regard en arrière le multiplie.",
        )
    }

    /// What a fit may claim.
    pub fn fit_verdict(self, model: &FittedModel) -> String {
        let told = match &model.verdict.identified {
            Some(known) => {
                format!(
                    " ({} = {} {})",
                    known.name,
                    self.maybe(known.value, |value| self.figure(value)),
                    self.unit(known.unit)
                )
            }
            None => String::new(),
        };
        match model.verdict.code.as_str() {
            "identified" => self
                .say("the data determine every parameter", "les données déterminent chaque paramètre")
                .to_string(),
            "not_converged" => self
                .say("the search did not end at a maximum", "la recherche n’a pas abouti à un maximum")
                .to_string(),
            _ => match self {
                En => format!("{}: predictions stand, single parameters do not{told}", model.verdict.words),
                Fr => format!(
                    "crête ({}) : les prévisions tiennent, les paramètres seuls non{told}",
                    model.verdict.ridge.as_deref().unwrap_or("flat")
                ),
            },
        }
    }

    /// A unit beside a number.
    pub fn unit(self, unit: ParameterUnit) -> &'static str {
        match unit {
            ParameterUnit::Number => "",
            ParameterUnit::Chance => self.say("(chance)", "(probabilité)"),
            ParameterUnit::Weeks => self.say("weeks", "semaines"),
            ParameterUnit::PerWeek => self.say("per week", "par semaine"),
            ParameterUnit::PowerOfWeeks => self.say("a power of weeks", "une puissance de semaines"),
            ParameterUnit::Money => self.say("of the currency", "de la devise"),
            ParameterUnit::MoneySquared => self.say("of the currency, squared", "de la devise, au carré"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_readers_write_them() {
        assert_eq!(
            (En.number(12_345.678, 1), Fr.number(12_345.678, 1)),
            ("12,345.7".into(), "12\u{202f}345,7".into())
        );
        assert_eq!((En.number(-0.04, 1), En.number(-0.06, 1)), ("0.0".into(), "−0.1".into()));
        assert_eq!(
            (En.figure(0.0), En.figure(0.24259), En.figure(4.41359)),
            ("0".into(), "0.2426".into(), "4.414".into())
        );
        assert_eq!([En.tick(40.0), En.tick(0.25), Fr.tick(0.1 + 0.2)], ["40", "0.25", "0,3"]);
        assert_eq!([En.day("2026-11-20"), Fr.day("2026-08-01")], ["20 November 2026", "1er août 2026"]);
        assert_eq!(Fr.day("soon"), "soon");
        assert_eq!(
            Fr.typeset("au jour : 80 % ; oui".to_string()),
            "au jour\u{202f}: 80\u{202f}%\u{202f}; oui"
        );
        assert_eq!(Fr.figure(4.2e-9), "4,200e−9");
        assert_eq!((En.change(0.031), Fr.change(-0.5)), ("+3.1%".into(), "−50,0\u{202f}%".into()));
    }

    #[test]
    fn the_verdict_names_both_sides() {
        let one = |measure: &str, blend: f64, naive: f64, gain: f64| Comparison {
            measure: measure.to_string(),
            blend,
            naive,
            rule: "own_rate".to_string(),
            gain,
            standard_error: None,
            told_apart: true,
        };
        let said = En.verdict(&[one("rmse", 1.5, 2.0, 0.25), one("bias", 0.1, 0.02, -0.08)]);
        assert_eq!(
            said,
            "Better than the best naive rule on: RMSE (1.500 against 2.000 of the customer’s own rate, 25.0% less). \
             Worse on: the total (10.0% off against 2.0% of the customer’s own rate)."
        );
        assert!(
            Fr.verdict(&[one("mae", 1.0, 2.0, 0.5)])
                .starts_with("Meilleur que la meilleure règle simple en tout\u{202f}: ")
        );
        assert!(En.verdict(&[one("mae", 3.0, 2.0, -0.5)]).contains("50.0% more"));
        let unsure =
            Comparison { standard_error: Some(40.0), told_apart: false, ..one("rmse", 682.0, 650.0, -0.049) };
        let said = En.verdict(&[one("mae", 1.0, 2.0, 0.5), unsure.clone()]);
        assert!(
            said.starts_with("Better than the best naive rule on: mean absolute error")
                && said.contains("Not to be told apart from the best naive rule")
                && said.contains("4.9% more; a difference of 32.00 with a standard error of 40.00)."),
            "{said}"
        );
        assert!(Fr.verdict(&[unsure]).starts_with("Impossible à départager"));
    }
}
