//! Which kind of file it is and which column fills what: names and contents weighed against each other.

use super::contents::{ColumnKind, Contents};
use super::measures::{self, Unit};
use super::{Notes, names};
use crate::cell::{Cell, RawRow};
use crate::format::Format;
use crate::mapping::{Cancellation, Columns, DistanceUnit, Mapping, TimeUnit, WeightUnit};
use crate::numbers::{self, CurrencyMark, Decimal};
use crate::rows::{Plan, typed_number};
use crate::said::{Saying, listed};
use crate::target::{FileKind, Target, TargetType};
use crate::words::{self, folded};
use ledger::{Attribute, Currency};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// The kind of file and what its columns fill.
pub(super) struct Choice {
    pub(super) kind: FileKind,
    /// Target, column, certainty; no target twice. A name may be the key as well.
    pub(super) targets: Vec<(Target, usize, f64)>,
}

/// What a kind of file shows itself by: the weight of each target.
fn signature(kind: FileKind) -> &'static [(Target, f64)] {
    match kind {
        FileKind::Customers => &[],
        FileKind::Sales => &[
            (Target::Order, 1.5),
            (Target::Product, 2.0),
            (Target::Quantity, 2.0),
            (Target::UnitPrice, 1.8),
            (Target::Amount, 1.3),
            (Target::Date, 0.8),
            (Target::Description, 0.8),
            (Target::Discount, 1.0),
            (Target::Margin, 1.0),
            (Target::UnitCost, 1.0),
            (Target::Line, 0.5),
        ],
        FileKind::Payments => {
            &[(Target::Due, 3.0), (Target::Paid, 2.5), (Target::Invoice, 1.0), (Target::Amount, 0.8)]
        }
        FileKind::Interactions => &[
            (Target::Channel, 1.5),
            (Target::Direction, 2.5),
            (Target::Minutes, 2.5),
            (Target::Who, 1.0),
            (Target::Subject, 0.4),
            (Target::Date, 0.6),
            (Target::Km, 0.4),
        ],
        FileKind::Requests => &[
            (Target::Opened, 1.6),
            (Target::Closed, 3.0),
            (Target::Subject, 1.2),
            (Target::Id, 0.6),
            (Target::Channel, 0.6),
        ],
        FileKind::Reviews => {
            &[(Target::Rating, 3.5), (Target::Text, 1.2), (Target::Product, 0.4), (Target::Date, 0.6)]
        }
        FileKind::Referrals => &[(Target::Referred, 5.0), (Target::Date, 0.6)],
        FileKind::Costs => &[(Target::Activity, 3.2), (Target::Amount, 1.2), (Target::Date, 0.6)],
    }
}

/// Chooses the kind, unless the user has said it, and what the columns fill.
pub(super) fn choose(
    header: &[String],
    contents: &[Contents],
    rows: &[RawRow],
    file_name: &str,
    kind: Option<FileKind>,
) -> Choice {
    if let Some(kind) = kind {
        return Choice { kind, targets: assign(kind, header, contents, rows) };
    }
    let hints = names::kinds_named(file_name);
    let mut best: Option<(f64, Choice)> = None;
    for kind in FileKind::ALL {
        let targets = assign(kind, header, contents, rows);
        let mut score = score(kind, &targets, contents);
        if hints.first() == Some(&kind) {
            score += 1.2;
        } else if hints.contains(&kind) {
            score += 0.6;
        }
        if !is_complete(kind, &targets) {
            score *= 0.4;
        }
        if best.as_ref().is_none_or(|(most, _)| score > *most) {
            best = Some((score, Choice { kind, targets }));
        }
    }
    best.expect("there is more than one kind of file").1
}

