//! Acceptance sampling by attributes, GB/T 2828.1 (ISO 2859-1): how many to inspect of a lot, and how many nonconforming
//! ones are still accepted.
//!
//! Single sampling at general inspection level Ⅱ, normal and tightened; reduced inspection is not used. The master
//! tables 2-A and 2-B are not copied but follow from their law: along a diagonal of code letter and quality limit (AQL)
//! the numbers are the same, and an arrow leads to the next plan along the column. The tests hold the law against
//! cells of the tables. A lot is all findings of one kind in a run. A limit is no promise of precision: at lot 300 and AQL
//! 4 a lot of which 10 % are wrong is still accepted six times of ten, so an interval is always told beside a decision.

/// Quality limits of the tables up to 10 nonconforming items per hundred, beyond which they count nonconformities.
pub const LIMITS: [f64; 16] =
    [0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5, 10.0];

/// Code letters; I and O are not used. S is that of one plan of tightened inspection alone.
const LETTERS: [char; 17] = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S'];

/// Sample sizes by code letter.
const SIZES: [usize; 17] = [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150];

/// Table 1, level Ⅱ: the largest lot of each letter.
const LOTS: [usize; 15] = [8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000, usize::MAX];

/// Acceptance numbers of normal inspection (table 2-A) along the diagonals behind the arrows.
const NORMAL: [usize; 8] = [1, 2, 3, 5, 7, 10, 14, 21];

/// Acceptance numbers of tightened inspection (table 2-B).
const TIGHTENED: [usize; 7] = [1, 2, 3, 5, 8, 12, 18];

/// How severely a kind is inspected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Severity {
    /// 正常检验
    #[default]
    Normal,
    /// 加严检验
    Tightened,
    /// 暂停：5 lots were not accepted under tightened inspection.
    Discontinued,
}

impl Severity {
    /// Chinese name.
    pub fn label(self) -> &'static str {
        match self {
            Severity::Normal => "正常检验",
            Severity::Tightened => "加严检验",
            Severity::Discontinued => "暂停接收",
        }
    }
}

/// How many to inspect and to accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Code letter of the plan, which an arrow may have moved away from that of the lot.
    pub letter: char,
    /// Sample size; a lot that is not larger is inspected whole.
    pub size: usize,
    /// Ac: so many nonconforming ones at most are accepted; Re is one more.
    pub accept: usize,
}

/// The plan for a lot; none for an empty lot, a limit that the tables do not have, and where inspection is
/// discontinued and has no plan.
pub fn plan(lot: usize, limit: f64, severity: Severity) -> Option<Plan> {
    let limit = LIMITS.iter().position(|l| *l == limit)?;
    let letter = LOTS.iter().position(|largest| lot <= *largest).filter(|_| lot > 0)?;
    let (offset, numbers) = match severity {
        Severity::Normal => (14, &NORMAL[..]),
        Severity::Tightened => (15, &TIGHTENED[..]),
        Severity::Discontinued => return None,
    };
    let mut at = letter as i64;
    // Along the column each step moves one diagonal on, so an arrow is followed at most through all letters.
    let mut down = None;
    loop {
        let diagonal = limit as i64 - (offset - at);
        let up_arrow = severity == Severity::Normal && diagonal == 1 && at > 0;
        let past = diagonal > 2 + numbers.len() as i64;
        let step = match diagonal {
            0 => return Some(at_letter(at, 0)),
            _ if past || up_arrow => -1,
            ..3 => 1,
            d => return Some(at_letter(at, numbers[(d - 3) as usize])),
        };
        // A column that ends without a plan in one direction would turn back: there is none.
        if down.replace(step).is_some_and(|before| before != step) || !(0..LETTERS.len() as i64).contains(&(at + step))
        {
            return None;
        }
        at += step;
    }
}

fn at_letter(at: i64, accept: usize) -> Plan {
    Plan { letter: LETTERS[at as usize], size: SIZES[at as usize], accept }
}

