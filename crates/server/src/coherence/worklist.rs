//! Incoherent customers by the money at stake: why each is there, what is proposed, and what somebody decided.

use super::matrix::Shown;
use super::{Kept, MATRIX, Missing, due, kept};
use crate::customers::list::{Level, level};
use crate::http::error::Answer;
use crate::http::wire::{self, Money};
use crate::http::{App, Caller, Failure, Json, Path, Query};
use ::portfolio::Reason;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use ledger::{Currency, Moment};
use serde::{Deserialize, Serialize};
use store::{Case, CaseState, Store};
use utoipa::{IntoParams, ToSchema};

/// Which cases.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorklistQuery {
    /// Open ones unless said.
    #[serde(default)]
    #[param(required = false)]
    pub state: WorklistState,
    /// Of this reason only; of all unless said.
    pub reason: Option<CaseReason>,
    /// Cases at the most, 50 unless said, 500 at most.
    pub limit: Option<u32>,
    /// Cases passed over.
    #[serde(default)]
    #[param(required = false)]
    pub offset: u64,
}

/// Whether somebody decided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WorklistState {
    /// Nobody decided at the levels the customer has now, or what was put off is due again.
    #[default]
    Open,
    /// Somebody did; it stays so until one of the levels changes.
    Decided,
}

/// Incoherent customers, the most money at stake first.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct WorklistPage {
    /// The valuation's day; null before the first one.
    pub as_of: Option<String>,
    pub currency: String,
    /// What is not known; without it there is no list.
    pub missing: Vec<Missing>,
    pub state: WorklistState,
    /// The reason asked for; null for all.
    pub reason: Option<CaseReason>,
    /// Of the reason asked for, as `decided` and `at_stake`.
    pub open: u64,
    pub decided: u64,
    /// The money at stake in the open cases.
    pub at_stake: Money,
    /// What there is of every reason, whichever is asked for.
    pub reasons: Vec<ReasonSum>,
    pub offset: u64,
    pub rows: Vec<WorklistCase>,
    /// What the figures are, in words.
    pub definition: String,
}

/// An incoherent customer.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct WorklistCase {
    /// On the whole list, from 1.
    pub place: i64,
    pub customer: i64,
    pub name: String,
    /// Why he is here.
    pub reason: CaseReason,
    pub proposal: Proposal,
    /// The money in the wrong place, above zero.
    pub at_stake: Money,
    /// Invested less the coherent investment.
    pub gap: Money,
    pub value: Money,
    pub value_level: Option<Level>,
    pub invested: Money,
    pub investment_level: Option<Level>,
    /// What he would get if the same total followed value.
    pub coherent_investment: Money,
    /// Score of investment less score of value.
    pub delta: i64,
    /// Somebody decided before, when his levels were others.
    pub levels_changed: bool,
    /// What was ever decided about him, the newest first.
    pub decisions: Vec<CaseDecision>,
}

/// Cases of one reason.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct ReasonSum {
    pub reason: CaseReason,
    pub open: u64,
    pub decided: u64,
    /// The money at stake in the open cases.
    pub at_stake: Money,
}

/// Why a customer is on the worklist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseReason {
    /// We spend on a customer who is worth nothing.
    SpentOnNothing,
    /// More is invested than the value calls for.
    OverInvested,
    /// A customer of value gets nothing.
    Overlooked,
    /// Less is invested than the value calls for.
    UnderInvested,
}

/// What is proposed; a person decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Proposal {
    /// Stop investing.
    Stop,
    /// Start investing.
    Start,
    /// Move part of the investment: from where it is too much to where it is too little.
    Move,
}

/// What somebody decided.
#[derive(Clone, Serialize, ToSchema)]
#[allow(missing_docs)]
pub struct CaseDecision {
    pub id: i64,
    pub decision: Verdict,
    pub note: String,
    /// Why the customer was on the list then.
    pub reason: Option<CaseReason>,
    pub value_level: Option<Level>,
    pub investment_level: Option<Level>,
    pub gap: Money,
    pub at: String,
    /// Null for a command on the machine itself.
    pub by: Option<String>,
}

