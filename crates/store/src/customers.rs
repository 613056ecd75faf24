//! The customer list: any filter, any sort, any place in a million rows.
//!
//! A list is a vector of customer numbers in order, kept per (who, filter, sort) until customers change. What
//! it is made of (the set of each test, the values of each column) is kept too, so that the next list of the
//! same state is cheap. Rows are read by number when a page is shown.

use crate::connection::{Bind, Connection, Row, binds, sql};
use crate::error::Result;
use crate::filter::{self, IdSet, Place};
use crate::house;
use crate::pool::Store;
use access::{Field, Filter, Reader, Scope, Sort, Test};
use ledger::{Currency, Day, Money};
use std::collections::HashMap;
use std::sync::Arc;

/// What a list is asked for; filter and sort were parsed for the same reader.
#[derive(Clone, Debug)]
pub struct ListQuery<'q> {
    /// Who passes.
    pub filter: &'q Filter,
    /// What a person typed, searched in names, addresses, numbers and accounts.
    pub text: Option<&'q str>,
    /// In which order.
    pub sort: &'q Sort,
    /// Rows passed over.
    pub offset: u64,
    /// Rows at the most.
    pub limit: u32,
}

/// One page of a list and what holds for all of it.
#[derive(Clone, Debug)]
pub struct CustomerPageRow {
    /// Customers on the list.
    pub total: u64,
    /// The state of the base the list shows.
    pub change: i64,
    /// The sum of each money field the reader sees, over the whole list.
    pub sums: Vec<(Field, Money)>,
    /// This page.
    pub rows: Vec<CustomerRow>,
}

/// One customer on a list. What the reader may not see is `None`.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub struct CustomerRow {
    pub id: u32,
    pub name: String,
    /// 1 person, 2 organisation.
    pub kind: Option<i64>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub city: Option<String>,
    pub postcode: Option<String>,
    pub country: Option<String>,
    pub owner: Option<String>,
    pub sources: Vec<String>,
    pub records: i64,
    pub created_at: Day,
    /// 5 strategic to 1 negligible.
    pub level: Option<i64>,
    /// 5 strategic to 1 negligible; `None` without the right to margins, as all that is computed from costs.
    pub investment_level: Option<i64>,
    /// −4 to +4.
    pub delta: Option<i64>,
    /// 4 for D1 to 1 for D4.
    pub class: Option<i64>,
    pub p_alive: Option<f64>,
    pub expected_transactions: Option<f64>,
    /// Expected margin; expected spend for readers without the right to margins.
    pub expected_value: Option<Money>,
    pub expected_spend: Option<Money>,
    pub expected_spend_lo80: Option<Money>,
    pub expected_spend_hi80: Option<Money>,
    pub past_revenue: Money,
    pub past_margin: Option<Money>,
    /// Margin less all costs of the last twelve months.
    pub contribution: Option<Money>,
    /// All costs of the last twelve months.
    pub cost: Option<Money>,
    /// Acquisition and upkeep of the last twelve months.
    pub invested: Option<Money>,
    /// What he is worth to the company; for readers with the right to margins.
    pub equity: Option<Money>,
    /// What serving him is expected to cost in all the future, discounted.
    pub expected_cost: Option<Money>,
    /// Equity less that.
    pub expected_contribution: Option<Money>,
    pub returns: Money,
    pub transactions: i64,
    pub first_purchase: Option<Day>,
    pub last_purchase: Option<Day>,
    pub interactions: i64,
    pub last_interaction: Option<Day>,
    pub open_requests: i64,
}

/// Lists and what they are made of, for one state of the base.
#[derive(Default)]
pub(crate) struct ListCache {
    change: i64,
    /// Uses so far, to find what was not used for longest.
    clock: u64,
    parts: HashMap<String, (u64, Part)>,
}

/// Something worth keeping until customers change.
#[derive(Clone)]
enum Part {
    Set(Arc<IdSet>),
    Ranks(Arc<Ranks>),
    Amounts(Arc<Vec<i64>>),
    List(Arc<List>),
}

struct List {
    ids: Arc<Vec<u32>>,
    sums: Vec<(Field, i64)>,
}

/// The order of one column of the base, by customer number.
struct Ranks {
    /// Dense rank of the value, from 1; 0 for a customer without one.
    rank: Vec<u32>,
    /// Highest rank.
    ranks: u32,
}

/// Stands in a column of amounts for a customer without one.
pub(crate) const UNKNOWN: i64 = i64::MIN;

