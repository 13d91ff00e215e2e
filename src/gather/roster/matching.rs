//! Which school of the roster a report comes from.
//!
//! Evidence is taken from places that say who writes: the body that the text names, title, file name and signature;
//! the folders where these leave a choice or are silent; the first lines last. All places of the first kind must agree
//! on one school. What does not (two schools, a short name of several, 东关实验小学 where only 实验小学 is listed) stays
//! open, with the candidates: a report is never given to a school by guess.

use super::names::{self, Name, Sort, bare, letters};
use super::{Roster, School};
use crate::message::Message;
use anyhow::Result;
use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use std::collections::{BTreeSet, HashMap};

/// What is known of a report before its school is.
#[derive(Clone, Debug, Default)]
pub struct Evidence<'a> {
    /// Path with `/`.
    pub source_path: &'a str,
    /// True where the file holds other reports too.
    pub one_of_many: bool,
    /// The body that the text names.
    pub body: Option<&'a str>,
    /// Title.
    pub title: Option<&'a str>,
    /// `school`, `district`, …
    pub level: Option<&'a str>,
    /// First lines.
    pub head: &'a str,
    /// Last short lines.
    pub tail: &'a str,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// Index into [`Roster::schools`].
    pub school: Option<usize>,
    /// Where that is open: the schools that it may be, in the order of the roster.
    pub candidates: Vec<usize>,
}

/// Finds the names of all schools in one pass over a text.
pub struct Matcher<'r> {
    roster: &'r Roster,
    /// For each pattern the schools of that name, and what sort of name it is.
    schools: Vec<Vec<(usize, Sort)>>,
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
}

/// Schools named in one place.
#[derive(Clone, Debug, Default)]
struct Named {
    /// By a name that stands alone or after its place.
    sure: BTreeSet<usize>,
    /// By a part of a longer name.
    doubtful: BTreeSet<usize>,
}

impl<'r> Matcher<'r> {
    /// Builds the automaton of all names of the roster.
    pub fn new(roster: &'r Roster) -> Result<Self> {
        let mut by_name: HashMap<String, Vec<(usize, Sort)>> = HashMap::new();
        for (i, school) in roster.schools.iter().enumerate() {
            for Name { text, sort } in names::of(school) {
                by_name.entry(text).or_default().push((i, sort));
            }
        }
        let mut patterns: Vec<(String, Vec<(usize, Sort)>)> = by_name.into_iter().collect();
        patterns.sort();
        for (_, schools) in &mut patterns {
            // What is one school's own name is not another's short form.
            let surest = schools.iter().map(|(_, sort)| *sort).min();
            schools.retain(|(_, sort)| Some(*sort) == surest);
        }
        let automaton = CharwiseDoubleArrayAhoCorasickBuilder::new()
            .match_kind(MatchKind::LeftmostLongest)
            .build(patterns.iter().map(|(text, _)| text))
            .map_err(|e| {
                Message::new(
                    format!("学校名单里的名称不能用来查找：{e}；请检查名称和简称两列"),
                    format!(
                        "the names of the roster can't be searched for: {e}; check the columns of names and aliases"
                    ),
                )
            })?;
        Ok(Matcher { roster, schools: patterns.into_iter().map(|(_, s)| s).collect(), automaton })
    }

    /// The school of a report.
    pub fn school(&self, evidence: &Evidence) -> Match {
        let (file, folders) = split(evidence.source_path);
        let surely_given = matches!(evidence.level, Some("township" | "district" | "city" | "province"));
        let named = |text: &str| self.named(text, surely_given);
        let file = if evidence.one_of_many { Named::default() } else { named(file) };
        let folders: Vec<Named> = folders.iter().map(|f| named(f)).collect();
        let first = [
            evidence.body.map(named).unwrap_or_default(),
            evidence.title.map(named).unwrap_or_default(),
            file,
            named(evidence.tail),
        ];
        let of_another = surely_given && evidence.body.is_some() && first[0].sure.is_empty();
        if of_another {
            // 县教育局关于县一中检查情况的通报: what a bureau writes of a school is not the school's. A town's central
            // school may write for the town or for itself.
            let may_be = first.iter().flat_map(|n| &n.sure).copied().filter(|_| evidence.level == Some("township"));
            return Match { school: None, candidates: may_be.collect::<BTreeSet<_>>().into_iter().collect() };
        }
        let head = named(evidence.head);
        let told: Vec<&BTreeSet<usize>> = first.iter().map(|n| &n.sure).filter(|s| !s.is_empty()).collect();
        let mut open = match told.split_first() {
            Some((one, others)) => {
                let common: BTreeSet<usize> =
                    one.iter().copied().filter(|i| others.iter().all(|o| o.contains(i))).collect();
                if common.is_empty() {
                    return Match {
                        school: None,
                        candidates: told.into_iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect(),
                    };
                }
                common
            }
            None if surely_given => BTreeSet::new(),
            None => {
                let next = folders.iter().chain([&head]).map(|n| &n.sure).find(|s| !s.is_empty());
                next.cloned().unwrap_or_default()
            }
        };
        for narrower in folders.iter().chain([&head]).map(|n| &n.sure) {
            let both: BTreeSet<usize> = open.intersection(narrower).copied().collect();
            if !both.is_empty() {
                open = both;
            }
        }
        if open.len() > 1 {
            open = self.of_place(open, evidence);
        }
        match open.len() {
            1 => Match { school: open.first().copied(), candidates: Vec::new() },
            0 => {
                let doubtful: BTreeSet<usize> =
                    first.iter().chain(&folders).chain([&head]).flat_map(|n| &n.doubtful).copied().collect();
                Match { school: None, candidates: doubtful.into_iter().collect() }
            }
            _ => Match { school: None, candidates: open.into_iter().collect() },
        }
    }