/// The severity for the next lot, after lots that were accepted or not, oldest first (switching rules of clause 9.3).
/// Normal → tightened when 2 of at most 5 lots in a row are not accepted; tightened → normal when 5 in a row are; tightened
/// → discontinued when 5 in all are not.
pub fn next(history: &[bool]) -> Severity {
    let refused = |lots: &[bool]| lots.iter().filter(|accepted| !**accepted).count();
    let mut severity = Severity::Normal;
    let mut from = 0;
    for to in 1..=history.len() {
        let since = &history[from..to];
        let last = &since[since.len().saturating_sub(5)..];
        severity = match severity {
            Severity::Normal if refused(last) >= 2 => Severity::Tightened,
            Severity::Tightened if refused(since) >= 5 => Severity::Discontinued,
            Severity::Tightened if last.len() == 5 && refused(last) == 0 => Severity::Normal,
            _ => continue,
        };
        from = to;
    }
    severity
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Cells of tables 1, 2-A and 2-B, level Ⅱ: lot, letter, then size and Ac, normal and tightened, at AQL 1.0, 2.5, 4.0,
    /// 6.5 and 10. Where an arrow leads to another letter, that plan stands here.
    const CELLS: [(usize, [[(usize, usize); 2]; 5]); 8] = [
        (26, [[(13, 0), (20, 0)], [(5, 0), (8, 0)], [(13, 1), (20, 1)], [(8, 1), (13, 1)], [(8, 2), (8, 1)]]),
        (90, [[(13, 0), (20, 0)], [(20, 1), (32, 1)], [(13, 1), (20, 1)], [(13, 2), (13, 1)], [(13, 3), (13, 2)]]),
        (91, [[(13, 0), (20, 0)], [(20, 1), (32, 1)], [(20, 2), (20, 1)], [(20, 3), (20, 2)], [(20, 5), (20, 3)]]),
        (280, [[(50, 1), (80, 1)], [(32, 2), (32, 1)], [(32, 3), (32, 2)], [(32, 5), (32, 3)], [(32, 7), (32, 5)]]),
        (281, [[(50, 1), (80, 1)], [(50, 3), (50, 2)], [(50, 5), (50, 3)], [(50, 7), (50, 5)], [(50, 10), (50, 8)]]),
        (1200, [[(80, 2), (80, 1)], [(80, 5), (80, 3)], [(80, 7), (80, 5)], [(80, 10), (80, 8)], [(80, 14), (80, 12)]]),
        (
            1201,
            [
                [(125, 3), (125, 2)],
                [(125, 7), (125, 5)],
                [(125, 10), (125, 8)],
                [(125, 14), (125, 12)],
                [(125, 21), (125, 18)],
            ],
        ),
        (
            10_000,
            [
                [(200, 5), (200, 3)],
                [(200, 10), (200, 8)],
                [(200, 14), (200, 12)],
                [(200, 21), (200, 18)],
                [(125, 21), (125, 18)],
            ],
        ),
    ];

    #[test]
    fn plans_are_those_of_the_tables() {
        let mut cells = 0;
        for (lot, row) in CELLS {
            for (limit, cell) in [1.0, 2.5, 4.0, 6.5, 10.0].into_iter().zip(row) {
                for (severity, expected) in [Severity::Normal, Severity::Tightened].into_iter().zip(cell) {
                    let plan = plan(lot, limit, severity).unwrap();
                    assert_eq!((plan.size, plan.accept), expected, "lot {lot}, AQL {limit}, {severity:?}");
                    cells += 1;
                }
            }
        }
        assert_eq!(cells, 80);
    }

    #[test]
    fn lots_and_letters_are_those_of_table_1() {
        let letters = [(2, 'A'), (8, 'A'), (9, 'B'), (15, 'B'), (16, 'C'), (25, 'C'), (50, 'D'), (51, 'E'), (150, 'F')];
        let more = [
            (151, 'G'),
            (500, 'H'),
            (501, 'J'),
            (3200, 'K'),
            (3201, 'L'),
            (35_000, 'M'),
            (150_000, 'N'),
            (500_001, 'Q'),
        ];
        for (lot, letter) in letters.into_iter().chain(more) {
            let at = LOTS.iter().position(|largest| lot <= *largest).unwrap();
            assert_eq!(LETTERS[at], letter, "lot {lot}");
        }
    }

    #[test]
    fn where_there_is_no_plan_there_is_none() {
        assert_eq!(plan(0, 4.0, Severity::Normal), None);
        assert_eq!(plan(100, 3.0, Severity::Normal), None);
        assert_eq!(plan(100, 4.0, Severity::Discontinued), None);
        for lot in [1, 2, 9, 30, 100, 300, 2000, 20_000, 200_000, 2_000_000] {
            for limit in LIMITS {
                for severity in [Severity::Normal, Severity::Tightened] {
                    let plan = plan(lot, limit, severity);
                    assert!(plan.is_some_and(|p| p.accept < p.size), "lot {lot}, AQL {limit}: {plan:?}");
                }
            }
        }
    }

    #[test]
    fn inspection_switches_as_clause_9_3_says() {
        let history = |lots: &str| lots.chars().map(|c| c == '+').collect::<Vec<_>>();
        for (lots, expected) in [
            ("", Severity::Normal),
            ("+++++", Severity::Normal),
            ("-++++", Severity::Normal),
            ("-++++-", Severity::Normal),
            ("-+++-", Severity::Tightened),
            ("--", Severity::Tightened),
            ("--++++", Severity::Tightened),
            ("--+++++", Severity::Normal),
            ("--++-+++++", Severity::Normal),
            ("--+++++-", Severity::Normal),
            ("-------", Severity::Discontinued),
            ("--+-+-+-+-+-", Severity::Discontinued),
            ("-------+++++", Severity::Discontinued),
        ] {
            assert_eq!(next(&history(lots)), expected, "{lots}");
        }
    }
}
