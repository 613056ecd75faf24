//! Characters out of bytes: which encoding a text is in, and its bytes as UTF-8.

use crate::bytes::{self, Bytes, Counted, Tally};
use crate::error::SourceError;
use crate::format::Compression;
use crate::gzip::Gunzip;
use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::io::{self, Read, Seek, SeekFrom};

/// The unpacked bytes of a text file from its start, and a tally of the packed bytes taken so far.
pub(crate) fn unpacked(
    mut input: Box<dyn Bytes>,
    compression: Compression,
) -> io::Result<(Box<dyn Read + Send>, Tally)> {
    input.seek(SeekFrom::Start(0))?;
    let tally = Tally::default();
    let counted = Counted::new(input, tally.clone());
    let reader: Box<dyn Read + Send> = match compression {
        Compression::None => Box::new(counted),
        Compression::Gzip => Box::new(Gunzip::new(counted, tally.clone())),
    };
    Ok((reader, tally))
}

/// What the bytes of a text say of their encoding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EncodingGuess {
    pub(crate) encoding: &'static Encoding,
    /// Places that are no UTF-8: the file mixes encodings, or is in another one.
    pub(crate) foreign: u64,
    /// Whether a byte order mark says so.
    pub(crate) marked: bool,
}

/// How much of a file is looked at for its encoding: an accent may come late.
const LOOKED_AT: u64 = 64 << 20;

/// Guesses the encoding: byte order mark, zero bytes in every other place, valid UTF-8, else by letter statistics.
pub(crate) fn guess_encoding(
    input: &mut dyn Bytes,
    compression: Compression,
) -> Result<EncodingGuess, SourceError> {
    let head = bytes::head(input, 4096).map_err(|error| SourceError::from_read(error, 0))?;
    let plain_head = match compression {
        Compression::None => head,
        Compression::Gzip => unpacked_head(input, 4096)?,
    };
    if let Some((encoding, _)) = Encoding::for_bom(&plain_head) {
        return Ok(EncodingGuess { encoding, foreign: 0, marked: true });
    }
    if let Some(encoding) = utf_16_by_zeros(&plain_head) {
        return Ok(EncodingGuess { encoding, foreign: 0, marked: false });
    }
    let mut tally = Validity::default();
    let result = match compression {
        Compression::None => {
            input.seek(SeekFrom::Start(0)).map_err(|error| SourceError::from_read(error, 0))?;
            tally.feed_all(&mut input.take(LOOKED_AT))
        }
        Compression::Gzip => tally.feed_all(&mut unpack(input)?.take(LOOKED_AT)),
    };
    result?;
    input.seek(SeekFrom::Start(0)).map_err(|error| SourceError::from_read(error, 0))?;
    Ok(tally.verdict())
}

fn unpack(input: &mut dyn Bytes) -> Result<Gunzip<Counted<&mut dyn Bytes>>, SourceError> {
    input.seek(SeekFrom::Start(0)).map_err(|error| SourceError::from_read(error, 0))?;
    let tally = Tally::default();
    Ok(Gunzip::new(Counted::new(input, tally.clone()), tally))
}

/// The first unpacked bytes of a gzip file.
pub(crate) fn unpacked_head(input: &mut dyn Bytes, most: usize) -> Result<Vec<u8>, SourceError> {
    read_some(&mut unpack(input)?, most)
}

/// The first characters of a text, at most so many bytes of them; what cannot be read comes as U+FFFD.
pub(crate) fn decoded_head(
    input: &mut dyn Bytes,
    compression: Compression,
    encoding: &'static Encoding,
    most: usize,
) -> Result<String, SourceError> {
    input.seek(SeekFrom::Start(0)).map_err(|error| SourceError::from_read(error, 0))?;
    let bytes = match compression {
        Compression::None => read_some(&mut Utf8::new(&mut *input, encoding)?, most)?,
        Compression::Gzip => read_some(&mut Utf8::new(unpack(input)?, encoding)?, most)?,
    };
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whether the bytes could be UTF-16.
pub(crate) fn may_be_utf_16(head: &[u8]) -> bool {
    utf_16_by_zeros(head).is_some() || head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff])
}

