//! `huizong spot-check draw`: what of a run is to be checked by people.
//!
//! Four parts, each with its own purpose. *Must check*: what the bulletin prints or somebody asks for; it stands for
//! itself. *Stratified*: the beginning of the [`sequence`], from which precision is estimated. *Acceptance*: the first n
//! of each kind, as the plan of GB/T 2828.1 asks for, where a quality limit is given. *Missed*: sentences without a
//! finding. Stratified and acceptance findings are both beginnings of the same order of each stratum, so together they
//! are one sample of it, with one weight.

use super::acceptance::{self, Severity};
use super::batch::{Batch, Document, FORMAT, Item, Stratum};
use super::facts::{self, Fact, Kind, Labels, band};
use super::missed::{self, Sentence};
use super::sequence::{self, Candidate, hash};
use super::store::Store;
use crate::hash::hex;
use crate::message::{Message, Tell};
use crate::pipeline::Engine;
use crate::publish::parquet;
use crate::span::{SourceSpan, SourceText};
use crate::tables::{DocumentRow, SourceTextRow};
use anyhow::{Result, bail};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

/// What to draw.
#[derive(Clone, Debug)]
pub struct Options {
    /// Findings of the stratified sample.
    pub size: usize,
    /// Of the order.
    pub seed: u64,
    /// Findings of the stratified sample from one body, at most.
    pub per_body: usize,
    /// Sentences without a finding.
    pub missed: usize,
    /// Quality limit of acceptance, in nonconforming items per hundred, and how severely each kind is inspected.
    pub acceptance: Option<(f64, BTreeMap<Kind, Severity>)>,
    /// Ids of findings that must be in.
    pub must: HashSet<String>,
}

/// The findings among `wanted` that must be checked, each once, in the order of the run. An id that the run does not
/// have is a mistake: what the bulletin prints must be in the run that it is made from.
pub fn must_check<'a>(facts: &'a [Fact], wanted: &HashSet<String>) -> Result<Vec<&'a Fact>> {
    let found: Vec<&Fact> = facts.iter().filter(|fact| wanted.contains(&fact.fact_id)).collect();
    let known: HashSet<&str> = found.iter().map(|fact| fact.fact_id.as_str()).collect();
    let mut unknown: Vec<&str> = wanted.iter().map(String::as_str).filter(|id| !known.contains(id)).collect();
    unknown.sort_unstable();
    if let Some(first) = unknown.first() {
        let n = unknown.len();
        bail!(Message::new(
            format!(
                "必核清单里有 {n} 个编号不在这次汇总中，如 {first}：请按当前的汇总重新列出（表 figures、measures、problems 的 fact_id）"
            ),
            format!(
                "{n} ids of what must be checked are not in this run, such as {first}: list them anew from the current run (fact_id of tables figures, measures, problems)"
            ),
        ));
    }
    Ok(found)
}

/// The report that something stands in, and its body.
struct Reports {
    rows: HashMap<String, DocumentRow>,
}

impl Reports {
    fn body<'a>(&'a self, doc_id: &'a str) -> &'a str {
        let row = self.rows.get(doc_id);
        row.and_then(|row| row.school_id.as_deref().or(row.school_name.as_deref())).unwrap_or(doc_id)
    }
}

