//! Builds `web/` into `web/dist`, and only when one of its inputs changed.
//!
//! `CLIENTELA_UI` decides: `auto` (the default) builds where Node is at hand and else puts a placeholder page
//! into a debug build and stops a release build; `require` never accepts less than the real page; `skip` builds
//! nothing. A `web/dist` that came with the sources, with a matching stamp, needs no Node at all.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// What the built page depends on; never `node_modules`, never `dist`.
const INPUTS: [&str; 7] =
    ["src", "public", "index.html", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json"];

/// Vite and the build scripts need it.
const NODE: (u32, u32) = (20, 19);

const PLACEHOLDER: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Clientela</title>
<main style="font: 16px/1.5 system-ui; max-width: 40rem; margin: 15vh auto; padding: 0 1rem">
<h1>The web page is not in this binary</h1>
<p>It was built without Node. Install Node 20.19 or later and run <code>cargo build</code> again.</p>
<p>The server works: its API answers under <code>/api</code>.</p>
</main>
</html>
"#;

fn main() {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let web = manifest.join("../../web");
    let dist = web.join("dist");
    let stamp = dist.join(".stamp");
    watch(&web, &stamp);

    let mode = env::var("CLIENTELA_UI").unwrap_or_else(|_| "auto".into());
    let must_be_real = match mode.as_str() {
        "require" => true,
        "skip" => false,
        "auto" => env::var("PROFILE").is_ok_and(|profile| profile == "release"),
        other => panic!("CLIENTELA_UI is {other}: it can be auto, require or skip"),
    };

    // One build at a time, also when two target directories share this tree.
    let lock = File::open(web.join("package.json")).expect("web/package.json is part of the sources");
    lock.lock().expect("a file of the sources can be locked");

    let inputs = fingerprint(&web);
    let fresh = fs::read_to_string(&stamp).is_ok_and(|text| text == inputs);
    if !fresh && mode != "skip" {
        match build(&web) {
            Ok(()) => write_stamp(&stamp, &inputs),
            Err(cause) if must_be_real => panic!(
                "the web page did not build: {cause}. Install Node {}.{} or later (with npm), or set \
                 CLIENTELA_UI=skip to build without the page",
                NODE.0, NODE.1
            ),
            Err(cause) => {
                println!("cargo::warning=the web page was not rebuilt ({cause}); keeping what web/dist has");
                // A path that is never there: the next build tries again.
                println!("cargo::rerun-if-changed={}", dist.join(".never").display());
            }
        }
    }
    if !dist.join("index.html").exists() {
        fs::create_dir_all(&dist).expect("web/dist can be made");
        fs::write(dist.join("index.html"), PLACEHOLDER).expect("web/dist can be written");
        write_stamp(&stamp, "placeholder");
    }
}

/// Tells cargo what to look at. The stamp is among it so that a deleted `dist` is built again.
fn watch(web: &Path, stamp: &Path) {
    for input in INPUTS {
        println!("cargo::rerun-if-changed={}", web.join(input).display());
    }
    println!("cargo::rerun-if-changed={}", stamp.display());
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=CLIENTELA_UI");
}

/// Installs what the lock file names, if that changed, and builds the page.
fn build(web: &Path) -> Result<(), String> {
    check_node()?;
    let lock = fs::read(web.join("package-lock.json")).map_err(|e| format!("web/package-lock.json: {e}"))?;
    let installed = web.join("node_modules/.installed-lock");
    if !fs::read(&installed).is_ok_and(|copy| copy == lock) {
        npm(web, &["ci", "--no-audit", "--no-fund"])?;
        fs::write(&installed, &lock).map_err(|e| format!("web/node_modules: {e}"))?;
    }
    let next = web.join("node_modules/.next-dist");
    npm(web, &["run", "build", "--", "--emptyOutDir", "--outDir", &next.to_string_lossy()])?;
    take_over(&next, &web.join("dist")).map_err(|e| format!("web/dist: {e}"))
}

/// Puts the new page in the place of the old one at once: a debug server that reads it never finds half a page.
fn take_over(next: &Path, dist: &Path) -> std::io::Result<()> {
    let old = next.with_extension("old");
    if old.exists() {
        fs::remove_dir_all(&old)?;
    }
    if dist.exists() {
        fs::rename(dist, &old)?;
    }
    fs::rename(next, dist)?;
    if old.exists() { fs::remove_dir_all(&old) } else { Ok(()) }
}

fn check_node() -> Result<(), String> {
    let output =
        Command::new("node").arg("--version").output().map_err(|_| "node is not on the path".to_string())?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_string();
    let mut parts = version.trim_start_matches('v').split('.').map(|part| part.parse().unwrap_or(0));
    let found: (u32, u32) = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    if found < NODE {
        return Err(format!("node {version} is too old, {}.{} or later is needed", NODE.0, NODE.1));
    }
    Ok(())
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output = Command::new(program)
        .args(arguments)
        .current_dir(web)
        .output()
        .map_err(|_| "npm is not on the path".to_string())?;
    if output.status.success() {
        return Ok(());
    }
    for text in [&output.stdout, &output.stderr] {
        for line in String::from_utf8_lossy(text).lines().filter(|line| !line.trim().is_empty()) {
            println!("cargo::warning=npm: {line}");
        }
    }
    Err(format!("npm {} failed", arguments.join(" ")))
}

/// Names and contents of all inputs in one number (FNV-1a): enough to answer "the same as last time?".
fn fingerprint(web: &Path) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for input in INPUTS {
        for file in files(&web.join(input)) {
            let name = file.strip_prefix(web).expect("found below it");
            eat(name.to_string_lossy().replace('\\', "/").as_bytes());
            eat(&fs::read(&file).unwrap_or_default());
        }
    }
    format!("{hash:016x}")
}

/// Every file at or below a path, in one order on every machine.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_path_buf()];
    }
    let mut entries: Vec<PathBuf> =
        fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().flat_map(|entry| files(entry)).collect()
}

/// Dated to the epoch: cargo must find the stamp there, and never newer than its own last run.
fn write_stamp(stamp: &Path, text: &str) {
    fs::write(stamp, text).expect("web/dist can be written");
    let file = File::options().write(true).open(stamp).expect("just written");
    file.set_modified(SystemTime::UNIX_EPOCH).expect("a file of ours can be dated");
}
