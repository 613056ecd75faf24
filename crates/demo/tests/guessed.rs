//! The made company through the real readers, with no mapping given: every row arrives, and what is recovered of who
//! is who and of what they will buy agrees with the truth.

use demo::{Company, company};
use identity::{Identifiers, RecordIdentifiers, link};
use jiff::civil::date;
use ledger::{Attribute, Attributes, Currency, Day, FactBody, FactKind};
use sources::{Entry, FileKind, Rejection, Row, Target, guess, open};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;
use std::sync::LazyLock;
use value::{Choice, Margin, PurchaseLine, Question, histories, value};

fn until() -> Day {
    Day::of(date(2026, 10, 31))
}

/// One file after its guess.
struct Read {
    name: &'static str,
    source: &'static str,
    kind: FileKind,
    mapped: BTreeMap<String, String>,
    entries: Vec<Entry>,
    rejections: Vec<Rejection>,
}

static ALOUETTE: LazyLock<Company> = LazyLock::new(|| company(1, demo::CUSTOMERS, until()));

static READ: LazyLock<Vec<Read>> = LazyLock::new(|| {
    let read = |file: &demo::DemoFile| {
        let guessed = guess(Box::new(Cursor::new(file.bytes.clone())), file.name).expect(file.name);
        guessed.check().unwrap_or_else(|missing| panic!("{}: {missing}", file.name));
        let target = |column: &sources::ColumnGuess| column.target.map_or(String::new(), Target::name_of);
        let mapped = guessed.columns.iter().map(|column| (column.name.clone(), target(column))).collect();
        // No file names its currency; it is the company's.
        let mut mapping = guessed.mapping.clone();
        mapping.currency = mapping.currency.or(Some(Currency::EUR));
        let mut reader = open(Box::new(Cursor::new(file.bytes.clone())), &mapping).expect(file.name);
        let (mut entries, mut rejections) = (Vec::new(), Vec::new());
        while let Some(rows) = reader.next_batch(1_000).expect(file.name) {
            for row in rows {
                match row {
                    Row::Entry(entry) => entries.push(entry),
                    Row::Rejected(rejection) => rejections.push(rejection),
                }
            }
        }
        Read { name: file.name, source: file.source, kind: guessed.mapping.kind, mapped, entries, rejections }
    };
    ALOUETTE.files.iter().map(read).collect()
});

trait NameOf {
    fn name_of(self) -> String;
}

impl NameOf for Target {
    fn name_of(self) -> String {
        self.name().to_string()
    }
}

fn read(name: &str) -> &'static Read {
    READ.iter().find(|read| read.name == name).expect(name)
}

#[test]
fn each_file_is_taken_for_what_it_is() {
    let kinds: Vec<(&str, FileKind)> = READ.iter().map(|read| (read.name, read.kind)).collect();
    assert_eq!(
        kinds,
        [
            ("webshop-customers.csv", FileKind::Customers),
            ("webshop-orders.csv", FileKind::Sales),
            ("webshop-reviews.csv.gz", FileKind::Reviews),
            ("webshop-referrals.csv", FileKind::Referrals),
            ("invoicing-customers.tsv", FileKind::Customers),
            ("invoicing-lines.xlsx", FileKind::Sales),
            ("field-accounts.csv", FileKind::Customers),
            ("field-visits.csv", FileKind::Interactions),
            ("credit-customers.tsv", FileKind::Customers),
            ("credit-payments.parquet", FileKind::Payments),
            ("credit-costs.csv", FileKind::Costs),
            ("support-requests.ndjson", FileKind::Requests),
            ("support-contacts.ndjson", FileKind::Interactions),
        ]
    );
}

