//! What is said to people, as a word and the values it names; each language words it in a catalogue of its own.
//!
//! The catalogues lie beside the page's (`web/src/i18n/<language>/said.json`), so that the page, the command and the
//! file of rejected rows say the same. A text is a cause and mostly a remedy; `{value}` stands for a value.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// Something that is said, in no language yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Which text.
    pub code: Saying,
    /// The values that the text names.
    pub values: BTreeMap<Cow<'static, str>, String>,
}

/// A language that files are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// Names targets as the mapping file does.
    #[default]
    English,
    /// Names targets as the page does.
    French,
}

macro_rules! sayings {
    ($($name:ident($($value:ident),*);)*) => {
        /// Every text there is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[allow(missing_docs)]
        pub enum Saying { $($name),* }

        impl Saying {
            /// Every text there is.
            pub const ALL: &'static [Saying] = &[$(Saying::$name),*];

            /// The names of the values that it takes.
            pub fn values(self) -> &'static [&'static str] {
                match self { $(Saying::$name => &[$(stringify!($value)),*]),* }
            }
        }
    };
}

sayings! {
    // What is wrong with a row.
    MissingCell(target);
    SaidToBeNothing(value, target);
    NobodyInRow();
    UnterminatedQuote(line);
    RowTooLong(bytes, most);
    NotJson(value, detail);
    JsonNotUtf8(value);
    TooManyCells(cells, columns);
    TooFewCells(cells, columns);
    WrongBytes(encoding, value);
    NameNotRead();
    ZeroCharacter(value);
    CellError(value);
    TextTooLong(value, bytes, most);
    UnknownWord(value, target, known);
    NotANumber(value, example);
    NotAnAmount(value, example);
    TooManyDigits(value);
    UnknownMark(value, mark);
    UnknownCurrency(value);
    TwoCurrencies(one, other);
    CurrenciesInFile(one, other);
    NoCurrencyGiven();
    BeyondRange(value, target);
    SumBeyondRange(target);
    NotADate(value);
    NotATime(value);
    DayNumber(value, meant);
    YearBeyondRange(value, year, first, last);
    DateBeyondRange(value);
    NoSuchMonth(value, month);
    MonthBeforeDay(value, month);
    DayBeforeMonth(value, month);
    NoSuchDay(value, day, month, number, year, days);
    ClosedBeforeOpened();
    NegativeTime();
    BeyondTopMark(value);
    // Why a whole file cannot be read.
    Unreadable(at);
    EmptyFile();
    NotRecognised(looks_like);
    NestedColumn(column);
    Damaged(format, detail);
    DecompressionBomb(format, packed, unpacked);
    FirstLineTooLong(bytes, most);
    TooManyColumns(columns, most);
    SheetTooLarge(cells, bytes);
    ObjectTooLong(number, most);
    WorkbookParts(parts, most);
    WorkbookTooLarge(bytes, most);
    NoSuchColumn(target, column, existing);
    NoSuchSheet(sheet, existing);
    // What is wrong with a mapping.
    MappingSyntax(line, detail);
    TargetMissing(kind, targets);
    TargetNotOfKind(kind, target, targets);
    TargetWithoutColumn(target);
    ColumnAndFixed(target);
    OneColumnOnly(target);
    NotFixable(target, value);
    TopMarkZero();
    MarginAboveAll(percent);
    CancellationWithoutSign();
    CancellationOfNothing();
    UnknownEncoding(value);
    WrongDelimiter(value);
    WrongQuote(value);
    WrongDecimal(value);
    // What one should know of a guess.
    WrongExtension(name, promised, found);
    MixedEncodings(encoding, places);
    AssumedEncoding(encoding, places);
    SkippedLines(lines);
    NoHeader();
    HeaderOnly();
    DuplicateHeaders(columns);
    ColumnsLeftOut(columns);
    SeveralSheets(sheet, sheets);
    AmbiguousDates();
    MixedDates(day, month);
    TwoDigitYears();
    TimesWithOffset();
    EpochTimes(column);
    AmbiguousDecimal(mark);
    NoCurrency();
    Cancellations(rows, column, letter);
    WithoutCustomer(rows, of, column);
    NobodyNamed();
    RatingTop(top);
    RepeatedRows(rows, of);
    RoundedAmounts(rows, of);
    UnreadableCells(rows, of, column, target);
    NothingInWords(cells, columns);
}

/// A language's texts, and its words for values that are words of ours.
#[derive(Deserialize)]
struct Catalogue {
    texts: BTreeMap<Saying, Vec<String>>,
    words: BTreeMap<String, BTreeMap<String, String>>,
}

static ENGLISH: LazyLock<Catalogue> =
    LazyLock::new(|| catalogue(include_str!("../../../web/src/i18n/en/said.json")));
static FRENCH: LazyLock<Catalogue> =
    LazyLock::new(|| catalogue(include_str!("../../../web/src/i18n/fr/said.json")));

fn catalogue(text: &str) -> Catalogue {
    serde_json::from_str(text).expect("a test reads both catalogues")
}

impl Said {
    /// A text with its values, in the order of [`Saying::values`].
    pub(crate) fn new<const N: usize>(code: Saying, values: [String; N]) -> Said {
        debug_assert_eq!(code.values().len(), N, "{code:?}");
        let names = code.values().iter().map(|name| Cow::Borrowed(*name));
        Said { code, values: names.zip(values).collect() }
    }

