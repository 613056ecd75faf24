//! Whatever bytes come, reading ends with rows, rejections or an error: never a panic, never without end.

use crate::making::{Column, gzip, parquet, sheet_row, texts, workbook};
use proptest::prelude::*;
use sources::{FileKind, Format, FormatKind, FormatWish, Mapping, Wish};
use std::io::Cursor;

/// Guesses and reads, with its own guess and as every kind of format.
fn swallow(bytes: &[u8], name: &str) {
    let input = || Box::new(Cursor::new(bytes.to_vec()));
    let mut mappings = Vec::new();
    for kind in [None, Some(FileKind::Sales), Some(FileKind::Interactions), Some(FileKind::Reviews)] {
        if let Ok(guess) = sources::guess_with(input(), name, &Wish { format: FormatWish::default(), kind }) {
            assert!(guess.sample.len() <= 20);
            mappings.push(guess.mapping);
        }
    }
    for kind in [FormatKind::Delimited, FormatKind::Ndjson, FormatKind::Xlsx, FormatKind::Parquet] {
        let mut mapping = Mapping::new(FileKind::Sales, Format::of(kind));
        mapping.columns.insert(sources::Target::Date, "date".into());
        mapping.columns.insert(sources::Target::Amount, "amount".into());
        mappings.push(mapping);
    }
    for mapping in mappings {
        let Ok(mut reader) = sources::open(input(), &mapping) else { continue };
        let mut rows = 0;
        while let Ok(Some(batch)) = reader.next_batch(50) {
            rows += batch.len();
            for row in &batch {
                if let sources::Row::Rejected(rejection) = row {
                    assert!(!rejection.cause.is_empty() && !rejection.remedy.is_empty());
                }
            }
            assert!(rows <= bytes.len() * 40 + 10_000, "more rows than the bytes can hold");
        }
    }
}

fn valid_files() -> Vec<(&'static str, Vec<u8>)> {
    let csv = "customer,date,amount,note,rating\nA,2024-01-01,1.50,\"x, \"\"y\"\"\nz\",4\nB,31/12/2023,\"1 234,50 €\",é,3/5\nC,Jan 5th 2024,(3),=1+1,9\n";
    let json = "{\"customer\":\"A\",\"date\":\"2024-01-01\",\"amount\":1.5,\"a\":{\"b\":[1,2]}}\n{\"customer\":null,\"date\":1704067200,\"amount\":\"x\"}\n";
    let sheet = sheet_row(1, &["customer", "date", "amount"])
        + &sheet_row(2, &["A", "@45292.5", "#1.5"])
        + &sheet_row(3, &["B", "!#REF!", "=1+1|2"]);
    let schema = "message m { optional binary customer (UTF8); optional int32 date (DATE); optional int64 amount (DECIMAL(18,2)); optional double x; }";
    let columns = || {
        vec![
            texts(&["A", "B", ""]),
            Column::Int32(vec![Some(19_723), None, Some(i32::MAX)]),
            Column::Int64(vec![Some(150), Some(i64::MIN), None]),
            Column::Double(vec![Some(f64::INFINITY), Some(-0.0), None]),
        ]
    };
    vec![
        ("a.csv", csv.as_bytes().to_vec()),
        ("a.csv.gz", gzip(csv.as_bytes())),
        ("utf16.csv", [vec![0xff, 0xfe], csv.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()),
        ("a.ndjson", json.as_bytes().to_vec()),
        ("a.json", format!("[{}]", json.trim().replace('\n', ",")).into_bytes()),
        ("a.xlsx", workbook(&[("S", &sheet)])),
        ("a.parquet", parquet(schema, &[columns(), columns()], parquet::basic::Compression::SNAPPY)),
        ("plain.parquet", parquet(schema, &[columns()], parquet::basic::Compression::UNCOMPRESSED)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        swallow(&bytes, "x.csv");
    }

    #[test]
    fn arbitrary_tables_are_survived(text in "[a-c,;\t|\"'\n\r0-9./:€é{}\\[\\]=\u{0} -]{0,300}") {
        swallow(text.as_bytes(), "x.csv");
    }

    #[test]
    fn arbitrary_values_are_survived(values in proptest::collection::vec("[-+0-9.,'()€$ eE:/TZJan%\u{a0}]{0,16}|\\PC{0,12}", 0..40)) {
        let rows = values.chunks(2).map(|pair| format!("K;{}\n", pair.join(";"))).collect::<String>();
        swallow(format!("customer;date;amount\n{rows}").as_bytes(), "x.csv");
    }

    #[test]
    fn damaged_files_are_survived(
        which in 0usize..8,
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6),
        cut in proptest::option::of(any::<proptest::sample::Index>()),
    ) {
        let (name, mut bytes) = valid_files().swap_remove(which);
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        swallow(&bytes, name);
    }
}

#[test]
fn valid_files_are_read() {
    for (name, bytes) in valid_files() {
        assert!(sources::guess(Box::new(Cursor::new(bytes)), name).is_ok(), "{name}");
    }
}
