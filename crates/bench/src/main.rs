//! Makes the bases and files that the benches measure, from a seed; `bench/run` calls it and measures the rest.
//!
//! Customers buy at a rate of their own until they stop, as the models assume; names, towns and sellers are
//! drawn from short lists. Bulk loading goes through the store's one way in and is timed here.

mod market;
mod month_ends;
mod parts;

use clap::{Parser, Subcommand};
use ledger::{Attribute, Attributes, Currency, Day, Fact, FactBody, Moment, Money, Quantity, SaleLine};
use market::Market;
use std::error::Error;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use store::{Company, Entry, Location, NewImport, Store};

/// The program's own, so that parts take here what they take there.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
#[command(about = "Makes what the benches measure")]
struct Command {
    #[command(subcommand)]
    what: What,
    /// Lines or facts.
    #[arg(long, default_value_t = 10_000_000, global = true)]
    lines: usize,
    /// Customers among whom they fall.
    #[arg(long, default_value_t = 1_000_000, global = true)]
    customers: usize,
}

#[derive(Subcommand)]
enum What {
    /// A file of purchase lines in no order: CSV or Parquet, by its ending.
    Lines {
        file: PathBuf,
        /// Customers named by whole numbers instead of text; in Parquet as such.
        #[arg(long)]
        whole: bool,
    },
    /// What each part of valuing such a file takes: one JSON line of processor seconds (as Linux tells them).
    Parts { file: PathBuf },
    /// What customer equity at the month ends of such lines takes: one JSON line of wall and processor seconds and memory.
    MonthEnds {
        /// Threads to use.
        #[arg(long, default_value_t = 2)]
        threads: usize,
    },
    /// A base of described customers and sales: a SQLite file or postgres://….
    Base { location: String },
}

fn main() -> Result<(), Box<dyn Error>> {
    let command = Command::parse();
    let market = || Market::new(command.customers, command.lines);
    match command.what {
        What::Lines { file, whole } if file.extension().is_some_and(|end| end == "parquet") => {
            write_parquet(&market(), &file, whole)
        }
        What::Lines { file, whole } => write_csv(&market(), &file, whole),
        What::Parts { file } => parts::measure(&file),
        What::MonthEnds { threads } => month_ends::measure(market(), command.customers, threads),
        What::Base { location } => fill_base(&market(), command.customers, &location),
    }
}

fn write_csv(market: &Market, file: &Path, whole: bool) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(file)?);
    writeln!(out, "customer,date,amount")?;
    for sale in &market.shuffled() {
        let date = Day(sale.day).civil().ok_or("a day out of range")?;
        let name = if whole { sale.customer.to_string() } else { format!("C{:07}", sale.customer) };
        writeln!(out, "{name},{date},{}.{:02}", sale.cents / 100, sale.cents % 100)?;
    }
    Ok(out.flush()?)
}

fn write_parquet(market: &Market, file: &Path, whole: bool) -> Result<(), Box<dyn Error>> {
    use parquet::basic::Compression;
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    let customer = if whole { "int64 customer" } else { "binary customer (UTF8)" };
    let schema = format!(
        "message lines {{ required {customer}; required int32 date (DATE); required double amount; }}"
    );
    let schema = Arc::new(parquet::schema::parser::parse_message_type(&schema)?);
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut writer = SerializedFileWriter::new(std::fs::File::create(file)?, schema, Arc::new(properties))?;
    for part in market.shuffled().chunks(1_000_000) {
        let mut group = writer.next_row_group()?;
        let days: Vec<i32> = part.iter().map(|sale| sale.day).collect();
        let amounts: Vec<f64> = part.iter().map(|sale| sale.cents as f64 / 100.0).collect();
        let mut column = group.next_column()?.ok_or("the schema has three columns")?;
        if whole {
            let numbers: Vec<i64> = part.iter().map(|sale| i64::from(sale.customer)).collect();
            column.typed::<Int64Type>().write_batch(&numbers, None, None)?;
        } else {
            let name = |sale: &market::Sale| ByteArray::from(format!("C{:07}", sale.customer).into_bytes());
            let names: Vec<ByteArray> = part.iter().map(name).collect();
            column.typed::<ByteArrayType>().write_batch(&names, None, None)?;
        }
        column.close()?;
        let mut column = group.next_column()?.ok_or("the schema has three columns")?;
        column.typed::<Int32Type>().write_batch(&days, None, None)?;
        column.close()?;
        let mut column = group.next_column()?.ok_or("the schema has three columns")?;
        column.typed::<DoubleType>().write_batch(&amounts, None, None)?;
        column.close()?;
        group.close()?;
    }
    writer.close()?;
    Ok(())
}

