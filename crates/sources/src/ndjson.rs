//! Rows of JSON: one object a line, or one array of objects. Nested objects become columns with dotted names.
//!
//! Lists of plain values are joined with commas; lists of objects have no place in a row and are passed over. The
//! columns are those of the first rows, in the order they appear there.

use crate::bytes::Tally;
use crate::cell::{Cell, LONGEST_ROW, MOST_COLUMNS, RawRow, RowFault};
use crate::error::SourceError;
use crate::said::{Said, Saying, named};
use crate::window::Window;
use serde::de::{DeserializeSeed, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::io::Read;

/// How many rows are looked at for columns, and how many bytes at most.
const LOOKED_AT: usize = 2_000;
const LOOKED_AT_BYTES: usize = 4 << 20;

/// The rows of a JSON text.
pub(crate) struct Ndjson {
    window: Window,
    in_array: bool,
    /// Number of the line in front; in an array, of the object.
    number: u64,
    columns: Columns,
    /// Rows read while looking for columns.
    pending: VecDeque<(u64, Object)>,
}

#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

/// An object's text, or what stands in its place.
enum Object {
    Text(String),
    NotUtf8(String),
    TooLong(u64),
}

impl Ndjson {
    pub(crate) fn open(
        reader: Box<dyn Read + Send>,
        tally: Tally,
        encoding: &str,
    ) -> Result<Ndjson, SourceError> {
        let mut window = Window::open(reader, tally, encoding)?;
        let blank = window.bytes().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let in_array = window.bytes().get(blank) == Some(&b'[');
        let number = if in_array { 1 } else { 1 + lines_in(&window.bytes()[..blank]) };
        window.advance(blank + usize::from(in_array));
        let mut rows =
            Ndjson { window, in_array, number, columns: Columns::default(), pending: VecDeque::new() };
        rows.look_ahead()?;
        if rows.columns.names.len() > MOST_COLUMNS {
            return Err(SourceError::too_many_columns(rows.columns.names.len()));
        }
        if rows.pending.is_empty() {
            return Err(SourceError::Empty);
        }
        Ok(rows)
    }

    fn look_ahead(&mut self) -> Result<(), SourceError> {
        let mut scratch = RawRow::default();
        let mut bytes = 0;
        while self.pending.len() < LOOKED_AT && bytes < LOOKED_AT_BYTES {
            let Some((number, object)) = self.next_object()? else { break };
            if let Object::Text(text) = &object {
                bytes += text.len();
                scratch.clear(number);
                // What is wrong with the object is told when the row is read.
                let _ = flatten(text, &mut self.columns, true, &mut scratch);
            }
            self.pending.push_back((number, object));
        }
        Ok(())
    }

    /// The dotted names of the fields seen in the first rows.
    pub(crate) fn header(&self) -> &[String] {
        &self.columns.names
    }

    pub(crate) fn bytes_read(&self) -> u64 {
        self.window.bytes_read()
    }

    /// Reads the next row; false at the end.
    pub(crate) fn read(&mut self, row: &mut RawRow) -> Result<bool, SourceError> {
        let next = match self.pending.pop_front() {
            Some(pending) => Some(pending),
            None => self.next_object()?,
        };
        let Some((number, object)) = next else { return Ok(false) };
        row.clear(number);
        match object {
            Object::Text(text) => {
                if let Err(error) = flatten(&text, &mut self.columns, false, row) {
                    row.clear(number);
                    row.push(Cell::Text(&text));
                    let said = Said::new(Saying::NotJson, [named(&text), error.to_string()]);
                    row.fault = Some(RowFault::Json { said });
                }
            }
            Object::NotUtf8(text) => {
                row.push(Cell::Garbled(&text));
                row.fault = Some(RowFault::Json { said: Said::new(Saying::JsonNotUtf8, [named(&text)]) });
            }
            Object::TooLong(bytes) => row.fault = Some(RowFault::TooLong { bytes }),
        }
        Ok(true)
    }

    fn next_object(&mut self) -> Result<Option<(u64, Object)>, SourceError> {
        if self.in_array { self.next_in_array() } else { self.next_line() }
    }

    fn next_line(&mut self) -> Result<Option<(u64, Object)>, SourceError> {
        loop {
            let Some((length, ended)) = self.window.line_length(b'\n', LONGEST_ROW)? else { return Ok(None) };
            let number = self.number;
            self.number += 1;
            if length > LONGEST_ROW {
                let bytes = self.window.pass_line(b'\n')?;
                return Ok(Some((number, Object::TooLong(bytes))));
            }
            let line = self.window.bytes()[..length].trim_ascii();
            let object = (!line.is_empty()).then(|| object(line));
            self.window.advance(length + usize::from(ended));
            if let Some(object) = object {
                return Ok(Some((number, object)));
            }
        }
    }

    fn next_in_array(&mut self) -> Result<Option<(u64, Object)>, SourceError> {
        loop {
            let between = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
            let skipped = self.window.bytes().iter().take_while(|byte| between(byte)).count();
            self.window.advance(skipped);
            match self.window.bytes().first() {
                Some(b']') => return Ok(None),
                Some(_) => break,
                None if self.window.is_over() => return Ok(None),
                None => self.window.fill()?,
            }
        }
        let number = self.number;
        self.number += 1;
        loop {
            match element_length(self.window.bytes()) {
                Some(length) => {
                    // A stray closing bracket is an element of its own, or reading would stand still.
                    let length = length.max(1);
                    let object = object(&self.window.bytes()[..length]);
                    self.window.advance(length);
                    return Ok(Some((number, object)));
                }
                None if self.window.bytes().len() > LONGEST_ROW => {
                    let values = [number.to_string(), LONGEST_ROW.to_string()];
                    return Err(SourceError::TooLarge { said: Said::new(Saying::ObjectTooLong, values) });
                }
                None if self.window.is_over() => {
                    let cause = format!("the list breaks off in object {number}");
                    return Err(SourceError::Damaged { format: "json", cause });
                }
                None => self.window.fill()?,
            }
        }
    }
}

fn lines_in(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

fn object(bytes: &[u8]) -> Object {
    match std::str::from_utf8(bytes) {
        Ok(text) => Object::Text(text.to_string()),
        Err(_) => {
            Object::NotUtf8(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned())
        }
    }
}

/// Length of the list element in front: up to the comma or bracket that ends it. `None` where it is not whole.
fn element_length(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0i64;
    let mut in_text = false;
    let mut escaped = false;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' if depth == 0 => return Some(at),
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            b',' if depth == 0 => return Some(at),
            _ => {}
        }
    }
    None
}

