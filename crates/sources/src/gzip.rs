//! Unpacking gzip as it streams, with an eye on how much comes out of how little.

use crate::bytes::Tally;
use crate::error::SourceError;
use flate2::read::MultiGzDecoder;
use std::io::{self, Read};

/// Up to this much may come out of anything; beyond it the ratio counts.
const ALWAYS_FINE: u64 = if cfg!(test) { 1 << 20 } else { 64 << 20 };
/// Text that repeats itself a lot packs to a fiftieth; bombs pack to a thousandth.
const LARGEST_RATIO: u64 = 250;

/// Whether the bytes begin as gzip does; a file cut off within its first three bytes began so, too.
pub(crate) fn is_gzip(head: &[u8]) -> bool {
    !head.is_empty() && head.iter().zip([0x1f, 0x8b, 0x08]).all(|(byte, of_gzip)| *byte == of_gzip)
}

/// A reader of the unpacked bytes. Fails with [`SourceError::Bomb`] inside the I/O error when the ratio is absurd.
pub(crate) struct Gunzip<R> {
    inner: MultiGzDecoder<R>,
    packed: Tally,
    unpacked: u64,
}

impl<R: Read> Gunzip<R> {
    /// `packed` tells how many bytes were taken from `input` so far.
    pub(crate) fn new(input: R, packed: Tally) -> Gunzip<R> {
        Gunzip { inner: MultiGzDecoder::new(input), packed, unpacked: 0 }
    }
}

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer).map_err(|error| match error.kind() {
            // A system error stays one; what the decoder says is about the content.
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof => {
                io::Error::other(SourceError::Damaged { format: "gzip", cause: error.to_string() })
            }
            _ => error,
        })?;
        self.unpacked += read as u64;
        let packed = self.packed.get();
        if self.unpacked > ALWAYS_FINE && self.unpacked / LARGEST_RATIO > packed {
            return Err(io::Error::other(SourceError::Bomb {
                format: "gzip",
                packed,
                unpacked: self.unpacked,
            }));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bytes::Counted;
    use std::io::Write;

    fn packed(chunk: &[u8], times: usize) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        for _ in 0..times {
            encoder.write_all(chunk).unwrap();
        }
        encoder.finish().unwrap()
    }

    fn unpack(bytes: &[u8]) -> Result<u64, SourceError> {
        let tally = Tally::default();
        let mut reader = Gunzip::new(Counted::new(bytes, tally.clone()), tally);
        io::copy(&mut reader, &mut io::sink()).map_err(|error| SourceError::from_read(error, 0))
    }

    #[test]
    fn a_bomb_is_stopped_and_honest_text_is_not() {
        let bomb = packed(&[b'0'; 1 << 20], 8);
        assert!(matches!(unpack(&bomb), Err(SourceError::Bomb { format: "gzip", .. })));

        let mut line = String::new();
        for order in 0..6_000u64 {
            line.push_str(&format!("{},2024-01-01,{}.50,EUR\n", order * 7919 % 100_003, order % 977));
        }
        assert_eq!(unpack(&packed(line.as_bytes(), 16)).unwrap(), line.len() as u64 * 16);
    }

    #[test]
    fn a_file_that_breaks_off_is_damaged_not_short() {
        let whole = packed(b"customer,date\nK1,2024-01-01\n", 100);
        assert!((1..4).all(|length| is_gzip(&whole[..length])) && !is_gzip(b"") && !is_gzip(b"\x1f\x8a"));
        assert!(matches!(
            unpack(&whole[..whole.len() - 9]),
            Err(SourceError::Damaged { format: "gzip", .. })
        ));
    }
}
