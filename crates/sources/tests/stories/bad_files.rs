//! Files that are wrong as a whole, or in one place: a clear word each time, and nothing else lost.

use crate::bring::{bring, read};
use crate::making::{Column, gzip, parquet, sheet_row, texts, workbook};
use parquet::basic::Compression;
use sources::{FileKind, Guess, Mapping, RejectionCode, Saying, SourceError, guess};
use std::io::{Cursor, Read, Seek, SeekFrom, Write};

fn guessed(bytes: impl Into<Vec<u8>>, name: &str) -> Result<Guess, SourceError> {
    guess(Box::new(Cursor::new(bytes.into())), name)
}

fn sales() -> Mapping {
    let mut mapping = bring("customer,date,amount\nA,2024-01-01,1.50\n", "s.csv").guess.mapping;
    mapping.currency = Some(ledger::Currency::EUR);
    mapping
}

#[test]
fn an_empty_file_and_one_with_a_header_only() {
    assert!(matches!(guessed("", "a.csv"), Err(SourceError::Empty)));
    assert!(matches!(guessed(" \r\n\r\n", "a.csv"), Err(SourceError::Empty)));
    assert!(matches!(guessed(gzip(b""), "a.csv.gz"), Err(SourceError::Empty)));
    assert!(matches!(read("", &sales()), Err(SourceError::Empty)));

    let brought = bring("customer,date,amount\n", "sales.csv");
    assert!(brought.notes().contains(&Saying::HeaderOnly));
    assert_eq!(brought.guess.mapping.kind, FileKind::Sales);
    assert!(brought.entries.is_empty() && brought.rejections.is_empty());
    let sheet = workbook(&[("S", &sheet_row(1, &["customer", "date", "amount"]))]);
    assert!(bring(sheet, "s.xlsx").notes().contains(&Saying::HeaderOnly));
}

#[test]
fn a_million_columns() {
    let header = (0..1_000_000).map(|n| format!("c{n}")).collect::<Vec<_>>().join(",");
    let error = guessed(format!("{header}\n1,2\n"), "wide.csv").unwrap_err();
    assert!(matches!(error, SourceError::TooLarge { .. }), "{error}");
    let short = vec!["a"; 400_000].join(",");
    let error = guessed(format!("{short}\n1,2\n"), "wide.csv").unwrap_err();
    assert!(error.to_string().contains("400000 columns"), "{error}");
    let object =
        format!("{{{}}}\n", (0..40_000).map(|n| format!("\"k{n}\":1")).collect::<Vec<_>>().join(","));
    assert!(matches!(guessed(object, "wide.ndjson"), Err(SourceError::TooLarge { .. })));
}

#[test]
fn an_unclosed_quote_names_its_line_and_costs_one_row() {
    let text = "customer,date,amount,note\nA,2024-01-01,1.00,\"fine\"\nB,2024-01-02,2.00,\"not closed\nC,2024-01-03,3.00,x\nD,2024-01-04,4.00,\"y\"\n";
    let brought = bring(text, "sales.csv");
    let rejection = &brought.rejections[0];
    assert_eq!(
        (rejection.row, rejection.code, rejection.column.as_deref()),
        (3, RejectionCode::UnterminatedQuote, Some("note"))
    );
    assert!(rejection.cause.contains("line 3"), "{}", rejection.cause);
    assert_eq!(brought.entries.iter().map(|entry| entry.row).collect::<Vec<_>>(), [2, 4, 5]);
}

#[test]
fn foreign_bytes_name_row_and_column() {
    let mut bytes =
        "client,date,montant\nHélène,2024-01-01,1.00\nAndré,2024-01-02,2.00\n".as_bytes().to_vec();
    bytes.extend_from_slice("Zoé,2024-01-03,3.00\nNoë,2024-01-03,3.00\nÉva,2024-01-03,3.00\n".as_bytes());
    bytes.extend_from_slice(b"Ren\xe9,2024-01-04,4.00\nPaul,2024-01-05,5.00\n");
    let brought = bring(bytes, "ventes.csv");
    assert!(brought.notes().contains(&Saying::MixedEncodings));
    let rejection = &brought.rejections[0];
    assert_eq!(
        (rejection.row, rejection.code, rejection.column.as_deref()),
        (7, RejectionCode::InvalidEncoding, Some("client"))
    );
    assert!(rejection.cause.contains("René"), "{}", rejection.cause);
    assert_eq!(brought.entries.len(), 6);
}

