use super::*;
use proptest::prelude::*;
use std::io::{Cursor, Write};

fn columns() -> PurchaseColumns {
    PurchaseColumns {
        customer: "customer".to_string(),
        date: "date".to_string(),
        amount: Some("amount".to_string()),
        ..PurchaseColumns::default()
    }
}

/// Purchases as (name, date, amount in units), and what was told beside them.
type Read = (Vec<(String, String, f64)>, Purchases);

fn read_bytes(bytes: &[u8], columns: &PurchaseColumns) -> Result<Read, SourceError> {
    let mut taken = Vec::new();
    let told = read_purchases(Box::new(Cursor::new(bytes.to_vec())), columns, &mut |batch| {
        taken.extend_from_slice(batch)
    })?;
    let written = taken
        .into_iter()
        .map(|Purchase { customer, day, amount }| {
            let date = ledger::Day(day).civil().unwrap().to_string();
            (told.customers.name(customer).to_string(), date, amount as f64 / 1e4)
        })
        .collect();
    Ok((written, told))
}

fn read(text: &str) -> Read {
    read_bytes(text.as_bytes(), &columns()).unwrap()
}

fn purchase(name: &str, date: &str, amount: f64) -> (String, String, f64) {
    (name.to_string(), date.to_string(), amount)
}

#[test]
fn columns_are_found_by_name_wherever_they_stand() {
    let (taken, told) =
        read("shop,Amount ,x,DATE,customer\nLyon,12.5,,2024-03-01,007\nNice,-3,,2024-03-02T18:30:00,7\n");
    assert_eq!(taken, [purchase("007", "2024-03-01", 12.5), purchase("7", "2024-03-02", -3.0)]);
    assert_eq!((told.rows, told.purchases, told.rejected), (2, 2, 0));
}

#[test]
fn semicolons_commas_and_days_first_are_recognised() {
    let (taken, told) =
        read("customer;date;amount\nÉlodie;03/12/2023;1 234,50 €\nÉlodie;25/12/2023;(3,00)\n");
    assert_eq!(taken, [purchase("Élodie", "2023-12-03", 1234.5), purchase("Élodie", "2023-12-25", -3.0)]);
    assert!(told.notes.is_empty());
}

/// Once `value FILE` refused what an import took.
#[test]
fn amounts_carry_the_marks_that_an_import_knows() {
    for (amounts, as_numbers) in [
        (["12 500 Ft", "1 990 Ft", "-500 Ft"], [12_500.0, 1_990.0, -500.0]),
        (["1 234,50 Kč", "20,00 Kč", "1 200,- Kč"], [1_234.5, 20.0, 1_200.0]),
        (["99,90 zł", "1.200,00 zł", "5 zł"], [99.9, 1_200.0, 5.0]),
        (["Fr. 12.50", "12.– Fr.", "CHF 1'200.05"], [12.5, 12.0, 1_200.05]),
        (["12.50 lei", "1,200.00 RON", "3 lei"], [12.5, 1_200.0, 3.0]),
        (["1.234,50 kr.", "kr. 7,25", "500,- kr"], [1_234.5, 7.25, 500.0]),
    ] {
        let lines = amounts.map(|amount| format!("A;2024-03-01;{amount}\n")).concat();
        let (taken, told) = read(&format!("customer;date;amount\n{lines}"));
        assert!(told.rejections.is_empty(), "{:?}", told.rejections);
        assert_eq!(taken, as_numbers.map(|amount| purchase("A", "2024-03-01", amount)));
    }
    let (_, told) = read("customer;date;amount\nA;2024-03-01;5 Ft\nA;2024-03-01;5 Kč\n");
    assert_eq!(told.rejections[0].cause, "amounts before are in HUF, and this one is in CZK");
}

/// Once the columns of the first quarter of a megabyte were told as all that there are.
#[test]
fn the_columns_of_a_wide_file_are_counted_to_the_last() {
    for delimiter in [",", ";"] {
        let wide = |columns: usize| format!("{}\n1{delimiter}2\n", vec!["c"; columns].join(delimiter));
        let error = read_bytes(wide(400_000).as_bytes(), &columns()).unwrap_err().to_string();
        assert!(error.contains("the file has 400000 columns"), "{error}");
        let error = read_bytes(wide(1_000_000).as_bytes(), &columns()).unwrap_err().to_string();
        assert!(error.contains("the first line has 1999999 bytes"), "{error}");
    }
}

