//! `clientela value` and `clientela link`: the base, or one file without a base.

use super::watch::{Hands, outcome};
use super::{Done, Failed, House, counted, number, print};
use crate::jobs::work::{Task, Valuing};
use crate::value::refits::ModelsWanted;
use crate::value_file::{self, Arguments};

/// Values the base, or the file that is named.
pub fn run(house: &House, arguments: &Arguments) -> Done {
    if arguments.file.is_none() {
        return value_base(house, arguments);
    }
    Ok(value_file::run(arguments, house.json())?)
}

/// Finds out which records are one customer.
pub fn link(house: &House) -> Done {
    let store = house.open_existing()?;
    let hands = Hands::take(house, &store)?;
    let job = store.add_job(&Task::Link.queued(None), crate::now())?;
    let result = outcome(&hands.see_through(job, "linking")?)?;
    if house.json() {
        print(&result);
    } else {
        let records = number(&result["records"]);
        let (count, are) = (counted(records, "record", "records"), if records == 1 { "is" } else { "are" });
        print(format!("{count} {are} {}", counted(number(&result["customers"]), "customer", "customers")));
    }
    Ok(())
}

/// Values every customer of the base.
fn value_base(house: &House, arguments: &Arguments) -> Done {
    if let Some(text) = &arguments.horizon {
        text.parse::<value::Horizon>().map_err(|error| Failed::Usage(error.to_string()))?;
    }
    let models = match arguments {
        Arguments { refit: true, .. } => Some(ModelsWanted::Refit),
        Arguments { keep_models: true, .. } => Some(ModelsWanted::Keep),
        Arguments { adopt: true, .. } => Some(ModelsWanted::Proposed),
        _ => None,
    };
    let adopt = (arguments.adopt || arguments.no_adopt).then_some(arguments.adopt);
    let store = house.open_existing()?;
    if models == Some(ModelsWanted::Proposed) && store.models_proposed()?.is_none() {
        return Err(Failed::Because("no refit is proposed; `clientela value --refit` makes one".to_string()));
    }
    let hands = Hands::take(house, &store)?;
    let valuing = Valuing { horizon: arguments.horizon.clone(), models, adopt, by: None };
    let job = store.add_job(&Task::Value(valuing).queued(None), crate::now())?;
    let mut result = outcome(&hands.see_through(job, "valuing")?)?;
    if house.json() {
        result["asset"] = measured(&hands, &result)?;
        // Which job did it is of no use once it is done.
        result.as_object_mut().map(|result| result.remove("asset_job"));
        print(&result);
    } else {
        let expected = &result["expected_value"];
        print(format!(
            "{} valued as of {}: {} {} expected over {} days ({})",
            counted(number(&result["customers"]), "customer", "customers"),
            result["as_of"].as_str().unwrap_or("-"),
            expected["amount"].as_str().unwrap_or("-"),
            expected["currency"].as_str().unwrap_or(""),
            result["horizon_days"],
            result["model"].as_str().unwrap_or("-")
        ));
        if let Some(words) = result["refit"]["words"].as_str() {
            let adopted = result["refit"]["adopted"] == true;
            let next = if adopted { "adopted" } else { "not adopted; `clientela value --adopt` does so" };
            print(format!("{words}: {next}"));
        }
        for note in result["notes"].as_array().into_iter().flatten() {
            print(format!("note: {}", note["message"].as_str().unwrap_or_default()));
        }
        let asset = measured(&hands, &result)?;
        let closing = &asset["equity"]["closing"];
        if let (Some(amount), Some(currency)) = (closing["amount"].as_str(), closing["currency"].as_str()) {
            print(format!("customer equity: {amount} {currency}"));
        }
        let cost = &asset["serving"]["expected_cost"];
        if let (Some(amount), Some(currency)) = (cost["amount"].as_str(), cost["currency"].as_str()) {
            print(format!("expected cost to serve: {amount} {currency}"));
        }
        if let (Some(net), Some(losing)) = (
            asset["serving"]["net_equity"]["amount"].as_str(),
            asset["serving"]["losing"]["customers"].as_u64(),
        ) {
            let are = if losing == 1 { "is" } else { "are" };
            print(format!(
                "net of it: {net}; {} {are} expected to cost more than they bring",
                counted(losing, "customer", "customers")
            ));
        }
        for step in ["equity", "accounts", "serving", "coherence"] {
            if let Some(why) = asset[step]["error"].as_str() {
                print(format!("not computed: {step}: {why}; what was valued stands"));
            }
        }
    }
    Ok(())
}

/// Which published months lost their ground; nothing where all stayed.
fn dropped_in_words(dropped: &serde_json::Value) -> Option<String> {
    let since = dropped["since"].as_str()?;
    let months = counted(number(&dropped["months"]), "published month", "published months");
    Some(format!(
        "{months} of customer equity since {since} no longer rest on what is known: these statements are made anew, and what \
         they said before is gone"
    ))
}

/// Sees through what follows a valuation, and gives what came of it.
pub fn measured(hands: &Hands<'_>, valued: &serde_json::Value) -> Result<serde_json::Value, Failed> {
    match valued["asset_job"].as_i64() {
        Some(job) => {
            let result = outcome(&hands.see_through(job, "measuring the asset")?)?;
            if let Some(said) = dropped_in_words(&result["equity"]["dropped"]) {
                eprintln!("{said}");
            }
            Ok(result)
        }
        None => Ok(serde_json::Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn months_that_lose_their_ground_are_named() {
        assert_eq!(dropped_in_words(&Value::Null), None);
        let said = dropped_in_words(&json!({ "months": 3, "since": "2026-02" })).unwrap();
        assert!(said.starts_with("3 published months of customer equity since 2026-02 "), "{said}");
    }
}
