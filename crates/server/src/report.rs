//! The look back as one HTML file: what it found, in words, tables and charts.
//!
//! Takes the models and the look back as the API shows them; gives a page that needs nothing else: style and drawings
//! stand in it, and no script. It follows the reader's light or dark, prints, and has a table beside each chart.

mod pictures;
mod svg;
pub mod words;

use crate::model::{FittedModel, LookBack, LookBackTrial, ModelFit};
use pictures::pictures;
use std::fmt::Write;
use svg::escaped;
use words::Language;

/// What a report is of.
pub struct Report<'r> {
    /// The file, or the company.
    pub subject: &'r str,
    /// The models.
    pub fit: &'r ModelFit,
    /// The look back; `None` where the past is too short.
    pub back: Option<&'r LookBack>,
}

const STYLE: &str = include_str!("report/style.css");

/// The page.
pub fn html(report: &Report<'_>, language: Language) -> String {
    let code = language.say("en", "fr");
    let title = format!("{} – {}", language.say("Back-test", "Test rétrospectif"), report.subject);
    let mut page = format!(
        "<!doctype html>\n<html lang=\"{code}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
        escaped(&title),
    );
    let mut main = format!("<main>\n<h1>{}</h1>\n", escaped(&title));
    head(&mut main, report, language);
    if let Some(back) = report.back {
        purchases(&mut main, back, language);
        spend(&mut main, back, language);
        weights(&mut main, back, language);
    }
    apart(&mut main, report.fit, language);
    models(&mut main, report.fit, language);
    if let Some(back) = report.back {
        for plots in back.plots.iter().rev() {
            pictures(&mut main, plots, language);
        }
    }
    reading(&mut main, language);
    page += &language.typeset(main);
    page + "</main>\n</body>\n</html>\n"
}

fn head(page: &mut String, report: &Report<'_>, language: Language) {
    let fit = report.fit;
    let said = match (language, report.back) {
        (Language::En, Some(back)) => format!(
            "As of {}: {}, {} looked at. From each of {} earlier days the models were fitted \
             to what was known then, and what they foretold is held against what came.",
            language.day(&fit.as_of),
            language.customers(back.of),
            language.number(back.customers as f64, 0),
            back.origins.len(),
        ),
        (Language::Fr, Some(back)) => format!(
            "Au {} : {}, dont observés : {}. Depuis chacun de {} jours passés, les modèles ont été ajustés à \
             ce que l’on savait alors, et ce qu’ils prédisaient est comparé à ce qui est venu.",
            language.day(&fit.as_of),
            language.customers(back.of),
            language.number(back.customers as f64, 0),
            back.origins.len(),
        ),
        (_, None) => too_short(language).to_string(),
    };
    let _ = writeln!(page, "<p>{}</p>", escaped(&said));
    let Some(back) = report.back else { return };
    let _ = writeln!(page, "<h2>{}</h2>", language.say("Verdict", "Verdict"));
    for (name, compared) in [
        (language.say("Purchases", "Achats"), &back.compared),
        (language.say("Spend", "Montants"), &back.spend_compared),
    ] {
        if !compared.is_empty() {
            let said = language.verdict(compared);
            let _ = writeln!(page, "<p class=\"verdict\"><strong>{name}.</strong> {}</p>", escaped(&said));
        }
    }
}

/// What is said where there is nothing to look back at.
pub fn too_short(language: Language) -> &'static str {
    language.say(
        "The past is too short or holds too few customers to be divided into a known and a foretold part: it takes \
         eight weeks, and 50 customers of whom ten came back.",
        "Le passé est trop court ou compte trop peu de clients pour être coupé en une part connue et une part prédite : \
         il faut huit semaines, et 50 clients dont dix revenus.",
    )
}