/// Memory the kept parts may take together; for a million customers a list or an order is 4 MB, the amounts of
/// a column are 8 MB and a test is 0.1 MB.
const CACHE_BYTES: usize = 100 << 20;

impl Store {
    /// One page of the customers that the reader sees.
    pub fn customers(&self, reader: &Reader, query: &ListQuery<'_>) -> Result<CustomerPageRow> {
        let (change, currency) = self.read(|connection| {
            Ok((house::change_number(connection)?, house::company_currency(connection)?))
        })?;
        let list = self.list(reader, query, change)?;
        let from = usize::try_from(query.offset).unwrap_or(usize::MAX).min(list.ids.len());
        let to = from.saturating_add(query.limit as usize).min(list.ids.len());
        let rows = self.read(|connection| rows(connection, reader, &list.ids[from..to], currency))?;
        let sums = list.sums.iter().map(|(field, sum)| (*field, Money::new(*sum, currency))).collect();
        Ok(CustomerPageRow { total: list.ids.len() as u64, change, sums, rows })
    }

    /// Some customers by number, in the order asked for; those whom the reader does not see are left out.
    pub fn customer_rows(&self, reader: &Reader, ids: &[u32]) -> Result<Vec<CustomerRow>> {
        let (change, currency) = self.read(|connection| {
            Ok((house::change_number(connection)?, house::company_currency(connection)?))
        })?;
        let seen = self.everybody(&reader.scope(), change)?;
        let ids: Vec<u32> = ids.iter().copied().filter(|id| seen.contains(*id)).collect();
        self.read(|connection| rows(connection, reader, &ids, currency))
    }

    /// How many customers a reader sees.
    pub fn customer_count(&self, reader: &Reader) -> Result<u64> {
        let change = self.change_number()?;
        Ok(self.everybody(&reader.scope(), change)?.len() as u64)
    }

    /// Makes ready what the first page of the usual list needs; called when a job has changed customers.
    pub fn warm_lists(&self, reader: &Reader) -> Result<()> {
        let query = ListQuery {
            filter: &Filter::everything(),
            text: None,
            sort: &Sort::usual(reader),
            offset: 0,
            limit: 1,
        };
        self.customers(reader, &query).map(|_| ())
    }

    /// Where customers stand in the order of what they are expected to bring, as far as the reader sees it.
    pub(crate) fn places_by_value(&self, reader: &Reader, change: i64) -> Result<impl Fn(u32) -> u32> {
        let field = reader.shown(Field::ExpectedValue);
        let columns = self.columns(&[field], &[], change)?;
        let ranks = columns.ranks.get(&field).cloned();
        Ok(move |id: u32| {
            match ranks.as_ref().and_then(|ranks| Some((ranks, ranks.rank.get(id as usize)?))) {
                Some((ranks, rank)) if *rank > 0 => ranks.ranks - rank,
                _ => u32::MAX,
            }
        })
    }

    /// By number of the customer which group of one field he is in, from 1; 0 where he has no value. And one of each group.
    pub fn groups_by(&self, field: Field) -> Result<(Vec<u32>, Vec<u32>)> {
        let columns = self.columns(&[field], &[], self.change_number()?)?;
        let of = columns.ranks.get(&field).map(|ranks| ranks.rank.clone()).unwrap_or_default();
        let mut one_of = vec![0; of.iter().copied().max().unwrap_or(0) as usize];
        for (customer, group) in (0..).zip(&of).filter(|(_, group)| **group > 0) {
            one_of[*group as usize - 1] = customer;
        }
        Ok((of, one_of))
    }

    /// One money field of every customer by number; see [`amount`].
    pub(crate) fn amounts(&self, field: Field, change: i64) -> Result<Arc<Vec<i64>>> {
        Ok(self.columns(&[], &[field], change)?.amounts.remove(&field).unwrap_or_default())
    }