/// Rows per transaction, as the importer takes them.
const BATCH: usize = 20_000;

fn fill_base(market: &Market, customers: usize, location: &str) -> Result<(), Box<dyn Error>> {
    let location = match location.split_once("://") {
        Some(_) => Location::Postgres(location.to_string()),
        None => Location::File(PathBuf::from(location)),
    };
    let store = Store::open(&location)?;
    store.set_company(&Company { name: "Bench".into(), currency: Currency::EUR })?;
    let now = Day(market::LAST_DAY).start();
    let new = |kind: &str| NewImport {
        source: "shop".into(),
        file_name: format!("{kind}.csv"),
        file_hash: String::new(),
        kind: kind.into(),
        mapping: String::new(),
        header: Vec::new(),
        keep_repeats: false,
        learned_at: now,
    };
    let described = Instant::now();
    let mut session = store.begin_import(&new("customers"))?;
    for part in (0..customers as u32).collect::<Vec<_>>().chunks(BATCH) {
        store.append(&mut session, part.iter().map(|n| describe(*n)).collect(), &[])?;
    }
    store.finish_import(&session, now)?;
    report("describe", customers, described);

    let sales = market.by_time();
    let sold = Instant::now();
    let mut session = store.begin_import(&new("sales"))?;
    for (number, part) in sales.chunks(BATCH).enumerate() {
        let entries = part.iter().enumerate().map(|(n, sale)| entry(number * BATCH + n, sale)).collect();
        store.append(&mut session, entries, &[])?;
    }
    store.finish_import(&session, now)?;
    report("sales", sales.len(), sold);
    let linked = Instant::now();
    let summary = store.link(now, |_, _| Ok(()))?;
    report("link", summary.customers as usize, linked);
    let packed = Instant::now();
    store.pack_facts(|_, _| Ok(()))?;
    report("pack facts for filters", sales.len(), packed);
    Ok(())
}

fn report(what: &str, rows: usize, since: Instant) {
    let seconds = since.elapsed().as_secs_f64();
    println!(
        "{{\"what\":\"{what}\",\"rows\":{rows},\"seconds\":{seconds:.2},\"rows_per_second\":{:.0}}}",
        rows as f64 / seconds
    );
}

fn describe(customer: u32) -> Entry {
    let who = market::person(customer);
    let said: [(Attribute, String); 5] = [
        (Attribute::Name, who.name),
        (Attribute::Email, format!("c{customer}@example.org")),
        (Attribute::City, who.city),
        (Attribute::Country, "FR".into()),
        (Attribute::Owner, who.owner),
    ];
    Entry {
        row: u64::from(customer) + 2,
        customer: Some(format!("C{customer:07}")),
        attributes: Attributes::from(said),
        fact: None,
    }
}

fn entry(number: usize, sale: &market::Sale) -> Entry {
    let line = SaleLine {
        order: Some(format!("O{}", number / 3)),
        product: Some(format!("P{:04}", number * 7919 % 4000)),
        description: None,
        quantity: Some(Quantity(1000)),
        amount: Money::new(sale.cents, Currency::EUR),
        discount: None,
        margin: Some(Money::new(sale.cents * 3 / 10, Currency::EUR)),
        is_return: false,
        kg: None,
        km: None,
        assumed_margin: None,
    };
    Entry {
        row: number as u64 + 2,
        customer: Some(format!("C{:07}", sale.customer)),
        attributes: Attributes::new(),
        fact: Some(Fact {
            happened_at: Moment(Day(sale.day).start().0 + (number % 80_000) as i64),
            reference: None,
            body: FactBody::Sale(line),
        }),
    }
}
