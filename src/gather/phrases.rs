//! Wording that everyone may use: sentences of the national documents, and the district's own template.
//!
//! Both are text in a rule file (`common_wording.toml`; a district puts its template into its own file of that name).
//! They are cut into pieces just as reports are, and only the hashes are kept. Wording that is common because many
//! bodies use it is not listed here: [`super::copies`] learns it.

use super::wording::{Cutter, Sentences};
use crate::rules::{self, Named, RuleFiles};
use anyhow::Result;
use rustc_hash::FxHashSet;
use serde::Deserialize;

/// Name of the rule file.
const FILE: &str = "common_wording.toml";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    wording: Vec<Wording>,
}

/// Sentences of one source.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wording {
    id: String,
    /// Where they come from; for the reader.
    #[serde(rename = "source")]
    _source: String,
    text: Vec<String>,
}

impl Named for Wording {
    fn id(&self) -> &str {
        &self.id
    }
}

/// Hashes of the pieces of all common wording.
pub fn known(rules: &RuleFiles) -> Result<FxHashSet<u64>> {
    let files: Vec<File> = rules.load(FILE, include_str!("common_wording.toml"))?;
    let all = rules::merge(FILE, files.into_iter().map(|f| f.wording))?;
    let mut cutter = Cutter::default();
    let mut known = Sentences::default();
    for text in all.iter().flat_map(|w| &w.text) {
        cutter.cut(text, 0, 0, &mut known);
        // Authors take clauses out of the middle as well: each clause alone is known too.
        for clause in text.split(['，', '；', '。', '：', ',', ';', ':']) {
            cutter.cut(clause, 0, 0, &mut known);
        }
    }
    Ok(known.pieces().iter().map(|piece| piece.hash).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_districts_template_is_added() {
        let own =
            "[[wording]]\nid = \"template\"\nsource = \"区模板\"\ntext = [\"本校减负工作领导小组由以下人员组成：\"]\n";
        let mut sentences = Sentences::default();
        Cutter::default().cut("本校减负工作领导小组由以下人员组成。", 0, 0, &mut sentences);
        let piece = sentences.pieces()[0].hash;
        assert!(!known(&RuleFiles::built_in()).unwrap().contains(&piece));
        assert!(known(&RuleFiles::with_texts(&[(FILE, own)])).unwrap().contains(&piece));
    }
}