    fn list(&self, reader: &Reader, query: &ListQuery<'_>, change: i64) -> Result<Arc<List>> {
        let scope = reader.scope();
        let text = query.text.map(str::trim).filter(|text| !text.is_empty());
        let name = format!(
            "list {scope:?}\n{:?}\n{:?}\n{}\n{:?}\n{}",
            reader.role,
            query.filter,
            self.state_of_facts(query.filter)?,
            query.sort,
            text.unwrap_or_default()
        );
        if let Some(Part::List(list)) = self.kept(change, &name) {
            return Ok(list);
        }
        let summed: Vec<Field> =
            reader.fields().filter(|field| field.summed() && reader.shown(*field) == *field).collect();
        let sorted: Vec<Field> = query.sort.0.iter().map(|key| key.field).collect();
        // The sets are scans and so are the columns: one core each.
        let (set, columns) = std::thread::scope(|threads| {
            let set = threads.spawn(|| self.set(&scope, query.filter, text, change));
            let columns = self.columns(&sorted, &summed, change);
            (set.join().expect("a set is built without panicking"), columns)
        });
        let (set, columns) = (set?, columns?);
        // Sums run over the columns as they lie in memory, not in the list's order, and beside the sorting.
        let sum = |field: &Field| set.iter().filter_map(|id| amount(&columns.amounts[field], id)).sum();
        let (ids, sums) = std::thread::scope(|threads| {
            let sums = threads.spawn(|| summed.iter().map(|field| (*field, sum(field))).collect());
            let ids = Arc::new(in_order(&set, query.sort, &columns.ranks));
            (ids, sums.join().expect("columns are added up without panicking"))
        });
        let list = Arc::new(List { ids, sums });
        self.keep(change, name, Part::List(list.clone()));
        Ok(list)
    }

    /// A part kept for this state of the base; parts of an older state are dropped first.
    fn kept(&self, change: i64, name: &str) -> Option<Part> {
        let mut cache = self.lists();
        if cache.change < change {
            *cache = ListCache { change, ..ListCache::default() };
        }
        if cache.change > change {
            return None;
        }
        cache.clock += 1;
        let now = cache.clock;
        let (used, part) = cache.parts.get_mut(name)?;
        *used = now;
        Some(part.clone())
    }

    fn keep(&self, change: i64, name: String, part: Part) {
        let mut cache = self.lists();
        if cache.change == change {
            cache.clock += 1;
            let now = cache.clock;
            cache.parts.insert(name, (now, part));
            cache.trim();
        }
    }

    pub(crate) fn set(
        &self,
        scope: &Scope,
        filter: &Filter,
        text: Option<&str>,
        change: i64,
    ) -> Result<Arc<IdSet>> {
        let everybody = self.everybody(scope, change)?;
        if filter.is_everything() && text.is_none() {
            return Ok(everybody);
        }
        let facts = self.state_of_facts(filter)?;
        let mut set = filter::combine(filter, &everybody, &mut |test| {
            let found = match test {
                Test::Tally { tally, comparison, value } => {
                    let name = format!("test {test:?} {facts}");
                    // Each reads all facts with both hands: one after another, and who waited finds it there.
                    let _one = self.kept(change, &name).is_none().then(|| self.tallying());
                    self.kept_or(change, name, || {
                        let all = self.everybody(&Scope::All, change)?;
                        filter::of_facts(self, tally, *comparison, value, &all)
                    })?
                }
                _ => self.kept_set(change, format!("test {test:?}"), |connection, range| {
                    filter::passing(connection, test, range)
                })?,
            };
            Ok((*found).clone())
        })?;
        if let Some(text) = text {
            let (mut found, more) =
                self.halves(|connection, from, to| filter::matching(connection, text, (from, to)))?;
            found.unite(&more);
            set.intersect(&found);
        }
        // A test is asked of the whole base; what the reader may not see never leaves this line.
        set.intersect(&everybody);
        Ok(Arc::new(set))
    }

    /// What facts a filter's tallies look at, in a few signs: facts come and go before customers change. Nothing without tallies.
    fn state_of_facts(&self, filter: &Filter) -> Result<String> {
        if !filter.tests().iter().any(|test| matches!(test, Test::Tally { .. })) {
            return Ok(String::new());
        }
        let (newest, withdrawn) = self.read(filter::state_of_facts)?;
        Ok(format!("{newest} {withdrawn}"))
    }

    /// Everybody in scope; all customers are those who became known on some day.
    pub(crate) fn everybody(&self, scope: &Scope, change: i64) -> Result<Arc<IdSet>> {
        let name = format!("everybody {scope:?}");
        if *scope == Scope::All
            && self.kept(change, &name).is_none()
            && let Some(ranks) = self.stored_ranks(Field::CreatedAt)?
        {
            let mut set = IdSet::default();
            let known = ranks.rank.iter().zip(0..).filter(|(rank, _)| **rank > 0);
            known.for_each(|(_, id)| set.insert(id));
            self.keep(change, name.clone(), Part::Set(Arc::new(set)));
        }
        self.kept_set(change, name, |connection, range| filter::in_scope(connection, scope, range))
    }

    fn kept_set(
        &self,
        change: i64,
        name: String,
        find: impl Fn(&mut Connection, filter::Range) -> Result<IdSet> + Sync,
    ) -> Result<Arc<IdSet>> {
        self.kept_or(change, name, || {
            let (mut set, more) = self.halves(|connection, from, to| find(connection, (from, to)))?;
            set.unite(&more);
            Ok(set)
        })
    }

