//! Who the records are: link facts appended, and customers projected from them.
//!
//! The rule that links lives in `identity`; here the records are read, links that differ from what stands are
//! appended, and the customers they touch are shown anew. Written in batches: a run that is stopped leaves
//! whole customers, and the next run does the rest.

use crate::connection::{Connection, Row, binds, sql};
use crate::customers::Group;
use crate::error::{Error, Result};
use crate::filter::{IdSet, number};
use crate::house;
use crate::pool::Store;
use identity::{Identifiers, Kind, RecordIdentifiers, Statement, Unified};
use ledger::{Attribute, Attributes, Moment};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use xxhash_rust::xxh3::xxh3_64;

/// What a run of linking did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkSummary {
    /// Records looked at.
    pub records: u64,
    /// Customers they make up.
    pub customers: u64,
    /// Link facts appended.
    pub links_added: u64,
    /// Customers whose face was drawn anew.
    pub customers_changed: u64,
    /// Identifiers that did not link: rule, identifier, records that bear it, why.
    pub refusals: Vec<(String, String, u64, String)>,
}

/// Rows written per transaction; other writers get their turn in between.
const BATCH: usize = 20_000;
const REFUSALS_KEPT: usize = 100;
/// Beyond this, one pass over all facts is quicker than a question a record.
const SILENT_ASKED_ONE_BY_ONE: usize = 500;

struct NewLink {
    record: i64,
    customer: i64,
    rule: &'static str,
    evidence: String,
}

/// A customer's texts as the list keeps them.
struct Face {
    id: u32,
    kind: Option<i64>,
    records: i64,
    name: String,
    email: Option<String>,
    phone: Option<String>,
    city: Option<String>,
    postcode: Option<String>,
    country: Option<String>,
    owner: Option<String>,
    sources: String,
}

impl Store {
    /// Links records whose exact identifiers agree and shows the customers that changed.
    ///
    /// `progress` gets (done, total) and may stop the run with an error.
    pub fn link(&self, now: Moment, mut progress: impl FnMut(u64, u64) -> Result<()>) -> Result<LinkSummary> {
        let (records, watermark, newest) = self.read(|connection| {
            let watermark: i64 =
                house::setting(connection, "projected_fact")?.and_then(|text| text.parse().ok()).unwrap_or(0);
            let newest =
                connection.first(sql!("identity/newest_fact"), binds![], |row| row.int(0))?.unwrap_or(0);
            Ok((records_to_link(connection)?, watermark, newest))
        })?;
        let total = records.len() as u64;
        progress(0, total)?;
        let mut stale: BTreeSet<u32> = BTreeSet::new();
        let described = |record: &ToLink| record.described_by.is_none_or(|fact| fact > watermark);
        stale.extend(records.iter().filter(|r| described(r)).filter_map(|r| r.customer).map(number));
        let identifiers: Vec<RecordIdentifiers> = records.into_iter().map(ToLink::identifiers).collect();
        let next = self.write(|tx| tx.take_ids("customer", 0))?;
        let linking = identity::link(&identifiers, next as u64);
        let before: HashMap<u64, Option<u64>> =
            identifiers.iter().map(|record| (record.record, record.current_customer)).collect();
        drop(identifiers);
        let standing = self.read(standing_links)?;
        let mut new_links = Vec::new();
        let mut customers = IdSet::default();
        for link in linking.links {
            let customer = number(link.customer as i64);
            customers.insert(customer);
            let was = before[&link.record];
            let new = NewLink {
                record: link.record as i64,
                customer: i64::from(customer),
                rule: link.rule.name(),
                evidence: link.evidence,
            };
            let moved = was != Some(link.customer);
            if moved {
                stale.insert(customer);
                stale.extend(was.map(|was| number(was as i64)));
            }
            if moved || standing.get(&new.record) != Some(&link_hash(new.rule, &new.evidence)) {
                new_links.push(new);
            }
        }
        drop((before, standing));
        let taken = linking.next_customer - next as u64;
        self.write(|tx| tx.take_ids("customer", taken).map(|_| ()))?;
        let existing = self.read(|connection| {
            let mut set = IdSet::default();
            connection.each(sql!("identity/customer_ids"), binds![], |row| {
                set.insert(number(row.int(0)?));
                Ok(())
            })?;
            Ok(set)
        })?;
        // A customer without records, or never drawn, is stale too: an undone import or a stopped run left it.
        stale.extend(existing.iter().filter(|id| !customers.contains(*id)));
        stale.extend(customers.iter().filter(|id| !existing.contains(*id)));

        let work = (new_links.len() + stale.len()) as u64;
        let mut done = 0;
        for batch in new_links.chunks(BATCH) {
            self.write(|tx| write_links(tx, batch, now))?;
            done += batch.len() as u64;
            progress(done, work)?;
        }
        let changed: Vec<u32> = stale.into_iter().collect();
        for batch in changed.chunks(BATCH) {
            let drawn = self.write(|tx| draw(tx, batch, &existing, now));
            done += batch.len() as u64;
            if let Err(error) = drawn.and_then(|()| progress(done, work)) {
                self.write(house::next_change)?;
                return Err(error);
            }
        }
        if !changed.is_empty() {
            self.publish(Group::Texts)?;
        }
        self.write(|tx| {
            tx.execute(sql!("house/put_setting"), binds!["linked_at", now.0.to_string()])?;
            tx.execute(sql!("house/put_setting"), binds!["projected_fact", newest.to_string()]).map(|_| ())
        })?;
        let mut refusals: Vec<_> = linking
            .refusals
            .into_iter()
            .map(|r| (r.rule.name().to_string(), r.identifier, r.records as u64, r.reason.to_string()))
            .collect();
        refusals.truncate(REFUSALS_KEPT);
        Ok(LinkSummary {
            records: total,
            customers: customers.len() as u64,
            links_added: new_links.len() as u64,
            customers_changed: changed.len() as u64,
            refusals,
        })
    }
}

