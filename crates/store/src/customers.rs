//! The customer list: any filter, any sort, any place in a million rows.
//!
//! A list is a vector of customer numbers in order, kept per (who, filter, sort) until customers change. What
//! it is made of (the set of each test, the values of each column) is kept too, so that the next list of the
//! same state is cheap. Rows are read by number when a page is shown.

use crate::connection::{Connection, Row, binds, sql};
use crate::error::Result;
use crate::filter::{self, IdSet, Place};
use crate::house;
use crate::pool::Store;
use access::{Field, Filter, Reader, Scope, Sort};
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
    pub p_alive: Option<f64>,
    pub expected_transactions: Option<f64>,
    /// Expected margin; expected spend for readers without the right to margins.
    pub expected_value: Option<Money>,
    pub expected_spend: Option<Money>,
    pub expected_spend_lo80: Option<Money>,
    pub expected_spend_hi80: Option<Money>,
    pub past_revenue: Money,
    pub past_margin: Option<Money>,
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
    /// Uses so far, to find what was not used for long.
    clock: u64,
    everybody: HashMap<String, (u64, Arc<IdSet>)>,
    tests: HashMap<String, (u64, Arc<IdSet>)>,
    columns: HashMap<Field, (u64, Arc<Column>)>,
    lists: HashMap<String, (u64, Arc<List>)>,
}

struct List {
    ids: Arc<Vec<u32>>,
    sums: Vec<(Field, i64)>,
}

/// One column of the base, by customer number.
struct Column {
    /// Dense rank of the value, from 1; 0 for a customer without one.
    rank: Vec<u32>,
    /// Highest rank.
    ranks: u32,
    /// Minor units, for sums; empty for other fields.
    amounts: Vec<i64>,
}

