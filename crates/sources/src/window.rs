//! A moving window over a text's bytes in UTF-8: what is read but not yet used, refilled as needed.

use crate::bytes::Tally;
use crate::error::SourceError;
use crate::text::Utf8;
use memchr::memchr;
use std::io::{self, Read};

const CHUNK: usize = 1 << 18;

/// A moving window over a text.
pub(crate) struct Window {
    reader: Utf8<Box<dyn Read + Send>>,
    tally: Tally,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    over: bool,
}

impl Window {
    /// Opens the window on the first bytes of a text in this encoding.
    pub(crate) fn open(
        reader: Box<dyn Read + Send>,
        tally: Tally,
        encoding: &str,
    ) -> Result<Window, SourceError> {
        let reader = Utf8::new(reader, crate::text::by_label(encoding))?;
        let mut window = Window { reader, tally, buffer: Vec::new(), start: 0, end: 0, over: false };
        window.fill()?;
        Ok(window)
    }

    /// What is read but not yet used.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Whether no more will come than [`Window::bytes`].
    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Whether U+FFFD stands for bytes that could not be read.
    pub(crate) fn is_converted(&self) -> bool {
        self.reader.is_converted()
    }

    /// Bytes of the file, as it lies there, that were taken so far.
    pub(crate) fn bytes_read(&self) -> u64 {
        self.tally.get()
    }

    /// Marks bytes as used.
    pub(crate) fn advance(&mut self, bytes: usize) {
        self.start = (self.start + bytes).min(self.end);
    }

    /// Brings more of the text behind what is not yet used.
    pub(crate) fn fill(&mut self) -> Result<(), SourceError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        if self.buffer.len() < self.end + CHUNK {
            self.buffer.resize(self.end + CHUNK, 0);
        }
        while !self.over {
            match self.reader.read(&mut self.buffer[self.end..]) {
                Ok(0) => self.over = true,
                Ok(read) => {
                    self.end += read;
                    break;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(SourceError::from_read(error, self.tally.get())),
            }
        }
        Ok(())
    }

    /// Length of the line in front without its end, and whether an end follows. A line of more than `most` bytes gives
    /// a length beyond `most` without being looked at further. `None` at the end of the text.
    pub(crate) fn line_length(
        &mut self,
        line_end: u8,
        most: usize,
    ) -> Result<Option<(usize, bool)>, SourceError> {
        let mut seen = 0;
        loop {
            if let Some(at) = memchr(line_end, &self.bytes()[seen..]) {
                return Ok(Some((seen + at, true)));
            }
            seen = self.bytes().len();
            if seen > most {
                return Ok(Some((seen, false)));
            }
            if self.over {
                return Ok(if seen == 0 { None } else { Some((seen, false)) });
            }
            self.fill()?;
        }
    }

    /// Passes over a line however long, without holding it; gives its length.
    pub(crate) fn pass_line(&mut self, line_end: u8) -> Result<u64, SourceError> {
        let mut bytes = 0;
        loop {
            if let Some(at) = memchr(line_end, self.bytes()) {
                self.advance(at + 1);
                return Ok(bytes + at as u64);
            }
            bytes += self.bytes().len() as u64;
            self.start = self.end;
            if self.over {
                return Ok(bytes);
            }
            self.fill()?;
        }
    }
}