fn score(kind: FileKind, targets: &[(Target, usize, f64)], contents: &[Contents]) -> f64 {
    if kind == FileKind::Customers {
        let attributes = targets.iter().filter(|(target, ..)| matches!(target, Target::Attribute(_)));
        let told = attributes.map(|(.., certainty)| 0.45 * certainty).sum::<f64>().min(3.0);
        let key = targets.iter().find(|(target, ..)| *target == Target::Customer);
        let is_unique = key.is_some_and(|(_, column, _)| is_unique(&contents[*column]));
        // Numbers that never come twice may be anything, unless something is said of whom they number.
        let of_key = if told > 0.0 { 1.5 } else { 0.2 };
        return told + if is_unique { of_key } else { 0.0 };
    }
    let weight = |target: Target| {
        signature(kind).iter().find(|(t, _)| *t == target).map_or(0.0, |(_, weight)| *weight)
    };
    targets.iter().map(|(target, _, certainty)| weight(*target) * certainty).sum()
}

fn is_complete(kind: FileKind, targets: &[(Target, usize, f64)]) -> bool {
    kind.requirements().iter().all(|group| targets.iter().any(|(target, ..)| group.contains(target)))
}

fn is_unique(contents: &Contents) -> bool {
    contents.filled > 0 && contents.distinct * 100 >= contents.filled * 98
}

/// Longer cells are remarks, whatever digits they name.
const LONGEST_MARK: usize = 16;

/// How sure a name must be to count against what the cells hold, and how much it then counts.
const OUTRANKS: f64 = 0.9;
const UNREADABLE: f64 = 0.3;

/// Whether a kind of file cannot do without the target, and the target is a date, a number or an amount.
fn is_measured(target: Target, kind: FileKind) -> bool {
    let is_value = matches!(
        target.value_type(),
        TargetType::Moment | TargetType::Day | TargetType::Money | TargetType::Number
    );
    is_value && kind.requirements().iter().any(|group| group.contains(&target))
}

/// Gives each column to the target it fills most surely, in a file of this kind.
fn assign(
    kind: FileKind,
    header: &[String],
    contents: &[Contents],
    rows: &[RawRow],
) -> Vec<(Target, usize, f64)> {
    let mut candidates = Vec::new();
    for (column, name) in header.iter().enumerate() {
        // Beyond some hundred columns nobody names customers and amounts.
        if column < 500 {
            for (target, named) in names::targets_named(name, kind) {
                let fits = fit(target, kind, &contents[column]);
                // A column that is called "date" is the date, however bad its cells: their rows are rejected one by
                // one, while another kind of file would take them all for something else.
                let certainty = if fits == 0.0 && named >= OUTRANKS && is_measured(target, kind) {
                    named * UNREADABLE
                } else {
                    named * fits
                };
                if certainty >= 0.25 {
                    candidates.push((target, column, certainty));
                }
            }
        }
    }
    candidates.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut chosen: Vec<(Target, usize, f64)> = Vec::new();
    for candidate in candidates {
        if chosen.iter().all(|(target, column, _)| *target != candidate.0 && *column != candidate.1) {
            chosen.push(candidate);
        }
    }
    by_contents(kind, contents, rows, &mut chosen);
    // "Nom" beside "Prénom" is the family name.
    let has =
        |attribute: Attribute| chosen.iter().any(|(target, ..)| *target == Target::Attribute(attribute));
    if has(Attribute::FirstName) && !has(Attribute::LastName) {
        let nom = |column: usize| ["nom", "name", "nomclient"].contains(&folded(&header[column]).as_str());
        let name = Target::Attribute(Attribute::Name);
        if let Some(chosen) = chosen.iter_mut().find(|(target, column, _)| *target == name && nom(*column)) {
            chosen.0 = Target::Attribute(Attribute::LastName);
        }
    }
    chosen
}

