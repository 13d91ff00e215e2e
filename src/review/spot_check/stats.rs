//! Shares with their intervals, and agreement of two reviewers.
//!
//! Wilson's interval is what is shown; the exact one-sided bound of Clopper and Pearson decides gates, since it never
//! promises more than its level. Shares over several strata are weighted by what each item stands for, and their
//! interval is Wilson's at the effective sample size of Kish, so that unequal weights widen it. The tests hold all of it
//! against values of scipy and statsmodels.

use statrs::distribution::{Beta, ContinuousCDF};

/// 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// Risk of a one-sided bound.
const ALPHA: f64 = 0.05;

/// Precision that the lower bound of a rule must reach, unless somebody says otherwise.
pub const GATE: f64 = 0.9;

/// Fewer judged items than this tell too little.
pub const ENOUGH: usize = 10;

/// Items that a share is taken of.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// How many there are to stand for.
    pub population: usize,
    /// How many were judged.
    pub judged: usize,
    /// How many of those have the property.
    pub hits: usize,
}

/// A share with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// How many there are to stand for.
    pub population: usize,
    /// How many were judged.
    pub judged: usize,
    /// How many of those have the property.
    pub hits: usize,
    /// Weighted by the strata.
    pub share: f64,
    /// Wilson, 95 %, at the effective sample size.
    pub interval: (f64, f64),
    /// Exact one-sided 95 % lower bound of the judged items as they are.
    pub lower: f64,
    /// Exact one-sided 95 % upper bound, likewise.
    pub upper: f64,
}

impl Estimate {
    /// Too few were judged to say anything.
    pub fn too_few(&self) -> bool {
        self.judged < ENOUGH
    }

    /// Over strata; none where nothing was judged. Strata of which nothing was judged are stood for by the others.
    pub fn of(cells: &[Cell]) -> Option<Estimate> {
        let judged: usize = cells.iter().map(|cell| cell.judged).sum();
        let hits: usize = cells.iter().map(|cell| cell.hits).sum();
        let seen = cells.iter().filter(|cell| cell.judged > 0);
        let weight: f64 = seen.clone().map(|cell| cell.population as f64).sum();
        if judged == 0 || weight <= 0.0 {
            return None;
        }
        let share = seen.clone().map(|c| c.population as f64 * c.hits as f64 / c.judged as f64).sum::<f64>() / weight;
        // Kish: (sum of weights)² / sum of squared weights; the weight of an item is population / judged.
        let squares: f64 = seen.map(|c| (c.population as f64).powi(2) / c.judged as f64).sum();
        let effective = (weight * weight / squares).min(judged as f64);
        Some(Estimate {
            population: cells.iter().map(|cell| cell.population).sum(),
            judged,
            hits,
            share,
            interval: wilson(share * effective, effective),
            lower: lower(hits, judged),
            upper: 1.0 - lower(judged - hits, judged),
        })
    }
}

/// Wilson's 95 % interval of `hits` of `n`, which need not be whole.
pub fn wilson(hits: f64, n: f64) -> (f64, f64) {
    let (p, z2) = (hits / n, Z * Z);
    let centre = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).max(0.0).sqrt();
    ((centre - half).clamp(0.0, 1.0), (centre + half).clamp(0.0, 1.0))
}

/// The exact one-sided 95 % lower bound (Clopper and Pearson) of `hits` of `n`.
pub fn lower(hits: usize, n: usize) -> f64 {
    bound(hits, n, ALPHA)
}

/// The exact two-sided 95 % interval (Clopper and Pearson) of `hits` of `n`.
pub fn exact(hits: usize, n: usize) -> (f64, f64) {
    (bound(hits, n, ALPHA / 2.0), 1.0 - bound(n - hits, n, ALPHA / 2.0))
}

fn bound(hits: usize, n: usize, alpha: f64) -> f64 {
    if hits == 0 {
        return 0.0;
    }
    let beta = Beta::new(hits as f64, (n - hits) as f64 + 1.0).expect("both shapes are at least 1");
    beta.inverse_cdf(alpha)
}

/// How far two reviewers agree.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Agreement {
    /// Items that both judged.
    pub n: usize,
    /// Share of them on which they agree.
    pub observed: f64,
    /// Cohen's kappa; none where chance alone explains everything.
    pub kappa: Option<f64>,
    /// Gwet's AC1, which does not collapse where nearly all is right.
    pub ac1: f64,
}