/// Memory the cached parts may take together; a million customers need 4 MB a column and 0.1 MB a test.
const CACHE_BYTES: usize = 120 << 20;

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

    /// Every customer of the list in order, by number.
    pub(crate) fn listed(&self, reader: &Reader, query: &ListQuery<'_>) -> Result<Arc<Vec<u32>>> {
        let change = self.change_number()?;
        Ok(self.list(reader, query, change)?.ids.clone())
    }

    /// One money field of every customer of the list that has it, in the list's order.
    pub(crate) fn amounts(&self, reader: &Reader, query: &ListQuery<'_>, field: Field) -> Result<Vec<i64>> {
        let change = self.change_number()?;
        let list = self.list(reader, query, change)?;
        let columns = self.columns(&[field], change)?;
        let Some(column) = columns.get(&field) else { return Ok(Vec::new()) };
        let known = |id: &&u32| column.rank.get(**id as usize).is_some_and(|rank| *rank > 0);
        Ok(list.ids.iter().filter(known).map(|id| column.amounts[*id as usize]).collect())
    }

    fn list(&self, reader: &Reader, query: &ListQuery<'_>, change: i64) -> Result<Arc<List>> {
        let scope = reader.scope();
        let text = query.text.map(str::trim).filter(|text| !text.is_empty());
        let name = format!(
            "{scope:?}\n{:?}\n{:?}\n{}\n{}",
            reader.role,
            query.filter,
            query.sort,
            text.unwrap_or_default()
        );
        if let Some(list) = self.cached(change, |cache, now| touch(&mut cache.lists, &name, now)) {
            return Ok(list);
        }
        let summed: Vec<Field> =
            reader.fields().filter(|field| field.summed() && reader.shown(*field) == *field).collect();
        let mut wanted = summed.clone();
        wanted.extend(query.sort.0.iter().map(|key| key.field));
        // The sets are scans and so are the columns: one core each.
        let (set, columns) = std::thread::scope(|threads| {
            let set = threads.spawn(|| self.set(&scope, query.filter, text, change));
            let columns = self.columns(&wanted, change);
            (set.join().expect("a set is built without panicking"), columns)
        });
        let (set, columns) = (set?, columns?);
        let ids = Arc::new(in_order(&set, query.sort, &columns));
        let sums = summed
            .iter()
            .map(|field| {
                (*field, ids.iter().map(|id| columns[field].amounts.get(*id as usize).unwrap_or(&0)).sum())
            })
            .collect();
        let list = Arc::new(List { ids, sums });
        self.cached(change, |cache, now| {
            cache.lists.insert(name, (now, list.clone()));
            cache.trim();
            Some(())
        });
        Ok(list)
    }

    /// Calls `use_cache` on the cache of this state of the base; an older one is dropped first.
    fn cached<T>(&self, change: i64, use_cache: impl FnOnce(&mut ListCache, u64) -> Option<T>) -> Option<T> {
        let mut cache = self.lists();
        if cache.change < change {
            *cache = ListCache { change, clock: cache.clock, ..ListCache::default() };
        }
        if cache.change > change {
            return None;
        }
        cache.clock += 1;
        let now = cache.clock;
        use_cache(&mut cache, now)
    }

    pub(crate) fn set(
        &self,
        scope: &Scope,
        filter: &Filter,
        text: Option<&str>,
        change: i64,
    ) -> Result<Arc<IdSet>> {
        let everybody =
            match self.cached(change, |cache, now| touch(&mut cache.everybody, &format!("{scope:?}"), now)) {
                Some(set) => set,
                None => {
                    let set = Arc::new(self.read(|connection| filter::in_scope(connection, scope))?);
                    self.cached(change, |cache, now| {
                        cache.everybody.insert(format!("{scope:?}"), (now, set.clone()))
                    });
                    set
                }
            };
        if filter.is_everything() && text.is_none() {
            return Ok(everybody);
        }
        let mut set = filter::combine(filter, &everybody, &mut |test| {
            let name = format!("{test:?}");
            if let Some(set) = self.cached(change, |cache, now| touch(&mut cache.tests, &name, now)) {
                return Ok((*set).clone());
            }
            let set = self.read(|connection| filter::passing(connection, test))?;
            self.cached(change, |cache, now| cache.tests.insert(name, (now, Arc::new(set.clone()))));
            Ok(set)
        })?;
        if let Some(text) = text {
            set.intersect(&self.read(|connection| filter::matching(connection, text))?);
        }
        // A test is asked of the whole base; what the reader may not see never leaves this line.
        set.intersect(&everybody);
        Ok(Arc::new(set))
    }

    fn columns(&self, fields: &[Field], change: i64) -> Result<HashMap<Field, Arc<Column>>> {
        let mut found = HashMap::new();
        let mut figures = Vec::new();
        for field in fields {
            if found.contains_key(field) || figures.contains(field) {
                continue;
            }
            match self.cached(change, |cache, now| touch(&mut cache.columns, field, now)) {
                Some(column) => _ = found.insert(*field, column),
                None => match filter::place(*field) {
                    Place::Figure(_) => figures.push(*field),
                    Place::Words(column) => {
                        let column = Arc::new(self.read(|connection| words(connection, column))?);
                        found.insert(*field, column);
                    }
                    Place::Source => {}
                },
            }
        }
        if !figures.is_empty() {
            for (field, column) in figures.iter().zip(self.figures(&figures)?) {
                found.insert(*field, Arc::new(column));
            }
        }
        self.cached(change, |cache, now| {
            for (field, column) in &found {
                cache.columns.insert(*field, (now, column.clone()));
            }
            Some(())
        });
        Ok(found)
    }

    /// Columns of `customer`, read in two halves at once.
    fn figures(&self, fields: &[Field]) -> Result<Vec<Column>> {
        let last = self
            .read(|connection| {
                connection.first("select max(id) from customer", binds![], |row| row.int_or_null(0))
            })?
            .flatten()
            .unwrap_or(0);
        let middle = last / 2;
        let (lower, upper) = std::thread::scope(|threads| {
            let lower =
                threads.spawn(|| self.read(|connection| figures_between(connection, fields, 1, middle)));
            let upper = self.read(|connection| figures_between(connection, fields, middle + 1, last));
            (lower.join().expect("columns are read without panicking"), upper)
        });
        let (mut columns, upper) = (lower?, upper?);
        for (all, part) in columns.iter_mut().zip(upper) {
            all.extend(part);
        }
        Ok(fields
            .iter()
            .zip(columns)
            .map(|(field, pairs)| column_of(pairs, last as usize + 1, field.summed()))
            .collect())
    }
}