/// Draws from the run in folder `run`; `store` tells what is settled already.
pub fn draw(run: &Path, engine: &Engine, store: &Store, options: &Options) -> Result<Batch> {
    let facts = facts::read(run)?;
    let texts: Vec<SourceTextRow> = parquet::read(run)?;
    let reports = parquet::read::<DocumentRow>(run)?.into_iter().map(|row| (row.doc_id.clone(), row)).collect();
    let reports = Reports { rows: reports };
    let sentences = if options.missed > 0 { missed::frame(engine, &texts, &facts) } else { Vec::new() };

    let ranks = ranks(&facts, options.seed);
    let must = must_check(&facts, &options.must)?;
    let free = || facts.iter().filter(|fact| !options.must.contains(&fact.fact_id));
    let candidates = free().map(|fact| Candidate {
        key: sequence::key(fact),
        id: &fact.fact_id,
        body: reports.body(&fact.doc_id),
        what: fact,
    });
    let stratified = sequence::draw(candidates, options.seed, options.size, options.per_body);
    let mut chosen: Vec<(&Fact, bool)> = must.into_iter().map(|fact| (fact, true)).collect();
    chosen.extend(stratified.into_iter().map(|c| (c.what, false)));
    let mut seen: HashSet<&str> = chosen.iter().map(|(fact, _)| fact.fact_id.as_str()).collect();
    let mut accepted: Vec<&Fact> = facts
        .iter()
        .filter(|fact| ranks[fact.fact_id.as_str()] <= plan_size(&facts, fact.kind, options))
        .filter(|fact| seen.insert(&fact.fact_id))
        .collect();
    accepted.sort_by_key(|fact| (fact.kind, ranks[fact.fact_id.as_str()]));
    chosen.extend(accepted.into_iter().map(|fact| (fact, false)));
    let candidates = sentences.iter().map(|sentence| Candidate {
        key: sentence.band,
        id: &sentence.item_id,
        body: reports.body(&sentence.doc_id),
        what: sentence,
    });
    let missed = sequence::draw(candidates, options.seed, options.missed, options.per_body);

    let mut batch = Builder::new(run, &reports, &texts, &facts, options)?;
    batch.settled = store.settled();
    batch.strata(free(), &options.must, &facts, &sentences);
    for (fact, must) in chosen {
        batch.finding(fact, must, ranks[fact.fact_id.as_str()])?;
    }
    for (i, sentence) in missed.iter().enumerate() {
        batch.sentence(sentence.what, i + 1)?;
    }
    Ok(batch.finish())
}

/// The place of every finding among those of its kind, from 1.
fn ranks(facts: &[Fact], seed: u64) -> HashMap<&str, usize> {
    let mut order: Vec<(Kind, u64, &str)> =
        facts.iter().map(|fact| (fact.kind, hash(seed, &fact.fact_id), fact.fact_id.as_str())).collect();
    order.sort_unstable();
    let mut ranks = HashMap::new();
    let mut of_kind: HashMap<Kind, usize> = HashMap::new();
    for (kind, _, id) in order {
        let rank = of_kind.entry(kind).or_default();
        *rank += 1;
        ranks.insert(id, *rank);
    }
    ranks
}

/// How many of a kind the plan asks for; 0 where no acceptance is wanted.
fn plan_size(facts: &[Fact], kind: Kind, options: &Options) -> usize {
    let Some((limit, severities)) = &options.acceptance else { return 0 };
    let lot = facts.iter().filter(|fact| fact.kind == kind).count();
    let severity = severities.get(&kind).copied().unwrap_or_default();
    acceptance::plan(lot, *limit, severity).map_or(0, |plan| plan.size.min(lot))
}

/// Puts the batch together.
struct Builder<'a> {
    batch: Batch,
    reports: &'a Reports,
    texts: HashMap<&'a str, SourceText>,
    sha256: HashMap<&'a str, &'a str>,
    marks: HashMap<&'a str, Vec<(i64, i64, Kind)>>,
    labels: Labels,
    /// Where a report stands in the batch.
    places: HashMap<String, usize>,
    strata: BTreeMap<(Kind, String, &'static str, bool), usize>,
    /// See [`Store::settled`].
    settled: HashSet<(&'a str, &'a str)>,
}

impl<'a> Builder<'a> {
    fn new(
        run: &Path,
        reports: &'a Reports,
        texts: &'a [SourceTextRow],
        facts: &'a [Fact],
        options: &Options,
    ) -> Result<Self> {
        let mut marks: HashMap<&str, Vec<(i64, i64, Kind)>> = HashMap::new();
        for fact in facts {
            marks.entry(&fact.doc_id).or_default().push((fact.start, fact.end, fact.kind));
        }
        let batch = Batch {
            format: FORMAT.to_owned(),
            batch_id: String::new(),
            run_id: run.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            seed: options.seed,
            per_body: options.per_body,
            strata: Vec::new(),
            documents: Vec::new(),
            items: Vec::new(),
        };
        Ok(Builder {
            batch,
            reports,
            texts: texts.iter().map(|row| (row.source_path.as_str(), SourceText::new(row.text.clone()))).collect(),
            sha256: texts.iter().map(|row| (row.source_path.as_str(), row.source_sha256.as_str())).collect(),
            marks,
            labels: Labels::new()?,
            places: HashMap::new(),
            strata: BTreeMap::new(),
            settled: HashSet::new(),
        })
    }