struct ToLink {
    record: i64,
    customer: Option<i64>,
    described_by: Option<i64>,
    identifiers: Identifiers,
}

impl ToLink {
    fn identifiers(self) -> RecordIdentifiers {
        RecordIdentifiers {
            record: self.record.unsigned_abs(),
            current_customer: self.customer.map(i64::unsigned_abs),
            identifiers: self.identifiers,
        }
    }
}

fn records_to_link(connection: &mut Connection) -> Result<Vec<ToLink>> {
    let mut records = Vec::new();
    let mut bare = Vec::new();
    connection.each(sql!("identity/records_to_link"), binds![], |row| {
        let (record, customer, described_by) = (row.int(0)?, row.int_or_null(1)?, row.int_or_null(2)?);
        let identifiers = match row.text_or_null(3)? {
            Some(text) => Identifiers::of(&attributes(text)?),
            None => Identifiers::default(),
        };
        if customer.is_none() && described_by.is_none() {
            bare.push(records.len());
        }
        records.push(ToLink { record, customer, described_by, identifiers });
        Ok(())
    })?;
    // A record of which nothing stands (its import was undone) is nobody.
    let mut silent: BTreeSet<i64> = bare.iter().map(|at| records[*at].record).collect();
    if silent.len() > SILENT_ASKED_ONE_BY_ONE {
        connection.each(sql!("identity/records_with_standing_facts"), binds![], |row| {
            silent.remove(&row.int(0)?);
            Ok(())
        })?;
    } else {
        for record in silent.clone() {
            if connection.first(sql!("ledger/any_standing_fact"), binds![record], |row| row.int(0))?.is_some()
            {
                silent.remove(&record);
            }
        }
    }
    records.retain(|record| !silent.contains(&record.record));
    Ok(records)
}

