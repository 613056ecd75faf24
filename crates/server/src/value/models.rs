//! The models of a valuation as JSON, and back: what a valuation keeps, so that one customer, or all of them with
//! newer facts, can be valued by the same models later.

use serde_json::{Map, Value, json};
use value::blend::{Blend, Few, Member, USUAL_SHOCK};
use value::lifetime::{Kind, Model};
use value::newcomers::{Dimension, Effect, Gain, Newcomers};
use value::{Lifetime, MarginHoldout, Margins, Models, NetMargins, Valuation, spend};

/// The models of a valuation with all that is needed to value by them again.
pub fn kept(valuation: &Valuation) -> Value {
    let lifetime = &valuation.lifetime;
    let fit = lifetime.reference.fit();
    json!({
        "lifetime": {
            "model": lifetime.code(),
            "log_likelihood": fit.log_likelihood,
            "reference": lifetime.reference.kind().code(),
            "parameters": parameters(lifetime.reference.parameters()),
            "members": members(&lifetime.blend),
            "failed": failed(lifetime),
            "shock": lifetime.blend.shock,
            "few": lifetime.blend.few.map(few),
            "common": valuation.common,
            "common_spend": valuation.common_spend,
            "fitted_on": valuation.fitted_on,
        },
        "spend": valuation.spend.as_ref().map(|model| json!({
            "model": model.code(),
            "log_likelihood": model.fit().log_likelihood,
            "parameters": parameters(model.parameters()),
        })),
        "margins": valuation.margins.map(|margins| json!({ "pooled": margins.pooled, "weight": margins.weight })),
        "net_margins": valuation.net_margins.as_ref().map(|net| json!({
            "parameters": parameters(net.fit.params.named().to_vec()),
            "holdout": { "customers": net.holdout.customers, "net": net.holdout.net, "share": net.holdout.share },
        })),
        "newcomers": valuation.newcomers.as_ref().map(newcomers),
    })
}

/// What newcomers borrow, by dimension and group.
pub fn newcomers(newcomers: &Newcomers) -> Value {
    let dimensions = |dimensions: &[Dimension]| -> Value {
        let effect = |effect: &Effect| {
            json!({
                "label": effect.label,
                "customers": effect.customers,
                "effect": effect.effect,
                "deviation": effect.deviation,
                "weight": effect.weight,
            })
        };
        let dimension = |dimension: &Dimension| {
            let groups: Value = dimension.groups.iter().map(effect).collect();
            let gain = dimension.gain.map(gain);
            json!({ "name": dimension.name, "between": dimension.between, "gain": gain, "groups": groups })
        };
        dimensions.iter().map(dimension).collect()
    };
    json!({
        "exposure": newcomers.exposure,
        "window_days": newcomers.window_days,
        "purchases": dimensions(&newcomers.purchases),
        "amounts": dimensions(&newcomers.amounts),
    })
}

fn gain(gain: Gain) -> Value {
    let Gain { customers, share, standard_errors } = gain;
    json!({ "customers": customers, "share": share, "standard_errors": standard_errors })
}

/// The members of the blend with their weights and parameters.
pub fn members(blend: &Blend) -> Value {
    let member = |member: &Member| {
        let fit = member.model.fit();
        json!({
            "model": member.model.kind().code(),
            "weight": member.weight,
            "parameters": parameters(member.model.parameters()),
            "standard_errors": member.model.standard_errors().map(parameters),
            "covariance": fit.covariance,
            "log_likelihood": fit.log_likelihood,
            "aic": fit.aic(),
            "bic": fit.bic(),
            "gradient_norm": fit.gradient_norm,
            "customers": fit.customers,
            "converged": fit.converged,
            "verdict": fit.verdict.to_string(),
        })
    };
    blend.members.iter().map(member).collect()
}

/// Models that could not be fitted and are left out of the blend.
pub fn failed(lifetime: &Lifetime) -> Vec<&'static str> {
    lifetime.failed.iter().map(|kind| kind.code()).collect()
}

/// Earlier versions kept none.
fn restored_failed(kept: &Value) -> Vec<Kind> {
    let codes = kept["failed"].as_array().into_iter().flatten();
    codes.filter_map(|code| code.as_str()?.parse().ok()).collect()
}

/// The few who buy like nobody else; rates by the week.
pub fn few(few: Few) -> Value {
    let Few { share, r, alpha, few_r, few_alpha } = few;
    json!({ "share": share, "r": r, "alpha": alpha, "few_r": few_r, "few_alpha": few_alpha })
}

