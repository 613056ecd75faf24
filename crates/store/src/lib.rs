//! The only SQL: facts, records, customers and everything the pages read, in SQLite or PostgreSQL.
//!
//! Takes domain types and gives domain types; every read of customer data takes who asks. One file here and
//! one folder under `sql/` per stage. Leaves out every rule of the business: what is computed is computed in
//! the pure rooms and handed over.

mod access;
mod accounts;
mod backup;
mod coherence;
mod connection;
mod customer;
mod customers;
mod doctor;
mod equity;
mod error;
mod filter;
mod house;
mod identity;
mod jobs;
mod ledger;
mod migrations;
mod models;
mod month_ends;
mod packed;
mod pool;
mod portfolio;
mod row_groups;
mod search;
mod serving;
mod value;

pub use self::access::{Changed, OneTimePurpose, SavedView, SessionRow, Staff, StaffChange, StaffId, ViewId};
pub use self::accounts::{
    AccountFact, AccountMonth, AssumedMargins, AssumedMonth, Basis, CatalogueId, Change, Mark, MonthLines,
    MonthStatements, Restatement, SavedCatalogue, Teller, YearOfCustomer,
};
pub use self::identity::LinkSummary;
pub use self::ledger::{
    Counts, Entry, Import, ImportId, ImportSession, NewImport, RejectedRow, RejectionSummary, SourceId,
    ToldAgain, Undone,
};
pub use self::portfolio::{LevelTotals, PortfolioPage};
pub use self::value::{Activity, Origin, Sales, SavedValuation, ValuedCustomer};
pub use backup::{BackupSummary, restore};
pub use coherence::{
    Case, CaseState, Decision, ReasonCount, SavedLevelRules, ScoredCustomer, Scores, Worklist,
};
pub use customer::{
    AttributeShown, CustomerAsset, CustomerFigures, CustomerPage, CustomerPurchases, FactId, LinkedRecord,
    MonthRevenue, OtherValue, PaymentState, Timeline, TimelineFact, TimelineQuery,
};
pub use customers::{CustomerPageRow, CustomerRow, ListQuery};
pub use doctor::{Finding, Report};
pub use equity::{LineRows, NewStatement, Place, PublishedStatement, TurnRow};
pub use error::{Error, Result};
pub use house::{Company, SourceSummary, UNNAMED, UpTo};
pub use jobs::{Job, JobId, JobState, NewJob};
pub use migrations::SCHEMA_VERSION;
pub use models::{ModelsId, SavedModels};
pub use month_ends::Measure as MonthEndMeasure;
pub use pool::{Location, Store, Upgrade};
pub use search::Found;
pub use serving::{ExpectedServing, ServingSums};