pub(crate) fn attributes(text: &str) -> Result<Attributes> {
    serde_json::from_str(text).map_err(|e| Error::Sql(e.into()))
}

fn link_hash(rule: &str, evidence: &str) -> u64 {
    xxh3_64(format!("{rule}\n{evidence}").as_bytes())
}

fn standing_links(connection: &mut Connection) -> Result<HashMap<i64, u64>> {
    let mut standing = HashMap::new();
    connection.each(sql!("identity/standing_links"), binds![], |row| {
        standing.insert(row.int(0)?, link_hash(row.text(1)?, row.text(2)?));
        Ok(())
    })?;
    Ok(standing)
}

fn write_links(tx: &mut Connection, links: &[NewLink], now: Moment) -> Result<()> {
    let first = tx.take_ids("link", links.len() as u64)?;
    let rows: Vec<(i64, &NewLink)> = (first..).zip(links).collect();
    let columns = &["id", "record_id", "customer_id", "rule", "evidence", "learned_at"];
    tx.insert_many("link", columns, &rows, |(id, link), row| {
        row.extend([
            (*id).into(),
            link.record.into(),
            link.customer.into(),
            link.rule.into(),
            (&link.evidence).into(),
            now.0.into(),
        ]);
    })?;
    tx.update_many("record", &[("customer_id", "bigint")], links, |link, row| {
        row.extend([link.record.into(), link.customer.into()]);
    })
}

/// Shows these customers as their records now say; those without records go.
fn draw(tx: &mut Connection, customers: &[u32], existing: &IdSet, now: Moment) -> Result<()> {
    let mut new = Vec::new();
    let mut known = Vec::new();
    each_face(tx, customers, |tx, customer, records| {
        match face(customer, records) {
            Some(face) if existing.contains(customer) => known.push(face),
            Some(face) => new.push(face),
            None => {
                tx.execute(sql!("identity/remove_customer"), binds![i64::from(customer)])?;
                tx.execute(sql!("identity/remove_customer_text"), binds![i64::from(customer)])?;
            }
        }
        Ok(())
    })?;
    let today = i64::from(now.day().0);
    let columns = &[
        "id",
        "kind",
        "records",
        "created_at",
        "transactions",
        "past_revenue",
        "returns",
        "interactions",
        "open_requests",
    ];
    tx.insert_many("customer", columns, &new, |face, row| {
        row.extend([i64::from(face.id).into(), face.kind.into(), face.records.into(), today.into()]);
        row.extend([0.into(), 0.into(), 0.into(), 0.into(), 0.into()]);
    })?;
    tx.insert_many("customer_text", TEXT_COLUMNS, &new, fill_texts)?;
    tx.update_many("customer", &[("kind", "bigint"), ("records", "bigint")], &known, |face, row| {
        row.extend([i64::from(face.id).into(), face.kind.into(), face.records.into()]);
    })?;
    tx.update_many("customer_text", TEXT_TYPES, &known, fill_texts)
}

const TEXT_COLUMNS: &[&str] = &[
    "id",
    "name",
    "email",
    "phone",
    "city",
    "postcode",
    "country",
    "owner",
    "sources",
    "name_key",
    "email_key",
    "phone_key",
    "city_key",
    "postcode_key",
    "country_key",
    "owner_key",
];
const TEXT_TYPES: &[(&str, &str)] = &[
    ("name", "text"),
    ("email", "text"),
    ("phone", "text"),
    ("city", "text"),
    ("postcode", "text"),
    ("country", "text"),
    ("owner", "text"),
    ("sources", "text"),
    ("name_key", "text"),
    ("email_key", "text"),
    ("phone_key", "text"),
    ("city_key", "text"),
    ("postcode_key", "text"),
    ("country_key", "text"),
    ("owner_key", "text"),
];