/// The first bytes, as far as they can be had.
pub(crate) fn read_some(reader: &mut dyn Read, most: usize) -> Result<Vec<u8>, SourceError> {
    let mut some = Vec::new();
    reader.take(most as u64).read_to_end(&mut some).map_err(|error| SourceError::from_read(error, 0))?;
    Ok(some)
}

/// ASCII in UTF-16 has a zero in every other byte.
fn utf_16_by_zeros(head: &[u8]) -> Option<&'static Encoding> {
    if head.len() < 8 {
        return None;
    }
    let zeros = |from: usize| head.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let half = head.len() / 2;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd * 10 > half * 6 => Some(UTF_16LE),
        (even, 0) if even * 10 > half * 6 => Some(UTF_16BE),
        _ => None,
    }
}

/// How far a text is valid UTF-8, and what else it could be.
#[derive(Default)]
struct Validity {
    valid_accents: u64,
    invalid: u64,
    detector: Option<chardetng::EncodingDetector>,
}

impl Validity {
    fn feed_all(&mut self, reader: &mut dyn Read) -> Result<(), SourceError> {
        let mut buffer = vec![0u8; 1 << 16];
        let mut kept = 0;
        loop {
            let read = match reader.read(&mut buffer[kept..]) {
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(SourceError::from_read(error, 0)),
            };
            let end = kept + read;
            let used = self.feed(&buffer[..end], read == 0);
            if read == 0 {
                return Ok(());
            }
            buffer.copy_within(used..end, 0);
            kept = end - used;
        }
    }

    /// Counts; gives how many bytes were used up (a character cut off at the end waits for the rest).
    fn feed(&mut self, bytes: &[u8], last: bool) -> usize {
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.valid_accents += accents(text);
                    at = bytes.len();
                }
                Err(error) => {
                    let valid = error.valid_up_to();
                    self.valid_accents +=
                        accents(std::str::from_utf8(&rest[..valid]).expect("just found valid"));
                    match error.error_len() {
                        Some(length) => {
                            self.invalid += 1;
                            at += valid + length;
                        }
                        None if last => {
                            self.invalid += 1;
                            at = bytes.len();
                        }
                        None => {
                            at += valid;
                            break;
                        }
                    }
                }
            }
        }
        if self.invalid > 0 {
            let detector = self
                .detector
                .get_or_insert_with(|| chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny));
            detector.feed(&bytes[..at], last);
        }
        at
    }

    fn verdict(self) -> EncodingGuess {
        // A UTF-8 file into which lines of another encoding were pasted stays UTF-8: its own letters would come out
        // wrong in any other, while "É" before a no-break space is a letter of UTF-8 only now and then.
        if self.invalid == 0 || 4 * self.valid_accents >= self.invalid {
            return EncodingGuess { encoding: UTF_8, foreign: self.invalid, marked: false };
        }
        let guessed = self
            .detector
            .map(|detector| detector.guess(Some(b"fr"), chardetng::Utf8Detection::Deny))
            .unwrap_or(WINDOWS_1252);
        EncodingGuess { encoding: guessed, foreign: self.invalid, marked: false }
    }
}

/// Characters beyond ASCII.
fn accents(text: &str) -> u64 {
    if text.is_ascii() { 0 } else { text.bytes().filter(|byte| *byte >= 0xC0).count() as u64 }
}

/// The encoding with this label, and whether bytes have to be converted at all.
pub(crate) fn by_label(label: &str) -> &'static Encoding {
    Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8)
}

/// A text's bytes as UTF-8, without byte order mark. UTF-8 passes unchecked, so that one bad byte is told with its
/// row; what another encoding cannot read comes as U+FFFD.
pub(crate) enum Utf8<R> {
    AsIs { inner: R, start: Vec<u8>, given: usize },
    Converted(Box<Converted<R>>),
}

/// Text in another encoding on its way to UTF-8.
pub(crate) struct Converted<R> {
    inner: R,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Part of `raw` that is not yet converted.
    at: usize,
    end: usize,
    ready: Vec<u8>,
    given: usize,
    over: bool,
}