impl ListCache {
    /// Drops what was not used for longest until the rest fits.
    fn trim(&mut self) {
        loop {
            let lists: usize = self.lists.values().map(|(_, list)| list.ids.len() * 4).sum();
            let tests: usize = self.tests.values().map(|(_, set)| set.bytes()).sum();
            let columns: usize = self
                .columns
                .values()
                .map(|(_, column)| column.rank.len() * 4 + column.amounts.len() * 8)
                .sum();
            if lists + tests + columns <= CACHE_BYTES {
                return;
            }
            let oldest_list = oldest(&self.lists);
            let oldest_test = oldest(&self.tests);
            let oldest_column = oldest(&self.columns);
            let age = |use_: &Option<(u64, _)>| use_.as_ref().map_or(u64::MAX, |(used, _)| *used);
            let (list, test) = (age(&oldest_list), age(&oldest_test));
            let column = oldest_column.as_ref().map_or(u64::MAX, |(used, _)| *used);
            if list <= test && list <= column {
                oldest_list.map(|(_, name)| self.lists.remove(&name));
            } else if test <= column {
                oldest_test.map(|(_, name)| self.tests.remove(&name));
            } else {
                oldest_column.map(|(_, name)| self.columns.remove(&name));
            }
        }
    }
}

fn oldest<K: Clone, V>(map: &HashMap<K, (u64, V)>) -> Option<(u64, K)> {
    map.iter().min_by_key(|(_, (used, _))| *used).map(|(name, (used, _))| (*used, name.clone()))
}

fn touch<K, Q, V>(map: &mut HashMap<K, (u64, V)>, name: &Q, now: u64) -> Option<V>
where
    K: std::borrow::Borrow<Q> + std::hash::Hash + Eq,
    Q: std::hash::Hash + Eq + ?Sized,
    V: Clone,
{
    let (used, value) = map.get_mut(name)?;
    *used = now;
    Some(value.clone())
}

/// The customers of a set by the sort: unknown values last in both directions, equals by number.
fn in_order(set: &IdSet, sort: &Sort, columns: &HashMap<Field, Arc<Column>>) -> Vec<u32> {
    let keys: Vec<(&Column, bool)> = sort
        .0
        .iter()
        .filter_map(|key| columns.get(&key.field).map(|column| (column.as_ref(), key.descending)))
        .collect();
    let key = |(column, descending): &(&Column, bool), id: u32| match column.rank.get(id as usize) {
        None | Some(0) => u32::MAX,
        Some(rank) if *descending => column.ranks - rank,
        Some(rank) => *rank,
    };
    match keys.as_slice() {
        [] => set.iter().collect(),
        [only] => {
            let mut packed: Vec<u64> =
                set.iter().map(|id| u64::from(key(only, id)) << 32 | u64::from(id)).collect();
            packed.sort_unstable();
            packed.into_iter().map(|packed| packed as u32).collect()
        }
        [first, rest @ ..] => {
            let mut packed: Vec<u64> =
                set.iter().map(|id| u64::from(key(first, id)) << 32 | u64::from(id)).collect();
            packed.sort_unstable_by(|a, b| {
                (a >> 32).cmp(&(b >> 32)).then_with(|| {
                    let (a, b) = (*a as u32, *b as u32);
                    rest.iter()
                        .map(|column| key(column, a).cmp(&key(column, b)))
                        .find(|order| order.is_ne())
                        .unwrap_or_else(|| a.cmp(&b))
                })
            });
            packed.into_iter().map(|packed| packed as u32).collect()
        }
    }
}