    /// A set that is kept, or else found and kept.
    fn kept_or(&self, change: i64, name: String, find: impl FnOnce() -> Result<IdSet>) -> Result<Arc<IdSet>> {
        if let Some(Part::Set(set)) = self.kept(change, &name) {
            return Ok(set);
        }
        let set = Arc::new(find()?);
        self.keep(change, name, Part::Set(set.clone()));
        Ok(set)
    }

    /// The order of some columns and the amounts of others, read together where they are not kept.
    fn columns(&self, sorted: &[Field], summed: &[Field], change: i64) -> Result<Columns> {
        let mut columns = Columns::default();
        let mut wanted: Vec<Field> = Vec::new();
        for field in sorted {
            if let Some(Part::Ranks(ranks)) = self.kept(change, &ranks_name(*field)) {
                columns.ranks.insert(*field, ranks);
                continue;
            }
            let stored = self.stored_ranks(*field)?.map(Arc::new);
            if let Some(ranks) = &stored {
                self.keep(change, ranks_name(*field), Part::Ranks(ranks.clone()));
            }
            match (stored, filter::place(*field)) {
                (Some(ranks), _) => _ = columns.ranks.insert(*field, ranks),
                (_, Place::Figure(_)) => wanted.push(*field),
                (_, Place::Words(column)) => {
                    let ranks = Arc::new(self.words(column)?);
                    self.keep(change, ranks_name(*field), Part::Ranks(ranks.clone()));
                    columns.ranks.insert(*field, ranks);
                }
                (_, Place::Source) => {}
            }
        }
        for field in summed {
            match self.kept(change, &amounts_name(*field)) {
                Some(Part::Amounts(amounts)) => _ = columns.amounts.insert(*field, amounts),
                _ => match self.stored(*field, AMOUNTS, amounts_of)? {
                    Some(amounts) => {
                        let amounts = Arc::new(amounts);
                        self.keep(change, amounts_name(*field), Part::Amounts(amounts.clone()));
                        columns.amounts.insert(*field, amounts);
                    }
                    None => wanted.push(*field),
                },
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(columns);
        }
        for (field, column) in wanted.iter().zip(self.figures(&wanted)?) {
            if sorted.contains(field) && !columns.ranks.contains_key(field) {
                let ranks = Arc::new(ranked(&column));
                self.keep(change, ranks_name(*field), Part::Ranks(ranks.clone()));
                columns.ranks.insert(*field, ranks);
            }
            if summed.contains(field) {
                let amounts = Arc::new(column);
                self.keep(change, amounts_name(*field), Part::Amounts(amounts.clone()));
                columns.amounts.insert(*field, amounts);
            }
        }
        Ok(columns)
    }

    /// Writes columns of some customers batch by batch; `fill` gives the number first. Where it breaks off, lists look anew.
    pub(crate) fn write_customers<T>(
        &self,
        columns: &'static [(&'static str, &'static str)],
        rows: impl IntoIterator<Item = T>,
        fill: impl for<'a> Fn(&'a T, &mut Vec<Bind<'a>>),
        mut progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<()> {
        const BATCH: usize = 20_000;
        let (mut rows, mut done) = (rows.into_iter(), 0);
        let mut write = || loop {
            let batch: Vec<T> = rows.by_ref().take(BATCH).collect();
            if batch.is_empty() {
                return Ok(());
            }
            self.write(|tx| tx.update_many("customer", columns, &batch, &fill))?;
            done += batch.len() as u64;
            progress(done)?;
        };
        let written: Result<()> = write();
        if written.is_err() {
            self.write(house::next_change)?;
        }
        written
    }

    /// Writes the columns of a group anew and counts the change: from then on lists show what a job wrote.
    pub(crate) fn publish(&self, group: Group) -> Result<()> {
        let next = self.change_number()? + 1;
        let keep = |field: Field, part: &str, bytes: &[u8]| {
            let binds = [field.name().into(), part.into(), next.into(), Bind::Bytes(bytes)];
            self.write(|tx| tx.execute(sql!("house/put_column"), &binds).map(|_| ()))
        };
        let of_group = |field: &Field| Group::of(*field) == Some(group);
        let (figures, words): (Vec<Field>, Vec<Field>) = Field::ALL
            .into_iter()
            .filter(of_group)
            .partition(|field| matches!(filter::place(*field), Place::Figure(_)));
        // A few columns a scan: each holds 8 MB a million customers meanwhile.
        for fields in figures.chunks(4) {
            for (field, column) in fields.iter().zip(self.figures(fields)?) {
                self.put_figure(*field, &column, next)?;
            }
        }
        for field in words {
            if let Place::Words(column) = filter::place(field) {
                keep(field, RANKS, &rank_bytes(&self.words(column)?))?;
            }
        }
        if group == Group::Scores {
            self.keep_levels(next)?;
        }
        self.write(|tx| {
            tx.execute(sql!("house/put_setting"), binds![group.setting(), next.to_string()])?;
            // New customers have no figures yet, and new figures no scores: those columns wait for what follows.
            for later in group.later() {
                tx.execute(sql!("house/put_setting"), binds![later.setting(), next.to_string()])?;
            }
            house::next_change(tx)
        })
    }

    /// A money field of every customer by number.
    pub(crate) fn money_column(&self, field: Field) -> Result<Vec<Option<i64>>> {
        let column = self.figures(&[field])?.pop().unwrap_or_default();
        Ok(column.into_iter().map(|amount| (amount != UNKNOWN).then_some(amount)).collect())
    }

    /// Writes the columns of some figures anew and counts the change, when a job wrote these and no others of their group.
    pub(crate) fn publish_fields(&self, fields: &[Field]) -> Result<()> {
        let next = self.change_number()? + 1;
        for (field, column) in fields.iter().zip(self.figures(fields)?) {
            self.put_figure(*field, &column, next)?;
        }
        self.write(house::next_change)
    }

    fn put_figure(&self, field: Field, column: &[i64], change: i64) -> Result<()> {
        let keep = |part: &str, bytes: &[u8]| {
            let binds = [field.name().into(), part.into(), change.into(), Bind::Bytes(bytes)];
            self.write(|tx| tx.execute(sql!("house/put_column"), &binds).map(|_| ()))
        };
        keep(RANKS, &rank_bytes(&ranked(column)))?;
        if field.summed() {
            let bytes: Vec<u8> = column.iter().flat_map(|amount| amount.to_le_bytes()).collect();
            keep(AMOUNTS, &bytes)?;
        }
        Ok(())
    }

    fn stored<T>(&self, field: Field, part: &str, of: impl Fn(&[u8]) -> T) -> Result<Option<T>> {
        let Some(group) = Group::of(field) else { return Ok(None) };
        let binds = binds![field.name(), part, group.setting()];
        self.read(|connection| connection.first(sql!("house/column"), binds, |row| row.bytes(0).map(&of)))
    }

    fn stored_ranks(&self, field: Field) -> Result<Option<Ranks>> {
        self.stored(field, RANKS, |bytes| {
            let words = bytes.as_chunks::<4>().0.iter();
            let rank: Vec<u32> = words.map(|word| u32::from_le_bytes(*word)).collect();
            let ranks = rank.iter().copied().max().unwrap_or(0);
            Ranks { rank, ranks }
        })
    }

    /// Columns of `customer` as ordered numbers by customer, read in two halves at once.
    pub(crate) fn figures(&self, fields: &[Field]) -> Result<Vec<Vec<i64>>> {
        let (lower, upper) =
            self.halves(|connection, from, to| figures_between(connection, fields, from, to))?;
        let mut columns = lower;
        for (all, part) in columns.iter_mut().zip(upper) {
            all.extend(part);
        }
        Ok(columns)
    }

    /// The order of a column of `customer_text`; texts compare byte by byte.
    fn words(&self, column: &str) -> Result<Ranks> {
        let (lower, upper) =
            self.halves(|connection, from, to| words_between(connection, column, from, to))?;
        Ok(Words::ranked(&lower, &upper))
    }

    /// Reads the lower and the upper half of the customers at once, each on a connection of its own.
    pub(crate) fn halves<T: Send>(
        &self,
        read: impl Fn(&mut Connection, i64, i64) -> Result<T> + Sync,
    ) -> Result<(T, T)> {
        let last = self.read(|connection| {
            connection.first("select max(id) from customer", binds![], |row| row.int_or_null(0))
        })?;
        self.halves_to(last.flatten().unwrap_or(0), read)
    }

    /// Reads what is numbered from 0 to `last` in two halves at once.
    pub(crate) fn halves_to<T: Send>(
        &self,
        last: i64,
        read: impl Fn(&mut Connection, i64, i64) -> Result<T> + Sync,
    ) -> Result<(T, T)> {
        let middle = last / 2;
        std::thread::scope(|threads| {
            let lower = threads.spawn(|| self.read(|connection| read(connection, 0, middle)));
            let upper = self.read(|connection| read(connection, middle + 1, last))?;
            Ok((lower.join().expect("columns are read without panicking")?, upper))
        })
    }
}

const RANKS: &str = "ranks";
const AMOUNTS: &str = "amounts";

/// Columns that one kind of job changes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    /// What linking writes.
    Texts,
    /// What valuing writes.
    Figures,
    /// What closing the accounts writes.
    Accounts,
    /// What scoring writes: levels, delta, class.
    Scores,
}

impl Group {
    fn of(field: Field) -> Option<Group> {
        match (field, filter::place(field)) {
            (Field::Kind | Field::Records | Field::CreatedAt, _) | (_, Place::Words(_)) => Some(Group::Texts),
            (Field::Contribution | Field::Cost | Field::Invested, _) => Some(Group::Accounts),
            (Field::Level | Field::InvestmentLevel | Field::Delta | Field::Class, _) => Some(Group::Scores),
            (_, Place::Figure(_)) => Some(Group::Figures),
            (_, Place::Source) => None,
        }
    }

