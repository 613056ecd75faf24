//! The one binary `clientela`.
fn main() {}