/// A decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It will be done as proposed.
    Accept,
    /// It stays as it is.
    Reject,
    /// To be looked at again in thirty days.
    Later,
}

/// What to decide about a customer of the worklist.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDecision {
    /// What is decided.
    pub decision: Verdict,
    /// Why, in words; at most 2,000 characters.
    #[serde(default)]
    pub note: String,
}

const LONGEST_NOTE: usize = 2_000;
const DEFINITION: &str = "the money at stake is what is invested in a customer over twelve months, less what he would get \
                          if the same total were shared by positive value";

/// Incoherent customers, with why and what is proposed.
#[utoipa::path(get, path = "/api/worklist", tag = "coherence", operation_id = "worklist", params(WorklistQuery),
    responses((status = 200, body = WorklistPage), (status = 403), (status = 422)))]
pub async fn read(State(app): State<App>, Query(query): Query<WorklistQuery>) -> Answer<Json<WorklistPage>> {
    let limit = super::at_most(query.limit, 50)?;
    let now = app.now();
    app.ask(move |store| page(store, now, (query.state, query.reason), query.offset, limit)).await.map(Json)
}

/// Decide about a customer of the worklist. Nothing is written over: a later decision stands beside the earlier ones.
#[utoipa::path(post, path = "/api/worklist/{id}/decision", tag = "coherence", operation_id = "decide",
    params(("id" = i64, Path)), request_body = NewDecision,
    responses((status = 201, body = WorklistCase), (status = 403), (status = 404), (status = 422)))]
pub async fn decide(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<i64>,
    Json(new): Json<NewDecision>,
) -> Answer<impl IntoResponse> {
    let note = note(&new.note)?;
    let customer = u32::try_from(id).map_err(|_| Failure::unknown("case"))?;
    let (now, by) = (app.now(), Some(caller.staff.id));
    let decided = app.ask(move |store| keep(store, customer, new.decision, &note, now, by)).await?;
    let case = decided.ok_or_else(|| Failure::unknown("case"))?;
    Ok((StatusCode::CREATED, Json(case)))
}

/// A note as it is kept.
pub fn note(typed: &str) -> Result<String, Failure> {
    let note = typed.trim().replace('\0', "");
    if note.chars().count() > LONGEST_NOTE {
        let message = format!("a note has at most {LONGEST_NOTE} characters");
        return Err(Failure::invalid("too_long", "note", message));
    }
    Ok(note)
}

/// Keeps a decision and gives the case with it; `None` where the customer is not on the worklist.
pub fn keep(
    store: &Store,
    customer: u32,
    decision: Verdict,
    note: &str,
    now: Moment,
    by: Option<i64>,
) -> store::Result<Option<WorklistCase>> {
    let Some(case) = store.case(customer)? else { return Ok(None) };
    store.decide(&case, decision.name(), note, now, by)?;
    let base = kept::<Kept>(store, MATRIX)?;
    let currency = base.map_or(Currency::EUR, |base| base.currency);
    Ok(store.case(customer)?.map(|case| shown(&Shown { currency, missing: &[] }, &case)))
}