/// Fills what no name spoke for, by what the cells hold.
fn by_contents(
    kind: FileKind,
    contents: &[Contents],
    rows: &[RawRow],
    chosen: &mut Vec<(Target, usize, f64)>,
) {
    let mut fill = |target: Target, certainty: f64, fits: &dyn Fn(&Contents) -> bool| {
        if !target.serves(kind) || chosen.iter().any(|(known, ..)| *known == target) {
            return;
        }
        let free =
            (0..contents.len().min(500)).filter(|column| chosen.iter().all(|(_, taken, _)| taken != column));
        if let Some(column) = free.into_iter().find(|column| fits(&contents[*column])) {
            chosen.push((target, column, certainty));
        }
    };
    fill(Target::Attribute(Attribute::Email), 0.8, &|c| c.kind() == ColumnKind::Email);
    fill(Target::Attribute(Attribute::Phone), 0.5, &|c| c.kind() == ColumnKind::Phone);
    if kind.requirements().iter().any(|group| group.contains(&Target::Date)) {
        fill(Target::Date, 0.5, &|c| c.kind() == ColumnKind::Date);
        fill(Target::Date, 0.4, &|c| c.is_bare_dates());
        fill(Target::Date, 0.35, &|c| c.holds_many(c.dates));
    }
    if kind == FileKind::Sales {
        let priced = chosen_any(chosen, &[Target::Amount, Target::UnitPrice]);
        if !priced {
            let free = |column: &usize| chosen.iter().all(|(_, taken, _)| taken != column);
            let free: Vec<usize> = (0..contents.len().min(500)).filter(free).collect();
            let held =
                |fits: &dyn Fn(&Contents) -> bool| free.iter().find(|column| fits(&contents[**column]));
            // Cells that cannot be read are rejected with their rows; their column is not passed over for them.
            let amount = held(&|c| c.kind() == ColumnKind::Money)
                .or_else(|| held(&|c| c.holds_many(c.two_decimals.max(c.with_currency))));
            if let Some(column) = amount {
                chosen.push((Target::Amount, *column, 0.4));
            }
        }
    }
    let has_customer = chosen_any(chosen, &[Target::Customer, Target::Attribute(Attribute::Email)]);
    let named = [Attribute::Name, Attribute::Company].map(Target::Attribute);
    let by_name = chosen.iter().find(|(target, ..)| named.contains(target)).map(|(_, column, _)| *column);
    if let Some(column) = by_name.filter(|_| !has_customer) {
        // Nothing better says who it is: the name is the key, too.
        chosen.push((Target::Customer, column, 0.4));
    } else if !has_customer {
        let keys = free_keys(contents, chosen);
        // Customers come back, orders do not: of columns that nothing is known of, the one of most names that come back.
        let mut repeating: Vec<usize> = keys
            .iter()
            .copied()
            .filter(|column| contents[*column].distinct < contents[*column].filled)
            .collect();
        repeating.sort_by_key(|column| (Reverse(contents[*column].distinct), *column));
        // Lines of one order repeat its number, and its customer: each order has one, who has several orders.
        let order = repeating.first().copied().filter(|_| kind == FileKind::Sales);
        let of_order = order.and_then(|order| {
            let owners = repeating[1..].iter().copied();
            owners.into_iter().find(|column| belongs_to(rows, order, *column))
        });
        let returning = of_order.or(repeating.first().copied());
        let first = keys.first().copied();
        let known = if kind == FileKind::Customers { first } else { returning.or(first) };
        if let Some(column) = known {
            chosen.push((Target::Customer, column, 0.35));
        }
        if let (Some(order), true) =
            (order.filter(|_| of_order.is_some()), !chosen_any(chosen, &[Target::Order]))
        {
            chosen.push((Target::Order, order, 0.3));
        }
        // Two orders of one customer on one day may be the same to the cent: only their numbers tell them apart.
        if kind == FileKind::Sales && !chosen_any(chosen, &[Target::Order]) {
            let is_number = |column: &usize| is_unique(&contents[*column]) && contents[*column].longest >= 3;
            if let Some(column) = free_keys(contents, chosen).into_iter().find(is_number) {
                chosen.push((Target::Order, column, 0.3));
            }
        }
    }
}