#[test]
fn numbers_that_are_none_are_told_for_what_they_are() {
    let (taken, told) = read(
        "customer,date,amount\nA,2024-03-01,NaN\nA,2024-03-01,inf\nA,n/a,1\nA,2024-03-01,\nA,2024-03-01,2\n",
    );
    assert_eq!(taken, [purchase("A", "2024-03-01", 2.0)]);
    let causes: Vec<&str> = told.rejections.iter().map(|one| one.cause.as_str()).collect();
    let expected = [
        "\"NaN\" is no value for amount",
        "\"inf\" is not an amount",
        "\"n/a\" is no value for date",
        "amount is empty",
    ];
    assert_eq!(causes, expected);
}

#[test]
fn months_first_are_recognised_and_doubt_is_told() {
    let (taken, _) = read("customer,date,amount\nA,03/04/2023,1\nA,12/25/2023,1\n");
    assert_eq!(taken[0].1, "2023-03-04");
    let (taken, told) = read("customer,date,amount\nA,03/04/2023,1\n");
    assert_eq!(taken[0].1, "2023-04-03");
    assert_eq!(told.notes.len(), 1);
    let asked = PurchaseColumns { date_order: Some(DateOrder::Mdy), ..columns() };
    let (taken, told) = read_bytes(b"customer,date,amount\nA,03/04/2023,1\n", &asked).unwrap();
    assert_eq!((taken[0].1.as_str(), told.notes.len()), ("2023-03-04", 0));
}

#[test]
fn quotes_blank_lines_and_windows_line_ends_change_nothing() {
    let text = "customer,date,amount\r\n\"Dupont, Marie\",2024-01-02,\"1,234.50\"\r\n\r\nA \"B\" C,2024-01-03,5\r\n\
                \"two\r\nlines\",2024-01-04,6\r\n\"\"\"q\"\"\",2024-01-05,7";
    let (taken, told) = read(text);
    let expected = [
        purchase("Dupont, Marie", "2024-01-02", 1234.5),
        purchase("A \"B\" C", "2024-01-03", 5.0),
        purchase("two\r\nlines", "2024-01-04", 6.0),
        purchase("\"q\"", "2024-01-05", 7.0),
    ];
    assert_eq!(taken, expected);
    assert_eq!((told.rows, told.rejected), (4, 0));
}

#[test]
fn rows_that_cannot_be_taken_are_told_with_their_line() {
    let text = "customer,date,amount\nAda,2024-02-30,5\n,2024-01-01,5\nBob,2024-01-01,five\nBob,,5\nBob,2024-01-01,\n\
                Bob,2024-01-01\nBob,2024-01-01,5,6\nBob,2024-01-01,999999999999999\n\"Eve,2024-01-01,5\nAda,2024-01-07,5\n";
    let (taken, told) = read(text);
    assert_eq!(taken, [purchase("Ada", "2024-01-07", 5.0)]);
    let found: Vec<(u64, RejectionCode)> = told.rejections.iter().map(|r| (r.row, r.code)).collect();
    let expected = [
        (2, RejectionCode::InvalidDate),
        (4, RejectionCode::InvalidAmount),
        (5, RejectionCode::Missing),
        (6, RejectionCode::Missing),
        (7, RejectionCode::RaggedRow),
        (8, RejectionCode::RaggedRow),
        (9, RejectionCode::OutOfRange),
        (10, RejectionCode::UnterminatedQuote),
    ];
    assert_eq!(found, expected);
    assert_eq!(told.rows, told.purchases + told.without_customer + told.rejected);
    assert_eq!(told.without_customer, 1);
}

#[test]
fn files_that_cannot_be_read_say_why() {
    let fails = |bytes: &[u8]| read_bytes(bytes, &columns()).unwrap_err();
    assert!(matches!(fails(b""), SourceError::Empty));
    assert!(matches!(fails(b"customer,date,amount\n"), SourceError::Empty));
    assert!(matches!(fails(b"PK\x03\x04rest"), SourceError::NotRecognised { .. }));
    assert!(matches!(fails(b"{\"customer\": 1}\n"), SourceError::NotRecognised { .. }));
    assert!(matches!(fails(b"PAR1 and then nothing"), SourceError::Damaged { .. }));
    let missing = fails(b"client;date;amount\nA;2024-01-01;5\n");
    assert_eq!(
        missing.to_string(),
        "no column \"customer\" for the customer; the file has \"client\", \"date\", \"amount\""
    );
}