    /// What is so.
    pub fn cause(&self, language: Language) -> String {
        self.part(language, 0).unwrap_or_default()
    }

    /// What to do about it; empty where there is nothing to do.
    pub fn remedy(&self, language: Language) -> String {
        self.part(language, 1).unwrap_or_default()
    }

    fn part(&self, language: Language, part: usize) -> Option<String> {
        let catalogue = match language {
            Language::English => &*ENGLISH,
            Language::French => &*FRENCH,
        };
        let template = catalogue.texts.get(&self.code)?.get(part)?;
        let mut text = String::with_capacity(template.len() + 32);
        let mut rest = template.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            text.push_str(before);
            text.push_str(&catalogue.worded(name, self.values.get(name).map_or("", String::as_str)));
            rest = after;
        }
        text.push_str(rest);
        Some(match language {
            Language::English => text,
            Language::French => typeset(&text),
        })
    }
}

impl Catalogue {
    /// A value as the language says it: words of ours are translated, also several with commas between them.
    fn worded<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        let Some(words) = self.words.get(name.strip_suffix('s').unwrap_or(name)) else { return value.into() };
        let word = |one: &'a str| words.get(one).cloned().unwrap_or_else(|| one.to_string());
        value.split(", ").map(word).collect::<Vec<_>>().join(", ").into()
    }
}

/// French spacing, as the page's own: a narrow no-break space before `; : ! ? %` and inside guillemets.
fn typeset(text: &str) -> String {
    let marks = [" ;", " :", " !", " ?", " %", " »"];
    let spaced =
        marks.iter().fold(text.to_string(), |text, mark| text.replace(mark, &mark.replace(' ', "\u{202f}")));
    spaced.replace("« ", "«\u{202f}")
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.cause(Language::English))?;
        match self.remedy(Language::English) {
            remedy if remedy.is_empty() => Ok(()),
            remedy => write!(f, "; {remedy}"),
        }
    }
}

/// A value as texts name it: shortened when long, control characters made visible.
pub(crate) fn named(value: &str) -> String {
    const MOST: usize = 60;
    let mut shown = String::with_capacity(value.len().min(MOST));
    for c in value.chars().take(MOST) {
        if c.is_control() { shown.extend(c.escape_default()) } else { shown.push(c) }
    }
    if value.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

/// Names in quotes, at most thirty of them.
pub(crate) fn listed(names: &[String]) -> String {
    const MOST: usize = 30;
    let mut text =
        names.iter().take(MOST).map(|name| format!("\"{}\"", named(name))).collect::<Vec<_>>().join(", ");
    if names.len() > MOST {
        text.push_str(&format!(", … (+{})", names.len() - MOST));
    }
    if names.is_empty() { "–".to_string() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{FileKind, Target};

    /// The names in braces.
    fn named_values(text: &str) -> Vec<&str> {
        text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap()).collect()
    }

    #[test]
    fn both_languages_word_every_saying_with_its_own_values() {
        for (language, catalogue) in [("en", &*ENGLISH), ("fr", &*FRENCH)] {
            for saying in Saying::ALL {
                let parts =
                    catalogue.texts.get(saying).unwrap_or_else(|| panic!("{language}: no {saying:?}"));
                assert!(
                    matches!(parts.len(), 1 | 2) && parts.iter().all(|part| !part.is_empty()),
                    "{saying:?}"
                );
                for value in parts.iter().flat_map(|part| named_values(part)) {
                    assert!(saying.values().contains(&value), "{language}: {saying:?} has no {value}");
                }
            }
            assert_eq!(catalogue.texts.len(), Saying::ALL.len());
        }
        for saying in Saying::ALL {
            let (en, fr) = (&ENGLISH.texts[saying], &FRENCH.texts[saying]);
            assert_eq!(en.len(), fr.len(), "{saying:?} has a remedy in one language only");
            assert_ne!(en, fr, "{saying:?} is not translated");
            let named = en.iter().chain(fr).flat_map(|part| named_values(part)).collect::<Vec<_>>();
            assert!(saying.values().iter().all(|value| named.contains(value)), "{saying:?} hides a value");
        }
    }

    #[test]
    fn french_has_words_for_all_that_mappings_name() {
        let word = |of: &str, name: &str| FRENCH.words[of].contains_key(name);
        let own = |target: &Target| !matches!(target, Target::Attribute(_));
        assert!(Target::all().filter(own).all(|target| word("target", target.name())));
        assert!(FileKind::ALL.iter().all(|kind| word("kind", kind.name())));
        let (en, fr) = (&ENGLISH.words["looks_like"], &FRENCH.words["looks_like"]);
        assert!(en.keys().eq(fr.keys()), "the same looks in both languages");
    }

    #[test]
    fn a_text_is_worded_with_its_values() {
        let said = Said::new(Saying::UnknownWord, ["peut-être".into(), "is_return".into(), "yes, no".into()]);
        assert_eq!(said.to_string(), "\"peut-être\" is no word we know for is_return; write one of: yes, no");
        let french = said.cause(Language::French);
        assert_eq!(
            french,
            "«\u{202f}peut-être\u{202f}» n’est pas un mot connu pour «\u{202f}Est un retour\u{202f}»"
        );
        let kept = serde_json::to_string(&said).unwrap();
        assert_eq!(serde_json::from_str::<Said>(&kept).unwrap(), said);
    }
}