/// Whether each value of one column goes with one value of another, of which there are fewer but not a handful.
fn belongs_to(rows: &[RawRow], one: usize, other: usize) -> bool {
    const HANDFUL: usize = 5;
    let (mut owner_of, mut owners) = (HashMap::new(), HashSet::new());
    for row in rows {
        let (key, owner) = (row.cell(one).written('.'), row.cell(other).written('.'));
        if key.is_empty() || owner.is_empty() {
            continue;
        }
        owners.insert(owner.clone());
        if owner_of.entry(key).or_insert_with(|| owner.clone()) != &owner {
            return false;
        }
    }
    owners.len() > HANDFUL && owners.len() < owner_of.len()
}

/// The columns that fill nothing yet and may be keys.
fn free_keys(contents: &[Contents], chosen: &[(Target, usize, f64)]) -> Vec<usize> {
    let is_key = |contents: &Contents| {
        contents.may_be_key()
            && !contents.is_bare_dates()
            && contents.kind() != ColumnKind::Date
            && contents.distinct > 1
    };
    let free = |column: &usize| chosen.iter().all(|(_, taken, _)| taken != column);
    (0..contents.len().min(500)).filter(free).filter(|column| is_key(&contents[*column])).collect()
}

fn chosen_any(chosen: &[(Target, usize, f64)], targets: &[Target]) -> bool {
    chosen.iter().any(|(target, ..)| targets.contains(target))
}

/// Whether any cell may be a mark, as `4/5`, `80 %` and `★★★★☆` are: a column called "note" mostly holds remarks.
fn is_marked(contents: &Contents) -> bool {
    let is_mark = |c: char| c.is_ascii_digit() || matches!(c, '★' | '⭐' | '*');
    contents.samples.iter().any(|sample| sample.contains(is_mark) && sample.len() <= LONGEST_MARK)
}

/// How well a column's contents suit a target, from 0 to 1.
fn fit(target: Target, kind: FileKind, contents: &Contents) -> f64 {
    if contents.filled == 0 {
        return 0.6;
    }
    let share = |count: u64| count as f64 / contents.filled as f64;
    let held = contents.kind();
    match target.value_type() {
        TargetType::Moment | TargetType::Day => {
            let dates = share(contents.dates.max(contents.bare_dates));
            if dates >= 0.9 {
                1.0
            } else if dates >= 0.4 {
                0.8
            } else {
                0.0
            }
        }
        TargetType::Money | TargetType::Number => {
            let numbers = share(contents.numbers);
            let is_loose = matches!(target, Target::Rating | Target::Minutes);
            let is_number =
                held != ColumnKind::Date && held != ColumnKind::Phone && !is_dates_by_eights(contents);
            if is_number && numbers >= 0.4 {
                0.8 + 0.2 * numbers
            } else if target == Target::Rating && !is_marked(contents) {
                0.0
            } else if is_loose {
                0.5
            } else {
                0.0
            }
        }
        TargetType::Currency => {
            if held == ColumnKind::Currency {
                1.0
            } else {
                share(contents.currencies)
            }
        }
        TargetType::Choice => {
            let known = |word: &String| match target {
                Target::IsReturn => words::is_return(word).is_some(),
                Target::Direction => words::direction(word).is_some(),
                _ => words::party_kind(word).is_some(),
            };
            let few = contents.distinct <= 5 && contents.samples.iter().all(known);
            let says_something = target != Target::IsReturn
                || contents.samples.iter().any(|word| words::is_return(word) == Some(true))
                || held == ColumnKind::Truth;
            if few && says_something { 1.0 } else { 0.0 }
        }
        TargetType::Key => match target {
            Target::Attribute(Attribute::Email) => share(contents.emails).max(0.1),
            Target::Attribute(Attribute::Phone) => {
                if held == ColumnKind::Phone {
                    1.0
                } else if held == ColumnKind::Number {
                    0.7
                } else {
                    0.5
                }
            }
            Target::Attribute(_) => 1.0,
            Target::Id => {
                if is_unique(contents) {
                    1.0
                } else {
                    0.15
                }
            }
            Target::Customer if held == ColumnKind::Email || reads_like_names(contents) => 0.3,
            Target::Customer if kind == FileKind::Customers => {
                if contents.may_be_key() {
                    0.5 + 0.5 * share(contents.distinct).powi(4)
                } else {
                    0.1
                }
            }
            _ if held == ColumnKind::Date || held == ColumnKind::Money => 0.05,
            _ if contents.longest > 64 => 0.3,
            _ => 1.0,
        },
        TargetType::Text => match held {
            ColumnKind::Date => 0.05,
            ColumnKind::Email => 0.2,
            ColumnKind::Number | ColumnKind::Money => match target {
                Target::Attribute(Attribute::Postcode | Attribute::Industry | Attribute::CreditRating) => 1.0,
                _ => 0.35,
            },
            _ => 1.0,
        },
    }
}

