//! What a file is to this crate: bytes that can be read and sought. The caller opens files, this crate never does.

use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Anything readable and seekable: a file, or bytes in memory behind a cursor.
pub trait Bytes: Read + Seek + Send {}

impl<T: Read + Seek + Send> Bytes for T {}

/// How many bytes the input holds; the position is back at the start afterwards.
pub(crate) fn length(input: &mut dyn Bytes) -> io::Result<u64> {
    let end = input.seek(SeekFrom::End(0))?;
    input.seek(SeekFrom::Start(0))?;
    Ok(end)
}

/// The first bytes of the input, at most `most`; the position is back at the start afterwards.
pub(crate) fn head(input: &mut dyn Bytes, most: usize) -> io::Result<Vec<u8>> {
    input.seek(SeekFrom::Start(0))?;
    let mut head = Vec::new();
    (&mut *input).take(most as u64).read_to_end(&mut head)?;
    input.seek(SeekFrom::Start(0))?;
    Ok(head)
}

/// A tally of the bytes that passed a [`Counted`] reader, readable from outside while it is buried in others.
#[derive(Clone, Default)]
pub(crate) struct Tally(Arc<AtomicU64>);

impl Tally {
    pub(crate) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// A reader that counts what passes.
pub(crate) struct Counted<R> {
    inner: R,
    tally: Tally,
}

impl<R> Counted<R> {
    pub(crate) fn new(inner: R, tally: Tally) -> Counted<R> {
        Counted { inner, tally }
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.tally.0.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// One input shared by readers at different places, as column-wise files need.
#[derive(Clone)]
pub(crate) struct Shared {
    input: Arc<Mutex<Box<dyn Bytes>>>,
    length: u64,
}

impl Shared {
    pub(crate) fn new(mut input: Box<dyn Bytes>) -> io::Result<Shared> {
        let length = length(&mut *input)?;
        Ok(Shared { input: Arc::new(Mutex::new(input)), length })
    }

    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// A reader from the start with a place of its own.
    pub(crate) fn reader(&self) -> SharedReader {
        SharedReader { input: self.clone(), at: 0 }
    }

    /// Fills `buffer` from `at`, as far as the input goes; gives how much that was.
    pub(crate) fn read_at(&self, at: u64, buffer: &mut [u8]) -> io::Result<usize> {
        // A reader that panicked left no state but the position, which is set anew here.
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        input.seek(SeekFrom::Start(at))?;
        let mut filled = 0;
        while filled < buffer.len() {
            match input.read(&mut buffer[filled..]) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

/// A place in a shared input.
pub(crate) struct SharedReader {
    input: Shared,
    at: u64,
}

impl SharedReader {
    pub(crate) fn starting_at(mut self, at: u64) -> SharedReader {
        self.at = at;
        self
    }
}

impl Read for SharedReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read_at(self.at, buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for SharedReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.input.length.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at =
            at.ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "a place before the start"))?;
        Ok(self.at)
    }
}
