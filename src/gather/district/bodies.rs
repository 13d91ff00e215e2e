//! Who wrote each report: a school of the roster, a body that the text names, or nobody known.
//!
//! Reports of one body are told by its number. A report whose body is not known is a body of its own: nothing is put
//! together by guess.

use super::DistrictOptions;
use crate::gather::digest::Digest;
use crate::gather::roster::matching::{Evidence, Match, Matcher};
use anyhow::Result;
use rayon::prelude::*;
use std::collections::HashMap;

/// Reports and rejected files with their bodies.
#[derive(Debug, Default)]
pub struct Matched {
    /// For each report the number of its body; schools of the roster have their place in it as number.
    pub bodies: Vec<u32>,
    /// For each rejected file its school.
    pub rejects: Vec<Match>,
}

/// Fills in the columns that name the body.
pub fn assign(digests: &mut [Digest], options: &DistrictOptions) -> Result<Matched> {
    let mut matched = Matched::default();
    let mut schools = vec![Match::default(); digests.len()];
    if let Some(roster) = options.roster {
        let matcher = Matcher::new(roster)?;
        let mut parts: HashMap<&str, usize> = HashMap::new();
        for digest in digests.iter() {
            *parts.entry(&digest.document.source_path).or_default() += 1;
        }
        schools = digests
            .par_iter()
            .map(|d| matcher.school(&evidence(d, parts[d.document.source_path.as_str()] > 1)))
            .collect();
        let of_path = |path: &str| matcher.school(&Evidence { source_path: path, ..Evidence::default() });
        matched.rejects = options.rejects.iter().map(|r| of_path(&r.source_path)).collect();
    }
    let n_schools = options.roster.map_or(0, |r| r.schools.len());
    let mut named: HashMap<(String, Option<String>), u32> = HashMap::new();
    let mut next = n_schools as u32;
    for (digest, found) in digests.iter_mut().zip(schools) {
        let document = &mut digest.document;
        let mut new = || {
            next += 1;
            next - 1
        };
        let body = match (found.school, &document.school_name) {
            (Some(i), _) => i as u32,
            (None, Some(name)) => *named.entry((name.clone(), document.district.clone())).or_insert_with(new),
            (None, None) => new(),
        };
        matched.bodies.push(body);
        let Some(roster) = options.roster else { continue };
        if let Some(school) = found.school.map(|i| &roster.schools[i]) {
            document.school_id = Some(school.id.clone());
            document.school_name = Some(school.name.clone());
            document.district = school.district.clone().or(document.district.take());
            document.stage = school.stage.clone().or(document.stage.take());
            document.level.get_or_insert_with(|| "school".to_owned());
        } else if !found.candidates.is_empty() {
            let ids: Vec<&str> = found.candidates.iter().map(|&i| roster.schools[i].id.as_str()).collect();
            document.school_candidates = Some(ids.join(" "));
        }
    }
    Ok(matched)
}

fn evidence(digest: &Digest, one_of_many: bool) -> Evidence<'_> {
    let document = &digest.document;
    Evidence {
        source_path: &document.source_path,
        one_of_many,
        body: document.school_name.as_deref(),
        title: document.title.as_deref(),
        level: document.level.as_deref(),
        head: &digest.head,
        tail: &digest.tail,
    }
}
