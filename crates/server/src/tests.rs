//! Stories about the whole server, told to its router without a network, on each database there is.

mod accounts;
mod coherence;
mod equity;
mod filters;
mod first_run;
mod house;
mod lists;
mod model;
mod months;
mod newcomers;
mod openapi;
mod outlook;
mod pages;
mod refits;
mod routes;
mod serving;
mod sessions;
mod staff;
mod truth;
mod uploads;
mod words;