#[test]
fn rows_that_say_the_same_are_pointed_out() {
    let brought =
        bring("customer,date,amount\nA,2024-01-01,1.00\nA,2024-01-01,1.00\nB,2024-01-01,1.00\n", "sales.csv");
    let note = brought.guess.notes.iter().find(|note| note.code == Saying::RepeatedRows).unwrap();
    assert!(note.message.starts_with("1 of the 3 rows"), "{}", note.message);
    assert_eq!(brought.entries.len(), 3, "reading keeps them; what becomes of them is the ledger's affair");
}

#[test]
fn headers_of_the_same_name_are_told_apart() {
    let brought = bring("customer,date,amount,amount\nA,2024-01-01,1.00,9.00\n", "sales.csv");
    assert!(brought.notes().contains(&Saying::DuplicateHeaders));
    assert_eq!(brought.guess.columns[3].name, "amount (2)");
    assert_eq!(brought.sale(2).amount.minor, 100);
}

#[test]
fn rows_of_the_wrong_length() {
    let brought = bring(
        "customer,date,amount,note\nA,2024-01-01,1.00,x\nB,2024-01-02,2.00\nC,2024-01-03\nD,2024-01-04,4,00,z\nE,2024-01-05,5.00,x,,\n",
        "sales.csv",
    );
    let told = brought.rejections.iter().map(|rejection| (rejection.row, rejection.code)).collect::<Vec<_>>();
    assert_eq!(told, [(4, RejectionCode::RaggedRow), (5, RejectionCode::RaggedRow)]);
    assert!(
        brought.rejections[1].cause.contains("5 cells where the header has 4"),
        "{}",
        brought.rejections[1].cause
    );
    assert_eq!(brought.entries.iter().map(|entry| entry.row).collect::<Vec<_>>(), [2, 3, 6]);
}

/// A file of many gigabytes that is never held: `head`, then one byte over and over, then `tail`.
struct Endless {
    head: Vec<u8>,
    filler: u8,
    filled: u64,
    tail: Vec<u8>,
    at: u64,
}

impl Endless {
    fn length(&self) -> u64 {
        self.head.len() as u64 + self.filled + self.tail.len() as u64
    }
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (head, tail) = (self.head.len() as u64, self.head.len() as u64 + self.filled);
        let part = if self.at < head {
            let part = &self.head[self.at as usize..];
            (&mut &*part).read(buffer)?
        } else if self.at < tail {
            let most = usize::try_from(tail - self.at).unwrap_or(usize::MAX).min(buffer.len());
            buffer[..most].fill(self.filler);
            most
        } else {
            let from = ((self.at - tail) as usize).min(self.tail.len());
            (&mut &self.tail[from..]).read(buffer)?
        };
        self.at += part as u64;
        Ok(part)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(by) => self.length().checked_add_signed(by).unwrap(),
            SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
        };
        Ok(self.at)
    }
}

#[test]
fn a_line_of_a_gigabyte_is_passed_over() {
    let endless = |filled| {
        let head = b"customer,date,amount\nA,2024-01-01,1.00\n".to_vec();
        let tail = b"\nB,2024-01-02,2.00\n".to_vec();
        Box::new(Endless { head, filler: b'x', filled, tail, at: 0 })
    };
    let guess = guess(endless(1 << 26), "sales.csv").unwrap();
    let mut mapping = guess.mapping;
    mapping.currency = Some(ledger::Currency::EUR);
    let mut reader = sources::open(endless(1 << 30), &mapping).unwrap();
    let rows = reader.next_batch(100).unwrap().unwrap();
    let told = rows.iter().map(|row| match row {
        sources::Row::Entry(entry) => format!("{} {}", entry.row, entry.customer.as_deref().unwrap()),
        sources::Row::Rejected(rejection) => format!("{} {}", rejection.row, rejection.code),
    });
    assert_eq!(told.collect::<Vec<_>>(), ["2 A", "3 too_long", "4 B"]);
}

#[test]
fn a_gzip_bomb_is_put_out() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(b"customer,date,amount\n").unwrap();
    for _ in 0..100 {
        encoder.write_all(&[b'x'; 1 << 20]).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let error = read(bomb.clone(), &sales()).unwrap_err();
    assert!(matches!(error, SourceError::Bomb { format: "gzip", .. }), "{error}");
    assert!(guessed(bomb, "bomb.csv.gz").is_err());
}

