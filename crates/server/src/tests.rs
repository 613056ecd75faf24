//! Stories about the whole server.
