//! Splitting from text to compact lines: the examples of the rule files, and whole reports.

use super::*;

#[test]
fn examples_in_the_rule_files_hold() {
    let splitter = Splitter::new(&RuleFiles::built_in()).unwrap();
    assert_eq!(splitter.failures(), []);
}