/// Whether the cells are words with blanks between them: names, not numbers.
fn reads_like_names(contents: &Contents) -> bool {
    let is_name = |text: &&String| text.trim().contains(' ') && !text.contains(|c: char| c.is_ascii_digit());
    let names = contents.samples.iter().filter(is_name).count();
    names * 2 > contents.samples.len()
}

/// Days written as one number, such as 20240131, are no amounts.
fn is_dates_by_eights(contents: &Contents) -> bool {
    contents.is_bare_dates() && contents.longest == 8
}

/// The mapping that follows from the choice, with its rules and what is to be said of them.
pub(super) fn mapping(
    choice: &Choice,
    format: Format,
    header: &[String],
    contents: &[Contents],
    rows: &[RawRow],
    file_name: &str,
    notes: &mut Notes,
) -> Mapping {
    let mut mapping = Mapping::new(choice.kind, format);
    for (target, column, _) in &choice.targets {
        mapping.columns.insert(*target, Columns::One(header[*column].clone()));
    }
    add_time_of_day(choice, header, contents, &mut mapping);
    let column_of =
        |target: Target| choice.targets.iter().find(|(t, ..)| *t == target).map(|(_, column, _)| *column);
    mapping.currency = currency(choice, header, contents);
    let wants_currency = choice.targets.iter().any(|(target, ..)| target.value_type() == TargetType::Money);
    if wants_currency && mapping.currency.is_none() && column_of(Target::Currency).is_none() {
        notes.add(Saying::NoCurrency, []);
    }
    measure_rules(column_of, header, &mut mapping);
    match choice.kind {
        FileKind::Sales => sales_rules(column_of, header, rows, &mut mapping, notes),
        FileKind::Payments => {
            let invoice = column_of(Target::Invoice);
            let repeats = invoice.is_some_and(|column| contents[column].distinct < contents[column].filled);
            mapping.rules.several_payments_per_invoice = repeats && column_of(Target::Id).is_none();
        }
        FileKind::Interactions => interaction_rules(column_of, header, file_name, &mut mapping),
        FileKind::Reviews => {
            if let Some(column) = column_of(Target::Rating).filter(|column| contents[*column].numbers > 0) {
                let top = [5, 10, 20, 100]
                    .into_iter()
                    .find(|top| contents[column].largest <= f64::from(*top))
                    .unwrap_or(100);
                mapping.rules.rating_out_of = Some(top);
                notes.add(Saying::RatingTop, [top.to_string()]);
            }
        }
        _ => {}
    }
    for target in Target::all()
        .filter(|target| target.value_type() == TargetType::Moment || target.value_type() == TargetType::Day)
    {
        let epoch = |column: &usize| contents[*column].is_bare_dates() && contents[*column].longest >= 9;
        if let Some(column) = column_of(target).filter(epoch) {
            notes.add(Saying::EpochTimes, [header[column].clone()]);
        }
    }
    note_repeats(choice.kind, rows, notes);
    note_unreadable(choice, &mapping, header, contents, rows, notes);
    note_rounded(column_of, rows, &mapping, notes);
    note_nothing_in_words(choice, header, rows, notes);
    note_what_is_missing(choice, &mapping, header, contents, column_of(Target::Customer), notes);
    mapping
}

