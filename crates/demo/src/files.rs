//! The exports of the five sources, each in the format its program would write.

mod delimited;
mod parquet;
mod workbook;

use crate::accounts::{Account, Accounts, Book, industry};
use crate::behaviour::{Channel, Life, Line, Order};
use crate::chance::{Chance, Purpose};
use crate::costs;
use crate::people::{Person, Trait};
use crate::truth::{TrueCustomer, TrueFile, TrueRecord, Truth};
use crate::words::{PRODUCTS, SELLERS};
use crate::{Company, DAYS, DemoFile};
use delimited::Table;
use ledger::{Day, Moment};
use serde_json::json;
use workbook::Cell;

const INVOICING: &str = crate::SOURCES[0];
const SHOP: &str = crate::SOURCES[1];
const FIELD: &str = crate::SOURCES[2];
const CREDIT: &str = crate::SOURCES[3];
const SUPPORT: &str = crate::SOURCES[4];

pub(crate) fn company(
    seed: u64,
    until: Day,
    people: &[Person],
    lives: &[Life],
    accounts: &Accounts,
) -> Company {
    let base = Base { people, lives, accounts, chance_seed: seed };
    let (shop_lines, guests, unattributed) = base.shop_orders(until);
    let (invoice_lines, invoices) = base.invoices();
    let made = vec![
        base.shop_customers(),
        shop_lines,
        base.shop_reviews(),
        base.shop_referrals(),
        base.invoicing_customers(),
        invoice_lines,
        base.field_accounts(),
        base.field_visits(),
        base.credit_customers(),
        base.credit_payments(&invoices),
        base.credit_costs(&invoices, until),
        base.support_requests(),
        base.support_contacts(),
    ];
    let (files, counts) = made.into_iter().unzip();
    let truth = base.truth(seed, until, guests, unattributed, counts);
    Company { files, truth }
}

type Made = (DemoFile, TrueFile);

struct Base<'a> {
    people: &'a [Person],
    lives: &'a [Life],
    accounts: &'a Accounts,
    chance_seed: u64,
}

/// An invoice that is to be paid.
struct Invoice<'a> {
    number: String,
    customer: usize,
    order: &'a Order,
    amount: i64,
}

impl<'a> Base<'a> {
    fn shop_customers(&self) -> Made {
        let mut table = Table::new(
            "id_client,prenom,nom,societe,email,telephone,adresse,code_postal,ville,pays,date_naissance,date_inscription",
            ',',
        );
        for account in self.accounts.shop.iter() {
            let person = &self.people[account.customer];
            // Half of them tell their birthday.
            let birth = person.birth.filter(|(_, month, day)| (month + day) % 2 == 0);
            table.row([
                &account.key,
                &account.first_name,
                &account.last_name,
                &account.company,
                &account.email,
                &account.phone,
                &account.street,
                &account.postcode,
                &account.city,
                account.country,
                &birth.map(|(year, month, day)| format!("{day:02}/{month:02}/{year}")).unwrap_or_default(),
                &french_day(Day(account.since)),
            ]);
        }
        let counts = Counts { rows: table.rows, ..Counts::default() };
        made("webshop-customers.csv", SHOP, table.text.into_bytes(), counts)
    }