/// For each field, (value as an ordered number, customer) of the customers that have one.
fn figures_between(
    connection: &mut Connection,
    fields: &[Field],
    from: i64,
    to: i64,
) -> Result<Vec<Vec<(i64, u32)>>> {
    let names: Vec<&str> = fields
        .iter()
        .map(|field| match filter::place(*field) {
            Place::Figure(column) => column,
            Place::Words(_) | Place::Source => unreachable!("the caller asked for figures only"),
        })
        .collect();
    let sql = format!("select id, {} from customer where id between $1 and $2", names.join(", "));
    let mut columns = vec![Vec::new(); fields.len()];
    connection.each(&sql, binds![from, to], |row| {
        let id = filter::number(row.int(0)?);
        for (at, (field, column)) in fields.iter().zip(&mut columns).enumerate() {
            let value = if filter::is_real(*field) {
                row.real_or_null(at + 1)?.map(ordered)
            } else {
                row.int_or_null(at + 1)?
            };
            if let Some(value) = value {
                column.push((value, id));
            }
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

fn column_of(mut pairs: Vec<(i64, u32)>, size: usize, summed: bool) -> Column {
    let mut amounts = Vec::new();
    if summed {
        amounts = vec![0; size];
        for (value, id) in &pairs {
            amounts[*id as usize] = *value;
        }
    }
    pairs.sort_unstable();
    let mut rank = vec![0; size];
    let mut ranks = 0;
    let mut before = None;
    for (value, id) in pairs {
        if before != Some(value) {
            ranks += 1;
            before = Some(value);
        }
        rank[id as usize] = ranks;
    }
    Column { rank, ranks, amounts }
}

/// A column of `customer_text` by rank; texts compare byte by byte.
fn words(connection: &mut Connection, column: &str) -> Result<Column> {
    let mut texts = String::new();
    // (first eight bytes, where the text lies, customer): nearly all comparisons end in the first.
    let mut places: Vec<(u64, u32, u32, u32)> = Vec::new();
    connection.each(&format!("select id, {column} from customer_text"), binds![], |row| {
        if let Some(text) = row.text_or_null(1)?.filter(|text| !text.is_empty()) {
            let mut head = [0; 8];
            let seen = text.len().min(8);
            head[..seen].copy_from_slice(&text.as_bytes()[..seen]);
            let from = texts.len() as u32;
            texts.push_str(text);
            places.push((u64::from_be_bytes(head), from, texts.len() as u32, filter::number(row.int(0)?)));
        }
        Ok(())
    })?;
    let bytes = texts.as_bytes();
    let text = |place: &(u64, u32, u32, u32)| &bytes[place.1 as usize..place.2 as usize];
    places.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| text(a).cmp(text(b))).then(a.3.cmp(&b.3)));
    let size = places.iter().map(|place| place.3 as usize + 1).max().unwrap_or(0);
    let mut rank = vec![0; size];
    let mut ranks = 0;
    let mut before: Option<&(u64, u32, u32, u32)> = None;
    for place in &places {
        if before.is_none_or(|before| before.0 != place.0 || text(before) != text(place)) {
            ranks += 1;
        }
        before = Some(place);
        rank[place.3 as usize] = ranks;
    }
    Ok(Column { rank, ranks, amounts: Vec::new() })
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
    let money = |column: usize| -> Result<Option<Money>> {
        Ok(row.int_or_null(column)?.map(|minor| Money::new(minor, currency)))
    };
    let day = |column: usize| -> Result<Option<Day>> { Ok(row.int_or_null(column)?.map(day)) };
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
        p_alive: row.real_or_null(13)?,
        expected_transactions: row.real_or_null(14)?,
        expected_value: if margins { money(15)? } else { expected_spend },
        expected_spend,
        expected_spend_lo80: money(18)?,
        expected_spend_hi80: money(19)?,
        past_revenue: Money::new(row.int(20)?, currency),
        past_margin: if margins { money(16)? } else { None },
        returns: Money::new(row.int(21)?, currency),
        transactions: row.int(22)?,
        first_purchase: day(23)?,
        last_purchase: day(24)?,
        interactions: row.int(25)?,
        last_interaction: day(26)?,
        open_requests: row.int(27)?,
    })
}

pub(crate) fn day(days: i64) -> Day {
    Day(i32::try_from(days).unwrap_or(i32::MAX))
}

/// Source names as the projection keeps them, one a line.
pub(crate) fn split_sources(text: &str) -> Vec<String> {
    text.split('\n').filter(|name| !name.is_empty()).map(str::to_string).collect()
}
