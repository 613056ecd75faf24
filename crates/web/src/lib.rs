//! The staff web page inside the binary: a path becomes bytes with what a server must say about them.
//!
//! A release build carries `web/dist` in itself; a debug build reads it from disk, so that a change of the page
//! needs no cargo. Deliberately left out: HTTP, and which paths of the page are answered with `index.html`.

use std::borrow::Cow;

#[derive(rust_embed::RustEmbed)]
#[folder = "../../web/dist"]
struct Dist;

/// One file of the page, as it is to be sent.
pub struct WebFile {
    /// The content, compressed when `encoding` says so.
    pub bytes: Cow<'static, [u8]>,
    /// Media type for `content-type`.
    pub mime: &'static str,
    /// `br` for a compressed twin, for `content-encoding`.
    pub encoding: Option<&'static str>,
    /// True when its name changes with its content, so that it may be kept for good.
    pub immutable: bool,
}

/// The file at `path` (no leading slash needed), or `None` when the page has no such file.
///
/// With `accept_brotli` the twin made at build time is taken where there is one.
///
/// ```
/// let page = web::file("index.html", false).expect("there is always a page");
/// assert_eq!(page.mime, "text/html; charset=utf-8");
/// assert!(web::file("../Cargo.toml", false).is_none());
/// ```
pub fn file(path: &str, accept_brotli: bool) -> Option<WebFile> {
    let path = path.trim_start_matches('/');
    let hidden = path.split('/').any(|part| part.starts_with('.'));
    if hidden || path.ends_with(".br") {
        return None;
    }
    let twin = accept_brotli.then(|| Dist::get(&format!("{path}.br"))).flatten();
    let encoding = twin.is_some().then_some("br");
    let content = twin.or_else(|| Dist::get(path))?;
    Some(WebFile { bytes: content.data, mime: mime(path), encoding, immutable: path.starts_with("assets/") })
}

fn mime(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_there_and_may_change_with_the_next_release() {
        let page = file("/index.html", true).expect("the build makes a page or a placeholder");
        assert!(!page.bytes.is_empty());
        assert!(!page.immutable);
    }

    #[test]
    fn what_the_build_keeps_for_itself_is_not_served() {
        assert!(file(".stamp", false).is_none());
        assert!(file("assets/../.stamp", false).is_none());
        assert!(file("index.html.br", false).is_none());
    }

    #[test]
    fn an_unknown_path_is_the_servers_to_answer() {
        assert!(file("customers/12", true).is_none());
    }

    #[test]
    fn a_client_without_brotli_gets_plain_bytes() {
        let page = file("index.html", false).expect("the build makes a page or a placeholder");
        assert_eq!(page.encoding, None);
        assert!(page.bytes.starts_with(b"<!"));
    }
}
