//! CSV lines that spreadsheets open as what they say: cells they would take for formulae are guarded.

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

    #[test]
    fn what_is_harmless_stays_as_it_is() {
        for text in ["Lyon", "-12.50", "O'Brien", "a=b", "", "50%"] {
            assert_eq!(cell(text).trim_matches('"'), text);
        }
        assert_eq!(line(&["a,b".into(), "say \"x\"".into()]), "\"a,b\",\"say \"\"x\"\"\"\r\n");
    }
}
