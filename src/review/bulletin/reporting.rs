//! Who reported, and whose report counts.

use super::model::{Names, Reporting};
use super::view::{Report, View, bodies, printed};

/// States of submission are counted where there is a roster; without one only what came is known.
pub fn reporting(view: &View) -> Reporting {
    let expected = view.expected();
    let rows = || {
        let of_view =
            view.tables.school_summary.iter().filter(|s| view.holds(s.period.as_deref(), s.district.as_deref()));
        of_view.filter(|s| s.school_id.is_some() && expected.is_some())
    };
    let named = |state: &str| -> Vec<String> {
        rows().filter(|s| s.state == state).filter_map(|s| s.school_name.as_deref()).map(printed).collect()
    };
    let n = |state: &str| rows().filter(|s| s.state == state).count();
    let documents = || {
        let of_view = view.tables.documents.iter().filter(|d| view.holds(d.period.as_deref(), d.district.as_deref()));
        of_view.filter(|d| d.on_topic && d.superseded_by.is_none())
    };
    let reports = |is: &dyn Fn(&Report) -> bool| view.reports.iter().filter(|r| is(r)).count();
    let late = n("late");
    Reporting {
        expected,
        reported: if expected.is_some() { n("received") + late } else { bodies(view.reports.iter()) },
        late,
        missing: n("missing"),
        awaited: n("expected"),
        unreadable: n("unreadable"),
        off_topic: n("off_topic"),
        unclear: n("unclear"),
        unlisted_reports: if expected.is_some() { reports(&|r| r.document.school_id.is_none()) } else { 0 },
        counted: bodies(view.reports.iter().filter(|r| r.document.counted)),
        copies_not_counted: reports(&|r| !r.document.counted),
        other_reports: documents().filter(|d| view.report(&d.doc_id).is_none()).count(),
        other_periods: if expected.is_some() { 0 } else { view.all_periods() - view.reports.len() },
        rejected_files: view.tables.rejects.len(),
        names: Names {
            missing: named("missing"),
            unreadable: named("unreadable"),
            off_topic: named("off_topic"),
            unclear: named("unclear"),
            late: named("late"),
        },
    }
}
