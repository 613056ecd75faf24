//! The family of continuous lifetime models behind one name.

use super::{
    ByDay, Group, Path, Prospect, bg_nbd, cnbd_k, drifting, ggom_nbd, mbg_nbd, nbd, pareto_nbd, pooled_rate,
};
use crate::fit::Fit;
use std::fmt;
use std::str::FromStr;

/// A member of the family, to be fitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One rate for all, nobody leaves.
    PooledRate,
    /// Rates differ, nobody leaves.
    Nbd,
    /// Rates and lifetimes differ.
    ParetoNbd,
    /// Rates differ, and a customer may leave after any repeat purchase.
    BgNbd,
    /// Rates differ, and a customer may leave after any purchase.
    MbgNbd,
    /// BG/NBD for regular buyers, k by likelihood.
    BgCnbd,
    /// MBG/NBD for regular buyers, k by likelihood.
    MbgCnbd,
    /// BG/NBD for buyers with some regularity: k is two.
    BgCnbd2,
    /// MBG/NBD for buyers with some regularity: k is two.
    MbgCnbd2,
    /// Rates differ, and leaving grows likelier with age.
    GgomNbd,
    /// Rates drift, nobody leaves.
    Drifting,
    /// Rates drift, and a customer may leave after any purchase.
    DriftingMbg,
    /// Rates drift, and lifetimes differ.
    DriftingPareto,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 13] = [
        Kind::PooledRate,
        Kind::Nbd,
        Kind::ParetoNbd,
        Kind::BgNbd,
        Kind::MbgNbd,
        Kind::BgCnbd,
        Kind::MbgCnbd,
        Kind::BgCnbd2,
        Kind::MbgCnbd2,
        Kind::GgomNbd,
        Kind::Drifting,
        Kind::DriftingMbg,
        Kind::DriftingPareto,
    ];

    /// The word for it in files, commands and the API.
    pub fn code(self) -> &'static str {
        match self {
            Kind::PooledRate => "pooled_rate",
            Kind::Nbd => "nbd",
            Kind::ParetoNbd => "pareto_nbd",
            Kind::BgNbd => "bg_nbd",
            Kind::MbgNbd => "mbg_nbd",
            Kind::BgCnbd => "bg_cnbd_k",
            Kind::MbgCnbd => "mbg_cnbd_k",
            Kind::BgCnbd2 => "bg_cnbd_2",
            Kind::MbgCnbd2 => "mbg_cnbd_2",
            Kind::GgomNbd => "ggom_nbd",
            Kind::Drifting => "drifting_nbd",
            Kind::DriftingMbg => "drifting_mbg_nbd",
            Kind::DriftingPareto => "drifting_pareto_nbd",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Kind::PooledRate => "pooled rate",
            Kind::Nbd => "NBD",
            Kind::ParetoNbd => "Pareto/NBD",
            Kind::BgNbd => "BG/NBD",
            Kind::MbgNbd => "MBG/NBD",
            Kind::BgCnbd => "BG/CNBD-k",
            Kind::MbgCnbd => "MBG/CNBD-k",
            Kind::BgCnbd2 => "BG/CNBD-2",
            Kind::MbgCnbd2 => "MBG/CNBD-2",
            Kind::GgomNbd => "GGom/NBD",
            Kind::Drifting => "drifting NBD",
            Kind::DriftingMbg => "drifting MBG/NBD",
            Kind::DriftingPareto => "drifting Pareto/NBD",
        }
    }
}

impl FromStr for Kind {
    type Err = ();
    /// Reads a code; signs other than letters and digits do not matter, so that `BG/NBD` and `bg-nbd` are `bg_nbd`.
    fn from_str(text: &str) -> Result<Kind, ()> {
        let plain = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
        };
        let asked = plain(text);
        Kind::ALL.into_iter().find(|kind| plain(kind.code()) == asked).ok_or(())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A fitted member of the family.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)]
pub enum Model {
    PooledRate(Fit<pooled_rate::Params>),
    Nbd(Fit<nbd::Params>),
    ParetoNbd(Fit<pareto_nbd::Params>),
    BgNbd(Fit<bg_nbd::Params>),
    MbgNbd(Fit<mbg_nbd::Params>),
    Cnbd(Fit<cnbd_k::Params>),
    GgomNbd(Fit<ggom_nbd::Params>),
    Drifting(Fit<drifting::Params>),
}

