//! Jobs over HTTP: look, stop, resume.

use crate::http::error::Answer;
use crate::http::wire::{self, Said};
use crate::http::{App, Failure, Json, Path, Query};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use ledger::Moment;
use serde::{Deserialize, Serialize};
use store::{JobId, JobState, NewJob};
use utoipa::{IntoParams, ToSchema};

/// Long work and how far it is.
#[derive(Serialize, ToSchema)]
pub struct Job {
    /// Its number.
    pub id: i64,
    /// What kind of work.
    #[schema(example = "import")]
    pub kind: String,
    /// What a person reads: a file's name, a horizon.
    pub title: String,
    /// Where it stands.
    pub state: JobStanding,
    /// So many units are done.
    pub done: u64,
    /// Of so many, once that is known.
    pub total: Option<u64>,
    /// What is counted: `rows`, `bytes`, `customers`.
    pub unit: String,
    /// Units a second since it started.
    pub rate_per_second: Option<f64>,
    /// At that rate.
    pub seconds_left: Option<u64>,
    /// RFC 3339.
    pub created_at: String,
    /// RFC 3339.
    pub started_at: Option<String>,
    /// RFC 3339.
    pub finished_at: Option<String>,
    /// What came of it; its fields depend on the kind.
    #[schema(value_type = Option<Object>)]
    pub result: Option<serde_json::Value>,
    /// Why it failed.
    pub error: Option<JobFailure>,
    /// It can be stopped.
    pub can_cancel: bool,
    /// It ended before its end and can go on from there.
    pub can_resume: bool,
}

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, serde::Deserialize, ToSchema)]
pub struct JobFailure {
    /// A word that stays the same; the page translates by it.
    pub code: String,
    /// Cause and remedy in English.
    pub message: String,
    /// The same for any language, with the values that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

impl JobFailure {
    /// As the queue keeps it.
    pub fn kept(&self) -> String {
        serde_json::to_string(self).expect("a failure is plain data")
    }

    /// As it was kept; earlier versions kept the message alone.
    pub fn of(kept: &str) -> JobFailure {
        serde_json::from_str(kept).unwrap_or_else(|_| JobFailure {
            code: "failed".to_string(),
            message: kept.to_string(),
            said: None,
        })
    }
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = JobState)]
#[allow(missing_docs)]
pub enum JobStanding {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
    Interrupted,
}

/// How many jobs to show.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// At most so many, newest first; 20 unless said, 200 at most.
    pub limit: Option<u32>,
}

/// The newest jobs.
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", operation_id = "jobs", params(JobsQuery),
    responses((status = 200, body = [Job]), (status = 403)))]
pub async fn list(State(app): State<App>, Query(query): Query<JobsQuery>) -> Answer<Json<Vec<Job>>> {
    let most = query.limit.unwrap_or(20).clamp(1, 200);
    let jobs = app.ask(move |store| store.jobs(most)).await?;
    Ok(Json(jobs.into_iter().map(|job| shown(&app, job)).collect()))
}

/// One job.
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "jobs", operation_id = "job", params(("id" = i64, Path)),
    responses((status = 200, body = Job), (status = 403), (status = 404)))]
pub async fn read(State(app): State<App>, Path(id): Path<i64>) -> Answer<Json<Job>> {
    answer(&app, id).await.map(Json)
}

/// Stop a job; what it did up to its last checkpoint stays, to be resumed or taken back.
#[utoipa::path(post, path = "/api/jobs/{id}/cancellation", tag = "jobs", operation_id = "cancel_job",
    params(("id" = i64, Path)),
    responses((status = 202, body = Job), (status = 403), (status = 404), (status = 409)))]
pub async fn cancel(State(app): State<App>, Path(id): Path<i64>) -> Answer<impl IntoResponse> {
    answer(&app, id).await?;
    if let Some(progress) = app.jobs().progress_of(id) {
        progress.cancel();
    }
    let now = app.now();
    if !app.ask(move |store| store.request_cancel(id, now)).await? {
        return Err(Failure::conflict("job_over", "this job is over already"));
    }
    Ok((StatusCode::ACCEPTED, Json(answer(&app, id).await?)))
}

/// Go on with a job that ended before its end.
#[utoipa::path(post, path = "/api/jobs/{id}/resumption", tag = "jobs", operation_id = "resume_job",
    params(("id" = i64, Path)),
    responses((status = 202, body = Job), (status = 403), (status = 404), (status = 409)))]
pub async fn resume(State(app): State<App>, Path(id): Path<i64>) -> Answer<impl IntoResponse> {
    let job = answer(&app, id).await?;
    if !job.can_resume || !app.ask(move |store| store.requeue_job(id)).await? {
        return Err(Failure::conflict("not_resumable", "this job has nothing to go on with"));
    }
    app.jobs().ring();
    Ok((StatusCode::ACCEPTED, Json(answer(&app, id).await?)))
}

/// Puts a job into the queue and answers with it.
pub async fn enqueue(app: &App, new: NewJob) -> Answer<(StatusCode, Json<Job>)> {
    let now = app.now();
    let id = app.ask(move |store| store.add_job(&new, now)).await?;
    app.jobs().ring();
    Ok((StatusCode::ACCEPTED, Json(answer(app, id).await?)))
}

async fn answer(app: &App, id: JobId) -> Answer<Job> {
    let job = app.ask(move |store| store.job(id)).await?;
    job.map(|job| shown(app, job)).ok_or_else(|| Failure::unknown("job"))
}

fn shown(app: &App, job: store::Job) -> Job {
    let (done, total, unit) = match app.jobs().progress_of(job.id) {
        Some(progress) if !job.state.is_over() => {
            let (done, total, unit) = progress.read();
            (done.max(job.done), total.or(job.total), unit.to_string())
        }
        _ => (job.done, job.total, job.unit),
    };
    let rate = rate_per_second(done, job.started_at, job.finished_at.unwrap_or_else(|| app.now()));
    let left = total.filter(|_| job.state == JobState::Running).zip(rate);
    Job {
        id: job.id,
        kind: job.kind,
        title: job.title,
        state: job.state.into(),
        done,
        total,
        unit,
        rate_per_second: rate,
        seconds_left: left.map(|(total, rate)| (total.saturating_sub(done) as f64 / rate).ceil() as u64),
        created_at: wire::time(job.created_at),
        started_at: wire::time_or_null(job.started_at),
        finished_at: wire::time_or_null(job.finished_at),
        result: job.result.and_then(|text| serde_json::from_str(&text).ok()),
        error: job.error.as_deref().map(JobFailure::of),
        can_cancel: !job.state.is_over(),
        can_resume: matches!(job.state, JobState::Interrupted | JobState::Cancelled | JobState::Failed),
    }
}

fn rate_per_second(done: u64, started: Option<Moment>, now: Moment) -> Option<f64> {
    let seconds = (now.0 - started?.0).max(1) as f64;
    (done > 0).then(|| (done as f64 / seconds * 10.0).round() / 10.0).filter(|rate| *rate > 0.0)
}

impl From<JobState> for JobStanding {
    fn from(state: JobState) -> JobStanding {
        match state {
            JobState::Queued => JobStanding::Queued,
            JobState::Running => JobStanding::Running,
            JobState::Done => JobStanding::Done,
            JobState::Failed => JobStanding::Failed,
            JobState::Cancelled => JobStanding::Cancelled,
            JobState::Interrupted => JobStanding::Interrupted,
        }
    }
}