/// Of the square table of the verdicts of two reviewers; none of an empty one.
pub fn agreement<const Q: usize>(table: &[[usize; Q]; Q]) -> Option<Agreement> {
    let n: usize = table.iter().flatten().sum();
    if n == 0 {
        return None;
    }
    let share = |count: usize| count as f64 / n as f64;
    let row = |i: usize| share(table[i].iter().sum());
    let column = |i: usize| share(table.iter().map(|row| row[i]).sum());
    // A category that nobody used is none.
    let used: Vec<usize> = (0..Q).filter(|&i| row(i) + column(i) > 0.0).collect();
    let observed: f64 = (0..Q).map(|i| share(table[i][i])).sum();
    let cohen: f64 = used.iter().map(|&i| row(i) * column(i)).sum();
    let mean = |i: usize| (row(i) + column(i)) / 2.0;
    let categories = used.len().max(2) as f64;
    let gwet = used.iter().map(|&i| mean(i) * (1.0 - mean(i))).sum::<f64>() / (categories - 1.0);
    let kappa = (cohen < 1.0).then(|| (observed - cohen) / (1.0 - cohen));
    Some(Agreement { n, observed, kappa, ac1: (observed - gwet) / (1.0 - gwet) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// n, wrong, Wilson 95 %, Clopper-Pearson 95 %, one-sided 95 % lower bound of the right ones: statsmodels 0.14
    /// `proportion_confint` (`wilson`, `beta`) and scipy `beta.ppf`.
    const INTERVALS: [(usize, usize, (f64, f64), (f64, f64), f64); 15] = [
        (20, 0, (0.838874842, 1.000000000), (0.831566529, 1.000000000), 0.860891659),
        (32, 2, (0.798528769, 0.982689433), (0.791930570, 0.992339264), 0.816056532),
        (50, 0, (0.928652401, 1.000000000), (0.928878264, 1.000000000), 0.941844921),
        (50, 5, (0.786397686, 0.956524235), (0.781864634, 0.966724906), 0.801166997),
        (80, 2, (0.913355670, 0.993117107), (0.912592844, 0.996957914), 0.923389123),
        (125, 2, (0.943537499, 0.995601200), (0.943397880, 0.998056418), 0.950492163),
        (200, 5, (0.942821660, 0.989275280), (0.942625649, 0.991833834), 0.948156661),
        (10, 10, (0.000000000, 0.277532800), (0.000000000, 0.308497108), 0.000000000),
        (1, 0, (0.206549314, 1.000000000), (0.025000000, 1.000000000), 0.050000000),
        (1, 1, (0.000000000, 0.793450686), (0.000000000, 0.975000000), 0.000000000),
        (59, 0, (0.938870629, 1.000000000), (0.939391099, 1.000000000), 0.950492390),
        (149, 0, (0.974866382, 1.000000000), (0.975546375, 1.000000000), 0.980095184),
        (500, 1, (0.988759293, 0.999646864), (0.988907523, 0.999949366), 0.990547718),
        (3000, 41, (0.981513106, 0.989909667), (0.981504878, 0.990175192), 0.982303643),
        (45, 3, (0.821433980, 0.977067967), (0.817315543, 0.986034903), 0.836611619),
    ];

    fn close(got: f64, expected: f64, what: &str) {
        assert!((got - expected).abs() < 1e-8, "{what}: {got} for {expected}");
    }

    #[test]
    fn intervals_are_those_of_the_reference() {
        for (n, wrong, (from, to), (exact_from, exact_to), one_sided) in INTERVALS {
            let what = format!("{wrong} of {n} wrong");
            let right = n - wrong;
            let got = wilson(right as f64, n as f64);
            close(got.0, from, &what);
            close(got.1, to, &what);
            close(exact(right, n).0, exact_from, &what);
            close(exact(right, n).1, exact_to, &what);
            close(lower(right, n), one_sided, &what);
        }
    }

    #[test]
    fn one_stratum_is_plain_wilson() {
        let estimate = Estimate::of(&[Cell { population: 900, judged: 50, hits: 45 }]).unwrap();
        close(estimate.share, 0.9, "share");
        assert_eq!(estimate.interval, wilson(45.0, 50.0));
        close(estimate.lower, 0.801166997, "lower");
        assert!(!estimate.too_few());
    }

    #[test]
    fn strata_count_by_what_they_stand_for() {
        let large = Cell { population: 900, judged: 30, hits: 30 };
        let small = Cell { population: 100, judged: 30, hits: 15 };
        let unseen = Cell { population: 50, judged: 0, hits: 0 };
        let estimate = Estimate::of(&[large, small, unseen]).unwrap();
        close(estimate.share, 0.95, "share");
        assert_eq!((estimate.population, estimate.judged, estimate.hits), (1050, 60, 45));
        // Kish: 1000² / (900²/30 + 100²/30) = 36.585…
        assert_eq!(estimate.interval, wilson(0.95 * (3e7 / 820_000.0), 3e7 / 820_000.0));
        assert_eq!(Estimate::of(&[unseen]), None);
        assert!(Estimate::of(&[Cell { population: 9, judged: 9, hits: 9 }]).unwrap().too_few());
    }

    #[test]
    fn agreement_is_that_of_the_reference() {
        let of = |got: Option<Agreement>, n, observed, kappa, ac1| {
            let got = got.unwrap();
            assert_eq!(got.n, n);
            close(got.observed, observed, "observed");
            close(got.kappa.unwrap(), kappa, "kappa");
            close(got.ac1, ac1, "AC1");
        };
        of(agreement(&[[40, 3], [2, 5]]), 50, 0.9, 0.608150470, 0.865771812);
        of(agreement(&[[46, 2], [2, 0]]), 50, 0.92, -0.041666667, 0.913344887);
        of(agreement(&[[30, 4, 1], [2, 8, 1], [0, 1, 3]]), 50, 0.82, 0.630238288, 0.762313482);
        of(agreement(&[[40, 3, 0], [2, 5, 0], [0, 0, 0]]), 50, 0.9, 0.608150470, 0.865771812);
        let all_right = agreement(&[[20, 0], [0, 0]]).unwrap();
        assert_eq!((all_right.observed, all_right.kappa, all_right.ac1), (1.0, None, 1.0));
        assert_eq!(agreement(&[[0, 0], [0, 0]]), None);
    }
}