fn fill_texts<'a>(face: &'a Face, row: &mut Vec<crate::connection::Bind<'a>>) {
    row.push(i64::from(face.id).into());
    row.push((&face.name).into());
    let texts = [&face.email, &face.phone, &face.city, &face.postcode, &face.country, &face.owner];
    for text in texts {
        row.push(text.as_ref().into());
    }
    row.push((&face.sources).into());
    row.push(identity::search_key(&face.name).into());
    for text in texts {
        row.push(text.as_deref().map(identity::search_key).into());
    }
}

/// Calls `visit` with the records of each of these customers, who come by rising number. Customers who lie close
/// together are read in one go: a statement each would cost a round trip each.
fn each_face(
    tx: &mut Connection,
    customers: &[u32],
    mut visit: impl FnMut(&mut Connection, u32, &[RecordSaying]) -> Result<()>,
) -> Result<()> {
    const TOGETHER: usize = 500;
    for part in customers.chunks(TOGETHER) {
        let (first, last) = (part[0], part[part.len() - 1]);
        if (last - first) as usize > 8 * TOGETHER {
            for customer in part {
                let records = records_of(tx, *customer)?;
                visit(tx, *customer, &records)?;
            }
            continue;
        }
        let binds = binds![i64::from(first), i64::from(last)];
        let mut records: BTreeMap<u32, Vec<RecordSaying>> = part.iter().map(|id| (*id, Vec::new())).collect();
        tx.each(sql!("identity/records_of_customers"), binds, |row| {
            if let Some(own) = records.get_mut(&number(row.int(6)?)) {
                own.push(record_saying(row)?);
            }
            Ok(())
        })?;
        for (customer, records) in &records {
            visit(tx, *customer, records)?;
        }
    }
    Ok(())
}

fn face(customer: u32, records: &[RecordSaying]) -> Option<Face> {
    let first = records.first()?;
    let unified = unified(records);
    let value = |attribute: Attribute| unified.value(attribute).map(str::to_string);
    let mut sources: Vec<&str> = records.iter().map(|record| record.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    Some(Face {
        id: customer,
        kind: unified.kind.map(|kind| if kind == Kind::Person { 1 } else { 2 }),
        records: records.len() as i64,
        name: unified.display_name.clone().unwrap_or_else(|| first.key.clone()),
        email: value(Attribute::Email),
        phone: value(Attribute::Phone),
        city: value(Attribute::City),
        postcode: value(Attribute::Postcode),
        country: value(Attribute::Country),
        owner: value(Attribute::Owner),
        sources: sources.join("\n"),
    })
}

/// A record of a customer and what its source says.
pub(crate) struct RecordSaying {
    pub(crate) id: i64,
    pub(crate) source_id: i64,
    pub(crate) source: String,
    pub(crate) key: String,
    pub(crate) attributes: Attributes,
    pub(crate) described_at: Option<i64>,
}

pub(crate) fn records_of(connection: &mut Connection, customer: u32) -> Result<Vec<RecordSaying>> {
    connection.rows(sql!("identity/records_of_customer"), binds![i64::from(customer)], record_saying)
}

fn record_saying(row: &Row<'_>) -> Result<RecordSaying> {
    Ok(RecordSaying {
        id: row.int(0)?,
        source_id: row.int(1)?,
        source: row.string(2)?,
        key: row.string(3)?,
        attributes: row.text_or_null(4)?.map_or(Ok(Attributes::new()), attributes)?,
        described_at: row.int_or_null(5)?,
    })
}

/// One face for the records of a customer; sources that came first are trusted more where dates agree.
pub(crate) fn unified(records: &[RecordSaying]) -> Unified {
    let statements: Vec<Statement<'_>> = records
        .iter()
        .flat_map(|record| {
            record.attributes.iter().map(|(attribute, value)| Statement {
                record: record.id.unsigned_abs(),
                trust: u32::try_from(record.source_id).unwrap_or(u32::MAX),
                learned_at: Moment(record.described_at.unwrap_or(i64::MIN)),
                attribute: *attribute,
                value,
            })
        })
        .collect();
    identity::unify(&statements)
}