    pub(crate) fn setting(self) -> &'static str {
        match self {
            Group::Texts => "change_texts",
            Group::Figures => "change_figures",
            Group::Accounts => "change_accounts",
            Group::Scores => "change_scores",
        }
    }

    /// The groups that are computed from this one.
    fn later(self) -> &'static [Group] {
        match self {
            Group::Texts => &[Group::Figures, Group::Accounts, Group::Scores],
            Group::Figures => &[Group::Scores],
            Group::Accounts | Group::Scores => &[],
        }
    }
}

fn rank_bytes(ranks: &Ranks) -> Vec<u8> {
    ranks.rank.iter().flat_map(|rank| rank.to_le_bytes()).collect()
}

fn amounts_of(bytes: &[u8]) -> Vec<i64> {
    bytes.as_chunks::<8>().0.iter().map(|word| i64::from_le_bytes(*word)).collect()
}

#[derive(Default)]
struct Columns {
    ranks: HashMap<Field, Arc<Ranks>>,
    amounts: HashMap<Field, Arc<Vec<i64>>>,
}

fn ranks_name(field: Field) -> String {
    format!("ranks {field:?}")
}

fn amounts_name(field: Field) -> String {
    format!("amounts {field:?}")
}

/// A customer's amount in a column, if he has one.
pub(crate) fn amount(column: &[i64], customer: u32) -> Option<i64> {
    column.get(customer as usize).copied().filter(|amount| *amount != UNKNOWN)
}