/// Runs an expression on the fit inside a model, whatever its parameters are.
macro_rules! with_fit {
    ($model:expr, $fit:ident => $then:expr) => {
        match $model {
            Model::PooledRate($fit) => $then,
            Model::Nbd($fit) => $then,
            Model::ParetoNbd($fit) => $then,
            Model::BgNbd($fit) => $then,
            Model::MbgNbd($fit) => $then,
            Model::Cnbd($fit) => $then,
            Model::GgomNbd($fit) => $then,
            Model::Drifting($fit) => $then,
        }
    };
}

impl Model {
    /// Which member it is.
    pub fn kind(&self) -> Kind {
        match self {
            Model::PooledRate(_) => Kind::PooledRate,
            Model::Nbd(_) => Kind::Nbd,
            Model::ParetoNbd(_) => Kind::ParetoNbd,
            Model::BgNbd(_) => Kind::BgNbd,
            Model::MbgNbd(_) => Kind::MbgNbd,
            Model::Cnbd(fit) => match (fit.params.variant, fit.params.k) {
                (cnbd_k::Variant::Bg, 2) => Kind::BgCnbd2,
                (cnbd_k::Variant::Mbg, 2) => Kind::MbgCnbd2,
                (cnbd_k::Variant::Bg, _) => Kind::BgCnbd,
                (cnbd_k::Variant::Mbg, _) => Kind::MbgCnbd,
            },
            Model::GgomNbd(_) => Kind::GgomNbd,
            Model::Drifting(fit) => match fit.params.way {
                drifting::Way::Never => Kind::Drifting,
                drifting::Way::AfterPurchase => Kind::DriftingMbg,
                drifting::Way::Lifetime => Kind::DriftingPareto,
            },
        }
    }

    /// Parameters by name, time in weeks.
    pub fn parameters(&self) -> Vec<(&'static str, f64)> {
        with_fit!(self, fit => fit.params.named().to_vec())
    }

    /// Standard errors by name of parameter, where the data determine them.
    pub fn standard_errors(&self) -> Option<Vec<(&'static str, f64)>> {
        with_fit!(self, fit => fit.standard_errors.as_ref().map(|errors| errors.named().to_vec()))
    }

    /// How the fit went, without its parameters.
    pub fn fit(&self) -> Fit<()> {
        with_fit!(self, fit => fit.without_params())
    }

    /// A model with parameters that were found before, by name as [`Model::parameters`] gives them; `None` where one is
    /// missing or no positive number. How it was fitted is not told again: log-likelihood and the like are not numbers.
    ///
    /// ```
    /// use value::lifetime::{Kind, Model};
    /// let model = Model::restored(Kind::BgNbd, &[("r", 0.24), ("alpha", 4.4), ("a", 0.8), ("b", 2.4)]).unwrap();
    /// assert_eq!(model.parameters()[1], ("alpha", 4.4));
    /// assert!(Model::restored(Kind::BgNbd, &[("r", 0.24)]).is_none());
    /// ```
    pub fn restored(kind: Kind, parameters: &[(&str, f64)]) -> Option<Model> {
        let of = |name: &str| {
            let (_, value) = parameters.iter().find(|(known, _)| *known == name)?;
            (*value > 0.0 && value.is_finite()).then_some(*value)
        };
        let (r, alpha) = (of("r"), of("alpha"));
        let drifting = |way, leave: Option<f64>, stay: Option<f64>| {
            let (leave, stay) = (leave?, stay?);
            let params = drifting::Params { r: r?, alpha: alpha?, decay: of("decay")?, way, leave, stay };
            Some(Model::Drifting(Fit::restored(params)))
        };
        let regular = |variant| {
            let (a, b) = (of("a")?, of("b")?);
            let k = of("k")? as u32;
            Some(Model::Cnbd(Fit::restored(cnbd_k::Params { variant, k, r: r?, alpha: alpha?, a, b })))
        };
        match kind {
            Kind::PooledRate => {
                let params = pooled_rate::Params { shape: of("shape")?, exposure: of("exposure")? };
                Some(Model::PooledRate(Fit::restored(params)))
            }
            Kind::Nbd => Some(Model::Nbd(Fit::restored(nbd::Params { r: r?, alpha: alpha? }))),
            Kind::ParetoNbd => {
                let (s, beta) = (of("s")?, of("beta")?);
                Some(Model::ParetoNbd(Fit::restored(pareto_nbd::Params { r: r?, alpha: alpha?, s, beta })))
            }
            Kind::BgNbd => {
                let (a, b) = (of("a")?, of("b")?);
                Some(Model::BgNbd(Fit::restored(bg_nbd::Params { r: r?, alpha: alpha?, a, b })))
            }
            Kind::MbgNbd => {
                let (a, b) = (of("a")?, of("b")?);
                Some(Model::MbgNbd(Fit::restored(mbg_nbd::Params { r: r?, alpha: alpha?, a, b })))
            }
            Kind::BgCnbd | Kind::BgCnbd2 => regular(cnbd_k::Variant::Bg),
            Kind::MbgCnbd | Kind::MbgCnbd2 => regular(cnbd_k::Variant::Mbg),
            Kind::GgomNbd => {
                let (b, s, beta) = (of("b")?, of("s")?, of("beta")?);
                let params = ggom_nbd::Params { r: r?, alpha: alpha?, b, s, beta };
                Some(Model::GgomNbd(Fit::restored(params)))
            }
            Kind::Drifting => drifting(drifting::Way::Never, Some(1.0), Some(1.0)),
            Kind::DriftingMbg => drifting(drifting::Way::AfterPurchase, of("a"), of("b")),
            Kind::DriftingPareto => drifting(drifting::Way::Lifetime, of("s"), of("beta")),
        }
    }

