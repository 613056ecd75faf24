//! Rows that could not be taken come back as a file; mended, it is taken. Blank templates are taken as they are.

use crate::bring::{bring, read};
use crate::making::{sheet_row, workbook};
use ledger::Currency;
use sources::{FileKind, Mapping, RejectionCode, template, write_rejections};
use std::io::Cursor;

fn error_file(bytes: &[u8], mapping: &Mapping) -> (String, usize) {
    let reader = sources::open(Box::new(Cursor::new(bytes.to_vec())), mapping).unwrap();
    let header = reader.header().to_vec();
    let (_, rejections) = read(bytes, mapping).unwrap();
    let mut writer = write_rejections(Vec::new(), &header, &mapping.format).unwrap();
    for rejection in &rejections {
        writer.write(&rejection.cells, &rejection.reason(sources::Language::English)).unwrap();
    }
    (String::from_utf8(writer.finish().unwrap()).unwrap(), rejections.len())
}

#[test]
fn every_template_is_taken_by_the_guess_alone() {
    for kind in FileKind::ALL {
        let text = template(kind);
        let brought = bring(text.clone(), &format!("{kind}.csv"));
        assert_eq!(brought.guess.mapping.kind, kind);
        assert_eq!(brought.rejections, [], "{kind}");
        assert_eq!(brought.entries.len(), 1, "{kind}");
        let unmapped =
            brought.guess.columns.iter().filter(|column| column.target.is_none()).map(|column| &column.name);
        assert_eq!(unmapped.collect::<Vec<_>>(), Vec::<&String>::new(), "{kind}");
        // Filled in by a French spreadsheet and under any name.
        let french = text.replace(',', ";");
        let brought = bring(french, "Classeur1.csv");
        assert_eq!((brought.guess.mapping.kind, brought.rejections.len()), (kind, 0));
    }
}

#[test]
fn a_mended_csv_is_taken_with_the_same_mapping() {
    let text = "\u{feff}Client;Date;Montant;Libellé\r\n\
        K1;13/05/2024;12,50;ok\r\n\
        K2;31/02/2024;3,00;\"=HYPERLINK(\"\"http://x\"\");deux\"\r\n\
        K3;14/05/2024;douze;-1+2\r\n\
        K4;15/05/2024;-7,00;'déjà\r\n\
        K5;15/05/2024;x;+33 6 12 34 56 78\r\n";
    let mut mapping = bring(text, "ventes.csv").guess.mapping;
    mapping.currency = Some(Currency::EUR);
    let (file, rejected) = error_file(text.as_bytes(), &mapping);
    assert_eq!(rejected, 3);
    assert!(file.lines().next().unwrap().ends_with(";reason"), "{file}");
    assert!(file.contains("'=HYPERLINK") && file.contains("'-1+2"), "{file}");
    assert!(file.contains("day 31 of February 2024"), "{file}");

    let mended = file.replace("31/02/2024", "28/02/2024").replacen("douze", "12", 1).replace(";x;", ";5;");
    let (entries, rejections) = read(mended.as_bytes(), &mapping).unwrap();
    assert_eq!(rejections, []);
    let said = entries.iter().map(|entry| match &entry.fact.as_ref().unwrap().body {
        ledger::FactBody::Sale(sale) => sale.description.clone().unwrap(),
        other => panic!("{other:?}"),
    });
    assert_eq!(said.collect::<Vec<_>>(), ["=HYPERLINK(\"http://x\");deux", "-1+2", "+33 6 12 34 56 78"]);

    // And so is what a spreadsheet made of it: commas, no byte order mark.
    let saved = mended.trim_start_matches('\u{feff}').replace(';', "\t");
    let (entries, rejections) = read(saved.as_bytes(), &mapping).unwrap();
    assert_eq!((entries.len(), rejections.len()), (3, 0));
}

#[test]
fn rows_of_a_workbook_come_back_as_csv_and_are_taken_with_its_mapping() {
    let sheet = [
        sheet_row(1, &["Client", "Date", "Montant"]),
        sheet_row(2, &["K1", "@45292", "#1234.5"]),
        sheet_row(3, &["K2", "@45293.5", "beaucoup"]),
        sheet_row(4, &["K3", "jamais", "#1234.5"]),
    ];
    let bytes = workbook(&[("Ventes", &sheet.concat())]);
    let mut mapping = bring(bytes.clone(), "ventes.xlsx").guess.mapping;
    mapping.currency = Some(Currency::EUR);
    mapping.format.decimal = ',';
    let (file, rejected) = error_file(&bytes, &mapping);
    assert_eq!(rejected, 2);
    assert!(file.contains("2024-01-02 12:00:00;beaucoup"), "{file}");
    assert!(file.contains("1234,5"), "{file}");
    let mended = file.replace("beaucoup", "7,25").replace("jamais", "2024-01-04");
    let (entries, rejections) = read(mended.as_bytes(), &mapping).unwrap();
    assert_eq!((entries.len(), rejections.len()), (2, 0), "{rejections:?}");
}

#[test]
fn a_kept_mapping_serves_the_next_month_in_another_format() {
    let mut mapping = bring("Client;Date;Montant\nK1;13/05/2024;1,50\n", "mai.csv").guess.mapping;
    mapping.rules.keep_repeats = true;
    let next = bring("Client,Date,Montant,Neu\nK1,01/06/2024,\"2,50\",x\n", "juin.csv").guess;
    let remembered = next.remembered(&mapping).expect("all columns are there");
    assert_eq!((remembered.format.delimiter, remembered.format.decimal), (',', ','));
    assert!(remembered.rules.keep_repeats);
    let other = bring("Kunde;Datum;Betrag\nK1;13.05.2024;1,50\n", "mai.csv").guess;
    assert_eq!(other.remembered(&mapping), None);

    let error = read("Kunde;Datum;Betrag\nK1;13.05.2024;1,50\n", &mapping).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no column \"Client\" for customer; the file has \"Kunde\", \"Datum\", \"Betrag\""
    );
}

#[test]
fn every_problem_of_a_row_is_told_at_once() {
    let brought = bring(
        "customer,date,quantity,unit_price\nA,2024-01-01,1,2.00\nB,2024-01-02,3,4.00\nC,2024-13-01,many,free\n",
        "s.csv",
    );
    let rejection = &brought.rejections[0];
    let codes = rejection
        .problems()
        .iter()
        .map(|problem| (problem.column.clone().unwrap(), problem.code))
        .collect::<Vec<_>>();
    assert_eq!(
        codes,
        [
            ("date".to_string(), RejectionCode::InvalidDate),
            ("quantity".to_string(), RejectionCode::InvalidNumber),
            ("unit_price".to_string(), RejectionCode::InvalidAmount)
        ]
    );
    assert!(
        rejection
            .reason(sources::Language::English)
            .starts_with("row 4: date: \"2024-13-01\" names month 13"),
        "{}",
        rejection.reason(sources::Language::English)
    );
}
