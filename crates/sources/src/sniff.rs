//! What a file is by its first bytes, whatever its name says.

use crate::bytes::{self, Bytes};
use crate::columnar::is_parquet;
use crate::error::SourceError;
use crate::format::{Compression, FormatKind};
use crate::gzip::is_gzip;
use crate::text;

/// What a file is, as far as its first bytes tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Text(Compression),
    Zip,
    Parquet,
}

/// Looks at the first bytes. What is none of ours is refused with a word for what it looks like.
pub(crate) fn content(input: &mut dyn Bytes) -> Result<Content, SourceError> {
    const ENOUGH: usize = 4096;
    let head = bytes::head(input, ENOUGH).map_err(|error| SourceError::from_read(error, 0))?;
    if head.is_empty() {
        return Err(SourceError::Empty);
    }
    if is_parquet(&head) {
        return Ok(Content::Parquet);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        return Ok(Content::Zip);
    }
    if is_gzip(&head) {
        let inner = text::unpacked_head(input, ENOUGH)?;
        if inner.is_empty() {
            return Err(SourceError::Empty);
        }
        let packed = [
            (is_parquet(&inner), "packed_parquet"),
            (inner.starts_with(b"PK\x03\x04"), "packed_zip"),
            (is_gzip(&inner), "packed_gzip"),
        ];
        if let Some((_, what)) = packed.into_iter().find(|(is, _)| *is) {
            return Err(SourceError::NotRecognised { looks_like: what });
        }
        refuse_binary(&inner)?;
        return Ok(Content::Text(Compression::Gzip));
    }
    refuse_binary(&head)?;
    Ok(Content::Text(Compression::None))
}

/// The format that a file's name promises.
pub(crate) fn promised(file_name: &str) -> Option<FormatKind> {
    let name = file_name.to_lowercase();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let extension = name.rsplit_once('.')?.1;
    match extension {
        "csv" | "tsv" | "tab" | "txt" | "psv" => Some(FormatKind::Delimited),
        "ndjson" | "jsonl" | "json" | "ldjson" => Some(FormatKind::Ndjson),
        "xlsx" | "xlsm" | "xls" => Some(FormatKind::Xlsx),
        "parquet" | "pq" => Some(FormatKind::Parquet),
        _ => None,
    }
}

/// Refuses what the first bytes show to be no table, with a word for what it looks like.
pub(crate) fn refuse_binary(head: &[u8]) -> Result<(), SourceError> {
    const SIGNATURES: [(&[u8], &str); 12] = [
        (b"\xd0\xcf\x11\xe0", "office"),
        (b"%PDF", "pdf"),
        (b"\x89PNG", "png"),
        (b"\xff\xd8\xff", "jpeg"),
        (b"GIF8", "gif"),
        (b"SQLite format 3", "sqlite"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"BZh", "bzip2"),
        (b"\xfd7zXZ", "xz"),
        (b"7z\xbc\xaf", "7z"),
        (b"Rar!", "rar"),
        (b"ARROW1", "arrow"),
    ];
    if let Some((_, what)) = SIGNATURES.into_iter().find(|(signature, _)| head.starts_with(signature)) {
        return Err(SourceError::NotRecognised { looks_like: what });
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    let lower = text[..text.len().min(200)].to_ascii_lowercase();
    if lower.starts_with(b"<!doctype") || lower.starts_with(b"<html") {
        return Err(SourceError::NotRecognised { looks_like: "web_page" });
    }
    if lower.starts_with(b"<?xml") {
        return Err(SourceError::NotRecognised { looks_like: "xml" });
    }
    let control = head.iter().filter(|byte| matches!(byte, 0x00..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f)).count();
    // Zeros in every other place are UTF-16; here and there they are accidents.
    if control * 20 > head.len() && !text::may_be_utf_16(head) {
        return Err(SourceError::NotRecognised { looks_like: "binary" });
    }
    if head.trim_ascii().is_empty() && head.len() < 4096 {
        return Err(SourceError::Empty);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn of(bytes: &[u8]) -> Result<Content, String> {
        content(&mut Cursor::new(bytes.to_vec())).map_err(|error| error.to_string())
    }

    #[test]
    fn content_wins_over_what_it_is_called() {
        assert_eq!(of(b"a,b\n1,2\n"), Ok(Content::Text(Compression::None)));
        assert_eq!(of(b"PAR1...."), Ok(Content::Parquet));
        assert_eq!(of(b"PK\x03\x04rest"), Ok(Content::Zip));
        let wide = "a;b\n1;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        assert_eq!(of(&wide), Ok(Content::Text(Compression::None)));
    }

    #[test]
    fn what_is_not_ours_is_called_by_its_name() {
        for (bytes, word) in [
            (&b"%PDF-1.7"[..], "PDF"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office"),
            (b"<html><body>", "web page"),
            (b"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09", "binary"),
            (b"", "empty"),
            (b" \n\n ", "empty"),
        ] {
            let message = of(bytes).unwrap_err();
            assert!(message.contains(word), "{message}");
        }
    }

    #[test]
    fn names_promise_formats() {
        assert_eq!(promised("Ventes 2024.CSV.gz"), Some(FormatKind::Delimited));
        assert_eq!(promised("tickets.jsonl"), Some(FormatKind::Ndjson));
        assert_eq!(promised("noextension"), None);
    }
}