/// A part of the worklist.
pub fn page(
    store: &Store,
    now: Moment,
    (state, reason): (WorklistState, Option<CaseReason>),
    offset: u64,
    limit: u32,
) -> store::Result<WorklistPage> {
    let base = kept::<Kept>(store, MATRIX)?;
    let currency = match &base {
        Some(base) => base.currency,
        None => store.company()?.map_or(Currency::EUR, |company| company.currency),
    };
    let missing = base.as_ref().map_or_else(|| vec![Missing::Valuation], |base| base.missing.clone());
    let money = Shown { currency, missing: &[] };
    let wanted = match state {
        WorklistState::Open => CaseState::Open,
        WorklistState::Decided => CaseState::Decided,
    };
    let found = store.worklist(wanted, reason.map(CaseReason::code), due(now), offset, limit)?;
    let count = |reason: CaseReason| {
        let found = found.reasons.iter().find(|(code, _)| code == reason.code());
        found.map(|(_, count)| *count).unwrap_or_default()
    };
    Ok(WorklistPage {
        as_of: base.as_ref().map(|base| wire::day(base.until)),
        currency: currency.code().to_string(),
        missing: missing.into_iter().filter(|what| *what != Missing::Contribution).collect(),
        state,
        reason,
        open: found.open,
        decided: found.decided,
        at_stake: money.money(found.at_stake),
        reasons: CaseReason::ALL
            .into_iter()
            .map(|(reason, _)| {
                let store::ReasonCount { open, decided, at_stake } = count(reason);
                ReasonSum { reason, open, decided, at_stake: money.money(at_stake) }
            })
            .collect(),
        offset,
        rows: found.cases.iter().map(|case| shown(&money, case)).collect(),
        definition: DEFINITION.to_string(),
    })
}

fn shown(money: &Shown<'_>, case: &Case) -> WorklistCase {
    let reason = CaseReason::of(&case.reason).unwrap_or(CaseReason::OverInvested);
    let decision = |one: &store::Decision| {
        Some(CaseDecision {
            id: one.id,
            decision: Verdict::of(&one.decision)?,
            note: one.note.clone(),
            reason: CaseReason::of(&one.reason),
            value_level: level(one.value_level),
            investment_level: level(one.investment_level),
            gap: money.money(one.gap),
            at: wire::time(one.decided_at),
            by: one.decided_by.clone(),
        })
    };
    WorklistCase {
        place: case.place,
        customer: case.customer.into(),
        name: case.name.clone(),
        reason,
        proposal: reason.proposal(),
        at_stake: money.money(case.gap().abs()),
        gap: money.money(case.gap()),
        value: money.money(case.value),
        value_level: level(case.value_level),
        invested: money.money(case.investment),
        investment_level: level(case.investment_level),
        coherent_investment: money.money(case.coherent_investment),
        delta: case.investment_level - case.value_level,
        levels_changed: case.is_changed(),
        decisions: case.decisions.iter().filter_map(decision).collect(),
    }
}

impl CaseReason {
    const ALL: [(CaseReason, Reason); 4] = [
        (CaseReason::SpentOnNothing, Reason::SpentOnNothing),
        (CaseReason::OverInvested, Reason::OverInvested),
        (CaseReason::Overlooked, Reason::Overlooked),
        (CaseReason::UnderInvested, Reason::UnderInvested),
    ];

    /// The word for it in the API, commands and the store.
    pub fn code(self) -> &'static str {
        let known = Self::ALL.into_iter().find(|(reason, _)| *reason == self);
        known.expect("every reason is among all").1.code()
    }

    /// The reason with this word.
    pub fn of(code: &str) -> Option<CaseReason> {
        Self::ALL.into_iter().find(|(_, reason)| reason.code() == code).map(|(reason, _)| reason)
    }

    fn proposal(self) -> Proposal {
        let known = Self::ALL.into_iter().find(|(reason, _)| *reason == self);
        match known.map(|(_, reason)| reason.proposal()) {
            Some(::portfolio::Move::Stop) => Proposal::Stop,
            Some(::portfolio::Move::Start) => Proposal::Start,
            Some(::portfolio::Move::Move) | None => Proposal::Move,
        }
    }
}

impl Verdict {
    const ALL: [Verdict; 3] = [Verdict::Accept, Verdict::Reject, Verdict::Later];

    /// The word for it in the API, commands and the store.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Accept => "accept",
            Verdict::Reject => "reject",
            Verdict::Later => "later",
        }
    }

    /// The decision with this word.
    pub fn of(name: &str) -> Option<Verdict> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}
