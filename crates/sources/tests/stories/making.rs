//! Making files of other programs' formats by hand, small ones.

use parquet::data_type::{
    BoolType, ByteArray, ByteArrayType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
    Int96, Int96Type,
};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::io::{Cursor, Write};
use std::sync::Arc;

/// A workbook of sheets given as XML cells, such as `<c r="A1" t="inlineStr"><is><t>x</t></is></c>` in rows.
pub fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    let mut part = |name: &str, text: &str| {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    };
    let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    part(
        "[Content_Types].xml",
        &format!(
            "{head}<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
        ),
    );
    part(
        "_rels/.rels",
        &format!(
            "{head}<Relationships xmlns=\"{packages}\"><Relationship Id=\"rId1\" Type=\"{relations}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    let mut listed = String::new();
    let mut related = String::new();
    for (number, (name, _)) in sheets.iter().enumerate() {
        let number = number + 1;
        listed.push_str(&format!("<sheet name=\"{name}\" sheetId=\"{number}\" r:id=\"rId{number}\"/>"));
        related.push_str(&format!("<Relationship Id=\"rId{number}\" Type=\"{relations}/worksheet\" Target=\"worksheets/sheet{number}.xml\"/>"));
    }
    related
        .push_str(&format!("<Relationship Id=\"rId99\" Type=\"{relations}/styles\" Target=\"styles.xml\"/>"));
    part(
        "xl/workbook.xml",
        &format!(
            "{head}<workbook xmlns=\"{main}\" xmlns:r=\"{relations}\"><sheets>{listed}</sheets></workbook>"
        ),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!("{head}<Relationships xmlns=\"{packages}\">{related}</Relationships>"),
    );
    // Style 1 shows a date, style 2 a date with its time.
    part(
        "xl/styles.xml",
        &format!(
            "{head}<styleSheet xmlns=\"{main}\"><cellXfs count=\"3\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
        ),
    );
    for (number, (_, rows)) in sheets.iter().enumerate() {
        part(
            &format!("xl/worksheets/sheet{}.xml", number + 1),
            &format!("{head}<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>"),
        );
    }
    archive.finish().unwrap().into_inner()
}

/// A row of a sheet: `text`, `#number`, `@date serial`, `=formula|value`, `!error`; empty cells are left out.
pub fn sheet_row(number: u32, cells: &[&str]) -> String {
    let mut row = format!("<row r=\"{number}\">");
    for (place, cell) in cells.iter().enumerate() {
        let at = format!("{}{number}", (b'A' + place as u8) as char);
        let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
        let (kind, rest) = cell.split_at(cell.chars().next().map_or(0, char::len_utf8));
        row.push_str(&match kind {
            "" => String::new(),
            "#" => format!("<c r=\"{at}\"><v>{rest}</v></c>"),
            "@" if rest.contains('.') => format!("<c r=\"{at}\" s=\"2\"><v>{rest}</v></c>"),
            "@" => format!("<c r=\"{at}\" s=\"1\"><v>{rest}</v></c>"),
            "!" => format!("<c r=\"{at}\" t=\"e\"><v>{rest}</v></c>"),
            "=" => {
                let (formula, value) = rest.split_once('|').unwrap();
                format!("<c r=\"{at}\"><f>{formula}</f><v>{value}</v></c>")
            }
            _ => format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{}</t></is></c>", escaped(cell)),
        });
    }
    row + "</row>"
}

/// One column's values; `None` where they are absent.
pub enum Column {
    Bool(Vec<Option<bool>>),
    Int32(Vec<Option<i32>>),
    Int64(Vec<Option<i64>>),
    Int96(Vec<Option<[u32; 3]>>),
    Float(Vec<Option<f32>>),
    Double(Vec<Option<f64>>),
    Bytes(Vec<Option<Vec<u8>>>),
    Fixed(Vec<Option<Vec<u8>>>),
}

/// A Parquet file of optional columns in one row group for each slice of rows given.
pub fn parquet(schema: &str, groups: &[Vec<Column>], compression: parquet::basic::Compression) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    for group in groups {
        let mut rows = writer.next_row_group().unwrap();
        for column in group {
            let mut out = rows.next_column().unwrap().expect("as many columns as the schema has");
            macro_rules! write {
                ($kind:ty, $values:expr, $make:expr) => {{
                    let levels = $values.iter().map(|value| i16::from(value.is_some())).collect::<Vec<_>>();
                    let present = $values.iter().flatten().map($make).collect::<Vec<_>>();
                    out.typed::<$kind>().write_batch(&present, Some(&levels), None).unwrap();
                }};
            }
            match column {
                Column::Bool(values) => write!(BoolType, values, |v: &bool| *v),
                Column::Int32(values) => write!(Int32Type, values, |v: &i32| *v),
                Column::Int64(values) => write!(Int64Type, values, |v: &i64| *v),
                Column::Int96(values) => write!(Int96Type, values, |v: &[u32; 3]| {
                    let mut at = Int96::new();
                    at.set_data(v[0], v[1], v[2]);
                    at
                }),
                Column::Float(values) => write!(FloatType, values, |v: &f32| *v),
                Column::Double(values) => write!(DoubleType, values, |v: &f64| *v),
                Column::Bytes(values) => {
                    write!(ByteArrayType, values, |v: &Vec<u8>| ByteArray::from(v.clone()))
                }
                Column::Fixed(values) => {
                    write!(FixedLenByteArrayType, values, |v: &Vec<u8>| ByteArray::from(v.clone()).into())
                }
            }
            out.close().unwrap();
        }
        rows.close().unwrap();
    }
    writer.into_inner().unwrap()
}

/// Texts of a column.
pub fn texts(values: &[&str]) -> Column {
    Column::Bytes(values.iter().map(|text| (!text.is_empty()).then(|| text.as_bytes().to_vec())).collect())
}

/// The bytes packed with gzip.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
