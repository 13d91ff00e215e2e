//! `huizong bulletin`: the district's bulletin (通报), from the tables of one run.
//!
//! The flow: [`view`] chooses the reports, the modules [`reporting`], [`norms`], [`values`], [`topics`] and [`review`]
//! compute every number of the [`model`], [`words`] makes sentences of them, and [`html`] or [`docx`] lay them out. What
//! is printed comes from the model alone. A wrong figure is worse than a missing one: copies count once, a limit is never
//! drawn as a value, an aim is no result, XX is no zero, and a number that is in doubt is counted as such.

mod docx;
mod html;
pub mod model;
mod norms;
mod ooxml;
mod reporting;
mod review;
mod schools;
mod svg;
mod topics;
mod values;
pub mod view;
mod words;

use crate::cli;
use crate::message::{Message, Tell};
use crate::publish::draft;
use crate::review::export::cells::day;
use crate::review::export::run_folder;
use crate::review::left;
use crate::review::names::Names;
use crate::review::spot_check::report::{self, Settled};
use crate::review::spot_check::{facts, store::Store};
use anyhow::Result;
use model::{Bulletin, Checked, Facts, Head};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use view::{Tables, View, Which};

/// What is printed besides what the tables say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Imprint<'a> {
    /// Who issues it.
    pub issuer: Option<&'a str>,
    /// Such as 第3期.
    pub number: Option<&'a str>,
}

/// `huizong bulletin`.
pub fn command(options: &cli::Bulletin, out: &mut impl Write) -> Result<()> {
    let run = run_folder(&options.warehouse, options.run.as_deref())?;
    let tables = Tables::read(&run)?;
    let view = View::new(&tables, options.period.as_deref(), options.district.as_deref())?;
    if options.output.is_none() && options.schools.is_none() {
        return Err(Message::usage(
            "要写什么？--output 通报.html 或 .docx，--schools 文件夹（每校一页），可以都写",
            "Nothing to write: use --output FILE.html or FILE.docx, or --schools FOLDER",
        )
        .into());
    }
    if let Some(path) = &options.output {
        let imprint = Imprint { issuer: options.issuer.as_deref(), number: options.number.as_deref() };
        let mut bulletin = bulletin(&view)?;
        checked(&options.warehouse, &run, &mut bulletin)?;
        draft::write(path, &rendered(path, &bulletin, imprint)?)?;
        writeln!(out, "{}：已写到 {}", words::title(&bulletin), path.display())?;
    }
    if let Some(folder) = &options.schools {
        let pages = schools::pages(&view)?;
        std::fs::create_dir_all(folder).tell(|| Message::no_folder(folder))?;
        let removed = left::replace(folder, &pages)?;
        writeln!(out, "{} 所学校的反馈页：已写到 {}", pages.len(), folder.display())?;
        if removed > 0 {
            writeln!(out, "以前写的 {removed} 个反馈页不属于这一期，已删除")?;
        }
        let others = left::others(folder, "html", &pages.into_keys().collect());
        left::told(folder, &others).map_or(Ok(()), |line| writeln!(out, "{line}"))?;
    }
    Ok(())
}

/// The bytes of the file that `path` names by its ending.
fn rendered(path: &Path, bulletin: &Bulletin, imprint: Imprint) -> Result<Vec<u8>> {
    match path.extension().map(|e| e.to_string_lossy().to_lowercase()).as_deref() {
        Some("html" | "htm") => Ok(html::page(bulletin, imprint).into_bytes()),
        Some("docx") => docx::file(bulletin, imprint),
        Some("json") => Ok(serde_json::to_vec_pretty(bulletin)?),
        _ => Err(Message::usage(
            format!("{} 的后缀要是 .html（看）、.docx（发文）或 .json（给程序）", path.display()),
            format!("{} must end in .html, .docx or .json", path.display()),
        )
        .into()),
    }
}

/// The bulletin on the last period of a run, all districts together.
pub fn of_run(run: &Path) -> Result<Bulletin> {
    let tables = Tables::read(run)?;
    bulletin(&View::new(&tables, None, None)?)
}

/// Ids of the findings that the bulletin on a run tells one by one: what must be checked before it is issued.
pub fn printed_facts(run: &Path) -> Result<BTreeSet<String>> {
    Ok(of_run(run)?.facts.told)
}

/// Fills in what people settled on the findings behind the bulletin.
fn checked(root: &Path, run: &Path, bulletin: &mut Bulletin) -> Result<()> {
    let store = Store::read(root)?;
    if store.verdicts.is_empty() {
        return Ok(());
    }
    let standing = report::standing(&store, &facts::read(run)?);
    for settled in bulletin.facts.behind.iter().filter_map(|id| standing.get(id)) {
        let counts = &mut bulletin.checked;
        counts.looked_at += 1;
        counts.right += usize::from(*settled == Settled::Right);
        counts.wrong += usize::from(*settled == Settled::Wrong);
    }
    Ok(())
}

/// The bulletin on a view.
pub fn bulletin(view: &View) -> Result<Bulletin> {
    let names = Names::new()?;
    let mut facts = Facts::default();
    let reporting = reporting::reporting(view);
    let counted = reporting.counted;
    let before = view.before();
    let norms = norms::norms(view, counted, &mut facts);
    let (values, of_values) = values::values(view, before.as_ref(), counted, &mut facts);
    let mut strips = norms::homework(view);
    strips.extend(of_values);
    let figures = facts.behind.len();
    let problems = topics::problems(view, &names, &mut facts);
    let period = |which: &Which| match which {
        Which::One(period) => period.clone(),
        Which::All => None,
    };
    // A school that is in no roster tells no district, and changes nothing of whose bulletin it is.
    let told: Vec<&str> = view.reports.iter().filter_map(|r| r.document.district.as_deref()).collect();
    let only = told.first().copied().filter(|d| told.iter().all(|t| t == d) && 2 * told.len() >= view.reports.len());
    Ok(Bulletin {
        head: Head {
            district: view.district.or(only).map(str::to_owned),
            period: period(&view.which),
            all_periods: view.which == Which::All,
            period_before: before.as_ref().and_then(|before| period(&before.which)),
            run_id: view.tables.run.run_id.clone(),
            day: day((view.tables.run.finished_utc / 86_400_000_000) as i32),
            tool_version: view.tables.run.tool_version.clone(),
        },
        five: topics::five(view, counted),
        review: review::review(view),
        checked: Checked { figures, quotes: facts.behind.len() - figures, ..Checked::default() },
        reporting,
        norms,
        values,
        strips,
        problems,
        facts,
    })
}
