//! A fact as a row of the table, and the number by which equal contents are found.

use super::ImportSession;
use ledger::{Fact, FactBody, FactKind, Moment};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::Xxh3;

/// A fact as the table has it.
#[derive(Debug)]
pub(super) struct FactRow {
    pub id: i64,
    pub record: i64,
    pub kind: FactKind,
    pub happened_at: i64,
    pub fingerprint: i64,
    pub columns: Columns,
    pub reference: Option<String>,
    pub names_nobody: bool,
}

#[derive(Debug, Default)]
pub(super) struct Columns {
    pub amount: Option<i64>,
    pub margin: Option<i64>,
    pub currency: Option<String>,
    pub quantity: Option<i64>,
    pub is_return: bool,
    pub document: Option<String>,
    pub item: Option<String>,
    pub detail: Option<String>,
    /// See [`ledger::SaleLine::assumed_margin`]; a mark in the detail once the content has its number.
    pub assumed_margin: Option<u32>,
    /// Thousandths; a part of the detail like the mark.
    pub kg: Option<i64>,
    /// Thousandths; a part of the detail like the mark.
    pub km: Option<i64>,
}

/// The rest of a fact, kept as one small JSON object; absent parts are left out.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
#[allow(missing_docs)]
pub(crate) struct Detail {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub direction: Option<ledger::Direction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rating: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kg: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub km: Option<i64>,
}

impl Detail {
    /// What is said in words.
    pub(crate) fn words(&self) -> impl Iterator<Item = Option<&str>> {
        [
            &self.description,
            &self.channel,
            &self.who,
            &self.subject,
            &self.campaign,
            &self.outcome,
            &self.text,
        ]
        .into_iter()
        .map(Option::as_deref)
    }
}

pub(super) const FACT_COLUMNS: &[&str] = &[
    "id",
    "record_id",
    "kind",
    "happened_at",
    "learned_at",
    "import_id",
    "fingerprint",
    "amount",
    "margin",
    "currency",
    "quantity",
    "is_return",
    "reference",
    "document",
    "item",
    "detail",
];

/// A fact of a record as the table has it, without its number.
pub(super) fn fact_row(session: &mut ImportSession, record: i64, fact: Fact) -> FactRow {
    let kind = fact.body.kind();
    let mut columns = columns(fact.body);
    let reference = fact.reference.as_deref().map(without_nul);
    // What has a reference is found by it, and another weight corrects it. What has none is found by its content alone: a
    // column of weights that is read one day must not make all of its lines new.
    if reference.is_some() {
        columns.measure();
    }
    let mut content = fingerprint(kind, &columns, reference.as_deref(), record, fact.happened_at);
    if session.keep_repeats && reference.is_none() {
        let seen = session.repeats.entry(content).or_insert(0);
        *seen += 1;
        if *seen > 1 {
            content = content.rotate_left(17) ^ u64::from(*seen);
        }
    }
    if reference.is_none() {
        columns.measure();
    }
    // The margin is a part of the content, and where it comes from is none: a line told before it was marked is the same.
    if let Some(percent) = columns.assumed_margin {
        add(&mut columns.detail, "assumed_margin", percent.into());
    }
    FactRow {
        id: 0,
        record,
        kind,
        happened_at: fact.happened_at.0,
        fingerprint: content as i64,
        columns,
        reference,
        names_nobody: false,
    }
}

/// A number for the content of a fact: equal content, equal number, on every machine.
fn fingerprint(kind: FactKind, columns: &Columns, reference: Option<&str>, record: i64, at: Moment) -> u64 {
    let mut hasher = Xxh3::new();
    let mut number = |n: Option<i64>| {
        hasher.update(&[u8::from(n.is_some())]);
        hasher.update(&n.unwrap_or(0).to_le_bytes());
    };
    number(Some(kind as i64));
    number(Some(record));
    number(Some(at.0));
    number(columns.amount);
    number(columns.margin);
    number(columns.quantity);
    number(Some(i64::from(columns.is_return)));
    for text in [
        columns.currency.as_deref(),
        reference,
        columns.document.as_deref(),
        columns.item.as_deref(),
        columns.detail.as_deref(),
    ] {
        hasher.update(&(text.map_or(u64::MAX, |text| text.len() as u64)).to_le_bytes());
        hasher.update(text.unwrap_or_default().as_bytes());
    }
    hasher.digest()
}

