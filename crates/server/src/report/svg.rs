//! Small charts as SVG text: lines over weeks, and pairs of points or bars over bins.
//!
//! Colours are classes that the page's style fills, so that a chart follows the page into the dark and onto paper. Each
//! has a name for readers who do not see it; its numbers stand in a table beside it.

use std::fmt::Write;

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 46.0;

/// What every chart says beside its marks.
pub struct Frame<'t> {
    /// For readers who do not see it.
    pub name: &'t str,
    /// Under the horizontal axis.
    pub across: &'t str,
    /// Above the vertical axis.
    pub up: &'t str,
    /// What the first series is called, and the second.
    pub series: [&'t str; 2],
}

/// The chart's own coordinates.
struct Scale {
    x: (f64, f64),
    y: f64,
}

impl Scale {
    fn x(&self, x: f64) -> f64 {
        let (from, to) = self.x;
        LEFT + (x - from) / (to - from).max(1e-12) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, y: f64) -> f64 {
        HEIGHT - BOTTOM - y / self.y * (HEIGHT - TOP - BOTTOM)
    }
}

/// Text as it may stand in HTML and SVG.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A round step that cuts a length into about so many pieces.
fn step(length: f64, pieces: f64) -> f64 {
    let rough = (length / pieces).max(1e-9);
    let power = 10_f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    steps.iter().map(|step| step * power).find(|step| *step >= rough * 0.999).unwrap_or(10.0 * power)
}

/// Opens a chart whose largest value is `most`, with its horizontal lines; `write` writes the numbers beside them.
fn open(frame: &Frame<'_>, x: (f64, f64), most: f64, write: &dyn Fn(f64) -> String) -> (String, Scale) {
    let step = step(most.max(1e-6), 4.0);
    let scale = Scale { x, y: step * (most.max(1e-6) / step).ceil() };
    let mut svg = format!(
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\"><text class=\"axis\" x=\"{LEFT}\" y=\"14\" \
         text-anchor=\"start\">{}</text>",
        escaped(frame.name),
        escaped(frame.up)
    );
    let lines = (scale.y / step).round() as u32;
    for line in 0..=lines {
        let value = f64::from(line) * step;
        let y = scale.y(value);
        let _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/><text class=\"axis\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 6.0,
            y + 4.0,
            escaped(&write(value))
        );
    }
    let _ = write!(
        svg,
        "<text class=\"axis\" x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        (LEFT + WIDTH - RIGHT) / 2.0,
        HEIGHT - 8.0,
        escaped(frame.across)
    );
    // The names of the series, where the page's style tells them apart.
    let names = [("actual", frame.series[0]), ("told", frame.series[1])];
    let mut at = WIDTH - RIGHT;
    for (class, name) in names.into_iter().rev() {
        let width = 36.0 + 7.0 * name.chars().count() as f64;
        at -= width;
        let _ = write!(
            svg,
            "<line class=\"{class}\" x1=\"{at:.1}\" x2=\"{:.1}\" y1=\"10\" y2=\"10\"/><text class=\"axis\" x=\"{:.1}\" y=\"14\">{}</text>",
            at + 16.0,
            at + 20.0,
            escaped(name)
        );
    }
    (svg, scale)
}

fn label_across(svg: &mut String, x: f64, text: &str) {
    let _ = write!(
        svg,
        "<text class=\"axis\" x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
        HEIGHT - BOTTOM + 16.0,
        escaped(text)
    );
}

fn path(svg: &mut String, class: &str, points: impl Iterator<Item = (f64, f64)>) {
    let _ = write!(svg, "<path class=\"{class}\" d=\"");
    for (i, (x, y)) in points.enumerate() {
        let _ = write!(svg, "{}{x:.1} {y:.1}", if i == 0 { "M" } else { "L" });
    }
    svg.push_str("\"/>");
}