#[test]
fn a_workbook_that_unpacks_to_nothing_sane_is_refused() {
    let rows = format!("<!--{}-->", " ".repeat(100 << 20));
    let bomb = workbook(&[("S", &rows)]);
    assert!(bomb.len() < 1 << 20);
    let error = guessed(bomb, "bomb.xlsx").unwrap_err();
    assert!(matches!(error, SourceError::Bomb { format: "xlsx", .. }), "{error}");
}

#[test]
fn a_sheet_whose_rows_are_out_of_order() {
    let rows = [
        sheet_row(1, &["customer", "date", "amount"]),
        sheet_row(4, &["C", "@45294", "#3"]),
        sheet_row(2, &["A", "@45292", "#1"]),
        sheet_row(3, &["B", "@45293", "#2"]),
    ];
    let brought = bring(workbook(&[("S", &rows.concat())]), "s.xlsx");
    let read = brought.entries.iter().map(|entry| (entry.row, entry.customer.as_deref().unwrap()));
    assert_eq!(read.collect::<Vec<_>>(), [(2, "A"), (3, "B"), (4, "C")]);
}

#[test]
fn archives_and_papers_that_are_no_tables() {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("../../etc/passwd", zip::write::SimpleFileOptions::default()).unwrap();
    archive.write_all(b"x").unwrap();
    let archive = archive.finish().unwrap().into_inner();
    let error = guessed(archive, "x.xlsx").unwrap_err();
    assert!(error.to_string().contains("zip archive"), "{error}");
    let error = guessed("{\n  \"orders\": [\n    {\"id\": 1}\n  ]\n}\n", "orders.json").unwrap_err();
    assert!(error.to_string().contains("over several lines"), "{error}");
    let error = guessed("%PDF-1.7 ...", "invoice.csv").unwrap_err();
    assert!(error.to_string().contains("looks like a PDF; save it as CSV"), "{error}");
}

#[test]
fn files_that_break_off() {
    let schema = "message m { optional binary customer (UTF8); }";
    let whole = parquet(schema, &[vec![texts(&["A", "B", "C"])]], parquet::basic::Compression::SNAPPY);
    let error = guessed(whole[..whole.len() / 2].to_vec(), "p.parquet").unwrap_err();
    assert!(matches!(error, SourceError::Damaged { format: "parquet", .. }), "{error}");
    let whole = workbook(&[("S", &sheet_row(1, &["customer"]))]);
    let error = guessed(whole[..whole.len() / 2].to_vec(), "p.xlsx").unwrap_err();
    assert!(matches!(error, SourceError::Damaged { format: "xlsx", .. }), "{error}");
    let whole = gzip(b"customer,date,amount\nA,2024-01-01,1.00\n");
    let error = read(whole[..whole.len() - 12].to_vec(), &sales()).unwrap_err();
    assert!(matches!(error, SourceError::Damaged { format: "gzip", .. }), "{error}");
}

#[test]
fn amounts_and_days_that_do_not_exist() {
    let brought = bring(
        "client;date;montant\nA;31/02/2024;1,00\nB;13/05/2024;douze\nC;;3,00\nD;13/05/2024;\nE;13/05/2024;1,00 XYZ\nF;13/05/2024;99999999999999999\nG;13/05/2024;1 234,50 €\nH;13/05/2024;(1.234,50)\n",
        "ventes.csv",
    );
    let told = brought
        .rejections
        .iter()
        .map(|rejection| (rejection.row, rejection.column.as_deref().unwrap(), rejection.code))
        .collect::<Vec<_>>();
    assert_eq!(
        told,
        [
            (2, "date", RejectionCode::InvalidDate),
            (3, "montant", RejectionCode::InvalidAmount),
            (4, "date", RejectionCode::Missing),
            (5, "montant", RejectionCode::Missing),
            (6, "montant", RejectionCode::UnknownCurrency),
            (7, "montant", RejectionCode::OutOfRange),
        ]
    );
    assert!(brought.rejections[0].cause.contains("\"31/02/2024\" names day 31 of February 2024"));
    assert_eq!((brought.sale(8).amount.minor, brought.sale(9).amount.minor), (123_450, -123_450));
}

#[test]
fn keys_and_texts_that_no_database_holds() {
    let long = "K".repeat(300);
    let brought = bring(
        format!("customer,date,amount\n{long},2024-01-01,1.00\nA\0B,2024-01-02,2.00\nC,2024-01-03,3.00\n"),
        "s.csv",
    );
    let told = brought.rejections.iter().map(|rejection| (rejection.row, rejection.code)).collect::<Vec<_>>();
    assert_eq!(told, [(2, RejectionCode::TooLong), (3, RejectionCode::InvalidEncoding)]);
}