#[test]
fn packed_and_foreign_encodings_read_the_same() {
    let text = "customer;date;amount\nÉlodie;2024-01-02;1,5\nZoë;2024-01-03;2\n";
    let expected = read(text).0;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    assert_eq!(read_bytes(&packed.finish().unwrap(), &columns()).unwrap().0, expected);
    let utf_16: Vec<u8> =
        "\u{feff}".chars().chain(text.chars()).flat_map(|c| (c as u16).to_le_bytes()).collect();
    assert_eq!(read_bytes(&utf_16, &columns()).unwrap().0, expected);
    let windows: Vec<u8> = text.chars().map(|c| c as u8).collect();
    assert_eq!(read_bytes(&windows, &columns()).unwrap().0, expected);
}

#[test]
fn without_an_amount_column_purchases_count_zero() {
    let asked = PurchaseColumns { amount: None, ..columns() };
    let (taken, _) = read_bytes(b"customer,date\nA,2024-01-02\n\"B\",2024-01-02\n", &asked).unwrap();
    assert_eq!(taken, [purchase("A", "2024-01-02", 0.0), purchase("B", "2024-01-02", 0.0)]);
}

#[test]
fn lines_over_many_chunks_are_all_read_once() {
    let mut text = "customer,date,amount\n".to_string();
    for i in 0..60_000 {
        // Every thousandth line has a quote and goes the wide way.
        let name = if i % 1_000 == 0 { format!("\"C{}\"", i % 777) } else { format!("C{}", i % 777) };
        text.push_str(&format!("{name},20{:02}-0{}-1{},{}.25\n", i % 25, 1 + i % 9, i % 10, i));
    }
    let (taken, told) = read(&text);
    assert_eq!((taken.len(), told.customers.len()), (60_000, 777));
    for (i, (name, date, amount)) in taken.iter().enumerate() {
        assert_eq!(name, &format!("C{}", i % 777));
        assert_eq!(date, &format!("20{:02}-0{}-1{}", i % 25, 1 + i % 9, i % 10));
        assert_eq!(*amount, i as f64 + 0.25);
    }
}

#[test]
fn plain_amounts_agree_with_the_long_way() {
    for text in ["0", "-0", "12", "-12.5", "12.3456", "99999999999.9999", "0001", "1.25"] {
        let long = numbers::amount(text, '.').unwrap().0.rounded(AMOUNT_DIGITS);
        assert_eq!(plain_amount(text.as_bytes(), b'.'), long, "{text}");
    }
    for text in ["", "-", "1,5", "1.", ".5", "1.23456", "1e3", "+5", "999999999999", "5 ", "--5"] {
        assert_eq!(plain_amount(text.as_bytes(), b'.'), None, "{text}");
    }
}

#[test]
fn plain_days_agree_with_the_long_way() {
    let days = Days::new();
    let orders = [DateOrder::Dmy, DateOrder::Mdy];
    let texts = [
        "2024-02-29",
        "2023-02-29",
        "2024-13-01",
        "2024-00-10",
        "1799-12-31",
        "2200-12-31",
        "2024/02/01",
        "03/04/2024",
        "13/12/2024",
        "12/13/2024",
        "2024-01-01 23:59",
        "2024-01-01T23:59:59Z",
        "2024-01-01 24:00",
        "2024-01-01x",
    ];
    for order in orders {
        for text in texts {
            if let Some(day) = days.read(text.as_bytes(), order) {
                assert_eq!(dates::moment(text, order).map(|at| at.day().0).ok(), Some(day), "{text}");
            }
        }
    }
    assert_eq!(days.read(b"1970-01-02", DateOrder::Dmy), Some(1));
    assert_eq!(days.read(b"2024-02-30", DateOrder::Dmy), None);
}

mod parquet_files {
    use super::*;
    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use std::sync::Arc;