/// Two series over weeks, the first as it was and the second as it was foretold, with a line at the origin.
pub fn lines(
    frame: &Frame<'_>,
    series: [&[f64]; 2],
    origin: (f64, &str),
    write: &dyn Fn(f64) -> String,
) -> String {
    let weeks = series[0].len().max(1) as f64;
    let most = series.iter().flat_map(|values| values.iter()).copied().fold(0.0, f64::max);
    let (mut svg, scale) = open(frame, (0.0, weeks), most, write);
    let (origin, name) = origin;
    let at = scale.x(origin.min(weeks));
    let _ = write!(
        svg,
        "<line class=\"origin\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{TOP}\" y2=\"{}\"/><text class=\"axis\" x=\"{:.1}\" y=\"{}\" text-anchor=\"end\">{}</text>",
        HEIGHT - BOTTOM,
        at - 5.0,
        TOP + 10.0,
        escaped(name)
    );
    for (class, values) in ["actual", "told"].into_iter().zip(series) {
        let points =
            values.iter().enumerate().map(|(week, value)| (scale.x(week as f64 + 1.0), scale.y(*value)));
        path(&mut svg, class, points);
    }
    let step = step(weeks, 8.0).max(1.0).round();
    let mut week = 0.0;
    while week <= weeks {
        label_across(&mut svg, scale.x(week), &write(week));
        week += step;
    }
    svg + "</svg>"
}

/// Two series over named bins, as points joined by lines.
pub fn bins(
    frame: &Frame<'_>,
    names: &[String],
    series: [&[f64]; 2],
    write: &dyn Fn(f64) -> String,
) -> String {
    let most = series.iter().flat_map(|values| values.iter()).copied().fold(0.0, f64::max);
    let (mut svg, scale) = open(frame, (-0.5, names.len() as f64 - 0.5), most, write);
    for (place, name) in names.iter().enumerate() {
        label_across(&mut svg, scale.x(place as f64), name);
    }
    for (class, values) in ["actual", "told"].into_iter().zip(series) {
        let points: Vec<(f64, f64)> = values
            .iter()
            .enumerate()
            .map(|(place, value)| (scale.x(place as f64), scale.y(*value)))
            .collect();
        path(&mut svg, class, points.iter().copied());
        for (x, y) in points {
            let _ = write!(svg, "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\"/>");
        }
    }
    svg + "</svg>"
}

/// Foretold across, what came up; on the dashed line they are the same.
pub fn calibration(frame: &Frame<'_>, points: &[(f64, f64)], write: &dyn Fn(f64) -> String) -> String {
    let most = points.iter().flat_map(|(x, y)| [*x, *y]).fold(0.0, f64::max);
    let (mut svg, scale) = open(frame, (0.0, most.max(1e-6)), most, write);
    let end = scale.x.1;
    path(&mut svg, "told", [(0.0, 0.0), (end, end)].into_iter().map(|(x, y)| (scale.x(x), scale.y(y))));
    for (x, y) in points {
        let _ = write!(
            svg,
            "<circle class=\"actual\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>",
            scale.x(*x),
            scale.y(*y)
        );
    }
    let step = step(end, 6.0);
    let mut at = 0.0;
    while at <= end * 1.0001 {
        label_across(&mut svg, scale.x(at), &write(at));
        at += step;
    }
    svg + "</svg>"
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Frame<'_> =
        Frame { name: "Who <came> & when", across: "Weeks", up: "Purchases", series: ["came", "foretold"] };

    #[test]
    fn marks_stay_inside_and_names_are_safe() {
        let (actual, told): (Vec<f64>, Vec<f64>) =
            (0..60).map(|w| (f64::from(w % 7) * 9.0, f64::from(w))).unzip();
        let write = |number: f64| format!("{number}");
        for svg in [
            lines(&FRAME, [&actual, &told], (40.0, "origin"), &write),
            bins(&FRAME, &["0".to_string(), "1–7".to_string()], [&[0.0, 0.0], &[0.0, 0.0]], &write),
            calibration(&FRAME, &[(0.1, 0.2), (5.0, 4.0)], &write),
            lines(&FRAME, [&[], &[]], (0.0, "origin"), &write),
        ] {
            assert!(svg.starts_with("<svg") && svg.ends_with("</svg>"));
            assert!(svg.contains("Who &lt;came&gt; &amp; when") && !svg.contains("NaN"), "{svg}");
            for part in svg.split("cx=\"").skip(1) {
                let x: f64 = part.split('"').next().unwrap().parse().unwrap();
                assert!((LEFT..=WIDTH).contains(&x), "{x}");
            }
        }
    }

    #[test]
    fn steps_are_round() {
        assert_eq!([step(100.0, 4.0), step(9.0, 4.0), step(0.7, 4.0)], [25.0, 2.5, 0.2]);
    }
}