    /// Order lines of the web shop, with the guests' records and the sum of what nobody bought.
    fn shop_orders(&self, until: Day) -> (Made, Vec<TrueRecord>, i64) {
        let mut table = Table::new(
            "N° commande;Date de commande;N° client;E-mail;Référence;Désignation;Quantité;Prix unitaire;Remise;Montant HT;Marge",
            ';',
        );
        let mut counts = Counts { amount: Some(0), ..Counts::default() };
        let mut guests: Vec<TrueRecord> = Vec::new();
        let mut unattributed = 0;
        let mut chance = Chance::of(self.chance_seed, Purpose::Files, 1);
        let orders = self.orders(Channel::Shop);
        for (place, (customer, order)) in orders.iter().enumerate() {
            let letter = if order.is_return { 'R' } else { 'W' };
            let number = numbered(letter, order.day, place);
            let when = format!("{} {:02}:{:02}", french_day(order.day), order.minute / 60, order.minute % 60);
            let (key, email) = if order.is_guest {
                let email = &self.people[*customer].emails[0];
                let guest =
                    TrueRecord { source: SHOP.into(), key: format!("email:{email}"), customer: *customer };
                if !guests.contains(&guest) {
                    guests.push(guest);
                }
                (String::new(), email.clone())
            } else {
                (self.accounts.shop.key(*customer, order.day).to_string(), String::new())
            };
            for line in &order.lines {
                table.row(shop_line(&number, &when, &key, &email, line).each_ref().map(String::as_str));
                counts.add(line.amount);
            }
            // The stall on the market: sold over the shop's till, to nobody it knows.
            if place % 260 == 130 {
                let product = chance.between(0, 16) as usize;
                let amount = PRODUCTS[product].price;
                let line = Line { product, quantity: 1, discount: 0, amount };
                table.row(
                    shop_line(&format!("M{}", &number[1..]), &when, "", "", &line)
                        .each_ref()
                        .map(String::as_str),
                );
                counts.add(amount);
                counts.without_customer += 1;
                unattributed += amount;
            }
        }
        // What a restart of the shop's server in the middle of an export left behind.
        let key = self.accounts.shop.iter().next().map_or("C100001", |account| account.key.as_str());
        let year = until.civil().map_or(2000, |date| date.year());
        let bad = [
            ["31/02", "2", "6,90", "12,42"],
            ["00/00/0000", "1", "8,20", "8,20"],
            ["17/05", "1", "", ""],
            ["18/05", "3", "", "n/a"],
            ["19/05", "1", "6,90", "gratuit"],
        ];
        for (place, [when, quantity, price, amount]) in bad.into_iter().enumerate() {
            let when = if when.len() == 5 { format!("{when}/{year} 10:00") } else { when.to_string() };
            let number = format!("X{year}-{:06}", place + 1);
            let (code, name) = ("CAF-BRE-250", "Café Brésil 250 g");
            table.row([&number, &when, key, "", code, name, quantity, price, "0,00", amount, ""]);
            counts.bad_rows += 1;
        }
        counts.rows = table.rows;
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&table.text);
        (made("webshop-orders.csv", SHOP, bytes.into_owned(), counts), guests, unattributed)
    }

    fn shop_reviews(&self) -> Made {
        let mut table = Table::new("avis_id,date,id_client,reference,note,commentaire", ',');
        let mut reviews: Vec<_> = self
            .lives
            .iter()
            .enumerate()
            .flat_map(|(customer, life)| {
                life.reviews.iter().map(move |review| (review.day, customer, review))
            })
            .collect();
        reviews.sort_by_key(|(day, customer, review)| (*day, *customer, review.product));
        for (place, (day, customer, review)) in reviews.iter().enumerate() {
            let key = self.accounts.shop.key(*customer, *day);
            let product = PRODUCTS[review.product].code;
            let id = format!("AVIS-{:05}", place + 1);
            table.row([&id, &french_day(*day), key, product, &review.stars.to_string(), review.text]);
        }
        let counts = Counts { rows: table.rows, ..Counts::default() };
        made("webshop-reviews.csv.gz", SHOP, delimited::gzip(table.text.as_bytes()), counts)
    }

    fn shop_referrals(&self) -> Made {
        let mut table = Table::new("date,parrain,filleul", ',');
        let mut referrals: Vec<_> = self
            .lives
            .iter()
            .enumerate()
            .filter_map(|(customer, life)| life.referred_by.map(|(friend, day)| (day, friend, customer)))
            .collect();
        referrals.sort_unstable();
        for (day, friend, customer) in referrals {
            let key = |customer| self.accounts.shop.key(customer, day);
            table.row([&french_day(day), key(friend), key(customer)]);
        }
        let counts = Counts { rows: table.rows, ..Counts::default() };
        made("webshop-referrals.csv", SHOP, table.text.into_bytes(), counts)
    }

    fn invoicing_customers(&self) -> Made {
        let mut table = Table::new(
            "Code client\tType client\tRaison sociale\tContact\tSIRET\tN° TVA\tE-mail\tTéléphone\tAdresse\tCP\tVille\tPays\tActivité",
            '\t',
        );
        for account in self.accounts.invoicing.iter() {
            let person = &self.people[account.customer];
            let (name, contact) = if person.is_organisation {
                (account.company.clone(), format!("{} {}", account.first_name, account.last_name))
            } else {
                (format!("{} {}", account.last_name, account.first_name), String::new())
            };
            table.row([
                &account.key,
                if person.is_organisation { "Société" } else { "Particulier" },
                &name,
                &contact,
                &account.company_number,
                &account.vat,
                &account.email,
                &account.phone,
                &account.street,
                &account.postcode,
                &account.city,
                account.country,
                industry(person),
            ]);
        }
        let counts = Counts { rows: table.rows, ..Counts::default() };
        made("invoicing-customers.tsv", INVOICING, table.text.into_bytes(), counts)
    }

    /// Invoice lines as a workbook, and the invoices that are to be paid.
    fn invoices(&self) -> (Made, Vec<Invoice<'a>>) {
        const HEADER: [&str; 10] = [
            "N° facture",
            "Date facture",
            "Code client",
            "Article",
            "Libellé",
            "Qté",
            "PU HT",
            "Remise",
            "Total HT",
            "Coût de revient",
        ];
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        let mut counts = Counts { amount: Some(0), ..Counts::default() };
        let mut invoices = Vec::new();
        let orders = self.orders(Channel::Invoice);
        for (place, (customer, order)) in orders.into_iter().enumerate() {
            let number = if order.is_return {
                format!("AV{}", &numbered('-', order.day, place)[1..])
            } else {
                format!("FA{}", &numbered('-', order.day, place)[1..])
            };
            let key = self.accounts.invoicing.key(customer, order.day);
            for line in &order.lines {
                rows.push(vec![
                    Cell::Text(number.clone()),
                    Cell::Day(order.day),
                    Cell::Text(key.to_string()),
                    Cell::Text(line.product().code.into()),
                    Cell::Text(line.product().name.into()),
                    Cell::Number(line.quantity.to_string()),
                    Cell::Number(point(line.product().price)),
                    Cell::Number(point(line.discount)),
                    Cell::Number(point(line.amount)),
                    Cell::Number(point(line.product().cost)),
                ]);
                counts.add(line.amount);
            }
            if !order.is_return {
                let amount = order.lines.iter().map(|line| line.amount).sum();
                invoices.push(Invoice { number, customer, order, amount });
            }
        }
        // Two lines somebody corrected by hand in the sheet.
        let key = self.accounts.invoicing.iter().next().map_or("411-00001", |account| account.key.as_str());
        for (number, day, amount) in [("FA-A", "à vérifier", "79.00"), ("FA-B", "2026-13-45", "86.00")] {
            let text = |text: &str| Cell::Text(text.to_string());
            let numeric = |text: &str| Cell::Number(text.to_string());
            rows.push(vec![
                text(number),
                text(day),
                text(key),
                text("PRO-BRE-5KG"),
                text("Café Brésil grains 5 kg"),
                numeric("1"),
                numeric("79.00"),
                numeric("0"),
                numeric(amount),
                numeric("60.50"),
            ]);
            counts.bad_rows += 1;
        }
        counts.rows = rows.len() as u64;
        (
            made("invoicing-lines.xlsx", INVOICING, workbook::workbook("Factures", &HEADER, &rows), counts),
            invoices,
        )
    }

    fn field_accounts(&self) -> Made {
        let mut table = Table::new(
            "Account ID,Account name,Type,First name,Last name,Email,Phone,Street,Postcode,City,Country,Company number,Owner",
            ',',
        );
        for account in self.accounts.field.iter() {
            let owner = SELLERS[self.lives[account.customer].owner];
            table.row([
                &account.key,
                &account.company,
                "company",
                &account.first_name,
                &account.last_name,
                &account.email,
                &account.phone,
                &account.street,
                &account.postcode,
                &account.city,
                account.country,
                &account.company_number,
                owner,
            ]);
        }
        let counts = Counts { rows: table.rows, ..Counts::default() };
        made("field-accounts.csv", FIELD, table.text.into_bytes(), counts)
    }

    fn field_visits(&self) -> Made {
        let mut table = Table::new("Visit ID,Account ID,Date,Start,Minutes,Seller,Purpose", ',');
        let mut visits: Vec<_> = self
            .lives
            .iter()
            .enumerate()
            .flat_map(|(customer, life)| {
                life.visits.iter().map(move |visit| (visit.day, visit.minute, customer, visit))
            })
            .collect();
        visits.sort_by_key(|(day, minute, customer, _)| (*day, *minute, *customer));
        for (place, (day, minute, customer, visit)) in visits.iter().enumerate() {
            let key = self.accounts.field.key(*customer, *day);
            let start = format!("{:02}:{:02}", minute / 60, minute % 60);
            let seller = SELLERS[self.lives[*customer].owner];
            let id = format!("V{:05}", place + 1);
            table.row([&id, key, &iso(*day), &start, &visit.minutes.to_string(), seller, visit.purpose]);
        }
        let mut counts = Counts::default();
        if let Some((day, _, customer, _)) = visits.first() {
            let key = self.accounts.field.key(*customer, *day);
            table.row(["V99998", key, &iso(*day), "10:00", "une heure", SELLERS[0], "Dégustation"]);
            table.row(["V99999", key, "2025-02-30", "10:00", "45", SELLERS[0], "Dégustation"]);
            counts.bad_rows = 2;
        }
        counts.rows = table.rows;
        made("field-visits.csv", FIELD, table.text.into_bytes(), counts)
    }

    fn credit_customers(&self) -> Made {
        let mut table = Table::new(
            "Dossier\tNom\tSIREN\tN° TVA\tTéléphone\tE-mail\tVille\tPays\tPlafond de crédit\tCote",
            '\t',
        );
        for account in self.accounts.credit.iter() {
            let person = &self.people[account.customer];
            let name = if person.is_organisation {
                account.company.clone()
            } else {
                format!("{} {}", account.last_name, account.first_name)
            };
            let limit = if person.is_organisation { 200_000 } else { 30_000 }
                * if person.is(Trait::LatePayer) { 1 } else { 2 };
            let rating = match (person.is(Trait::LatePayer), account.customer % 3) {
                (true, 0) => "D",
                (true, _) => "C",
                (false, 0) => "B",
                (false, _) => "A",
            };
            table.row([
                &account.key,
                &name,
                &account.company_number,
                &account.vat,
                &account.phone,
                &account.email,
                &account.city,
                account.country,
                &comma(limit),
                rating,
            ]);
        }
        let counts = Counts { rows: table.rows, ..Counts::default() };
        made("credit-customers.tsv", CREDIT, table.text.into_bytes(), counts)
    }

    fn credit_payments(&self, invoices: &[Invoice<'_>]) -> Made {
        let mut rows = Vec::new();
        let mut counts = Counts { amount: Some(0), ..Counts::default() };
        for (invoice, key) in self.in_credit_file(invoices) {
            counts.add(invoice.amount);
            rows.push(parquet::Due {
                key: key.to_string(),
                invoice: invoice.number.clone(),
                amount: invoice.amount,
                issued: invoice.order.day,
                due: invoice.order.due.expect("an invoice has a day due"),
                paid: invoice.order.paid,
            });
        }
        counts.rows = rows.len() as u64;
        made("credit-payments.parquet", CREDIT, parquet::payments(&rows), counts)
    }

    /// What reminders cost: a letter 30 days after the day due, a formal notice after 60.
    fn credit_costs(&self, invoices: &[Invoice<'_>], until: Day) -> Made {
        let mut costs: Vec<(Day, &str, &str, i64)> = Vec::new();
        for (invoice, key) in self.in_credit_file(invoices) {
            let sent = costs::reminders(invoice.order, until);
            costs.extend(sent.map(|(day, activity, cost)| (day, key, activity, cost)));
        }
        costs.sort_unstable();
        let mut table = Table::new("\u{feff}Dossier;Date;Activité;Coût", ';');
        let mut counts = Counts { amount: Some(0), ..Counts::default() };
        for (day, key, activity, cost) in costs {
            table.row([key, &french_day(day), activity, &comma(cost)]);
            counts.add(cost);
        }
        counts.rows = table.rows;
        made("credit-costs.csv", CREDIT, table.text.into_bytes(), counts)
    }

    fn support_requests(&self) -> Made {
        let mut requests: Vec<_> = self
            .lives
            .iter()
            .enumerate()
            .flat_map(|(customer, life)| {
                life.requests.iter().map(move |request| (request.opened, customer, request))
            })
            .collect();
        requests.sort_by_key(|(opened, customer, _)| (*opened, *customer));
        let mut text = String::new();
        for (place, (opened, customer, request)) in requests.iter().enumerate() {
            let account =
                self.accounts.support.of(*customer, Moment(*opened).day()).expect("who asks has an account");
            let or_null = |text: &str| if text.is_empty() { json!(null) } else { json!(text) };
            let ticket = json!({
                "ticket_id": format!("T-{}", 10_001 + place),
                "created_at": rfc_3339(*opened),
                "closed_at": request.closed.map(rfc_3339),
                "requester_id": account.key,
                "requester_name": format!("{} {}", account.first_name, account.last_name),
                "requester_email": or_null(&account.email),
                "requester_phone": or_null(&account.phone),
                "channel": request.channel,
                "subject": request.subject,
                "status": if request.closed.is_some() { "closed" } else { "open" },
            });
            text.push_str(&ticket.to_string());
            text.push('\n');
        }
        // A line cut off by a full disk, and a ticket without its date.
        text.push_str("{\"ticket_id\":\"T-99998\",\"created_at\":\"2026-01-0\n");
        text.push_str("{\"ticket_id\":\"T-99999\",\"created_at\":null,\"requester_id\":\"U-5001\",\"subject\":\"Colis abîmé\"}\n");
        let counts = Counts { rows: requests.len() as u64 + 2, bad_rows: 2, ..Counts::default() };
        made("support-requests.ndjson", SUPPORT, text.into_bytes(), counts)
    }

    fn support_contacts(&self) -> Made {
        let mut contacts: Vec<_> = self
            .lives
            .iter()
            .enumerate()
            .flat_map(|(customer, life)| life.requests.iter().map(move |request| (customer, request)))
            .flat_map(|(customer, request)| {
                request.contacts.iter().map(move |contact| (customer, request, contact))
            })
            .collect();
        contacts.sort_by_key(|(customer, _, contact)| (contact.at, *customer));
        let mut text = String::new();
        for (place, (customer, request, contact)) in contacts.iter().enumerate() {
            let account = self
                .accounts
                .support
                .of(*customer, Moment(contact.at).day())
                .expect("who asks has an account");
            // Tenths of minutes as decimal text, so that no float is printed.
            let minutes = format!("{}.{}", contact.minutes / 10, contact.minutes % 10);
            let line = json!({
                "contact_id": format!("K-{}", 20_001 + place),
                "at": rfc_3339(contact.at),
                "requester_id": account.key,
                "channel": contact.channel,
                "direction": if contact.inbound { "inbound" } else { "outbound" },
                "minutes": "@",
                "agent": contact.agent,
                "subject": request.subject,
            });
            text.push_str(&line.to_string().replacen("\"@\"", &minutes, 1));
            text.push('\n');
        }
        let counts = Counts { rows: contacts.len() as u64, ..Counts::default() };
        made("support-contacts.ndjson", SUPPORT, text.into_bytes(), counts)
    }

    fn truth(
        &self,
        seed: u64,
        until: Day,
        guests: Vec<TrueRecord>,
        unattributed: i64,
        files: Vec<TrueFile>,
    ) -> Truth {
        let of_source = |source: &'static str, accounts: &Book| -> Vec<TrueRecord> {
            let record =
                |a: &Account| TrueRecord { source: source.into(), key: a.key.clone(), customer: a.customer };
            accounts.iter().map(record).collect()
        };
        let known = self.accounts;
        let mut records = of_source(SHOP, &known.shop);
        records.extend(guests);
        records.extend(of_source(INVOICING, &known.invoicing));
        records.extend(of_source(FIELD, &known.field));
        records.extend(of_source(CREDIT, &known.credit));
        records.extend(of_source(SUPPORT, &known.support));
        Truth {
            company: "Maison Alouette".into(),
            seed,
            from: iso(Day(until.0 - DAYS)),
            until: iso(until),
            currency: "EUR".into(),
            unattributed,
            customers: (0..self.people.len()).map(|index| self.true_customer(index, until)).collect(),
            records,
            files,
        }
    }

    fn true_customer(&self, index: usize, until: Day) -> TrueCustomer {
        let (person, life) = (&self.people[index], &self.lives[index]);
        let lines = || life.orders.iter().flat_map(|order| &order.lines);
        let year = costs::year_before(until);
        let of_year = life.orders.iter().filter(|order| order.day >= year).flat_map(|order| &order.lines);
        let is_dunned = self.accounts.credit.of(index, until).is_some();
        let purchases = || life.orders.iter().filter(|order| !order.is_return);
        let revenue: i64 = lines().map(|line| line.amount).sum();
        let margin: i64 = lines().map(Line::margin).sum();
        let in_charge = self.accounts.field.of(index, life.known_since).is_some();
        TrueCustomer {
            id: index,
            name: person.name(),
            is_organisation: person.is_organisation,
            country: person.country().into(),
            household: person.household,
            traits: person.traits.clone(),
            drive: person.drive,
            owner: in_charge.then(|| SELLERS[life.owner].to_string()),
            lambda: life.rate.map(|rate| rounded(rate, 1e9)),
            dropout: life.dropout.map(|dropout| rounded(dropout, 1e6)),
            dropout_day: life.left.map(iso),
            is_active: life.rate.is_some() && life.left.is_none(),
            mean_order: life.mean_order.map(|mean| rounded(mean, 1e2)),
            first_purchase: purchases().next().map(|order| iso(order.day)),
            last_purchase: purchases().next_back().map(|order| iso(order.day)),
            purchases: purchases().count() as u32,
            purchases_next_year: life.orders_next_year,
            revenue,
            margin,
            cost: costs::cost(life, is_dunned, Day(until.0 - DAYS), until),
            margin_last_year: of_year.map(Line::margin).sum(),
            cost_last_year: costs::cost(life, is_dunned, year, until),
            margin_rate: (revenue > 0).then(|| rounded(margin as f64 / revenue as f64, 1e6)),
            referred_by: life.referred_by.map(|(friend, _)| friend),
        }
    }

    /// The orders of a channel as its program numbers them: by time.
    fn orders(&self, channel: Channel) -> Vec<(usize, &'a Order)> {
        let mut orders: Vec<(usize, &'a Order)> = self
            .lives
            .iter()
            .enumerate()
            .flat_map(|(customer, life)| life.orders.iter().map(move |order| (customer, order)))
            .filter(|(_, order)| order.channel == channel)
            .collect();
        orders.sort_by_key(|(customer, order)| (order.day, order.minute, *customer, order.is_return));
        orders
    }

    fn in_credit_file<'b>(
        &'b self,
        invoices: &'b [Invoice<'a>],
    ) -> impl Iterator<Item = (&'b Invoice<'a>, &'b str)> {
        let mut key_of: Vec<Option<&str>> = vec![None; self.people.len()];
        for account in self.accounts.credit.iter() {
            key_of[account.customer] = Some(&account.key);
        }
        invoices.iter().filter_map(move |invoice| Some((invoice, key_of[invoice.customer]?)))
    }
}