#[test]
fn columns_are_guessed_as_a_person_would() {
    let expected: [(&str, &[(&str, &str)]); 13] = [
        (
            "webshop-customers.csv",
            &[
                ("id_client", "customer"),
                ("prenom", "first_name"),
                ("nom", "last_name"),
                ("societe", "company"),
                ("email", "email"),
                ("telephone", "phone"),
                ("adresse", "street"),
                ("code_postal", "postcode"),
                ("ville", "city"),
                ("pays", "country"),
                ("date_naissance", "birth_date"),
            ],
        ),
        (
            "webshop-orders.csv",
            &[
                ("N° commande", "order"),
                ("Date de commande", "date"),
                ("N° client", "customer"),
                ("E-mail", "email"),
                ("Référence", "product"),
                ("Désignation", "description"),
                ("Quantité", "quantity"),
                ("Remise", "discount"),
                ("Montant HT", "amount"),
                ("Marge", "margin"),
            ],
        ),
        (
            "webshop-reviews.csv.gz",
            &[
                ("date", "date"),
                ("id_client", "customer"),
                ("reference", "product"),
                ("note", "rating"),
                ("commentaire", "text"),
            ],
        ),
        ("webshop-referrals.csv", &[("date", "date"), ("parrain", "customer"), ("filleul", "referred")]),
        (
            "invoicing-customers.tsv",
            &[
                ("Code client", "customer"),
                ("Type client", "kind"),
                ("Raison sociale", "name|company"),
                ("Contact", ""),
                ("SIRET", "company_number"),
                ("N° TVA", "vat"),
                ("E-mail", "email"),
                ("Téléphone", "phone"),
                ("Adresse", "street"),
                ("CP", "postcode"),
                ("Ville", "city"),
                ("Pays", "country"),
                ("Activité", "industry"),
            ],
        ),
        (
            "invoicing-lines.xlsx",
            &[
                ("N° facture", "order"),
                ("Date facture", "date"),
                ("Code client", "customer"),
                ("Article", "product"),
                ("Libellé", "description"),
                ("Qté", "quantity"),
                ("Remise", "discount"),
                ("Total HT", "amount"),
                ("Coût de revient", "unit_cost"),
            ],
        ),
        (
            "field-accounts.csv",
            &[
                ("Account ID", "customer"),
                ("Account name", "name|company"),
                ("Type", "kind"),
                ("First name", "first_name"),
                ("Last name", "last_name"),
                ("Email", "email"),
                ("Phone", "phone"),
                ("Street", "street"),
                ("Postcode", "postcode"),
                ("City", "city"),
                ("Country", "country"),
                ("Company number", "company_number"),
                ("Owner", "owner"),
            ],
        ),
        (
            "field-visits.csv",
            &[
                ("Account ID", "customer"),
                ("Date", "date"),
                ("Minutes", "minutes"),
                ("Seller", "who"),
                ("Purpose", "subject"),
            ],
        ),
        (
            "credit-customers.tsv",
            &[
                ("Dossier", "customer"),
                ("Nom", "name|last_name"),
                ("SIREN", "company_number"),
                ("N° TVA", "vat"),
                ("Téléphone", "phone"),
                ("E-mail", "email"),
                ("Ville", "city"),
                ("Pays", "country"),
                ("Plafond de crédit", "credit_limit"),
                ("Cote", "credit_rating"),
            ],
        ),
        (
            "credit-payments.parquet",
            &[
                ("dossier", "customer"),
                ("facture", "invoice"),
                ("montant", "amount"),
                ("echeance", "due"),
                ("payee", "paid"),
            ],
        ),
        (
            "credit-costs.csv",
            &[("Dossier", "customer"), ("Date", "date"), ("Activité", "activity"), ("Coût", "amount")],
        ),
        (
            "support-requests.ndjson",
            &[
                ("ticket_id", "id"),
                ("created_at", "opened"),
                ("closed_at", "closed"),
                ("requester_id", "customer"),
                ("requester_name", "name"),
                ("requester_email", "email"),
                ("requester_phone", "phone"),
                ("channel", "channel"),
                ("subject", "subject"),
            ],
        ),
        (
            "support-contacts.ndjson",
            &[
                ("at", "date"),
                ("requester_id", "customer"),
                ("channel", "channel"),
                ("direction", "direction"),
                ("minutes", "minutes"),
                ("agent", "who"),
                ("subject", "subject"),
            ],
        ),
    ];
    let mut wrong = Vec::new();
    for (name, columns) in expected {
        let mapped = &read(name).mapped;
        for (column, target) in columns {
            let found =
                mapped.get(*column).unwrap_or_else(|| panic!("{name} has no column {column}: {mapped:?}"));
            if !target.split('|').any(|target| target == found) {
                wrong.push(format!("{name}: {column} is taken for {found:?}, not {target:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn good_rows_arrive_and_bad_rows_are_rejected() {
    for (read, truth) in READ.iter().zip(&ALOUETTE.truth.files) {
        let told: Vec<String> =
            read.rejections.iter().map(|r| format!("row {}: {}", r.row, r.cause)).collect();
        assert_eq!(
            read.rejections.len() as u64,
            truth.bad_rows,
            "{}: {:#?}",
            read.name,
            &told[..told.len().min(8)]
        );
        assert_eq!((read.entries.len() + read.rejections.len()) as u64, truth.rows, "{}", read.name);
        let nobody = read.entries.iter().filter(|entry| entry.customer.is_none()).count();
        assert_eq!(nobody as u64, truth.without_customer, "{}", read.name);
    }
}

#[test]
fn amounts_close_to_the_cent() {
    for (read, truth) in READ.iter().zip(&ALOUETTE.truth.files) {
        let Some(expected) = truth.amount else { continue };
        let amount = |entry: &Entry| match &entry.fact.as_ref().expect("a row of facts has one").body {
            FactBody::Sale(line) => line.amount.minor,
            FactBody::Payment(payment) => payment.amount.minor,
            FactBody::Cost(cost) => cost.amount.minor,
            other => panic!("{other:?} has no amount"),
        };
        assert_eq!(read.entries.iter().map(amount).sum::<i64>(), expected, "{}", read.name);
    }
    let margins = |name: &str| -> i64 {
        let margin = |entry: &Entry| match &entry.fact.as_ref().unwrap().body {
            FactBody::Sale(line) => line.margin.expect("the source gives margin or cost").minor,
            other => panic!("{other:?} is no sale"),
        };
        read(name).entries.iter().filter(|entry| entry.customer.is_some()).map(margin).sum()
    };
    let truth: i64 = ALOUETTE.truth.customers.iter().map(|customer| customer.margin).sum();
    assert_eq!(margins("webshop-orders.csv") + margins("invoicing-lines.xlsx"), truth);
}

#[test]
fn facts_are_told_in_full() {
    let bodies = |name: &str| read(name).entries.iter().map(|entry| entry.fact.as_ref().unwrap());
    let visit = bodies("field-visits.csv").next().unwrap();
    let FactBody::Interaction(visit) = &visit.body else { panic!("{visit:?}") };
    assert_eq!(visit.channel, "visit");
    assert!(visit.minutes.is_some() && visit.who.is_some());
    assert!(
        bodies("support-contacts.ndjson").all(|fact| matches!(&fact.body, FactBody::Interaction(contact)
        if contact.minutes.is_some() && contact.direction.is_some()))
    );
    assert!(
        bodies("support-requests.ndjson")
            .any(|fact| matches!(&fact.body, FactBody::Request(request) if request.closed.is_none()))
    );
    assert!(
        bodies("credit-payments.parquet")
            .any(|fact| matches!(&fact.body, FactBody::Payment(payment) if payment.paid.is_none()))
    );
    assert!(bodies("webshop-reviews.csv.gz").all(|fact| matches!(&fact.body, FactBody::Review(review)
        if review.rating.is_some_and(|rating| (0..=1_000).contains(&rating.0)))));
    for name in ["webshop-orders.csv", "invoicing-lines.xlsx"] {
        for fact in bodies(name) {
            let FactBody::Sale(line) = &fact.body else { panic!("{fact:?}") };
            assert_eq!(line.is_return, line.amount.minor < 0, "{name}: {fact:?}");
        }
    }
}

/// What the readers say of each record, the later file over the earlier.
fn records() -> BTreeMap<(&'static str, String), Attributes> {
    let mut records: BTreeMap<(&'static str, String), Attributes> = BTreeMap::new();
    for read in READ.iter() {
        for entry in &read.entries {
            if let Some(key) = &entry.customer {
                records.entry((read.source, key.clone())).or_default().extend(entry.attributes.clone());
            }
        }
    }
    records
}

/// Each record's true customer and the one that linking finds.
fn linked() -> Vec<((&'static str, String), usize, u64)> {
    let whose: BTreeMap<(&str, &str), usize> = ALOUETTE
        .truth
        .records
        .iter()
        .map(|record| ((&*record.source, &*record.key), record.customer))
        .collect();
    let records = records();
    let identifiers: Vec<RecordIdentifiers> = records
        .values()
        .zip(0..)
        .map(|(said, record)| RecordIdentifiers {
            record,
            current_customer: None,
            identifiers: Identifiers::of(said),
        })
        .collect();
    let linking = link(&identifiers, 0);
    records
        .into_keys()
        .zip(linking.links)
        .map(|((source, key), link)| {
            let truth =
                *whose.get(&(source, key.as_str())).unwrap_or_else(|| panic!("{source} has no record {key}"));
            ((source, key), truth, link.customer)
        })
        .collect()
}

#[test]
fn linking_finds_most_of_who_is_who_and_mixes_up_nobody() {
    let linked = linked();
    assert_eq!(linked.len(), ALOUETTE.truth.records.len(), "each record arrives once");
    let mut found: BTreeMap<u64, BTreeSet<usize>> = BTreeMap::new();
    for (_, truth, customer) in &linked {
        found.entry(*customer).or_default().insert(*truth);
    }
    assert_eq!(found.values().filter(|customers| customers.len() > 1).count(), 0, "no two are taken for one");
    let parts = found.len() as f64 / demo::CUSTOMERS as f64;
    assert!((1.02..1.2).contains(&parts), "{} customers are found as {}", demo::CUSTOMERS, found.len());
}

#[test]
fn valuing_finds_who_still_buys_and_how_much_is_to_come() {
    let customer_of: BTreeMap<(&str, String), usize> =
        linked().into_iter().map(|((source, key), truth, _)| ((source, key), truth)).collect();
    let mut lines = Vec::new();
    for read in READ.iter().filter(|read| read.kind == FileKind::Sales) {
        for entry in &read.entries {
            let (Some(key), Some(fact)) = (&entry.customer, &entry.fact) else { continue };
            let FactBody::Sale(line) = &fact.body else { panic!("{:?}", FactKind::Sale) };
            lines.push(PurchaseLine {
                customer: customer_of[&(read.source, key.clone())] as u32,
                day: fact.happened_at.day().0,
                amount: line.amount.minor,
                margin: Margin::from(line.margin.map(|margin| margin.minor)),
            });
        }
    }
    let histories = histories(lines, until());
    let truth = &ALOUETTE.truth.customers;
    let bought = truth.iter().filter(|customer| customer.purchases > 0).count();
    assert!(
        (bought - histories.rows.len()) * 50 < bought,
        "a few sent all back: {} of {bought}",
        histories.rows.len()
    );
    let horizon = "365d".parse().unwrap();
    let valuation = value(&histories, &Question { horizon, minor_digits: Some(2), choice: Choice::Blend });
    assert_eq!(valuation.model_name(), "blend + Gamma-Gamma");

    let active = truth.iter().filter(|customer| customer.is_active).count() as f64;
    let found = valuation.expected_active();
    assert!((found / active - 1.0).abs() < 0.09, "{found:.0} are found active, {active} are");
    let to_come: u32 = truth.iter().map(|customer| customer.purchases_next_year).sum();
    let expected = valuation.total_transactions().expected;
    assert!((expected / f64::from(to_come) - 1.0).abs() < 0.10, "{expected:.0} expected, {to_come} come");

    // Those with the best prospects are those who buy: the upper fifth brings most of next year's purchases.
    let mut ranked: Vec<(f64, u32)> = valuation
        .customers
        .iter()
        .map(|customer| {
            (customer.expected_transactions, truth[customer.customer as usize].purchases_next_year)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    let fifth: u32 = ranked[..ranked.len() / 5].iter().map(|(_, came)| came).sum();
    assert!(fifth * 2 > to_come, "{fifth} of {to_come}");
    // And the 95 % bounds hold the truth about as often as they say.
    let inside = valuation
        .customers
        .iter()
        .filter(|customer| {
            let came = f64::from(truth[customer.customer as usize].purchases_next_year);
            (customer.transactions.lo95..=customer.transactions.hi95).contains(&came)
        })
        .count();
    let share = inside as f64 / valuation.customers.len() as f64;
    assert!(share > 0.93, "{share} inside their bounds");
    println!(
        "active {found:.0} / {active}, to come {expected:.0} / {to_come}, fifth {fifth}, inside {share:.3}"
    );
}

#[test]
fn names_show_as_people_write_them() {
    let french = read("credit-customers.tsv").entries.iter().filter(|entry| entry.customer.is_some());
    assert!(french.clone().count() > 500);
    let attributes = &read("webshop-customers.csv").entries[0].attributes;
    for attribute in [Attribute::FirstName, Attribute::LastName, Attribute::Email, Attribute::Country] {
        assert!(attributes.contains_key(&attribute), "{attributes:?}");
    }
}