impl Part {
    fn bytes(&self) -> usize {
        match self {
            Part::Set(set) => set.bytes(),
            Part::Ranks(ranks) => ranks.rank.len() * 4,
            Part::Amounts(amounts) => amounts.len() * 8,
            Part::List(list) => list.ids.len() * 4,
        }
    }
}

impl ListCache {
    /// Drops what was not used for longest until the rest fits.
    fn trim(&mut self) {
        let mut bytes: usize = self.parts.values().map(|(_, part)| part.bytes()).sum();
        while bytes > CACHE_BYTES {
            let oldest = self.parts.iter().min_by_key(|(_, (used, _))| *used).map(|(name, _)| name.clone());
            match oldest.and_then(|name| self.parts.remove(&name)) {
                Some((_, part)) => bytes -= part.bytes(),
                None => return,
            }
        }
    }
}

/// The customers of a set by the sort: unknown values last in both directions, equals by number.
fn in_order(set: &IdSet, sort: &Sort, columns: &HashMap<Field, Arc<Ranks>>) -> Vec<u32> {
    let mut ids: Vec<u32> = set.iter().collect();
    // From the last key to the first: customers alike by one keep the order of those after it, and of their numbers.
    for key in sort.0.iter().rev() {
        if let Some(column) = columns.get(&key.field) {
            ids = by_rank(ids, column, key.descending);
        }
    }
    ids
}

/// Customers by their rank, those without one last; who is alike stays in order.
fn by_rank(mut ids: Vec<u32>, column: &Ranks, descending: bool) -> Vec<u32> {
    let unknown = column.ranks as usize + 1;
    let place = |id: u32| match column.rank.get(id as usize) {
        None | Some(0) => unknown,
        Some(rank) if descending => (column.ranks - rank) as usize,
        Some(rank) => *rank as usize,
    };
    if ids.len() < unknown / 16 {
        ids.sort_by_cached_key(|id| place(*id));
        return ids;
    }
    // Ranks have no gaps: to count how many come before costs a fraction of comparing them.
    let mut begins = vec![0_u32; unknown + 2];
    ids.iter().for_each(|id| begins[place(*id) + 1] += 1);
    let mut before = 0;
    for begin in &mut begins {
        before += *begin;
        *begin = before;
    }
    let mut ordered = vec![0; ids.len()];
    for id in ids {
        let begin = &mut begins[place(id)];
        ordered[*begin as usize] = id;
        *begin += 1;
    }
    ordered
}