    /// The same model with the covariance of the logarithms of its parameters, as [`Model::fit`] gave it: what draws of
    /// parameters need and [`Model::restored`] does not have.
    ///
    /// ```
    /// use value::lifetime::{Kind, Model};
    /// let model = Model::restored(Kind::Nbd, &[("r", 0.24), ("alpha", 4.4)]).unwrap();
    /// let known = model.with_covariance(Some(vec![vec![0.01, 0.0], vec![0.0, 0.02]]));
    /// assert_eq!(known.fit().covariance.unwrap()[1][1], 0.02);
    /// ```
    pub fn with_covariance(mut self, covariance: Option<Vec<Vec<f64>>>) -> Model {
        with_fit!(&mut self, fit => fit.covariance = covariance);
        self
    }

    /// The same model with each of its free parameters multiplied by e to the given number, in the order of the
    /// fit's covariance: how draws of parameters are made.
    pub fn moved(&self, by: &[f64]) -> Model {
        let factor = |i: usize| by.get(i).copied().unwrap_or(0.0).exp();
        let mut model = self.clone();
        match &mut model {
            Model::PooledRate(_) => {}
            Model::Nbd(fit) => {
                fit.params.r *= factor(0);
                fit.params.alpha *= factor(1);
            }
            Model::ParetoNbd(fit) => {
                let p = &mut fit.params;
                (p.r, p.alpha, p.s, p.beta) =
                    (p.r * factor(0), p.alpha * factor(1), p.s * factor(2), p.beta * factor(3));
            }
            Model::BgNbd(fit) => {
                let p = &mut fit.params;
                (p.r, p.alpha, p.a, p.b) =
                    (p.r * factor(0), p.alpha * factor(1), p.a * factor(2), p.b * factor(3));
            }
            Model::MbgNbd(fit) => {
                let p = &mut fit.params;
                (p.r, p.alpha, p.a, p.b) =
                    (p.r * factor(0), p.alpha * factor(1), p.a * factor(2), p.b * factor(3));
            }
            Model::Cnbd(fit) => {
                let p = &mut fit.params;
                (p.r, p.alpha, p.a, p.b) =
                    (p.r * factor(0), p.alpha * factor(1), p.a * factor(2), p.b * factor(3));
            }
            Model::GgomNbd(fit) => {
                let p = &mut fit.params;
                (p.r, p.alpha, p.b, p.s, p.beta) = (
                    p.r * factor(0),
                    p.alpha * factor(1),
                    p.b * factor(2),
                    p.s * factor(3),
                    p.beta * factor(4),
                );
            }
            Model::Drifting(fit) => {
                let p = &mut fit.params;
                (p.r, p.alpha, p.decay, p.leave, p.stay) = (
                    p.r * factor(0),
                    p.alpha * factor(1),
                    p.decay * factor(2),
                    p.leave * factor(3),
                    p.stay * factor(4),
                );
            }
        }
        model
    }

