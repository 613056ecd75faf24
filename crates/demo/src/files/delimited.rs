//! Text with delimiters, quoted where it has to be.

use std::io::Write;

/// A table being written.
pub(crate) struct Table {
    pub text: String,
    /// Rows below the header.
    pub rows: u64,
    delimiter: char,
}

impl Table {
    pub fn new(header: &str, delimiter: char) -> Table {
        Table { text: format!("{header}\r\n"), rows: 0, delimiter }
    }

    pub fn row<const N: usize>(&mut self, fields: [&str; N]) {
        for (place, field) in fields.into_iter().enumerate() {
            if place > 0 {
                self.text.push(self.delimiter);
            }
            if field.contains([self.delimiter, '"', '\n']) {
                self.text.push('"');
                self.text.push_str(&field.replace('"', "\"\""));
                self.text.push('"');
            } else {
                self.text.push_str(field);
            }
        }
        self.text.push_str("\r\n");
        self.rows += 1;
    }
}

/// Compressed, without name or time.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::GzBuilder::new()
        .mtime(0)
        .operating_system(255)
        .write(Vec::new(), flate2::Compression::best());
    writer.write_all(bytes).and_then(|()| writer.finish()).expect("a vector takes all that is written to it")
}