#[test]
fn mappings_that_name_what_is_not_there() {
    let mut mapping = sales();
    mapping.columns.insert(sources::Target::Product, "SKU".into());
    let error = read("customer,date,amount\nA,2024-01-01,1.00\n", &mapping).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no column \"SKU\" for product; the file has \"customer\", \"date\", \"amount\""
    );
}

#[test]
fn a_file_of_sales_stays_one_though_most_of_its_dates_are_bad() {
    let mut file = "customer,date,amount,order\n".to_string();
    for n in 0..40 {
        let date = if n % 5 == 0 { "2026-01-05".to_string() } else { format!("week {n}") };
        file.push_str(&format!("K{n},{date},{n}.50,A{n}\n"));
    }
    let brought = bring(file, "export.csv");
    assert_eq!(brought.guess.mapping.kind, FileKind::Sales, "its headers name a sale");
    assert_eq!((brought.entries.len(), brought.rejections.len()), (8, 32));
    assert!(brought.rejections.iter().all(|rejection| rejection.code == RejectionCode::InvalidDate));
    let note = brought.guess.notes.iter().find(|note| note.code == Saying::UnreadableCells).unwrap();
    assert_eq!(
        note.message,
        "cells of \"date\" that do not read as date: 32 of the 40 looked at; their rows will be left out and given back with the reason"
    );
    let good = bring("customer,date,amount\nK1,2026-01-05,3\nK2,2026-01-06,n/a\n", "export.csv");
    assert!(!good.notes().contains(&Saying::UnreadableCells), "a word for nothing is no bad amount");
}

#[test]
fn letters_of_utf_8_beside_bytes_that_are_none_keep_the_file_in_utf_8() {
    let mut file = "customer,date,amount\nZoé,2026-01-05,3\n".as_bytes().to_vec();
    file.extend_from_slice(b"Ren\xe9,2026-01-06,4\nAm\xc3\xa9lie,2026-01-07,5\n");
    let brought = bring(file, "sales.csv");
    assert_eq!(brought.guess.mapping.format.encoding, "utf-8");
    assert!(brought.notes().contains(&Saying::MixedEncodings));
    assert_eq!((brought.entries.len(), brought.rejections.len()), (2, 1));
    assert_eq!(brought.entry(2).customer.as_deref(), Some("Zoé"));
    assert_eq!(brought.rejections[0].code, RejectionCode::InvalidEncoding);
    let old =
        bring(b"customer,date,amount\nRen\xe9,2026-01-06,4\nZo\xe9,2026-01-07,5\n".as_slice(), "sales.csv");
    assert_eq!(old.entry(2).customer.as_deref(), Some("René"));
    let note = old.guess.notes.iter().find(|note| note.code == Saying::AssumedEncoding).unwrap();
    assert!(
        note.message.starts_with("the file is not UTF-8 (2 bytes do not fit); windows-1252 is assumed"),
        "{}",
        note.message
    );
}

#[test]
fn lines_that_end_in_a_carriage_return_alone_are_lines() {
    let unix = "customer;date;amount\nK1;05/01/2026;3,50\nK2;25/01/2026;4,50\n\"K;3\";26/01/2026;1,00\n";
    let mac = bring(unix.replace('\n', "\r"), "sales.csv");
    assert_eq!(mac.entries.len(), 3);
    assert_eq!(mac.entries, bring(unix, "sales.csv").entries);
    let long = "x".repeat(300_000);
    let late =
        bring(format!("customer,date,amount,text\rK1,2026-01-05,3,{long}\rK2,2026-01-06,4,y\r"), "s.csv");
    assert_eq!(late.entries.len() + late.rejections.len(), 2);
}