/// Texts that say there is none.
fn note_nothing_in_words(choice: &Choice, header: &[String], rows: &[RawRow], notes: &mut Notes) {
    let is_word = |row: &&RawRow, column: usize| match row.cell(column) {
        Cell::Text(text) => numbers::says_nothing(numbers::trimmed(text)),
        _ => false,
    };
    let counted = |column: usize| rows.iter().filter(|row| is_word(row, column)).count();
    let (mut cells, mut columns) = (0, Vec::new());
    for (target, column, _) in &choice.targets {
        let is_text = matches!(target.value_type(), TargetType::Text | TargetType::Key);
        let words = if is_text && *target != Target::Customer { counted(*column) } else { 0 };
        if words > 0 {
            cells += words;
            columns.push(header[*column].clone());
        }
    }
    if cells > 0 {
        notes.add(Saying::NothingInWords, [cells.to_string(), listed(&columns)]);
    }
}

/// Rows that say exactly the same as one before them.
fn note_repeats(kind: FileKind, rows: &[RawRow], notes: &mut Notes) {
    let mut seen = std::collections::HashSet::new();
    let cells = |row: &RawRow| (0..row.len()).map(|column| row.cell(column).written('.')).collect::<Vec<_>>();
    let repeats = rows.iter().filter(|row| !seen.insert(cells(row))).count();
    if repeats > 0 && kind != FileKind::Customers {
        notes.add(Saying::RepeatedRows, [repeats.to_string(), rows.len().to_string()]);
    }
}

/// Dates and amounts that are none, in columns that every row needs: by reading them as the import will.
fn note_unreadable(
    choice: &Choice,
    mapping: &Mapping,
    header: &[String],
    contents: &[Contents],
    rows: &[RawRow],
    notes: &mut Notes,
) {
    let Ok(plan) = Plan::placed(mapping, header) else { return };
    for (target, column, _) in &choice.targets {
        // "4/5" and "★★★★☆" are ratings, and no numbers.
        if !is_measured(*target, choice.kind) || *target == Target::Rating {
            continue;
        }
        let unread = plan.unread(*target, rows);
        if unread > 0 {
            let (filled, name) = (contents[*column].filled, target.name().to_string());
            let values = [unread.to_string(), filled.to_string(), header[*column].clone(), name];
            notes.add(Saying::UnreadableCells, values);
        }
    }
}

/// Amounts with more decimals than their currency has coins for.
fn note_rounded(
    column_of: impl Fn(Target) -> Option<usize>,
    rows: &[RawRow],
    mapping: &Mapping,
    notes: &mut Notes,
) {
    let digits = mapping.currency.map_or(2, |currency| currency.minor_digits());
    let value = |row: &RawRow, target: Target| {
        let cell = row.cell(column_of(target)?);
        let text = || cell.written('.');
        typed_number(cell)
            .or_else(|| numbers::amount(&text(), mapping.format.decimal).ok().map(|(value, _)| value))
    };
    let amount = |row: &RawRow| match column_of(Target::Amount) {
        Some(_) => value(row, Target::Amount),
        None => value(row, Target::Quantity)?.times(value(row, Target::UnitPrice)?),
    };
    let is_finer = |row: &&RawRow| {
        let exact = |value: Decimal| Some((value.rounded(6)?, value.rounded(digits)?));
        let coin = 10i64.pow(6 - digits.min(6));
        amount(row).and_then(exact).is_some_and(|(fine, coins)| coins.checked_mul(coin) != Some(fine))
    };
    let rounded = rows.iter().filter(is_finer).count();
    if rounded > 0 {
        notes.add(Saying::RoundedAmounts, [rounded.to_string(), rows.len().to_string()]);
    }
}