    /// Counts what items stand for.
    fn strata<'f>(
        &mut self,
        free: impl Iterator<Item = &'f Fact>,
        must: &HashSet<String>,
        facts: &[Fact],
        sentences: &[Sentence],
    ) {
        let mut sizes: BTreeMap<(Kind, String, &'static str, bool), usize> = BTreeMap::new();
        let free = free.map(|fact| (fact, false));
        let certain = facts.iter().filter(|fact| must.contains(&fact.fact_id)).map(|fact| (fact, true));
        for (fact, certain) in free.chain(certain) {
            let (kind, rule, band) = sequence::key(fact);
            *sizes.entry((kind, rule, band, certain)).or_default() += 1;
        }
        for sentence in sentences {
            *sizes.entry((Kind::Missed, "missed".to_owned(), sentence.band, false)).or_default() += 1;
        }
        for (place, (key, population)) in sizes.into_iter().enumerate() {
            let (kind, rule_id, band, certain) = key.clone();
            let band = band.to_owned();
            self.batch.strata.push(Stratum { kind, rule_id, band, certain, population, drawn: 0 });
            self.strata.insert(key, place);
        }
    }

    fn place(&mut self, key: &(Kind, String, &'static str, bool)) -> usize {
        let place = self.strata[key];
        self.batch.strata[place].drawn += 1;
        place
    }

    fn finding(&mut self, fact: &Fact, must: bool, rank: usize) -> Result<()> {
        let stratum = self.place(&(fact.kind, fact.rule_id.clone(), band(fact.confidence), must));
        let item = Item {
            item_id: fact.fact_id.clone(),
            stratum,
            document: self.document(&fact.doc_id)?,
            must,
            settled: self.settled.contains(&(fact.fact_id.as_str(), fact.content().as_str())),
            rank,
            start: fact.start,
            end: fact.end,
            quote: fact.quote.clone(),
            unit_text: fact.unit_text.clone(),
            section: fact.section.clone(),
            confidence: Some(fact.confidence),
            content: fact.content(),
            told: self.labels.told(fact),
            stated: fact.stated_json(),
        };
        self.batch.items.push(item);
        Ok(())
    }

    fn sentence(&mut self, sentence: &Sentence, rank: usize) -> Result<()> {
        let stratum = self.place(&(Kind::Missed, "missed".to_owned(), sentence.band, false));
        let item = Item {
            item_id: sentence.item_id.clone(),
            stratum,
            document: self.document(&sentence.doc_id)?,
            must: false,
            settled: self.settled.contains(&(sentence.item_id.as_str(), sentence.content().as_str())),
            rank,
            start: sentence.start,
            end: sentence.end,
            quote: sentence.text.clone(),
            unit_text: sentence.text.clone(),
            section: sentence.section.clone(),
            confidence: None,
            content: sentence.content(),
            told: vec![("线索".to_owned(), missed::told(sentence.band).to_owned())],
            stated: "{}".to_owned(),
        };
        self.batch.items.push(item);
        Ok(())
    }

    /// The place of a report in the batch; it is put there when it is first needed.
    fn document(&mut self, doc_id: &str) -> Result<usize> {
        if let Some(place) = self.places.get(doc_id) {
            return Ok(*place);
        }
        let row = self.reports.rows.get(doc_id).tell(|| {
            Message::new(format!("表 documents 里没有报告 {doc_id}"), format!("table documents has no report {doc_id}"))
        })?;
        let path = row.source_path.as_str();
        let text = self.texts.get(path).tell(|| {
            Message::new(format!("表 source_texts 里没有来文 {path}"), format!("table source_texts has no file {path}"))
        })?;
        let span = SourceSpan { start: row.start as usize, end: (row.end as usize).min(text.points()) };
        let document = Document {
            doc_id: doc_id.to_owned(),
            source_path: row.source_path.clone(),
            source_sha256: self.sha256.get(path).copied().unwrap_or_default().to_owned(),
            body: row.school_name.clone(),
            title: row.title.clone(),
            start: row.start,
            text: text.slice(span).to_owned(),
            findings: self.marks.remove(doc_id).unwrap_or_default(),
        };
        let place = self.batch.documents.len();
        self.batch.documents.push(document);
        self.places.insert(doc_id.to_owned(), place);
        Ok(place)
    }

    fn finish(mut self) -> Batch {
        let mut hash = Sha256::new();
        hash.update(&self.batch.run_id);
        hash.update(self.batch.seed.to_le_bytes());
        for item in &self.batch.items {
            hash.update(&item.item_id);
        }
        self.batch.batch_id = hex(&hash.finalize()[..6]);
        self.batch
    }
}
