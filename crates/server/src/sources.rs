//! Files over HTTP: uploads and how they are understood, imports and what became of their rows.

pub mod import;
pub mod imports;
pub mod mapping;
pub mod rejections;
pub mod uploads;