    /// Those of several schools whose town, or else district, is named in path, title or first lines, where these are
    /// fewer.
    fn of_place(&self, open: BTreeSet<usize>, evidence: &Evidence) -> BTreeSet<usize> {
        let context = [
            evidence.source_path,
            evidence.title.unwrap_or_default(),
            evidence.body.unwrap_or_default(),
            evidence.head,
        ];
        let place_named = |place: &Option<String>| {
            place.as_deref().is_some_and(|p| context.iter().any(|text| text.contains(bare(p))))
        };
        let of = |place: fn(&School) -> &Option<String>| -> BTreeSet<usize> {
            open.iter().copied().filter(|&i| place_named(place(&self.roster.schools[i]))).collect()
        };
        let fewer = [of(|s| &s.town), of(|s| &s.district)].into_iter().find(|s| !s.is_empty() && s.len() < open.len());
        fewer.unwrap_or(open)
    }

    fn named(&self, text: &str, only_given: bool) -> Named {
        // Names are looked for within runs of letters: 实验 小学 is one name, 一(小)学 none.
        let text: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        let mut named = Named::default();
        for found in self.automaton.leftmost_find_iter(&text) {
            let (before, name, after) =
                (&text[..found.start()], &text[found.start()..found.end()], &text[found.end()..]);
            if is_part_of_a_word(name, after) {
                continue;
            }
            for &(i, sort) in &self.schools[found.value() as usize] {
                let given = sort == Sort::Given;
                if only_given && !given {
                    continue;
                }
                let sure = !is_branch(after) && stands_alone(before, &self.roster.schools[i], given);
                if sure { &mut named.sure } else { &mut named.doubtful }.insert(i);
            }
        }
        named
    }
}

/// File name without its ending, and the folders, nearest first.
fn split(path: &str) -> (&str, Vec<&str>) {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or_default();
    (file.rsplit_once('.').map_or(file, |(stem, _)| stem), parts.collect())
}

/// 一小 in 一小部分, 二中 in 二中心.
fn is_part_of_a_word(name: &str, after: &str) -> bool {
    let next = after.chars().next().unwrap_or(' ');
    name.ends_with(['小', '中', '幼']) && "学部型等心期间外国年级考队班组巧结时步块撮批量件".contains(next)
}

/// 松林小学东校区, 实验小学分校: another school, unless the roster lists it.
fn is_branch(after: &str) -> bool {
    let mut next = after.chars();
    let first = next.next().unwrap_or(' ');
    ["分校", "附属", "附小", "附中", "教学点", "校区"].iter().any(|b| after.starts_with(b))
        || "东西南北新老一二三四五".contains(first) && next.as_str().starts_with("校区")
}

