//! In what a column of weights or distances counts, by its name.
//!
//! A name is read whole: what it measures, its unit, and words that say nothing of either. A name with any other word, a unit
//! nobody knows or "item", "unit" and "piece", tells nothing: a wrong weight is worse than none.

use crate::mapping::{DistanceUnit, WeightUnit};
use crate::words::folded;

/// A unit that a name tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Weight(WeightUnit),
    Distance(DistanceUnit),
}

/// What is measured, its unit, and whether the name hardly means anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) unit: Unit,
    pub(super) is_sure: bool,
}

const KILOGRAMS: Unit = Unit::Weight(WeightUnit::Kilograms);
const KILOMETRES: Unit = Unit::Distance(DistanceUnit::Kilometres);

/// Words for what is measured, with the unit where none is stated, and whether the word is sure.
const STEMS: [(&str, Unit, bool); 12] = [
    ("weight", KILOGRAMS, true),
    ("poids", KILOGRAMS, true),
    ("masse", KILOGRAMS, false),
    ("tonnage", Unit::Weight(WeightUnit::Tonnes), true),
    ("distance", KILOMETRES, true),
    ("distances", KILOMETRES, true),
    ("kilometrage", KILOMETRES, true),
    ("mileage", Unit::Distance(DistanceUnit::Miles), true),
    ("trajet", KILOMETRES, false),
    ("trajets", KILOMETRES, false),
    ("deplacement", KILOMETRES, false),
    ("deplacements", KILOMETRES, false),
];

/// Words of units, and how sure a name is that has nothing else: a single letter tells nothing by itself.
const UNITS: [(&str, Unit, Option<bool>); 40] = {
    use DistanceUnit::{Kilometres, Metres, Miles};
    use Unit::{Distance, Weight};
    use WeightUnit::{Grams, Kilograms, Pounds, Tonnes};
    const SURE: Option<bool> = Some(true);
    const LIKELY: Option<bool> = Some(false);
    [
        ("kg", Weight(Kilograms), SURE),
        ("kgs", Weight(Kilograms), SURE),
        ("kilo", Weight(Kilograms), LIKELY),
        ("kilos", Weight(Kilograms), SURE),
        ("kilogramme", Weight(Kilograms), LIKELY),
        ("kilogrammes", Weight(Kilograms), SURE),
        ("kilogram", Weight(Kilograms), LIKELY),
        ("kilograms", Weight(Kilograms), SURE),
        ("g", Weight(Grams), None),
        ("gr", Weight(Grams), None),
        ("grs", Weight(Grams), None),
        ("gram", Weight(Grams), None),
        ("grams", Weight(Grams), LIKELY),
        ("gramme", Weight(Grams), None),
        ("grammes", Weight(Grams), LIKELY),
        ("t", Weight(Tonnes), None),
        ("to", Weight(Tonnes), None),
        ("tonne", Weight(Tonnes), None),
        ("tonnes", Weight(Tonnes), LIKELY),
        ("lb", Weight(Pounds), None),
        ("lbs", Weight(Pounds), LIKELY),
        ("livres", Weight(Pounds), None),
        ("pound", Weight(Pounds), None),
        ("pounds", Weight(Pounds), None),
        ("km", Distance(Kilometres), SURE),
        ("kms", Distance(Kilometres), SURE),
        ("kilometre", Distance(Kilometres), LIKELY),
        ("kilometres", Distance(Kilometres), SURE),
        ("kilometer", Distance(Kilometres), LIKELY),
        ("kilometers", Distance(Kilometres), SURE),
        ("m", Distance(Metres), None),
        ("metre", Distance(Metres), None),
        ("metres", Distance(Metres), LIKELY),
        ("meter", Distance(Metres), None),
        ("meters", Distance(Metres), LIKELY),
        ("mi", Distance(Miles), None),
        ("mile", Distance(Miles), None),
        ("miles", Distance(Miles), SURE),
        ("mtr", Distance(Metres), None),
        ("mtrs", Distance(Metres), None),
    ]
};

/// Words that change neither what is measured nor its unit.
const FILLERS: [&str; 39] = [
    "total",
    "totale",
    "net",
    "nette",
    "brut",
    "brute",
    "gross",
    "line",
    "ligne",
    "lignes",
    "order",
    "commande",
    "colis",
    "parcel",
    "shipping",
    "shipment",
    "shipped",
    "expedie",
    "expedition",
    "delivery",
    "livraison",
    "livre",
    "transport",
    "en",
    "in",
    "de",
    "du",
    "des",
    "la",
    "of",
    "nb",
    "nombre",
    "parcouru",
    "parcourus",
    "parcourue",
    "parcourues",
    "travelled",
    "goods",
    "marchandises",
];

/// Longer names are no names of columns; taking them apart would be long, too.
const LONGEST: usize = 64;

