//! Rows that could not be taken come back as a file; mended, it is taken. Blank templates are taken as they are.

use crate::bring::{bring, read};
use crate::making::{sheet_row, workbook};
use ledger::Currency;
use sources::{FileKind, Language, Mapping, RejectionCode, template, write_rejections};
use std::io::Cursor;

fn error_file(bytes: &[u8], mapping: &Mapping) -> (String, usize) {
    error_file_in(Language::English, bytes, mapping)
}

fn error_file_in(language: Language, bytes: &[u8], mapping: &Mapping) -> (String, usize) {
    let reader = sources::open(Box::new(Cursor::new(bytes.to_vec())), mapping).unwrap();
    let header = reader.header().to_vec();
    let (_, rejections) = read(bytes, mapping).unwrap();
    let mut writer = write_rejections(Vec::new(), &header, &mapping.format).unwrap();
    for rejection in &rejections {
        writer.write(&rejection.cells, &rejection.reason(language)).unwrap();
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

/// Once the reason made support requests of mended sales, when nobody gave the mapping.
#[test]
fn a_mended_file_is_taken_by_the_guess_alone() {
    let text =
        "customer;date;amount\r\nK1;2024-05-13;12.50\r\nK2;2024-02-31;3.00\r\nK3;2024-05-14;twelve\r\n";
    let mut first = bring(text, "sales.csv").guess;
    first.mapping.currency = Some(Currency::EUR);
    for (language, begins) in [(Language::English, "row 3: "), (Language::French, "ligne 3\u{202f}: ")] {
        let (file, rejected) = error_file_in(language, text.as_bytes(), &first.mapping);
        assert!(rejected == 2 && file.contains(begins), "{file}");
        let mended = file.replace("2024-02-31", "2024-02-28").replacen("twelve", "12", 1);
        let french = mended.replace(";reason", ";Motif");
        let plain = mended.trim_start_matches('\u{feff}').to_string();
        let (head, rows) = plain.split_once("\r\n").unwrap();
        let rows = rows.lines().filter_map(|row| row.split(";\"").next()).map(|row| format!("{row};\r\n"));
        let cleared = format!("{head}\r\n{}", rows.collect::<String>());
        assert!(!cleared.contains(begins.trim()), "{cleared}");
        for mended in [mended, french, plain, cleared] {
            let brought = bring(mended.clone(), "rejects.csv");
            assert_eq!(brought.guess.mapping.kind, FileKind::Sales, "{mended}");
            let names = |guess: &sources::Guess| {
                guess.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>()
            };
            assert_eq!(
                names(&brought.guess),
                names(&first),
                "as the file it comes from, so that its mapping is remembered"
            );
            let mapping = Mapping { currency: Some(Currency::EUR), ..brought.guess.mapping.clone() };
            let (entries, rejections) = read(mended.as_bytes(), &mapping).unwrap();
            assert_eq!((entries.len(), rejections.len()), (2, 0), "{mended}");
        }
    }
}

#[test]
fn the_reasons_of_a_support_desk_stay() {
    let text = "ticket,customer,opened,reason\n1,K1,2024-05-13,Lamp broken\n2,K2,2024-05-14,Row 3 of the manual: torn\n";
    let brought = bring(text, "support.csv");
    assert_eq!(brought.guess.mapping.kind, FileKind::Requests);
    assert_eq!(brought.guess.columns.last().unwrap().name, "reason");
    let blank = "ticket,customer,opened,reason\n1,K1,2024-05-13,\n2,K2,2024-05-14,\n";
    let (entries, rejections) = read(blank, &brought.guess.mapping).unwrap();
    assert_eq!((entries.len(), rejections.len()), (2, 0), "a mapping that names the column has it");
}

/// Once `1,234.50` under three headers came out as `1`, and the mended file brought one euro in.
#[test]
fn a_row_with_a_cell_too_many_stays_out_until_it_is_mended() {
    let text = "customer,date,amount\nC1,2026-01-02,10.00\nC2,2026-01-03,1,234.50\n";
    let mapping = Mapping { currency: Some(Currency::EUR), ..bring(text, "sales.csv").guess.mapping };
    let (file, rejected) = error_file(text.as_bytes(), &mapping);
    assert!(rejected == 1 && file.contains("C2,2026-01-03,1,234.50,row 3"), "{file}");
    // As it is, without its reason, and as a spreadsheet saves it: as many cells in every row.
    let without = file.split(",row 3").next().unwrap().to_string();
    let padded = file.replace(",reason\r\n", ",reason,\r\n");
    assert_ne!(padded, file);
    for unmended in [file.clone(), padded] {
        let (entries, rejections) = read(unmended.as_bytes(), &mapping).unwrap();
        assert_eq!((entries.len(), rejections.len()), (0, 1), "{unmended}");
        assert_eq!(bring(unmended, "rejects.csv").entries.len(), 0);
    }
    let (entries, _) =
        read(format!("{without}\nC3,2026-01-04,x,row 4: no amount\n").as_bytes(), &mapping).unwrap();
    assert_eq!(entries.len(), 0, "{without}");
    let mended = file.replace(",1,234.50,", ",1234.50,");
    let (entries, rejections) = read(mended.as_bytes(), &mapping).unwrap();
    let ledger::FactBody::Sale(sale) = &entries[0].fact.as_ref().unwrap().body else { panic!("a sale") };
    assert_eq!((rejections, sale.amount.minor), (vec![], 123_450));
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