/// True where what stands before a name is no part of a longer one: nothing, a number, a word of grammar, or the
/// school's own place; a place of another school makes it another school.
fn stands_alone(before: &str, school: &School, given: bool) -> bool {
    let Some(last) = before.chars().next_back().filter(|c| *c != ' ') else { return true };
    let after_own = |place: &Option<String>| {
        place.as_deref().is_some_and(|p| before.ends_with(&letters(p)) || before.ends_with(bare(&letters(p))))
    };
    if last.is_ascii_digit() || after_own(&school.town) || after_own(&school.district) {
        return true;
    }
    // 县一中, 镇中心校: the one place that all of the roster share.
    let kind_alone = !before[..before.len() - last.len_utf8()].ends_with(char::is_alphabetic);
    match last {
        '县' | '区' | '旗' | '镇' | '乡' if kind_alone => true,
        '省' | '市' | '州' | '盟' => true,
        '县' | '区' | '旗' => school.district.is_none(),
        '镇' | '乡' | '道' => school.town.is_none() && given,
        '年' | '月' | '日' | '号' => true,
        _ => given && "在于由对为从向到致与和及的是我给请让".contains(last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roster() -> Roster {
        let school = |id: &str, name: &str, town: Option<&str>, aliases: &[&str]| School {
            id: id.to_owned(),
            name: name.to_owned(),
            district: Some("青石县".to_owned()),
            town: town.map(str::to_owned),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            ..School::default()
        };
        Roster {
            schools: vec![
                school("1", "青石县第一中学", None, &[]),
                school("2", "实验第一小学", None, &["附小"]),
                school("3", "实验小学", None, &[]),
                school("4", "白石镇中心小学", Some("白石镇"), &[]),
                school("5", "河口镇中心小学", Some("河口镇"), &[]),
                school("6", "松林小学", Some("白石镇"), &[]),
            ],
        }
    }

    fn check(evidence: Evidence, expected: Result<&str, &[&str]>) {
        let roster = roster();
        let got = Matcher::new(&roster).unwrap().school(&evidence);
        let ids: Vec<&str> = got.candidates.iter().map(|&i| roster.schools[i].id.as_str()).collect();
        let school = got.school.map(|i| roster.schools[i].id.as_str());
        match expected {
            Ok(id) => assert_eq!(school, Some(id), "{evidence:?}, candidates {ids:?}"),
            Err(candidates) => assert_eq!((school, &ids[..]), (None, candidates), "{evidence:?}"),
        }
    }

    fn file(path: &str) -> Evidence<'_> {
        Evidence { source_path: path, ..Evidence::default() }
    }

    #[test]
    fn full_and_short_names_are_found() {
        check(file("2021秋/县一中双减总结.txt"), Ok("1"));
        check(file("青石一中.txt"), Ok("1"));
        check(file("实验一小2021年总结.txt"), Ok("2"));
        check(file("附小.txt"), Ok("2"));
        check(file("实验小学.txt"), Ok("3"));
        check(file("白石镇/松林小学/总结.txt"), Ok("6"));
        check(Evidence { tail: "松林小学 2021年12月", ..file("a.txt") }, Ok("6"));
        check(Evidence { title: Some("青石县白石镇松林小学双减总结"), ..file("a.txt") }, Ok("6"));
        check(Evidence { head: "双减总结 我校松林小学", ..file("a.txt") }, Err(&["6"]));
    }

    #[test]
    fn a_town_tells_central_schools_apart() {
        check(file("白石镇/中心小学.txt"), Ok("4"));
        check(file("河口中心校总结.txt"), Ok("5"));
        check(file("中心小学总结.txt"), Err(&["4", "5"]));
        check(file("红旗镇中心小学.txt"), Err(&["4", "5"]));
    }

    #[test]
    fn doubt_stays_doubt() {
        check(file("东关实验小学.txt"), Err(&["3"]));
        check(file("东山县实验小学.txt"), Err(&["3"]));
        check(file("实验小学分校.txt"), Err(&["3"]));
        check(Evidence { title: Some("松林小学与实验小学结对总结"), ..file("a.txt") }, Err(&["3", "6"]));
        check(Evidence { title: Some("松林小学与实验小学结对总结"), ..file("松林小学.txt") }, Ok("6"));
        check(Evidence { title: Some("实验小学总结"), ..file("松林小学.txt") }, Err(&["3", "6"]));
        check(file("一小部分学校.txt"), Err(&[]));
        check(Evidence { one_of_many: true, ..file("松林小学.txt") }, Err(&[]));
    }

    #[test]
    fn a_name_with_its_town_is_whole_without_the_county() {
        let school = |id: &str, name: &str| School {
            id: id.to_owned(),
            name: name.to_owned(),
            district: Some("澄湖县".to_owned()),
            town: Some("双桥镇".to_owned()),
            ..School::default()
        };
        let roster = Roster {
            schools: vec![school("1", "澄湖县双桥镇中心小学"), school("2", "澄湖县双桥镇中心学校")]
        };
        let matcher = Matcher::new(&roster).unwrap();
        let of = |body: &str, level: Option<&str>| {
            let path = format!("2023秋/{body}总结.txt");
            matcher.school(&Evidence { source_path: &path, body: Some(body), level, ..Evidence::default() })
        };
        let one = |school: usize| Match { school: Some(school), candidates: Vec::new() };
        assert_eq!(of("双桥镇中心小学", Some("school")), one(0));
        assert_eq!(of("双桥中心小学", Some("school")), one(0));
        assert_eq!(of("双桥镇中心学校", Some("township")), one(1), "a central school is taken for a town's office");
        assert_eq!(of("双桥中心校", Some("school")), Match { school: None, candidates: vec![0, 1] });
    }

    #[test]
    fn a_bureaus_report_is_no_schools() {
        let of_bureau = |level, body| Evidence {
            level: Some(level),
            body: Some(body),
            title: Some("关于青石县第一中学检查情况的通报"),
            ..file("a.txt")
        };
        check(of_bureau("district", "青石县教育局"), Err(&[]));
        check(of_bureau("township", "城关镇中心校"), Err(&["1"]));
        check(of_bureau("district", "青石县第一中学"), Ok("1"));
        check(Evidence { level: Some("district"), title: Some("关于县一中检查情况的通报"), ..file("a.txt") }, Err(&[]));
    }
}