    /// A file of one row group with what `write` puts into its three columns.
    fn file(
        schema: &str,
        write: impl Fn(usize, &mut parquet::file::writer::SerializedColumnWriter<'_>),
    ) -> Vec<u8> {
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap();
        for _group in 0..2 {
            let mut group = writer.next_row_group().unwrap();
            let mut at = 0;
            while let Some(mut column) = group.next_column().unwrap() {
                write(at, &mut column);
                column.close().unwrap();
                at += 1;
            }
            group.close().unwrap();
        }
        writer.close().unwrap();
        bytes
    }

    #[test]
    fn text_date_and_double_columns_are_read() {
        let schema = "message m { optional binary customer (utf8); optional int32 date (date); optional double amount; }";
        let bytes = file(schema, |at, column| {
            let levels = Some(&[1, 1, 0, 1][..]);
            let names = ["Ada", "007", "Zoé"].map(ByteArray::from);
            match at {
                0 => column.typed::<ByteArrayType>().write_batch(&names, levels, None).unwrap(),
                1 => column
                    .typed::<Int32Type>()
                    .write_batch(&[0, 1, 19_000, 2], Some(&[1, 1, 1, 1]), None)
                    .unwrap(),
                _ => column.typed::<DoubleType>().write_batch(&[0.1, f64::NAN, 7.0], levels, None).unwrap(),
            };
        });
        let (taken, told) = read_bytes(&bytes, &columns()).unwrap();
        let once = [purchase("Ada", "1970-01-01", 0.1), purchase("Zoé", "1970-01-03", 7.0)];
        assert_eq!(taken, [once.clone(), once].concat());
        assert_eq!((told.rows, told.without_customer, told.rejected), (8, 2, 2));
        assert_eq!((told.rejections[0].row, told.rejections[1].row), (3, 7));
        assert_eq!(told.rejections[0].cause, "\"NaN\" is no value for amount");
    }

    /// Names that fill pages and a dictionary of several sizes, in both versions of the format, all there or some missing.
    #[test]
    fn text_is_read_however_its_pages_are_written() {
        use parquet::basic::{Compression, Encoding};
        use parquet::file::properties::{WriterProperties, WriterVersion};
        let name = |row: usize| match row % 7 {
            0 => None,
            1 => Some(format!("Zoé {}", row % 3_000)),
            2 => Some(format!("C{:05}", row % 500)),
            _ => Some(format!("number {row}")),
        };
        let plain =
            || WriterProperties::builder().set_data_page_row_count_limit(700).set_write_batch_size(100);
        let ways = [
            plain().set_dictionary_enabled(false),
            plain().set_dictionary_page_size_limit(3_000),
            plain().set_dictionary_page_size_limit(1 << 22).set_compression(Compression::SNAPPY),
            plain().set_writer_version(WriterVersion::PARQUET_2_0).set_dictionary_page_size_limit(1 << 22),
            plain()
                .set_writer_version(WriterVersion::PARQUET_2_0)
                .set_encoding(Encoding::PLAIN)
                .set_compression(Compression::SNAPPY)
                .set_dictionary_page_size_limit(3_000),
            // Names written against the one before are left to the library.
            plain().set_dictionary_enabled(false).set_encoding(Encoding::DELTA_BYTE_ARRAY),
        ];
        const ROWS: usize = 20_000;
        let all_there = "message m { required binary customer (utf8); required binary date (utf8); }";
        let some_missing = "message m { optional binary customer (utf8); required binary date (utf8); }";
        let columns = PurchaseColumns { amount: None, ..columns() };
        for (way, properties) in ways.into_iter().enumerate() {
            let properties = Arc::new(properties.build());
            for schema in [all_there, some_missing] {
                let names: Vec<Option<String>> = (0..ROWS)
                    .map(|row| if schema == all_there { name(row).or(Some("Ada".into())) } else { name(row) })
                    .collect();
                let mut bytes = Vec::new();
                let parsed = Arc::new(parse_message_type(schema).unwrap());
                let mut writer = SerializedFileWriter::new(&mut bytes, parsed, properties.clone()).unwrap();
                let mut group = writer.next_row_group().unwrap();
                let present: Vec<ByteArray> =
                    names.iter().flatten().map(|name| name.as_str().into()).collect();
                let levels: Vec<i16> = names.iter().map(|name| name.is_some().into()).collect();
                let levels = (schema == some_missing).then_some(&levels[..]);
                let mut column = group.next_column().unwrap().unwrap();
                column.typed::<ByteArrayType>().write_batch(&present, levels, None).unwrap();
                column.close().unwrap();
                // Dates of different lengths: their pages end elsewhere.
                let dates: Vec<ByteArray> = (0..ROWS)
                    .map(|row| if row % 3 == 0 { "2024-02-29T07:30:00" } else { "2024-03-01" }.into())
                    .collect();
                let mut column = group.next_column().unwrap().unwrap();
                column.typed::<ByteArrayType>().write_batch(&dates, None, None).unwrap();
                column.close().unwrap();
                group.close().unwrap();
                writer.close().unwrap();
                let (taken, told) = read_bytes(&bytes, &columns).unwrap();
                let expected: Vec<_> = (0..ROWS)
                    .zip(&names)
                    .filter_map(|(row, name)| {
                        let date = if row % 3 == 0 { "2024-02-29" } else { "2024-03-01" };
                        Some(purchase(name.as_ref()?, date, 0.0))
                    })
                    .collect();
                assert!(taken == expected, "way {way}, {schema}");
                assert_eq!(told.rows as usize, ROWS);
            }
        }
    }

    #[test]
    fn an_infinite_amount_is_none() {
        let schema =
            "message m { required int64 customer; required int32 date (date); required double amount; }";
        let bytes = file(schema, |at, column| {
            match at {
                0 => column.typed::<Int64Type>().write_batch(&[1, 2], None, None).unwrap(),
                1 => column.typed::<Int32Type>().write_batch(&[0, 0], None, None).unwrap(),
                _ => column.typed::<DoubleType>().write_batch(&[f64::INFINITY, 2.0], None, None).unwrap(),
            };
        });
        let (_, told) = read_bytes(&bytes, &columns()).unwrap();
        assert_eq!(told.rejections[0].cause, "\"inf\" is not an amount");
        assert_eq!(told.purchases, told.rejected);
    }

    #[test]
    fn numbers_timestamps_and_decimals_are_read() {
        let schema = "message m { required double customer; required int64 date (timestamp_millis); \
                      required int64 amount (decimal(18, 2)); }";
        let bytes = file(schema, |at, column| {
            match at {
                0 => column.typed::<DoubleType>().write_batch(&[13_085.0, 7.5, -2.0], None, None).unwrap(),
                1 => {
                    let moments = [86_400_000, -1, i64::MAX];
                    column.typed::<Int64Type>().write_batch(&moments, None, None).unwrap()
                }
                _ => column.typed::<Int64Type>().write_batch(&[1_250, -1, 5], None, None).unwrap(),
            };
        });
        let (taken, told) = read_bytes(&bytes, &columns()).unwrap();
        assert_eq!(taken[..2], [purchase("13085", "1970-01-02", 12.5), purchase("7.5", "1969-12-31", -0.01)]);
        assert_eq!((told.rejected, told.rejections[0].code), (2, RejectionCode::InvalidDate));
    }

    #[test]
    fn text_dates_and_whole_amounts_are_read() {
        let schema =
            "message m { required int64 customer; required binary date (utf8); required int32 amount; }";
        let bytes = file(schema, |at, column| {
            match at {
                0 => column.typed::<Int64Type>().write_batch(&[3, 12_345_678_901], None, None).unwrap(),
                1 => {
                    let dates = ["2024-01-31 10:00:00", "31/01/2024"].map(ByteArray::from);
                    column.typed::<ByteArrayType>().write_batch(&dates, None, None).unwrap()
                }
                _ => column.typed::<Int32Type>().write_batch(&[12, -12], None, None).unwrap(),
            };
        });
        let (taken, _) = read_bytes(&bytes, &columns()).unwrap();
        let expected = [purchase("3", "2024-01-31", 12.0), purchase("12345678901", "2024-01-31", -12.0)];
        assert_eq!(taken[..2], expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read_bytes(&bytes, &columns());
        let with_header = [b"customer,date,amount\n".as_slice(), &bytes].concat();
        if let Ok((_, told)) = read_bytes(&with_header, &columns()) {
            prop_assert_eq!(told.rows, told.purchases + told.without_customer + told.rejected);
        }
    }

    #[test]
    fn whatever_is_written_is_read_back(
        rows in proptest::collection::vec(("[ -~é\n]{1,12}", 0_i32..40_000, -1_000_000_i64..1_000_000), 1..60)
    ) {
        let mut text = "amount,customer,date\n".to_string();
        for (name, day, amount) in &rows {
            let date = ledger::Day(*day).civil().unwrap();
            let cents = format!("{}{}.{:02}", if *amount < 0 { "-" } else { "" }, amount.abs() / 100, amount.abs() % 100);
            text.push_str(&format!("{cents},\"{}\",{date}\n", name.replace('"', "\"\"")));
        }
        let (taken, told) = read(&text);
        let named: Vec<_> = rows.iter().filter(|(name, ..)| !crate::means_nothing(name.trim())).collect();
        prop_assert_eq!(told.rejected, 0, "{:?}", told.rejections);
        prop_assert_eq!(taken.len(), named.len());
        for ((name, _, amount), row) in taken.iter().zip(named) {
            prop_assert_eq!(name, &row.0);
            prop_assert_eq!(*amount, row.2 as f64 / 100.0);
        }
    }
}