fn note_what_is_missing(
    choice: &Choice,
    mapping: &Mapping,
    header: &[String],
    contents: &[Contents],
    customer: Option<usize>,
    notes: &mut Notes,
) {
    if let Err(error) = mapping.check() {
        notes.say(error.said());
    }
    if choice.kind == FileKind::Customers {
        return;
    }
    let email = choice.targets.iter().any(|(target, ..)| *target == Target::Attribute(Attribute::Email));
    match customer {
        Some(column) if contents[column].empty + contents[column].nothing > 0 => {
            let Contents { empty, nothing, filled, .. } = &contents[column];
            let values =
                [(empty + nothing).to_string(), (empty + filled).to_string(), header[column].clone()];
            notes.add(Saying::WithoutCustomer, values);
        }
        None if !email => {
            notes.add(Saying::NobodyNamed, []);
        }
        _ => {}
    }
}

/// A column of clock times beside the column of dates.
fn add_time_of_day(choice: &Choice, header: &[String], contents: &[Contents], mapping: &mut Mapping) {
    let is_time = |name: &String| {
        [
            "time",
            "heure",
            "hour",
            "heureachat",
            "invoicetime",
            "ordertime",
            "heurevisite",
            "heurecommande",
            "saletime",
            "start",
            "starttime",
            "debut",
            "heuredebut",
        ]
        .contains(&folded(name).as_str())
    };
    let clock = |sample: &String| {
        sample.len() <= 8 && sample.contains([':', 'h']) && sample.starts_with(|c: char| c.is_ascii_digit())
    };
    let free = |column: usize| choice.targets.iter().all(|(_, taken, _)| *taken != column);
    let time = (0..header.len()).find(|column| {
        is_time(&header[*column])
            && free(*column)
            && !contents[*column].samples.is_empty()
            && contents[*column].samples.iter().all(clock)
    });
    if let (Some(time), Some(Columns::One(date))) = (time, mapping.columns.get(&Target::Date).cloned()) {
        mapping.columns.insert(Target::Date, Columns::Several(vec![date, header[time].clone()]));
    }
}

/// The currency that signs beside the amounts or names of their columns tell.
fn currency(choice: &Choice, header: &[String], contents: &[Contents]) -> Option<Currency> {
    let money = choice.targets.iter().filter(|(target, ..)| target.value_type() == TargetType::Money);
    let columns = money.map(|(_, column, _)| *column).collect::<Vec<_>>();
    let mut counts = std::collections::BTreeMap::new();
    for column in &columns {
        for (mark, count) in &contents[*column].marks {
            if let Ok(currency) = CurrencyMark(mark).currency(None) {
                *counts.entry(currency).or_insert(0) += count;
            }
        }
    }
    if let Some((currency, _)) = counts.into_iter().max_by_key(|(_, count)| *count) {
        return Some(currency);
    }
    if let Some((_, column, _)) = choice.targets.iter().find(|(target, ..)| *target == Target::Currency) {
        return contents[*column].samples.first().and_then(|code| CurrencyMark(code).currency(None).ok());
    }
    columns.iter().find_map(|column| {
        let words = header[*column].split(|c: char| !c.is_alphabetic() && !"€£$".contains(c));
        words
            .filter(|word| {
                *word == word.to_uppercase() && word.len() == 3 || "€£$".contains(*word) && !word.is_empty()
            })
            .find_map(|word| Currency::parse(word).ok())
    })
}