#[derive(Default)]
struct Counts {
    rows: u64,
    bad_rows: u64,
    without_customer: u64,
    amount: Option<i64>,
}

impl Counts {
    fn add(&mut self, amount: i64) {
        *self.amount.get_or_insert(0) += amount;
    }
}

fn made(name: &'static str, source: &'static str, bytes: Vec<u8>, counts: Counts) -> Made {
    let Counts { rows, bad_rows, without_customer, amount } = counts;
    let truth =
        TrueFile { name: name.into(), source: source.into(), rows, bad_rows, without_customer, amount };
    (DemoFile { name, source, bytes }, truth)
}

fn shop_line(number: &str, when: &str, key: &str, email: &str, line: &Line) -> [String; 11] {
    let product = line.product();
    [
        number.to_string(),
        when.to_string(),
        key.to_string(),
        email.to_string(),
        product.code.to_string(),
        product.name.to_string(),
        line.quantity.to_string(),
        comma(product.price),
        comma(line.discount),
        comma(line.amount),
        comma(line.margin()),
    ]
}

fn numbered(letter: char, day: Day, place: usize) -> String {
    let year = day.civil().map_or(0, |date| date.year());
    format!("{letter}{year}-{:06}", place + 1)
}

/// Cents as a French program prints them: `1 234,50`, the blank a hard one.
fn comma(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let (whole, part) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    if whole >= 1000 {
        format!("{sign}{}\u{a0}{:03},{part:02}", whole / 1000, whole % 1000)
    } else {
        format!("{sign}{whole},{part:02}")
    }
}

fn point(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.unsigned_abs() / 100, cents.unsigned_abs() % 100)
}

fn iso(day: Day) -> String {
    day.civil().map(|date| date.to_string()).unwrap_or_default()
}

fn french_day(day: Day) -> String {
    day.civil()
        .map(|date| format!("{:02}/{:02}/{:04}", date.day(), date.month(), date.year()))
        .unwrap_or_default()
}

fn rfc_3339(seconds: i64) -> String {
    Moment(seconds).civil().map(|at| format!("{at}Z")).unwrap_or_default()
}

/// A short decimal, so that what is written reads back as the same number everywhere.
fn rounded(value: f64, scale: f64) -> f64 {
    libm::floor(value * scale + 0.5) / scale
}