/// For each field, its value for every customer from `from` to `to` as an ordered number.
fn figures_between(
    connection: &mut Connection,
    fields: &[Field],
    from: i64,
    to: i64,
) -> Result<Vec<Vec<i64>>> {
    let names: Vec<&str> = fields
        .iter()
        .map(|field| match filter::place(*field) {
            Place::Figure(column) => column,
            Place::Words(_) | Place::Source => unreachable!("the caller asked for figures only"),
        })
        .collect();
    let sql = format!("select id, {} from customer where id between $1 and $2", names.join(", "));
    let size = usize::try_from(to - from + 1).unwrap_or(0);
    let mut columns = vec![vec![UNKNOWN; size]; fields.len()];
    connection.each(&sql, binds![from, to], |row| {
        let place = usize::try_from(row.int(0)? - from).expect("the scan begins at `from`");
        for (at, (field, column)) in fields.iter().zip(&mut columns).enumerate() {
            let value = if filter::is_real(*field) {
                row.real_or_null(at + 1)?.map(ordered)
            } else {
                row.int_or_null(at + 1)?
            };
            column[place] = value.unwrap_or(UNKNOWN);
        }
        Ok(())
    })?;
    Ok(columns)
}

/// A fraction as a whole number that sorts the same.
fn ordered(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    // Negative fractions sort backwards by their bits.
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

fn ranked(column: &[i64]) -> Ranks {
    let known = column.iter().zip(0..).filter(|(value, _)| **value != UNKNOWN);
    let mut pairs: Vec<(i64, u32)> = known.map(|(value, id)| (*value, id)).collect();
    pairs.sort_unstable();
    let mut rank = vec![0; column.len()];
    let mut ranks = 0;
    let mut before = None;
    for (value, id) in pairs {
        ranks += u32::from(before != Some(value));
        before = Some(value);
        rank[id as usize] = ranks;
    }
    Ranks { rank, ranks }
}

/// Texts of some customers in order.
struct Words {
    texts: String,
    places: Vec<Place8>,
    size: usize,
}

/// Where a text lies: its first eight bytes (nearly all comparisons end there), its ends, whose it is.
#[derive(Clone, Copy)]
struct Place8 {
    head: u64,
    from: u32,
    to: u32,
    id: u32,
}

fn words_between(connection: &mut Connection, column: &str, from: i64, to: i64) -> Result<Words> {
    let mut words = Words { texts: String::new(), places: Vec::new(), size: to as usize + 1 };
    let sql = format!("select id, {column} from customer_text where id between $1 and $2");
    connection.each(&sql, binds![from, to], |row| {
        if let Some(text) = row.text_or_null(1)?.filter(|text| !text.is_empty()) {
            let mut head = [0; 8];
            let seen = text.len().min(8);
            head[..seen].copy_from_slice(&text.as_bytes()[..seen]);
            let start = words.texts.len() as u32;
            words.texts.push_str(text);
            words.places.push(Place8 {
                head: u64::from_be_bytes(head),
                from: start,
                to: words.texts.len() as u32,
                id: filter::number(row.int(0)?),
            });
        }
        Ok(())
    })?;
    let Words { texts, places, .. } = &mut words;
    let text = |place: &Place8| &texts.as_bytes()[place.from as usize..place.to as usize];
    places.sort_unstable_by(|a, b| a.head.cmp(&b.head).then_with(|| text(a).cmp(text(b))));
    Ok(words)
}

impl Words {
    fn text(&self, place: &Place8) -> &[u8] {
        &self.texts.as_bytes()[place.from as usize..place.to as usize]
    }

    /// Dense ranks over both halves.
    fn ranked(lower: &Words, upper: &Words) -> Ranks {
        let mut rank = vec![0; lower.size.max(upper.size)];
        let mut ranks = 0;
        let (mut low, mut up) = (lower.places.iter().peekable(), upper.places.iter().peekable());
        let mut before: Option<(&Words, &Place8)> = None;
        loop {
            let from_lower = match (low.peek(), up.peek()) {
                (Some(l), Some(u)) => {
                    l.head.cmp(&u.head).then_with(|| lower.text(l).cmp(upper.text(u))).is_le()
                }
                (l, _) => l.is_some(),
            };
            let (words, next) = if from_lower { (lower, low.next()) } else { (upper, up.next()) };
            let Some(place) = next else { break };
            let same = before.is_some_and(|(words_before, place_before)| {
                place_before.head == place.head && words_before.text(place_before) == words.text(place)
            });
            ranks += u32::from(!same);
            before = Some((words, place));
            rank[place.id as usize] = ranks;
        }
        Ranks { rank, ranks }
    }
}

impl Store {
    /// Names of customers by number, for who may see them all; those that are gone are left out.
    pub fn customer_names(&self, ids: &[u32]) -> Result<HashMap<u32, String>> {
        let places: Vec<String> = (1..=BLOCK).map(|n| format!("${n}")).collect();
        let sql = sql!("portfolio/names_of").replace("$ids", &places.join(", "));
        self.read(|connection| {
            let mut names = HashMap::with_capacity(ids.len());
            for block in ids.chunks(BLOCK) {
                let binds: Vec<_> =
                    (0..BLOCK).map(|at| i64::from(block.get(at).copied().unwrap_or(0)).into()).collect();
                connection.each(&sql, &binds, |row| {
                    names.insert(filter::number(row.int(0)?), row.string(1)?);
                    Ok(())
                })?;
            }
            Ok(names)
        })
    }
}

/// Rows are asked for in blocks of this many numbers, so that one prepared statement serves all.
const BLOCK: usize = 50;

pub(crate) fn rows(
    connection: &mut Connection,
    reader: &Reader,
    ids: &[u32],
    currency: Currency,
) -> Result<Vec<CustomerRow>> {
    let places: Vec<String> = (1..=BLOCK).map(|n| format!("${n}")).collect();
    let sql = sql!("portfolio/customer_rows").replace("$ids", &places.join(", "));
    let margins = reader.may(access::Right::Margin);
    let mut found: HashMap<u32, CustomerRow> = HashMap::with_capacity(ids.len());
    for block in ids.chunks(BLOCK) {
        let binds: Vec<_> =
            (0..BLOCK).map(|at| i64::from(block.get(at).copied().unwrap_or(0)).into()).collect();
        connection.each(&sql, &binds, |row| {
            let row = customer_row(row, margins, currency)?;
            found.insert(row.id, row);
            Ok(())
        })?;
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

fn customer_row(row: &Row<'_>, margins: bool, currency: Currency) -> Result<CustomerRow> {
    let money = |column: usize| row.money_or_null(column, currency);
    let day = |column: usize| row.day_or_null(column);
    let expected_spend = money(17)?;
    Ok(CustomerRow {
        id: filter::number(row.int(0)?),
        name: row.string(1)?,
        kind: row.int_or_null(2)?,
        email: row.string_or_null(3)?,
        phone: row.string_or_null(4)?,
        city: row.string_or_null(5)?,
        postcode: row.string_or_null(6)?,
        country: row.string_or_null(7)?,
        owner: row.string_or_null(8)?,
        sources: split_sources(row.text(9)?),
        records: row.int(10)?,
        created_at: day(11)?.expect("created_at is never null"),
        level: row.int_or_null(12)?,
        investment_level: if margins { row.int_or_null(32)? } else { None },
        delta: if margins { row.int_or_null(33)? } else { None },
        class: if margins { row.int_or_null(34)? } else { None },
        p_alive: row.real_or_null(13)?,
        expected_transactions: row.real_or_null(14)?,
        expected_value: if margins { money(15)? } else { expected_spend },
        expected_spend,
        expected_spend_lo80: money(18)?,
        expected_spend_hi80: money(19)?,
        past_revenue: Money::new(row.int(20)?, currency),
        past_margin: if margins { money(16)? } else { None },
        equity: if margins { money(31)? } else { None },
        expected_cost: if margins { money(35)? } else { None },
        expected_contribution: if margins { money(36)? } else { None },
        returns: Money::new(row.int(21)?, currency),
        transactions: row.int(22)?,
        first_purchase: day(23)?,
        last_purchase: day(24)?,
        interactions: row.int(25)?,
        last_interaction: day(26)?,
        open_requests: row.int(27)?,
        contribution: if margins { money(28)? } else { None },
        cost: if margins { money(29)? } else { None },
        invested: if margins { money(30)? } else { None },
    })
}

/// Source names as the projection keeps them, one a line.
pub(crate) fn split_sources(text: &str) -> Vec<String> {
    text.split('\n').filter(|name| !name.is_empty()).map(str::to_string).collect()
}
