//! The payments of the credit file as Parquet, columns typed as such an export types them.

use ledger::Day;
use parquet::data_type::{ByteArray, ByteArrayType, Int32Type, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use std::sync::Arc;

/// One invoice and when it was due and paid.
pub(crate) struct Due {
    pub key: String,
    pub invoice: String,
    pub amount: i64,
    pub issued: Day,
    pub due: Day,
    pub paid: Option<Day>,
}

const SCHEMA: &str = "message payments {
    required binary dossier (UTF8);
    required binary facture (UTF8);
    required int64 montant (DECIMAL(12,2));
    required int32 emise (DATE);
    required int32 echeance (DATE);
    optional int32 payee (DATE);
}";

pub(crate) fn payments(rows: &[Due]) -> Vec<u8> {
    write(rows).expect("the schema fits the columns, and a vector takes all that is written to it")
}

fn write(rows: &[Due]) -> Result<Vec<u8>, ParquetError> {
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let properties = Arc::new(WriterProperties::builder().set_created_by("Maison Alouette".into()).build());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, properties)?;
    let mut group = writer.next_row_group()?;
    let text =
        |field: fn(&Due) -> &str| rows.iter().map(|row| ByteArray::from(field(row))).collect::<Vec<_>>();
    let days = |field: fn(&Due) -> Day| rows.iter().map(|row| field(row).0).collect::<Vec<i32>>();
    let mut place = 0;
    while let Some(mut column) = group.next_column()? {
        match place {
            0 => column.typed::<ByteArrayType>().write_batch(&text(|row| &row.key), None, None)?,
            1 => column.typed::<ByteArrayType>().write_batch(&text(|row| &row.invoice), None, None)?,
            2 => {
                let amounts: Vec<i64> = rows.iter().map(|row| row.amount).collect();
                column.typed::<Int64Type>().write_batch(&amounts, None, None)?
            }
            3 => column.typed::<Int32Type>().write_batch(&days(|row| row.issued), None, None)?,
            4 => column.typed::<Int32Type>().write_batch(&days(|row| row.due), None, None)?,
            _ => {
                let paid: Vec<i32> = rows.iter().filter_map(|row| row.paid).map(|day| day.0).collect();
                let is_there: Vec<i16> = rows.iter().map(|row| i16::from(row.paid.is_some())).collect();
                column.typed::<Int32Type>().write_batch(&paid, Some(&is_there), None)?
            }
        };
        column.close()?;
        place += 1;
    }
    group.close()?;
    writer.into_inner()
}
