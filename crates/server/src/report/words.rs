//! The report's sentences and numbers, as the reader of a language writes them.

use crate::model::{
    Borrowed, BorrowedFrom, Comparison, FewBuyers, FittedModel, LookBack, MemberWeight, ParameterUnit,
};
use value::newcomers::{COHORT, QUARTER};

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

    /// So many customers: in French, none is singular as one is.
    pub fn customers(self, count: u64) -> String {
        let noun = match (self, count) {
            (En, 1) => "customer",
            (En, _) => "customers",
            (Fr, 0 | 1) => "client",
            (Fr, _) => "clients",
        };
        format!("{} {noun}", self.number(count as f64, 0))
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

    /// Few who buy like nobody else, and what it means.
    pub fn few(self, few: &FewBuyers) -> String {
        let (share, times) = (self.share(few.share, 1), self.figure(few.times));
        let rates = [few.purchases_a_year, few.others_a_year].map(|rate| self.figure(rate));
        let [of_few, of_others] = rates;
        match self {
            En => format!(
                "{share} of the customers buy {times} times as often as the others: {of_few} purchases a year on average, \
                 against {of_others}. The look back was nearer with them apart, by more than chance makes, so within the \
                 horizon they are foretold at rates of their own and held to stay. What lies beyond it is told by the models \
                 alone."
            ),
            Fr => format!(
                "{share} des clients achètent {times} fois plus souvent que les autres : {of_few} achats par an en moyenne, \
                 contre {of_others}. Le regard en arrière était plus proche avec eux à part, plus que le hasard ne le fait : \
                 jusqu’à l’horizon, ils sont donc prédits à leurs propres rythmes et tenus pour fidèles. Au-delà, seuls les \
                 modèles parlent."
            ),
        }
    }

    /// What newcomers borrow, a sentence for each dimension, and what it brought.
    pub fn borrowed(self, borrowed: &Borrowed) -> Vec<String> {
        if borrowed.is_empty() {
            let none = self.say(
                "Newcomers borrow nothing from those like them: no group foretold them clearly better.",
                "Les nouveaux clients n’empruntent rien à leurs semblables : aucun groupe ne les a nettement mieux prédits.",
            );
            return vec![none.to_string()];
        }
        let often = self.say("how often newcomers buy", "la fréquence d’achat des nouveaux clients");
        let much = self.say("what a purchase of theirs is worth", "le montant de leurs achats");
        let of = |what, from: &[BorrowedFrom]| -> Vec<String> {
            from.iter().map(|dimension| self.borrowed_from(what, dimension, what == often)).collect()
        };
        [of(often, &borrowed.purchases), of(much, &borrowed.amounts)].concat()
    }

    fn borrowed_from(self, what: &str, from: &BorrowedFrom, is_of_purchases: bool) -> String {
        let (least, most) = (self.number(from.least, 2), self.number(from.most, 2));
        let name = self.dimension(&from.dimension);
        let groups = from.groups;
        let gain = from.gain.as_ref().map(|gain| {
            let (share, errors) = (self.share(gain.share, 1), self.number(gain.standard_errors, 1));
            let customers = self.number(gain.customers as f64, 0);
            // Nobody joins a cohort that is over: its own young customers judge it.
            let is_of_young = is_of_purchases && [COHORT, QUARTER].contains(&from.dimension.as_str());
            match self {
                En if is_of_young => format!(
                    " Each half of the {customers} young customers was foretold by what the other half did: it took {share} off \
                     their squared error ({errors} standard errors)."
                ),
                Fr if is_of_young => format!(
                    " Chaque moitié des {customers} clients jeunes a été prédite par l’autre : cela ôte {share} de leur erreur \
                     quadratique ({errors} erreurs types)."
                ),
                En => format!(
                    " Learnt from the first two thirds to come, it took {share} off the squared error of the {customers} who \
                     came last ({errors} standard errors)."
                ),
                Fr => format!(
                    " Appris sur les deux premiers tiers venus, cela ôte {share} de l’erreur quadratique des {customers} \
                     derniers venus ({errors} erreurs types)."
                ),
            }
        });
        let said = match self {
            En => format!("{name} tells {what}: {groups} groups, {least} to {most} times what all do."),
            Fr => format!(
                "{name} renseigne sur {what} : {groups} groupes, de {least} à {most} fois l’ensemble."
            ),
        };
        said + &gain.unwrap_or_default()
    }

    /// What newcomers are compared by.
    fn dimension(self, code: &str) -> String {
        let (english, french) = match code {
            "sources" => ("The source of the first purchase", "La source du premier achat"),
            "kind" => ("Person or organisation", "Personne ou organisation"),
            "country" => ("The country", "Le pays"),
            "industry" => ("The line of business", "L’activité"),
            "cohort" => ("The year of the first purchase", "L’année du premier achat"),
            "quarter" => ("The quarter of the first purchase", "Le trimestre du premier achat"),
            other => (other, other),
        };
        self.say(english, french).to_string()
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
    use crate::model::BorrowedGain;

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
    fn the_few_and_what_newcomers_borrow_are_said_with_what_it_means() {
        let few =
            FewBuyers { share: 0.0213, times: 14.2, purchases_a_year: 52.0, others_a_year: 52.0 / 14.2 };
        let said = En.few(&few);
        assert!(said.starts_with("2.1% of the customers buy 14.20 times as often"), "{said}");
        assert!(said.contains("52.00 purchases a year on average, against 3.662"), "{said}");
        assert!(Fr.few(&few).starts_with("2,1\u{202f}% des clients achètent 14,20 fois plus souvent"));
        assert!(En.borrowed(&Borrowed::default())[0].starts_with("Newcomers borrow nothing"));
        let gain = BorrowedGain { customers: 1_310, share: 0.031, standard_errors: 3.44 };
        let of = BorrowedFrom {
            dimension: "sources".to_string(),
            groups: 5,
            least: 0.41,
            most: 2.1,
            gain: Some(gain),
        };
        let amounts = vec![BorrowedFrom { gain: None, dimension: "country".to_string(), ..of.clone() }];
        let borrowed = Borrowed { window_days: 182, purchases: vec![of], amounts };
        let [purchases, amounts] = En.borrowed(&borrowed).try_into().unwrap();
        assert!(
            purchases.starts_with(
                "The source of the first purchase tells how often newcomers buy: 5 groups, 0.41 to 2.10 times"
            ) && purchases.ends_with(
                "it took 3.1% off the squared error of the 1,310 who came last (3.4 standard errors)."
            ),
            "{purchases}"
        );
        assert!(amounts.starts_with("The country tells what a purchase") && !amounts.contains("error"));
        assert!(
            Fr.borrowed(&borrowed)[0].contains("ôte 3,1\u{202f}% de l’erreur quadratique des 1\u{202f}310")
        );
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