    /// Whether number, recency and age are all that it sees of a customer.
    pub fn sees_timing_only(&self) -> bool {
        !matches!(self, Model::Drifting(_))
    }

    /// What turns paths of at most `most` repeat purchases into prospects, for a horizon in weeks.
    pub fn forecaster(&self, most: usize, horizon: f64) -> Forecaster<'_> {
        match self {
            Model::Drifting(fit) => Forecaster::Path(drifting::Forecaster::new(&fit.params, most, horizon)),
            _ => Forecaster::Timing(self),
        }
    }

    /// The same for very many paths, none longer than `oldest` days, of which only what they expect is asked, not how likely
    /// they are.
    pub(crate) fn forecaster_of_many(&self, oldest: usize, most: usize, horizon: f64) -> Forecaster<'_> {
        /// Who bought more often is seldom enough to be computed one by one.
        const MOST: usize = 255;
        match self {
            Model::ParetoNbd(fit) => {
                Forecaster::ByDay(&fit.params, ByDay::of(&fit.params, oldest, most.min(MOST)))
            }
            _ => self.forecaster(0, horizon),
        }
    }
}

/// A model made ready for many paths.
pub enum Forecaster<'a> {
    /// Pareto/NBD with sums by day.
    #[doc(hidden)]
    ByDay(&'a pareto_nbd::Params, ByDay),
    /// One that sees each purchase.
    Path(drifting::Forecaster),
    /// One that sees number, recency and age.
    Timing(&'a Model),
}

impl Forecaster<'_> {
    /// What is known of one customer's future at the end of the data.
    pub fn prospect(&self, path: &Path<'_>) -> Prospect {
        let model = match self {
            Forecaster::Path(forecaster) => return forecaster.prospect(path),
            Forecaster::ByDay(params, by_day) => {
                let timing = path.timing();
                return match by_day.p_alive(path) {
                    Some(p_alive) => pareto_nbd::prospect_of(p_alive, &timing, params),
                    None => pareto_nbd::prospect(&timing, params),
                };
            }
            Forecaster::Timing(model) => model,
        };
        let timing = path.timing();
        match model {
            Model::PooledRate(fit) => pooled_rate::prospect(&fit.params),
            Model::Nbd(fit) => nbd::prospect(&timing, &fit.params),
            Model::ParetoNbd(fit) => pareto_nbd::prospect(&timing, &fit.params),
            Model::BgNbd(fit) => bg_nbd::prospect(&timing, &fit.params),
            Model::MbgNbd(fit) => mbg_nbd::prospect(&timing, &fit.params),
            Model::Cnbd(fit) => cnbd_k::prospect(&timing, &fit.params),
            Model::GgomNbd(fit) => ggom_nbd::prospect(&timing, &fit.params),
            Model::Drifting(fit) => {
                drifting::Forecaster::new(&fit.params, path.repeats.len(), 1.0).prospect(path)
            }
        }
    }
}

/// Customers gathered by equal timing, for models that see nothing else; the base itself for those that see more.
pub struct Evidence<'a> {
    /// Each customer.
    pub paths: Vec<Path<'a>>,
    /// The same by equal timing.
    pub groups: Vec<Group>,
    /// For each customer the place of the group.
    pub group_of: Vec<u32>,
}