#[test]
fn amounts_finer_than_a_cent_are_rounded_with_a_word() {
    let brought = bring(
        "customer,date,amount\nK1,2026-01-05,3.005\nK2,2026-01-06,4.50\nK3,2026-01-06,1.9999\n",
        "s.csv",
    );
    assert_eq!(brought.sale(2).amount.minor, 301, "half a cent goes away from zero");
    let note = brought.guess.notes.iter().find(|note| note.code == Saying::RoundedAmounts).unwrap();
    assert!(note.message.contains(": 2 of the 3 rows"), "{}", note.message);
    let priced =
        bring("customer,date,quantity,unit_price\nK1,2026-01-05,8,0.125\nK2,2026-01-06,3,0.125\n", "s.csv");
    let note = priced.guess.notes.iter().find(|note| note.code == Saying::RoundedAmounts).unwrap();
    assert!(note.message.contains(": 1 of the 2 rows"), "eight times 0.125 is whole: {}", note.message);
    let even = bring("customer,date,amount\nK1,2026-01-05,3.10\nK2,2026-01-06,4.500\n", "s.csv");
    assert!(!even.notes().contains(&Saying::RoundedAmounts));
}

#[test]
fn numbers_that_are_none_are_told_for_what_they_are() {
    let text = "customer,date,amount,discount\nA,2024-01-01,NaN,0\nB,2024-01-02,inf,0\nC,2024-01-03,-Infinity,0\n\
                D,2024-01-04,4.00,NaN\nE,n/a,5.00,0\nF,2024-01-06,,0\n";
    let brought = bring(text, "sales.csv");
    let told: Vec<String> =
        brought.rejections.iter().map(|one| format!("{}: {}", one.row, one.cause)).collect();
    assert_eq!(
        told,
        [
            "2: \"NaN\" is no value for amount",
            "3: \"inf\" is not an amount",
            "4: \"-Infinity\" is not an amount",
            "6: \"n/a\" is no value for date",
            "7: amount is empty",
        ]
    );
    // What need not be told may be said to be nothing.
    assert_eq!((brought.sale(5).amount.minor, brought.sale(5).discount), (400, None));
}

#[test]
fn floats_that_are_no_numbers_are_told_for_what_they_are() {
    let schema =
        "message m { optional binary customer (UTF8); optional int32 date (DATE); optional double amount; }";
    let columns = vec![
        texts(&["K1", "K2", "K3", "K4"]),
        Column::Int32(vec![Some(19_723); 4]),
        Column::Double(vec![Some(f64::NAN), Some(f64::INFINITY), None, Some(4.0)]),
    ];
    let brought = bring(parquet(schema, &[columns], Compression::SNAPPY), "sales.parquet");
    let told: Vec<(u64, &str)> = brought.rejections.iter().map(|one| (one.row, one.cause.as_str())).collect();
    assert_eq!(
        told,
        [(2, "\"NaN\" is no value for amount"), (3, "\"inf\" is not an amount"), (4, "amount is empty")]
    );
    // In the file to mend the cell is empty: there "NaN" would be a word like others.
    assert_eq!(brought.rejections[0].cells[2], "");
    assert_eq!(brought.entries.len(), 1);
}

#[test]
fn remarks_in_a_column_called_note_make_no_reviews() {
    let text = "customer,date,amount,note\nA,2024-01-01,1.00,fine\nB,2024-01-02,2.00,call 2 weeks before\nC,2024-01-03,3.00,x\n";
    let brought = bring(text, "export.csv");
    assert_eq!((brought.guess.mapping.kind, brought.entries.len()), (FileKind::Sales, 3));
    for marks in [["4", "5"], ["4/5", "2/5"], ["★★★★☆", "★☆☆☆☆"]] {
        let text = format!("client,date,note\nA,2024-01-01,{}\nB,2024-01-02,{}\n", marks[0], marks[1]);
        let brought = bring(text, "export.csv");
        assert_eq!((brought.guess.mapping.kind, brought.entries.len()), (FileKind::Reviews, 2), "{marks:?}");
    }
}

#[test]
fn days_that_a_sheet_holds_as_numbers_are_given_back_as_days() {
    let cells = |number: u32, amount: &str| {
        format!(
            r#"<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>X1</t></is></c><c r="B{number}"><v>4606{number}</v></c>\
               <c r="C{number}" t="inlineStr"><is><t>{amount}</t></is></c></row>"#
        )
    };
    let rows =
        [sheet_row(1, &["customer", "date", "amount"]), cells(2, "12.50"), cells(3, "twenty")].concat();
    let brought = bring(workbook(&[("S", &rows)]), "sales.xlsx");
    assert_eq!(brought.rejections[0].cells, ["X1", "2026-02-10", "twenty"]);
    assert_eq!(brought.fact(2).happened_at.day().civil().unwrap().to_string(), "2026-02-09");
}

