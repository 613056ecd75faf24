//! Stories told with whole files: what a named shop brings, and what comes of it.

mod arbitrary_bytes;
mod bad_files;
mod bring;

mod demo_files;
mod everyday_files;
mod facts;
mod making;
mod mended_files;
mod real_files;
