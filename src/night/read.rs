//! All parts of a night together: rejects, the digests of all reports, and the tables that depend on them.

use super::{Night, ReadPart};
use crate::acquire::personal::Kind;
use crate::document::Reject;
use crate::gather::digest::Digest;
use crate::gather::district::{DistrictOptions, district};
use crate::gather::rows::of_reject;
use crate::pipeline::Yardstick;
use crate::plan::Plan;
use crate::publish::run::Publication;
use crate::publish::state::{Base, KnownFile, PartState};
use crate::publish::warehouse;
use crate::tables::district::DistrictRows;
use crate::tables::{DocumentRow, DocumentStatsRow, RejectRow};
use anyhow::{Context, Result};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use xxhash_rust::xxh3::xxh3_64;

/// All parts.
#[derive(Default)]
pub struct Read {
    pub(super) files: Vec<KnownFile>,
    pub(super) parts: Vec<PartState>,
    pub(super) rejects: Vec<RejectRow>,
    /// Digests of parts that are at hand before all are loaded, by the place of the part.
    at_hand: Vec<Option<Vec<Digest>>>,
    /// Reports in the order of their source paths, and the part of each: an index into `parts`.
    digests: Vec<Digest>,
    part_of: Vec<usize>,
    pub(super) n_masked: u64,
    pub(super) n_personal: Option<BTreeMap<String, u64>>,
    pub(super) n_schools: u64,
}

impl Read {
    pub(super) fn of(parts: Vec<ReadPart>) -> Self {
        let mut read = Read::default();
        for mut part in parts {
            read.files.append(&mut part.files);
            read.parts.push(part.state);
            read.rejects.append(&mut part.rejects);
            read.at_hand.push(part.digests);
        }
        read
    }

    /// Takes up the digests of all parts, which were only written until now: beside the dictionary and the rules they
    /// would weigh too much.
    pub fn load_digests(&mut self, publication: &Publication) -> Result<()> {
        let of_part = |(number, (part, at_hand)): (usize, (&PartState, Option<Vec<Digest>>))| {
            let digests = at_hand.map_or_else(|| publication.digests(part.number), Ok)?;
            Ok(digests.into_iter().map(|digest| (number, digest)).collect())
        };
        let at_hand = std::mem::take(&mut self.at_hand);
        let parts = self.parts.par_iter().zip(at_hand).enumerate().map(of_part).collect::<Result<Vec<Vec<_>>>>()?;
        let mut digests: Vec<(usize, Digest)> = parts.into_iter().flatten().collect();
        let key = |digest: &Digest| (digest.document.source_path.clone(), digest.document.part);
        digests.sort_by_cached_key(|(_, digest)| key(digest));
        (self.part_of, self.digests) = digests.into_iter().unzip();
        Ok(())
    }

    /// Adds what could not be opened, and what was rejected last night and is the same. A reject keeps the run that
    /// first told of it.
    pub fn add_rejects(&mut self, plan: &Plan, unreadable: &[Reject], base: Option<&Base>, run_id: &str) {
        let before = base.map_or(&[][..], |base| &base.state.rejects);
        let same: HashSet<&str> = plan.rejected.iter().map(|file| file.source_path.as_str()).collect();
        self.rejects.extend(before.iter().filter(|row| same.contains(row.source_path.as_str())).cloned());
        for row in unreadable.iter().flat_map(|reject| of_reject(reject.clone(), run_id).rejects) {
            let told = before
                .iter()
                .find(|b| (&b.source_path, &b.reason, &b.detail) == (&row.source_path, &row.reason, &row.detail));
            self.rejects.push(told.cloned().unwrap_or(row));
        }
        self.rejects.sort_by(|a, b| (&a.source_path, &a.reason).cmp(&(&b.source_path, &b.reason)));
        self.rejects.dedup_by(|a, b| (&a.source_path, &a.reason, &a.detail) == (&b.source_path, &b.reason, &b.detail));
    }

    /// The district's tables; completes the rows of the reports.
    pub fn district(&mut self, yardstick: &Yardstick, night: &Night) -> Result<DistrictRows> {
        let options = DistrictOptions {
            roster: night.roster.as_ref(),
            norms: &yardstick.norms,
            known: &yardstick.common_wording,
            rejects: &self.rejects,
            period: night.options.period.as_deref(),
            due: night.due,
            today: Some(warehouse::days(night.started)),
            common_bodies: None,
            run_id: &night.run_id,
        };
        self.n_masked = self.digests.iter().map(|digest| digest.document.n_masked as u64).sum();
        let masks_personal = night.reading.personal.is_some();
        self.n_personal = masks_personal.then(|| {
            let of =
                |kind: Kind| self.digests.iter().filter_map(|d| d.document.n_personal(kind)).map(|n| n as u64).sum();
            Kind::ALL.iter().map(|kind| (kind.code().to_owned(), of(*kind))).collect()
        });
        let rows = district(&mut self.digests, &options)?;
        let school =
            |digest: &'_ Digest| digest.document.school_id.clone().or_else(|| digest.document.school_name.clone());
        self.n_schools = self.digests.iter().filter_map(school).collect::<HashSet<String>>().len() as u64;
        Ok(rows)
    }

    /// The ids of all reports.
    pub fn doc_ids(&self) -> impl Iterator<Item = &str> {
        self.digests.iter().map(|digest| digest.document.doc_id.as_str())
    }

    /// Writes the rows of the reports in their parts, and the rejects. What did not change is carried over.
    pub fn write(&mut self, publication: &Publication, base: Option<&Base>) -> Result<()> {
        let mut rows: Vec<(Vec<DocumentRow>, Vec<DocumentStatsRow>)> = vec![Default::default(); self.parts.len()];
        for (digest, part) in std::mem::take(&mut self.digests).into_iter().zip(&self.part_of) {
            rows[*part].0.push(digest.document);
            rows[*part].1.push(digest.stats);
        }
        self.parts.par_iter_mut().zip(rows).try_for_each(|(part, rows)| {
            let hash = xxh3_64(&postcard::to_stdvec(&rows).context("rows hold only what postcard can write")?);
            let before = std::mem::replace(&mut part.documents, hash);
            match base {
                Some(base) if before == hash => publication.link_documents(base, part.number),
                _ => publication.write(part.number, &rows.0).and_then(|()| publication.write(part.number, &rows.1)),
            }
        })?;
        publication.write(0, &self.rejects)
    }
}