#[test]
fn a_file_of_sales_without_header_keeps_orders_and_customers_apart() {
    let text = "1001,C1,2026-02-03,39.80\n1002,C2,2026-02-17,54.00\n1003,C1,2026-02-31,19.90\n\
                1004,C1,2026-03-03,39.80\n1005,C2,2026-03-05,twelve\n1006,C1,2026-03-03,39.80\n";
    let brought = bring(text, "export.csv");
    assert_eq!(brought.guess.mapping.kind, FileKind::Sales);
    assert_eq!(brought.column("customer").as_deref(), Some("column 2"));
    assert_eq!(brought.column("order").as_deref(), Some("column 1"));
    assert_eq!(brought.entries.len(), 4);
    let told: Vec<(u64, &str)> =
        brought.rejections.iter().map(|one| (one.row, one.column.as_deref().unwrap())).collect();
    assert_eq!(told, [(3, "column 3"), (5, "column 4")]);
    // Lines of an order repeat its number: who has several orders is the customer, and not what many of them hold.
    let mut text = String::new();
    for order in 0..300 {
        for line in 0..1 + order % 4 {
            let (customer, day) = (100 + order * 7 % 60, 1 + order % 28);
            let product =
                ["CUP", "LAMP", "VASE", "RUG", "BOWL", "CLOCK", "CHAIR"][(order * 5 + line * 3) % 7];
            text += &format!("{},K{customer},2026-03-{day:02},{product},1,{}.17\n", 5000 + order, 20 + line);
        }
    }
    let brought = bring(text, "export.csv");
    assert_eq!(brought.guess.mapping.kind, FileKind::Sales);
    assert_eq!(brought.column("customer").as_deref(), Some("column 2"));
    assert_eq!(brought.column("order").as_deref(), Some("column 1"));
}

#[test]
fn texts_that_say_they_are_empty_are_empty_and_names_stay_names() {
    let text = "customer,date,amount,order,product,name,town,country,phone\n\
                K1,2024-01-01,1.00,NULL,n/a,NaN,N/A,NA,-\n\
                K2,2024-01-02,2.00,null,#N/A,Null,None,FR,0612345678\n\
                K3,2024-01-03,3.00,O1,none,Ada,nan,NaT,0612345679\n";
    let brought = bring(text, "sales.csv");
    assert!(brought.rejections.is_empty(), "{:?}", brought.rejections);
    let said = |row: u64| {
        brought
            .entry(row)
            .attributes
            .iter()
            .map(|(name, text)| format!("{}={text}", name.name()))
            .collect::<Vec<_>>()
    };
    assert_eq!(said(2), ["country=NA"], "Namibia");
    assert_eq!(said(3), ["name=Null", "phone=0612345678", "city=None", "country=FR"], "Ms Null of None");
    assert_eq!(said(4), ["name=Ada", "phone=0612345679"]);
    // Once all lines of such an order were one order's.
    let orders = [2, 3, 4].map(|row| brought.sale(row).order.clone());
    assert_eq!(orders, [None, None, Some("O1".to_string())]);
    assert!([2, 3, 4].iter().all(|row| brought.sale(*row).product.is_none()));
    let note = brought.guess.notes.iter().find(|note| note.code == Saying::NothingInWords).unwrap();
    assert!(note.message.contains(": 10 of the rows"), "{}", note.message);
}

/// Once only text files told it.
#[test]
fn a_workbook_tells_how_many_cells_cannot_be_read() {
    let rows = [
        sheet_row(1, &["customer", "date", "amount"]),
        sheet_row(2, &["K1", "@45292", "#2"]),
        sheet_row(3, &["K2", "#45293", "2,50 €"]),
        sheet_row(4, &["K3", "31/02/2024", "twenty"]),
        sheet_row(5, &["K4", "soon", "!#REF!"]),
        sheet_row(6, &["K5", "#7", "n/a"]),
    ];
    let brought = bring(workbook(&[("S", &rows.concat())]), "sales.xlsx");
    let told: Vec<&str> = brought
        .guess
        .notes
        .iter()
        .filter(|note| note.code == Saying::UnreadableCells)
        .map(|note| note.message.split(" looked at").next().unwrap())
        .collect();
    assert_eq!(
        told,
        [
            "cells of \"amount\" that do not read as amount: 2 of the 5",
            "cells of \"date\" that do not read as date: 3 of the 5"
        ]
    );
    assert_eq!((brought.entries.len(), brought.rejections.len()), (2, 3));
}