impl<'a> Evidence<'a> {
    /// Gathers paths.
    pub fn of(paths: Vec<Path<'a>>) -> Evidence<'a> {
        // x, recency and age in days, packed so that equal timings are equal numbers; eleven thousand years fit.
        let pack = |path: &Path<'_>| {
            let part = |days: u32, bits: u32| u64::from(days.min((1 << bits) - 1));
            let last = path.repeats.last().copied().unwrap_or(0);
            part(path.repeats.len() as u32, 20) << 44 | part(last, 22) << 22 | part(path.age, 22)
        };
        let mut keys: Vec<(u64, u32)> =
            paths.iter().enumerate().map(|(i, path)| (pack(path), i as u32)).collect();
        keys.sort_unstable();
        // Days lie in the order of the paths: walked in any other, a million of them wait for memory.
        let ln_gaps: Vec<f64> = paths.iter().map(Path::ln_gaps).collect();
        let mut groups = Vec::with_capacity(keys.chunk_by(|one, next| one.0 == next.0).count());
        let mut group_of = vec![0; paths.len()];
        for same in keys.chunk_by(|one, next| one.0 == next.0) {
            let mut of_all = 0.0;
            for (_, i) in same {
                group_of[*i as usize] = groups.len() as u32;
                of_all += ln_gaps[*i as usize];
            }
            let timing = paths[same[0].1 as usize].timing();
            groups.push(Group { timing, customers: same.len() as u32, ln_gaps: of_all });
        }
        Evidence { paths, groups, group_of }
    }

    /// Customers.
    pub fn customers(&self) -> usize {
        self.paths.len()
    }

    /// Customers with a repeat purchase.
    pub fn repeaters(&self) -> usize {
        self.paths.iter().filter(|path| !path.repeats.is_empty()).count()
    }

    /// The largest number of repeat purchases.
    pub fn most(&self) -> usize {
        self.paths.iter().map(|path| path.repeats.len()).max().unwrap_or(0)
    }

    /// Every so many-th customer, so that at most `enough` are left.
    pub fn sample(&self, enough: usize) -> Option<Evidence<'a>> {
        (self.paths.len() > enough).then(|| {
            let stride = self.paths.len() as f64 / enough as f64;
            let at = |i: usize| self.paths[((i as f64 + 0.5) * stride) as usize];
            Evidence::of((0..enough).map(at).collect())
        })
    }
}

/// Fits one member of the family. The drifting members start from their nested ones and see a sample of at most
/// `most_paths` customers; the others see everybody.
pub fn fit_kind(kind: Kind, evidence: &Evidence<'_>, horizon: f64, most_paths: usize) -> Model {
    let groups = &evidence.groups[..];
    match kind {
        Kind::PooledRate => Model::PooledRate(pooled_rate::fit(groups, horizon)),
        Kind::Nbd => Model::Nbd(nbd::fit(groups)),
        Kind::ParetoNbd => Model::ParetoNbd(pareto_nbd::fit(groups)),
        Kind::BgNbd => Model::BgNbd(bg_nbd::fit(groups)),
        Kind::MbgNbd => Model::MbgNbd(mbg_nbd::fit(groups)),
        Kind::BgCnbd => Model::Cnbd(cnbd_k::fit(groups, cnbd_k::Variant::Bg)),
        Kind::MbgCnbd => Model::Cnbd(cnbd_k::fit(groups, cnbd_k::Variant::Mbg)),
        Kind::BgCnbd2 => Model::Cnbd(cnbd_k::fit_k(groups, cnbd_k::Variant::Bg, 2)),
        Kind::MbgCnbd2 => Model::Cnbd(cnbd_k::fit_k(groups, cnbd_k::Variant::Mbg, 2)),
        Kind::GgomNbd => Model::GgomNbd(ggom_nbd::fit(groups)),
        Kind::Drifting | Kind::DriftingMbg | Kind::DriftingPareto => {
            let sample = evidence.sample(most_paths);
            let evidence = sample.as_ref().unwrap_or(evidence);
            let groups = &evidence.groups[..];
            let (way, r, alpha, leave, stay) = match kind {
                Kind::DriftingMbg => {
                    let p = mbg_nbd::fit(groups).params;
                    (drifting::Way::AfterPurchase, p.r, p.alpha, p.a, p.b)
                }
                Kind::DriftingPareto => {
                    let p = pareto_nbd::fit(groups).params;
                    (drifting::Way::Lifetime, p.r, p.alpha, p.s, p.beta)
                }
                _ => {
                    let p = nbd::fit(groups).params;
                    (drifting::Way::Never, p.r, p.alpha, 1.0, 1.0)
                }
            };
            Model::Drifting(drifting::fit_from(&evidence.paths, way, [r, alpha, leave, stay]))
        }
    }
}