/// Cancellations by the letter their orders begin with, and whether returns are written with positive numbers.
fn sales_rules(
    column_of: impl Fn(Target) -> Option<usize>,
    header: &[String],
    rows: &[RawRow],
    mapping: &mut Mapping,
    notes: &mut Notes,
) {
    let signs = [Target::Quantity, Target::Amount, Target::UnitPrice]
        .into_iter()
        .filter_map(&column_of)
        .collect::<Vec<_>>();
    let is_negative =
        |row: &RawRow| signs.iter().any(|column| number_in(row.cell(*column), mapping.format.decimal) < 0.0);
    if let Some(order) = column_of(Target::Order) {
        // Invoices are numbers; "C" before the number marks what takes one back.
        let mut by_letter = std::collections::BTreeMap::<char, (u64, u64)>::new();
        let mut numbered = 0u64;
        for row in rows {
            let text = row.cell(order).written('.');
            match text.chars().next() {
                Some(c) if c.is_ascii_digit() => numbered += 1,
                Some(c) if c.is_ascii_alphabetic() => {
                    let counts = by_letter.entry(c).or_default();
                    counts.0 += 1;
                    counts.1 += u64::from(is_negative(row));
                }
                _ => {}
            }
        }
        let marked = by_letter
            .iter()
            .find(|(_, (all, negative))| *negative >= 2 && negative * 10 >= all * 9 && *all < numbered);
        if let Some((letter, (all, _))) = marked {
            let column = header[order].clone();
            notes.add(Saying::Cancellations, [all.to_string(), column.clone(), letter.to_string()]);
            mapping.rules.cancellation =
                Some(Cancellation { column, starts_with: Some(letter.to_string()), is: None });
        }
    }
    if let Some(flag) = column_of(Target::IsReturn) {
        let flagged = |row: &&RawRow| words::is_return(&row.cell(flag).written('.')) == Some(true);
        let returns = rows.iter().filter(flagged).collect::<Vec<_>>();
        mapping.rules.returns_are_positive = !returns.is_empty() && !returns.into_iter().any(is_negative);
    }
}

fn number_in(cell: Cell<'_>, decimal: char) -> f64 {
    let text = cell.written(decimal);
    numbers::amount(&text, decimal).map_or(0.0, |(value, _)| value.mantissa.signum() as f64)
}

/// In what a column of weights or distances counts, where that is neither kilograms nor kilometres.
fn measure_rules(column_of: impl Fn(Target) -> Option<usize>, header: &[String], mapping: &mut Mapping) {
    let unit = |target| Some(measures::measured(&header[column_of(target)?])?.unit);
    if let Some(Unit::Weight(unit)) = unit(Target::Kg) {
        mapping.rules.kg_are = Some(unit).filter(|unit| *unit != WeightUnit::Kilograms);
    }
    if let Some(Unit::Distance(unit)) = unit(Target::Km) {
        mapping.rules.km_are = Some(unit).filter(|unit| *unit != DistanceUnit::Kilometres);
    }
}

fn interaction_rules(
    column_of: impl Fn(Target) -> Option<usize>,
    header: &[String],
    file_name: &str,
    mapping: &mut Mapping,
) {
    if let Some(column) = column_of(Target::Minutes) {
        let name = header[column].to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
        mapping.rules.minutes_are = if says(&["sec", "(s)", "[s]"]) {
            Some(TimeUnit::Seconds)
        } else if says(&["hour", "heure", "(h)", "[h]"]) {
            Some(TimeUnit::Hours)
        } else {
            None
        };
    }
    if column_of(Target::Channel).is_none() {
        let name = folded(file_name);
        let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let channel = if says(&["visit", "tournee", "terrain"]) {
            Some("visit")
        } else if says(&["appel", "call", "phone", "telephon"]) {
            Some("call")
        } else if says(&["mail", "courriel"]) {
            Some("email")
        } else {
            None
        };
        if let Some(channel) = channel {
            mapping.fixed.insert(Target::Channel, channel.to_string());
        }
    }
}