/// What a column of this name measures; `None` where the name does not say it beyond doubt.
pub(super) fn measured(name: &str) -> Option<Measure> {
    if name.len() > LONGEST {
        return None;
    }
    let (before, within) = match name.split_once(['(', '[']) {
        Some((before, within)) => (before, within.split([')', ']']).next().unwrap_or(within)),
        None => (name, ""),
    };
    let mut said = read(&folded(before))?;
    let bracketed = read(&folded(within))?;
    if bracketed.stem.is_some() {
        return None;
    }
    said.units.extend(bracketed.units);
    let stated = match said.units.as_slice() {
        [] => None,
        [(first, _), rest @ ..] if rest.iter().all(|(other, _)| other == first) => Some(said.units[0]),
        _ => return None,
    };
    let (unit, is_sure) = match (said.stem, stated) {
        (Some((usual, is_sure)), None) => (usual, is_sure),
        (Some((usual, is_sure)), Some((unit, _))) if is_weight(usual) == is_weight(unit) => (unit, is_sure),
        (None, Some((unit, Some(is_sure)))) => (unit, is_sure),
        _ => return None,
    };
    Some(Measure { unit, is_sure })
}

fn is_weight(unit: Unit) -> bool {
    matches!(unit, Unit::Weight(_))
}

/// What a folded name says.
#[derive(Default)]
struct Said {
    stem: Option<(Unit, bool)>,
    units: Vec<(Unit, Option<bool>)>,
}

/// Takes a name apart into words that are known, the longest first; `None` where that leaves anything.
fn read(name: &str) -> Option<Said> {
    if name.is_empty() {
        return Some(Said::default());
    }
    for length in (1..=name.len().min(16)).rev() {
        let Some((word, rest)) = name.split_at_checked(length) else { continue };
        let stem = STEMS.iter().find(|(known, ..)| *known == word);
        let unit = UNITS.iter().find(|(known, ..)| *known == word);
        if stem.is_none() && unit.is_none() && !FILLERS.contains(&word) {
            continue;
        }
        let Some(mut said) = read(rest) else { continue };
        if let Some((_, unit, is_sure)) = stem {
            if said.stem.is_some() {
                continue;
            }
            said.stem = Some((*unit, *is_sure));
        }
        if let Some((_, unit, is_sure)) = unit {
            said.units.push((*unit, *is_sure));
        }
        return Some(said);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_unit_or_nothing() {
        use DistanceUnit::{Kilometres, Metres, Miles};
        use WeightUnit::{Grams, Kilograms, Pounds, Tonnes};
        let weights = [
            ("Poids (kg)", Kilograms),
            ("weight", Kilograms),
            ("Poids total", Kilograms),
            ("poidsenkg", Kilograms),
            ("Masse", Kilograms),
            ("Tonnage (kg)", Kilograms),
            ("WeightGrams", Grams),
            ("weightG", Grams),
            ("weightg", Grams),
            ("weight_g", Grams),
            ("poidsg", Grams),
            ("poidsgrammes", Grams),
            ("Poids net [g]", Grams),
            ("WeightLbs", Pounds),
            ("Weight (lb.)", Pounds),
            ("poidstonnes", Tonnes),
            ("Poids en t", Tonnes),
            ("Tonnage", Tonnes),
        ];
        for (name, unit) in weights {
            assert_eq!(measured(name).map(|measure| measure.unit), Some(Unit::Weight(unit)), "{name}");
        }
        let distances = [
            ("Distance", Kilometres),
            ("km parcourus", Kilometres),
            ("Mileage (km)", Kilometres),
            ("Kilométrage", Kilometres),
            ("distancem", Metres),
            ("Distance (mètres)", Metres),
            ("DistanceMiles", Miles),
            ("Mileage", Miles),
            ("Miles", Miles),
        ];
        for (name, unit) in distances {
            assert_eq!(measured(name).map(|measure| measure.unit), Some(Unit::Distance(unit)), "{name}");
        }
        let nothing = [
            "Weight (oz)",
            "Distance (ft)",
            "Distance (kg)",
            "Weight kg (lb)",
            "Item weight (kg)",
            "Unit weight",
            "Poids unitaire (kg)",
            "poidspiece",
            "Weight each",
            "Weight (kg/piece)",
            "kg per item",
            "g",
            "m",
            "t",
            "total",
            "Body weight",
            "",
        ];
        for name in nothing {
            assert_eq!(measured(name), None, "{name}");
        }
    }

    /// Such names can be taken apart in more ways than there is time for, or deeper than there is room for.
    #[test]
    fn endless_names_tell_nothing_at_once() {
        for name in ["kilogram".repeat(200) + "x", "t".repeat(1_000_000)] {
            assert_eq!(measured(&name), None);
        }
        assert_eq!(measured(&("kilogram".repeat(7) + "x")), None, "as long as one may be");
    }
}