/// A table; the first column names the row.
fn table(page: &mut String, name: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let _ = write!(
        page,
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table><caption>{0}</caption><thead><tr>",
        escaped(name)
    );
    for name in head {
        let _ = write!(page, "<th scope=\"col\">{}</th>", escaped(name));
    }
    page.push_str("</tr></thead><tbody>\n");
    for row in rows {
        page.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            let cell = escaped(cell);
            let _ = match place {
                0 => write!(page, "<th scope=\"row\">{cell}</th>"),
                _ => write!(page, "<td>{cell}</td>"),
            };
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody></table></div>\n");
}

fn purchases(page: &mut String, back: &LookBack, language: Language) {
    let _ = writeln!(
        page,
        "<h2>{}</h2>",
        language.say("Purchases, origin by origin", "Achats, origine par origine")
    );
    for origin in &back.origins {
        let name = match language {
            Language::En => format!(
                "From {} to {} ({} days): {}, {} purchases came",
                language.day(&origin.day),
                language.day(&origin.until),
                origin.horizon_days,
                language.customers(u64::from(origin.customers)),
                language.number(origin.purchases, 0)
            ),
            Language::Fr => format!(
                "Du {} au {} ({} jours) : {}, {} achats sont venus",
                language.day(&origin.day),
                language.day(&origin.until),
                origin.horizon_days,
                language.customers(u64::from(origin.customers)),
                language.number(origin.purchases, 0)
            ),
        };
        let here = back.trials.iter().filter(|trial| trial.day == origin.day);
        let rows = here.map(|trial| trial_cells(trial, language, 0));
        table(page, &name, &trial_head(language), rows);
    }
}

fn spend(page: &mut String, back: &LookBack, language: Language) {
    if back.spend.is_empty() {
        return;
    }
    let unit = back
        .currency
        .as_deref()
        .unwrap_or(language.say("in units of the currency", "en unités de la devise"));
    let _ = writeln!(page, "<h2>{} ({unit})</h2>", language.say("Spend", "Montants"));
    for origin in &back.origins {
        let name = format!(
            "{} {} {} {}",
            language.say("Spend from", "Montants du"),
            language.day(&origin.day),
            language.say("to", "au"),
            language.day(&origin.until)
        );
        let here = back.spend.iter().filter(|trial| trial.day == origin.day);
        let rows = here.map(|trial| trial_cells(trial, language, 0));
        table(page, &name, &trial_head(language), rows);
    }
}

/// The columns of a table of trials.
pub fn trial_head(language: Language) -> [&'static str; 12] {
    match language {
        Language::En => [
            "Forecaster",
            "Foretold",
            "Came",
            "Bias",
            "RMSE",
            "MAE",
            "Rank correlation",
            "Top tenth holds",
            "Log score",
            "Inside 80%",
            "Inside 95%",
            "95% of the total",
        ],
        Language::Fr => [
            "Prévision",
            "Prédit",
            "Venu",
            "Biais",
            "RMSE",
            "MAE",
            "Corrélation des rangs",
            "Part du meilleur dixième",
            "Score log.",
            "Dans les 80 %",
            "Dans les 95 %",
            "95 % du total",
        ],
    }
}

/// A trial as the cells of such a row.
pub fn trial_cells(trial: &LookBackTrial, language: Language, decimals: usize) -> Vec<String> {
    let number = |number: f64| language.number(number, decimals);
    let three = |number: f64| language.figure(number);
    let share = |share: f64| language.share(share, 1);
    let total = match (trial.total_lo95, trial.total_hi95, trial.total_held) {
        (Some(low), Some(high), Some(held)) => format!(
            "{} – {} {}",
            number(low),
            number(high),
            if held { language.say("held", "tenu") } else { language.say("missed", "manqué") }
        ),
        _ => "–".to_string(),
    };
    vec![
        language.forecaster(&trial.forecaster, &trial.name),
        number(trial.predicted),
        number(trial.actual),
        language.maybe(trial.bias, |bias| language.change(bias)),
        three(trial.rmse),
        three(trial.mae),
        language.maybe(trial.rank_correlation, |number| language.number(number, 3)),
        share(trial.top_tenth),
        language.maybe(trial.log_score, |number| language.number(number, 4)),
        language.maybe(trial.covered80, share),
        language.maybe(trial.covered95, share),
        total,
    ]
}

fn weights(page: &mut String, back: &LookBack, language: Language) {
    let title = language.say("The weights of the models, and why", "Le poids des modèles, et pourquoi");
    let _ = writeln!(page, "<h2>{title}</h2>");
    let head =
        [language.say("Model", "Modèle"), language.say("Weight", "Poids"), language.say("Why", "Pourquoi")];
    let rows = back.weights.iter().map(|one| {
        let name = language.forecaster(&one.code, &one.name);
        vec![name, language.share(one.weight, 1), language.why(one, Some(back))]
    });
    let _ = writeln!(page, "<p>{}</p>", language.about_weights());
    page.push_str("<div class=\"prose\">");
    table(page, title, &head, rows);
    page.push_str("</div>\n");
}

/// Whom the models alone do not foretell: few who buy like nobody else, and newcomers who borrow.
fn apart(page: &mut String, fit: &ModelFit, language: Language) {
    let few = fit.few.as_ref().map(|few| language.few(few));
    let borrowed = fit.newcomers.as_ref().map_or_else(Vec::new, |borrowed| language.borrowed(borrowed));
    if few.is_none() && borrowed.is_empty() {
        return;
    }
    let title = language.say("Who is foretold apart", "Qui est prédit à part");
    let _ = writeln!(page, "<h2>{title}</h2>\n<ul>");
    for said in few.into_iter().chain(borrowed) {
        let _ = writeln!(page, "<li>{}</li>", escaped(&said));
    }
    page.push_str("</ul>\n");
}

fn models(page: &mut String, fit: &ModelFit, language: Language) {
    let title = language.say("The fitted models", "Les modèles ajustés");
    let _ = writeln!(page, "<h2>{title}</h2>");
    let head = match language {
        Language::En => ["Parameter", "Value", "Standard error", "Unit"],
        Language::Fr => ["Paramètre", "Valeur", "Erreur type", "Unité"],
    };
    let reference = (!fit.members.iter().any(|one| one.code == fit.reference.code)).then_some(&fit.reference);
    for model in fit.members.iter().chain(reference).chain(fit.spend.as_ref()) {
        let rows = model.parameters.iter().map(|parameter| {
            vec![
                parameter.name.clone(),
                language.maybe(parameter.value, |value| language.figure(value)),
                language.maybe(parameter.standard_error, |error| language.figure(error)),
                language.unit(parameter.unit).to_string(),
            ]
        });
        table(page, &model_line(model, language), &head, rows);
    }
}

fn model_line(model: &FittedModel, language: Language) -> String {
    let name = language.forecaster(&model.code, &model.name);
    let weight = model.weight.map(|weight| format!(" ({})", language.share(weight, 1))).unwrap_or_default();
    let verdict = language.fit_verdict(model);
    let customers = language.customers(model.customers);
    let [likelihood, aic, bic] =
        [model.log_likelihood, model.aic, model.bic].map(|n| language.maybe(n, |n| language.number(n, 1)));
    let norm = language.maybe(model.gradient_norm, |norm| format!("{norm:.1e}"));
    match language {
        Language::En => format!(
            "{name}{weight}: {verdict}. {customers}, log-likelihood {likelihood}, AIC {aic}, BIC {bic}, \
             gradient norm {norm}"
        ),
        Language::Fr => format!(
            "{name}{weight} : {verdict}. {customers}, log-vraisemblance {likelihood}, AIC {aic}, BIC {bic}, \
             norme du gradient {norm}"
        ),
    }
}

fn reading(page: &mut String, language: Language) {
    let lines: [(&str, &str); 8] = [
        (
            "Bias: foretold over what came, less one. RMSE and MAE: root mean squared and mean absolute difference, per customer.",
            "Biais : prédit sur venu, moins un. RMSE et MAE : racine de l’écart quadratique moyen et écart absolu moyen, par client.",
        ),
        (
            "Rank correlation: Spearman’s, of what was foretold and what came; 1 is the same order.",
            "Corrélation des rangs : celle de Spearman, entre prédit et venu ; 1 est le même ordre.",
        ),
        (
            "Top tenth holds: share of all that came with the tenth of customers of whom most was foretold.",
            "Part du meilleur dixième : part de tout ce qui est venu chez le dixième de clients dont on prédisait le plus.",
        ),
        (
            "Log score: mean natural logarithm of the probability of what came; higher is better. Only a distribution has one.",
            "Score logarithmique : moyenne du logarithme de la probabilité de ce qui est venu ; plus haut est mieux. Seule une distribution en a un.",
        ),
        (
            "Inside 80% and 95%: share of customers inside these intervals, by randomised probability integral transform; as near to 80 and 95 as may be.",
            "Dans les 80 % et 95 % : part des clients dans ces intervalles, par transformation intégrale randomisée ; au plus près de 80 et 95.",
        ),
        (
            "Naive rules: as often as in the last stretch as long as the horizon (recent window), as since the first purchase (own rate), as everybody on average; for spend, what the last year brought.",
            "Règles simples : aussi souvent que dans la dernière période aussi longue que l’horizon (fenêtre récente), que depuis le premier achat (rythme propre), que tous en moyenne ; pour les montants, ce que la dernière année a apporté.",
        ),
        (
            "The weekly chart shows what is expected of customers by their age alone, without looking at what each one did.",
            "La courbe par semaine montre ce que l’on attend des clients d’après leur seul âge, sans regarder ce que chacun a fait.",
        ),
        (
            "At each origin the blend has its prior weights: what came later weighs only the blend of today.",
            "À chaque origine, le mélange a ses poids de départ : ce qui est venu ensuite ne pèse que sur le mélange d’aujourd’hui.",
        ),
    ];
    let _ = writeln!(page, "<h2>{}</h2>\n<ul>", language.say("How to read it", "Comment le lire"));
    for (english, french) in lines {
        let _ = writeln!(page, "<li>{}</li>", escaped(language.say(english, french)));
    }
    page.push_str("</ul>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::tests::looked_back;
    use crate::model::{Borrowed, FewBuyers};

    #[test]
    fn the_page_is_whole_in_both_languages_and_asks_for_nothing() {
        let (fit, back) = looked_back();
        let report = Report { subject: "A & B <shop>.csv", fit: &fit, back: Some(&back) };
        for (language, word) in [(Language::En, "Better than"), (Language::Fr, "Meilleur que")] {
            let page = html(&report, language);
            assert!(page.contains("A &amp; B &lt;shop&gt;.csv") && page.contains(word), "{page}");
            for asking in ["<script", "src=", "href=", "url(", "@import", "NaN", "inf"] {
                assert!(!page.contains(asking), "{asking} in the page");
            }
            let charts = page.matches("<svg").count();
            assert_eq!(charts, 5 * back.plots.len());
            assert_eq!(page.matches("role=\"img\" aria-label=").count(), charts);
            assert!(page.matches("<table").count() >= charts);
            assert_eq!(page.matches("<div").count(), page.matches("</div>").count());
            let labels: Vec<&str> = page
                .split("tabindex=\"0\" aria-label=")
                .skip(1)
                .map(|rest| rest.split("><").next().unwrap())
                .collect();
            let distinct: std::collections::BTreeSet<_> = labels.iter().collect();
            assert_eq!(labels.len(), distinct.len(), "{labels:?}");
        }
        // Who is foretold apart is told where there is somebody.
        assert!(!html(&report, Language::En).contains("Who is foretold apart"));
        let few = FewBuyers { share: 0.02, times: 12.0, purchases_a_year: 60.0, others_a_year: 5.0 };
        let with_few = ModelFit { few: Some(few), newcomers: Some(Borrowed::default()), ..fit.clone() };
        let page = html(&Report { fit: &with_few, ..report }, Language::Fr);
        assert!(page.contains("Qui est prédit à part") && page.contains("12,00 fois plus souvent"), "{page}");
        assert!(page.contains("n’empruntent rien"), "{page}");
        let short = html(&Report { back: None, ..report }, Language::En);
        assert!(short.contains("eight weeks") && !short.contains("<svg"));
    }
}