impl<R: Read> Utf8<R> {
    /// A byte order mark wins over `encoding`.
    pub(crate) fn new(mut inner: R, encoding: &'static Encoding) -> Result<Utf8<R>, SourceError> {
        let start = read_some(&mut inner, 3)?;
        let (encoding, mark) = Encoding::for_bom(&start).unwrap_or((encoding, 0));
        if encoding == UTF_8 {
            return Ok(Utf8::AsIs { inner, start, given: mark });
        }
        let mut raw = vec![0; 1 << 16];
        raw[..start.len()].copy_from_slice(&start);
        let decoder = encoding.new_decoder_without_bom_handling();
        let (at, end) = (mark, start.len());
        let (ready, given, over) = (Vec::new(), 0, false);
        Ok(Utf8::Converted(Box::new(Converted { inner, decoder, raw, at, end, ready, given, over })))
    }

    /// Whether U+FFFD in the text stands for bytes that could not be read.
    pub(crate) fn is_converted(&self) -> bool {
        matches!(self, Utf8::Converted(_))
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Utf8::AsIs { inner, start, given } => {
                if *given < start.len() {
                    let part = (&start[*given..]).read(buffer)?;
                    *given += part;
                    return Ok(part);
                }
                inner.read(buffer)
            }
            Utf8::Converted(converted) => converted.read(buffer),
        }
    }
}

impl<R: Read> Read for Converted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready.len() && !self.over {
            if self.at == self.end {
                self.at = 0;
                self.end = self.inner.read(&mut self.raw)?;
                self.over = self.end == 0;
            }
            // Three bytes of UTF-8 for each byte of anything else, and some for what the decoder held back.
            self.ready.resize((self.end - self.at) * 3 + 16, 0);
            let raw = &self.raw[self.at..self.end];
            let (result, used, written, _) = self.decoder.decode_to_utf8(raw, &mut self.ready, self.over);
            debug_assert_eq!(result, CoderResult::InputEmpty);
            self.at += used;
            self.ready.truncate(written);
            self.given = 0;
        }
        let part = (&self.ready[self.given..]).read(buffer)?;
        self.given += part;
        Ok(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn guess(bytes: &[u8]) -> EncodingGuess {
        guess_encoding(&mut Cursor::new(bytes.to_vec()), Compression::None).unwrap()
    }

    fn decoded(bytes: &[u8], encoding: &'static Encoding) -> String {
        let mut text = String::new();
        Utf8::new(bytes, encoding).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    const FRENCH: &str =
        "Société;Ville;Montant\nBoulangerie Légère;Orléans;12,50 €\nForêt & Fils;Besançon;3,00 €\n";

    #[test]
    fn french_text_is_recognised_in_each_of_its_encodings() {
        let (windows, _, _) = WINDOWS_1252.encode(FRENCH);
        assert_eq!(guess(&windows).encoding, WINDOWS_1252);
        assert_eq!(decoded(&windows, WINDOWS_1252), FRENCH);
        assert_eq!(guess(FRENCH.as_bytes()).encoding, UTF_8);

        let marked = [b"\xef\xbb\xbf", FRENCH.as_bytes()].concat();
        assert_eq!(guess(&marked), EncodingGuess { encoding: UTF_8, foreign: 0, marked: true });
        assert_eq!(decoded(&marked, WINDOWS_1252), FRENCH, "a byte order mark wins");

        let little = FRENCH.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
        assert_eq!(guess(&little).encoding, UTF_16LE);
        assert_eq!(decoded(&little, UTF_16LE), FRENCH);
        let big = [vec![0xfe, 0xff], FRENCH.encode_utf16().flat_map(u16::to_be_bytes).collect()].concat();
        assert_eq!(guess(&big), EncodingGuess { encoding: UTF_16BE, foreign: 0, marked: true });
        assert_eq!(decoded(&big, UTF_8), FRENCH);
    }

    #[test]
    fn an_accent_far_into_the_file_still_counts() {
        let mut bytes = b"Name;Town\n".to_vec();
        for _ in 0..20_000 {
            bytes.extend_from_slice(b"Martin;Lyon\n");
        }
        bytes.extend_from_slice(b"Andr\xe9;Besan\xe7on\n");
        assert_eq!(guess(&bytes).encoding, WINDOWS_1252);
    }

    #[test]
    fn one_foreign_line_does_not_turn_a_whole_file() {
        let mut bytes = FRENCH.repeat(20).into_bytes();
        bytes.extend_from_slice(b"Andr\xe9;Nice;1\n");
        let guess = guess(&bytes);
        assert_eq!((guess.encoding, guess.foreign), (UTF_8, 1));
    }
}
