//! CSV lines that spreadsheets open as what they say: cells they would take for formulae are guarded.

/// What a file for people begins with: the mark by which spreadsheets know UTF-8, and the names of the columns. Our importers pass
/// over the mark.
pub fn begin(head: &[String]) -> String {
    format!("\u{feff}{}", line(head))
}

/// One line with its end; a guarded cell reads back as it was through our own importers.
pub fn line(cells: &[String]) -> String {
    let mut line = String::new();
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            line.push(',');
        }
        let cell = sources::guard(cell);
        if cell.contains([',', ';', '"', '\n', '\r', '\t', '\''])
            || cell.starts_with(' ')
            || cell.ends_with(' ')
        {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        } else {
            line.push_str(&cell);
        }
    }
    line.push_str("\r\n");
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(text: &str) -> String {
        line(&[text.to_string()]).trim_end_matches("\r\n").to_string()
    }

    #[test]
    fn what_a_spreadsheet_would_run_is_guarded_and_reads_back() {
        for text in
            ["=1+1", "  =1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "\u{feff}=1", "＝1", "'=1"]
        {
            let written = cell(text);
            let inside =
                written.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&written);
            assert!(inside.starts_with('\''), "{text:?} became {written:?}");
            assert_eq!(sources::unguard(&inside.replace("\"\"", "\"")), text);
        }
    }

    // Excel read the accents of exports as other letters.
    #[test]
    fn a_file_for_people_says_that_it_is_utf8_and_comes_in_again() {
        let file = begin(&["Prénom".into(), "Ville".into()]) + &line(&["Zoë".into(), "Besançon".into()]);
        assert!(file.as_bytes().starts_with(&[0xef, 0xbb, 0xbf]));
        let guess = sources::guess(Box::new(std::io::Cursor::new(file.into_bytes())), "people.csv").unwrap();
        let names: Vec<&str> = guess.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(names, ["Prénom", "Ville"]);
    }

    #[test]
    fn what_is_harmless_stays_as_it_is() {
        for text in ["Lyon", "-12.50", "O'Brien", "a=b", "", "50%"] {
            assert_eq!(cell(text).trim_matches('"'), text);
        }
        assert_eq!(line(&["a,b".into(), "say \"x\"".into()]), "\"a,b\",\"say \"\"x\"\"\"\r\n");
    }
}