/// Puts an object's fields into their columns. Unknown fields become columns where `grow` says so.
fn flatten(text: &str, columns: &mut Columns, grow: bool, row: &mut RawRow) -> Result<(), serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    Fields { prefix: "", columns, grow, row }.deserialize(&mut deserializer)?;
    deserializer.end()
}

/// The fields of an object at some depth.
struct Fields<'a> {
    prefix: &'a str,
    columns: &'a mut Columns,
    grow: bool,
    row: &'a mut RawRow,
}

impl<'de> DeserializeSeed<'de> for Fields<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Fields<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            let path =
                if self.prefix.is_empty() { key.into_owned() } else { format!("{}.{key}", self.prefix) };
            map.next_value_seed(Field { path, columns: self.columns, grow: self.grow, row: self.row })?;
        }
        Ok(())
    }
}

/// One field's value.
struct Field<'a> {
    path: String,
    columns: &'a mut Columns,
    grow: bool,
    row: &'a mut RawRow,
}

impl Field<'_> {
    fn set<E: serde::de::Error>(self, cell: Cell<'_>) -> Result<(), E> {
        let place = match self.columns.places.get(&self.path) {
            Some(place) => *place,
            None if !self.grow => return Ok(()),
            None if self.columns.names.len() > MOST_COLUMNS => return Err(E::custom("too many fields")),
            None => {
                let place = self.columns.names.len();
                self.columns.names.push(self.path.clone());
                self.columns.places.insert(self.path, place);
                place
            }
        };
        self.row.set(place, cell);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Field<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Field<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<(), E> {
        self.set(Cell::Empty)
    }

    fn visit_bool<E: serde::de::Error>(self, truth: bool) -> Result<(), E> {
        self.set(Cell::Truth(truth))
    }

    fn visit_i64<E: serde::de::Error>(self, n: i64) -> Result<(), E> {
        self.set(Cell::Whole(n))
    }

    fn visit_u64<E: serde::de::Error>(self, n: u64) -> Result<(), E> {
        match i64::try_from(n) {
            Ok(n) => self.set(Cell::Whole(n)),
            Err(_) => self.set(Cell::Text(&n.to_string())),
        }
    }

    fn visit_f64<E: serde::de::Error>(self, x: f64) -> Result<(), E> {
        self.set(Cell::Float(x))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<(), E> {
        self.set(Cell::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element::<ListPart>()? {
            parts.extend(part.0);
        }
        if parts.is_empty() {
            return Ok(());
        }
        self.set(Cell::Text(&parts.join(", ")))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        if self.path.len() > 1_000 {
            return Err(A::Error::custom("fields lie too deep"));
        }
        Fields { prefix: &self.path, columns: self.columns, grow: self.grow, row: self.row }.visit_map(map)
    }
}

/// A list's element as text; nothing for an object or a list in it.
struct ListPart(Option<String>);

impl<'de> serde::Deserialize<'de> for ListPart {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<ListPart, D::Error> {
        struct Part;
        impl<'de> Visitor<'de> for Part {
            type Value = ListPart;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<ListPart, E> {
                Ok(ListPart(None))
            }
            fn visit_bool<E>(self, truth: bool) -> Result<ListPart, E> {
                Ok(ListPart(Some(truth.to_string())))
            }
            fn visit_i64<E>(self, n: i64) -> Result<ListPart, E> {
                Ok(ListPart(Some(n.to_string())))
            }
            fn visit_u64<E>(self, n: u64) -> Result<ListPart, E> {
                Ok(ListPart(Some(n.to_string())))
            }
            fn visit_f64<E>(self, x: f64) -> Result<ListPart, E> {
                Ok(ListPart(Some(x.to_string())))
            }
            fn visit_str<E>(self, text: &str) -> Result<ListPart, E> {
                Ok(ListPart(Some(text.to_string())))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<ListPart, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(ListPart(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ListPart, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(ListPart(None))
            }
        }
        deserializer.deserialize_any(Part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row's number, its cells, and whether it is faulty.
    type Read = (u64, Vec<String>, bool);

    fn rows_of(text: &str) -> (Vec<String>, Vec<Read>) {
        let reader = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
        let mut rows = Ndjson::open(reader, Tally::default(), "utf-8").unwrap();
        let mut row = RawRow::default();
        let mut all = Vec::new();
        while rows.read(&mut row).unwrap() {
            let cells = (0..row.len()).map(|column| row.cell(column).written('.')).collect();
            all.push((row.number, cells, row.fault.is_some()));
        }
        (rows.header().to_vec(), all)
    }

    #[test]
    fn nested_fields_get_dotted_names_in_their_order() {
        let (header, rows) = rows_of(
            "{\"id\":1,\"who\":{\"name\":\"Hélène\",\"town\":{\"zip\":\"69003\"}},\"tags\":[\"a\",2,{\"x\":1}]}\n\n{\"id\":2,\"late\":true}\n",
        );
        assert_eq!(header, ["id", "who.name", "who.town.zip", "tags", "late"]);
        assert_eq!(rows[0], (1, vec!["1".into(), "Hélène".into(), "69003".into(), "a, 2".into()], false));
        assert_eq!(rows[1], (3, vec!["2".into(), "".into(), "".into(), "".into(), "true".into()], false));
    }

    #[test]
    fn a_broken_line_costs_one_row() {
        let (_, rows) = rows_of("{\"id\":1}\n{\"id\":\n[1,2]\n\"text\"\n{\"id\":4} x\n{\"id\":5}\n");
        let faulty = rows.iter().map(|(number, _, faulty)| (*number, *faulty)).collect::<Vec<_>>();
        assert_eq!(faulty, [(1, false), (2, true), (3, true), (4, true), (5, true), (6, false)]);
    }

    #[test]
    fn a_list_of_objects_is_read_too() {
        let (header, rows) = rows_of("[\n {\"id\":1, \"t\":\"a],{\\\"\"},\n {\"id\":2},\n 3\n]\n");
        assert_eq!(header, ["id", "t"]);
        assert_eq!(rows.len(), 3);
        assert_eq!(rows[0].1, ["1", "a],{\""]);
        assert!(rows[2].2, "a number is no object");
    }

    #[test]
    fn a_stray_bracket_in_a_list_is_one_faulty_row() {
        let (_, rows) = rows_of("[{\"id\":1},}{\"id\":2}]");
        assert_eq!(rows.iter().map(|(_, _, faulty)| *faulty).collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn what_lies_too_deep_is_refused_not_followed() {
        let deep = format!("{{\"a\":{}1{}}}\n{{\"b\":1}}\n", "{\"a\":".repeat(10_000), "}".repeat(10_000));
        let (_, rows) = rows_of(&deep);
        assert_eq!((rows[0].2, rows[1].2), (true, false));
    }
}