fn columns(body: FactBody) -> Columns {
    let clean = |text: Option<String>| text.filter(|t| !t.is_empty()).map(|t| without_nul(&t));
    let mut detail = Detail::default();
    let mut columns = Columns::default();
    match body {
        FactBody::Sale(sale) => {
            columns.amount = Some(sale.amount.minor);
            columns.margin = sale.margin.map(|margin| margin.minor);
            columns.assumed_margin = sale.assumed_margin;
            columns.currency = Some(sale.amount.currency.code().to_string());
            columns.quantity = sale.quantity.map(|quantity| quantity.0);
            columns.is_return = sale.is_return;
            columns.document = clean(sale.order);
            columns.item = clean(sale.product);
            detail.description = clean(sale.description);
            detail.discount = sale.discount.map(|discount| discount.minor);
            columns.kg = sale.kg.map(|kg| kg.0);
            columns.km = sale.km.map(|km| km.0);
        }
        FactBody::Payment(payment) => {
            columns.amount = Some(payment.amount.minor);
            columns.currency = Some(payment.amount.currency.code().to_string());
            columns.document = clean(payment.invoice);
            detail.due = payment.due.map(|day| day.0);
            detail.paid = payment.paid.map(|day| day.0);
        }
        FactBody::Interaction(interaction) => {
            detail.channel = Some(without_nul(&interaction.channel));
            detail.direction = interaction.direction;
            detail.minutes = interaction.minutes.map(|minutes| minutes.0);
            detail.who = clean(interaction.who);
            detail.subject = clean(interaction.subject);
            detail.campaign = clean(interaction.campaign);
            detail.outcome = clean(interaction.outcome);
            columns.kg = interaction.kg.map(|kg| kg.0);
            columns.km = interaction.km.map(|km| km.0);
        }
        FactBody::Request(request) => {
            detail.subject = clean(request.subject);
            detail.channel = clean(request.channel);
            detail.opened = Some(request.opened.0);
            detail.closed = request.closed.map(|moment| moment.0);
            // An open request is found by its empty `item`: pages count them without reading details.
            columns.item = request.closed.map(|_| "closed".to_string());
        }
        FactBody::Review(review) => {
            columns.item = clean(review.product);
            detail.rating = review.rating.map(|rating| rating.0);
            detail.text = clean(review.text);
        }
        FactBody::Referral(referral) => columns.item = Some(without_nul(&referral.referred)),
        FactBody::Cost(cost) => {
            columns.amount = Some(cost.amount.minor);
            columns.currency = Some(cost.amount.currency.code().to_string());
            columns.item = Some(without_nul(&cost.activity));
            detail.campaign = clean(cost.campaign);
        }
    }
    let text = serde_json::to_string(&detail).expect("details always serialise");
    columns.detail = (text != "{}").then_some(text);
    columns
}

impl Columns {
    /// Weight and distance come into the detail.
    fn measure(&mut self) {
        for (name, thousandths) in [("kg", self.kg), ("km", self.km)] {
            if let Some(thousandths) = thousandths {
                add(&mut self.detail, name, thousandths);
            }
        }
    }
}

/// Another number in a detail; the other parts stay as they were.
fn add(detail: &mut Option<String>, name: &str, number: i64) {
    *detail = Some(match detail.as_deref().and_then(|text| text.strip_suffix('}')) {
        Some(parts) if parts.len() > 1 => format!("{parts},\"{name}\":{number}}}"),
        _ => format!("{{\"{name}\":{number}}}"),
    });
}

/// PostgreSQL keeps no NUL in texts; the replacement character stands for it on both databases.
pub(super) fn without_nul(text: &str) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text.to_string() }
}
