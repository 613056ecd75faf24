//! Whether a workbook's parts unpack to something reasonable, looked at before any of them is read.
//!
//! What the archive declares is checked first; then every part is unpacked once and counted, because declarations lie.

use crate::bytes::Bytes;
use crate::error::SourceError;
use crate::said::{Said, Saying};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use zip::ZipArchive;

/// Up to this much may come out of anything; beyond it the ratio counts.
const ALWAYS_FINE: u64 = if cfg!(test) { 1 << 20 } else { 64 << 20 };
/// Sheets of repeated numbers pack to a fiftieth; bombs pack to a thousandth.
const LARGEST_RATIO: u64 = 250;
/// The text parts that are held as a whole.
const MOST_SHARED: u64 = 256 << 20;
const MOST_TOTAL: u64 = 8 << 30;
const MOST_PARTS: usize = 20_000;

/// Refuses archives that are no workbooks, are broken, or would unpack to absurd sizes.
pub(crate) fn check(input: &mut dyn Bytes) -> Result<(), SourceError> {
    input.seek(SeekFrom::Start(0)).map_err(|error| SourceError::from_read(error, 0))?;
    let mut archive = ZipArchive::new(BufReader::new(&mut *input)).map_err(damaged)?;
    what_it_is(&archive)?;
    if archive.len() > MOST_PARTS {
        return Err(too_large(Saying::WorkbookParts, archive.len() as u64, MOST_PARTS as u64));
    }
    let mut total = 0;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(damaged)?;
        let (packed, declared) = (part.compressed_size(), part.size());
        let is_shared = !part.name().map_err(damaged)?.contains("worksheets/");
        refuse_absurd(packed, declared, is_shared)?;
        let mut unpacked = 0;
        let mut buffer = [0; 1 << 15];
        loop {
            let read = match part.read(&mut buffer) {
                Ok(0) => break,
                Ok(read) => read as u64,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(damaged(error)),
            };
            unpacked += read;
            total += read;
            refuse_absurd(packed, unpacked, is_shared)?;
            if total > MOST_TOTAL {
                return Err(too_large(Saying::WorkbookTooLarge, total, MOST_TOTAL));
            }
        }
    }
    drop(archive);
    input.seek(SeekFrom::Start(0)).map_err(|error| SourceError::from_read(error, 0))?;
    Ok(())
}

fn what_it_is<R: Read + Seek>(archive: &ZipArchive<R>) -> Result<(), SourceError> {
    let names =
        archive.file_names().filter_map(Result::ok).map(|name| name.replace('\\', "/")).collect::<Vec<_>>();
    let has = |part: &str| names.iter().any(|name| name.eq_ignore_ascii_case(part));
    if has("xl/workbook.xml") {
        return Ok(());
    }
    let looks_like = if has("content.xml") {
        "ods"
    } else if has("word/document.xml") {
        "word"
    } else if has("xl/workbook.bin") {
        "xlsb"
    } else {
        "archive"
    };
    Err(SourceError::NotRecognised { looks_like })
}

fn refuse_absurd(packed: u64, unpacked: u64, is_shared: bool) -> Result<(), SourceError> {
    if unpacked > ALWAYS_FINE && unpacked / LARGEST_RATIO > packed {
        return Err(SourceError::Bomb { format: "xlsx", packed, unpacked });
    }
    if is_shared && unpacked > MOST_SHARED {
        return Err(too_large(Saying::WorkbookTooLarge, unpacked, MOST_SHARED));
    }
    Ok(())
}

fn too_large(saying: Saying, is: u64, most: u64) -> SourceError {
    SourceError::TooLarge { said: Said::new(saying, [is.to_string(), most.to_string()]) }
}

fn damaged(error: impl ToString) -> SourceError {
    SourceError::Damaged { format: "xlsx", cause: error.to_string() }
}