fn restored_few(kept: &Value) -> Option<Few> {
    let of = |name: &str| kept[name].as_f64().filter(|number| *number > 0.0);
    Some(Few {
        share: of("share").filter(|share| *share < 1.0)?,
        r: of("r")?,
        alpha: of("alpha")?,
        few_r: of("few_r")?,
        few_alpha: of("few_alpha")?,
    })
}

fn parameters(parameters: Vec<(&'static str, f64)>) -> Map<String, Value> {
    parameters.into_iter().map(|(name, value)| (name.to_string(), json!(value))).collect()
}

/// The models that [`kept`] wrote; `None` where they cannot be read, or were kept by a version that kept less.
pub fn restored(kept: &Value) -> Option<Models> {
    let lifetime = &kept["lifetime"];
    let members: Option<Vec<Member>> = lifetime["members"].as_array()?.iter().map(member).collect();
    let blend = Blend {
        members: members.filter(|members| !members.is_empty())?,
        shock: lifetime["shock"].as_f64().unwrap_or(USUAL_SHOCK),
        few: restored_few(&lifetime["few"]),
    };
    let reference = lifetime["reference"]
        .as_str()
        .and_then(|code| model(code, lifetime))
        .unwrap_or_else(|| blend.members[0].model.clone());
    let common = lifetime["common"].as_f64()?;
    let spend = &kept["spend"];
    let margins = &kept["margins"];
    Some(Models {
        lifetime: Lifetime {
            blend,
            reference,
            reason: None,
            backtest: None,
            failed: restored_failed(lifetime),
        },
        spend: spend["model"].as_str().and_then(|code| {
            let named = named(spend);
            spend::Model::restored(code, &named, None)
        }),
        spend_choice: None,
        net_margins: net_margins(&kept["net_margins"]),
        newcomers: newcomers_of(&kept["newcomers"]),
        margins: margins["pooled"]
            .as_f64()
            .zip(margins["weight"].as_f64())
            .map(|(pooled, weight)| Margins { pooled, weight }),
        common,
        // Earlier versions knew one for both.
        common_spend: lifetime["common_spend"].as_f64().unwrap_or(common),
        fitted_on: usize::try_from(lifetime["fitted_on"].as_u64()?).ok()?,
    })
}

fn net_margins(kept: &Value) -> Option<NetMargins> {
    let spend::Model::Net(fit) = spend::Model::restored("net_margin", &named(kept), None)? else {
        return None;
    };
    let holdout = &kept["holdout"];
    let (customers, net, share) =
        (holdout["customers"].as_u64()?, holdout["net"].as_f64()?, holdout["share"].as_f64()?);
    Some(NetMargins { fit, holdout: MarginHoldout { customers, net, share } })
}

fn newcomers_of(kept: &Value) -> Option<Newcomers> {
    let finite = |number: &Value| number.as_f64().filter(|number| number.is_finite());
    let effect = |kept: &Value| {
        Some(Effect {
            label: kept["label"].as_str()?.to_string(),
            customers: kept["customers"].as_u64()?,
            effect: finite(&kept["effect"])?,
            deviation: finite(&kept["deviation"]).filter(|deviation| *deviation >= 0.0)?,
            weight: finite(&kept["weight"])?,
        })
    };
    let gain = |kept: &Value| {
        Some(Gain {
            customers: kept["customers"].as_u64()?,
            share: finite(&kept["share"])?,
            standard_errors: finite(&kept["standard_errors"])?,
        })
    };
    let dimension = |kept: &Value| {
        Some(Dimension {
            name: kept["name"].as_str()?.to_string(),
            between: finite(&kept["between"]).filter(|between| *between >= 0.0)?,
            // Earlier versions kept none.
            gain: gain(&kept["gain"]),
            groups: kept["groups"].as_array()?.iter().map(effect).collect::<Option<_>>()?,
        })
    };
    let dimensions =
        |kept: &Value| -> Option<Vec<Dimension>> { kept.as_array()?.iter().map(dimension).collect() };
    Some(Newcomers {
        exposure: finite(&kept["exposure"]).filter(|exposure| *exposure > 0.0)?,
        window_days: u32::try_from(kept["window_days"].as_u64()?).ok()?,
        purchases: dimensions(&kept["purchases"])?,
        amounts: dimensions(&kept["amounts"])?,
    })
}

fn member(kept: &Value) -> Option<Member> {
    let covariance = serde_json::from_value(kept["covariance"].clone()).ok().flatten();
    let model = model(kept["model"].as_str()?, kept)?.with_covariance(covariance);
    Some(Member { weight: kept["weight"].as_f64()?, model })
}

fn model(code: &str, kept: &Value) -> Option<Model> {
    Model::restored(code.parse::<Kind>().ok()?, &named(kept))
}

fn named(kept: &Value) -> Vec<(&str, f64)> {
    let parameters = kept["parameters"].as_object().into_iter().flatten();
    parameters.filter_map(|(name, value)| Some((name.as_str(), value.as_f64()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::Day;
    use value::{Choice, Margin, PurchaseLine, Question, histories, value_by};

    /// Customers who buy at paces of their own; some stop.
    fn base(customers: u32) -> value::Histories {
        let lines = (0..customers).flat_map(|customer| {
            let (gap, stop) = (7 + customer % 23, 60 + customer * 37 % 400);
            (0..).map(move |n| n * gap + customer % 11).take_while(move |day| *day < stop).map(move |day| {
                PurchaseLine {
                    customer,
                    day: day as i32,
                    amount: i64::from(900 + customer % 40 * 100 + day % 7),
                    // Serving one in three costs more than it brings.
                    margin: Margin::of(if customer % 3 == 0 { -200 } else { 300 } + i64::from(day % 9)),
                }
            })
        });
        histories(lines.collect(), Day(400))
    }

    #[test]
    fn kept_models_value_as_the_fitted_ones() {
        for (customers, digits) in [(400, Some(2)), (20, Some(2)), (200, None)] {
            let base = base(customers);
            let question =
                Question { horizon: "6m".parse().unwrap(), minor_digits: digits, choice: Choice::Blend };
            let fitted = value::value(&base, &question);
            let text = kept(&fitted).to_string();
            let models = restored(&serde_json::from_str(&text).unwrap()).unwrap();
            let again = value_by(models, &base, &question);
            assert_eq!(again.customers.len(), fitted.customers.len());
            for (one, other) in fitted.customers.iter().zip(&again.customers) {
                let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * a.abs().max(1e-6);
                assert!(near(one.p_alive, other.p_alive), "{one:?} {other:?}");
                assert!(near(one.expected_spend, other.expected_spend), "{one:?} {other:?}");
                assert_eq!(one.transactions, other.transactions);
                assert_eq!(one.expected_margin.is_some(), digits.is_some());
                let margins = [one, other].map(|customer| customer.expected_margin.unwrap_or_default());
                assert!(near(margins[0], margins[1]), "{one:?} {other:?}");
            }
            assert_eq!(
                fitted.net_margins.as_ref().is_some_and(|net| net.holdout.favours_net()),
                customers == 400
            );
            assert_eq!(fitted.model_name(), again.model_name());
            assert!((fitted.common - again.common).abs() < 1e-12);
            assert!((fitted.common_spend - again.common_spend).abs() < 1e-12);
            assert_eq!(fitted.lifetime.blend.few, again.lifetime.blend.few);
        }
    }

    #[test]
    fn the_few_are_kept_and_no_half_of_them() {
        let few = Few { share: 0.02, r: 0.8, alpha: 9.0, few_r: 3.5, few_alpha: 1.5 };
        assert_eq!(restored_few(&super::few(few)), Some(few));
        assert_eq!(restored_few(&Value::Null), None);
        assert_eq!(restored_few(&json!({ "share": 0.02, "r": 0.8, "alpha": 9.0 })), None);
    }

    #[test]
    fn what_newcomers_borrow_is_kept_with_what_it_brought() {
        let effect = |label: &str, effect: f64| Effect {
            label: label.to_string(),
            customers: 40,
            effect,
            deviation: 0.1,
            weight: 0.6,
        };
        let gain = Some(Gain { customers: 310, share: 0.031, standard_errors: 3.4 });
        let groups = vec![effect("Fair", -0.4), effect("Shop", 0.3)];
        let source = Dimension { name: "sources".to_string(), between: 0.3, gain, groups };
        let learnt = Newcomers {
            exposure: 9.0,
            window_days: 182,
            amounts: vec![Dimension { gain: None, ..source.clone() }],
            purchases: vec![source],
        };
        assert_eq!(newcomers_of(&newcomers(&learnt)), Some(learnt));
    }

    #[test]
    fn what_cannot_be_read_is_none() {
        for text in ["{}", "null", r#"{"lifetime":{"members":[]}}"#] {
            assert!(restored(&serde_json::from_str(text).unwrap()).is_none());
        }
        let unknown = json!({ "lifetime": { "members": [{ "model": "astrology", "weight": 1.0 }],
            "common": 0.1, "fitted_on": 3 } });
        assert!(restored(&unknown).is_none());
    }
}
