//! The names under which people write a school: the full one, the roster's aliases, and short forms that follow from
//! the full name (第一小学 → 一小, 清河镇中心小学 → 清河中心小学).
//!
//! A short form can fit several schools: nothing is decided here.

use super::School;

/// One name of a school.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// As it is looked for: letters, digits and Han characters alone.
    pub text: String,
    /// How sure it is that nobody else is called so.
    pub sort: Sort,
}

/// Where a name comes from, the surest first: what is one school's by a surer way is not another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// The full name, an alias of the roster, or the full name without the county, where it still names a town
    /// (澄湖县双桥镇中心小学 → 双桥镇中心小学).
    Given,
    /// The full name with its place shortened (双桥中心小学).
    Placed,
    /// A short form, which several schools may have (双桥中心校, 中心小学, 一小).
    Derived,
}

/// How the ends of names are shortened: each end on the left may be written as those on the right.
const ENDS: &[(&str, &[&str])] = &[
    ("九年一贯制学校", &["九年制学校", "学校"]),
    ("中心小学校", &["中心小学", "中心校", "中心学校"]),
    ("中心小学", &["中心校", "中心学校", "中心完小"]),
    ("中心学校", &["中心校", "中心小学"]),
    ("实验小学", &["实小"]),
    ("实验中学", &["实中"]),
    ("完全小学", &["完小", "小学"]),
    ("小学校", &["小学"]),
    ("小学", &["小", "小学校"]),
    ("初级中学", &["初中", "中学", "中"]),
    ("高级中学", &["高中", "中学", "中"]),
    ("中学", &["中"]),
    ("幼儿园", &["幼"]),
];

/// All names of a school, each once, given ones first.
pub fn of(school: &School) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    let mut add = |text: String, sort: Sort| {
        if text.chars().count() >= 2 && !names.iter().any(|n| n.text == text) {
            names.push(Name { text, sort });
        }
    };
    let given: Vec<String> = std::iter::once(&school.name).chain(&school.aliases).map(|n| letters(n)).collect();
    for name in &given {
        add(name.clone(), Sort::Given);
    }
    let places: Vec<String> = [&school.district, &school.town].into_iter().flatten().map(|p| letters(p)).collect();
    // Whole names first: what shortens one of them may be another.
    let stems = stems(&given[0], &places);
    for (stem, sort) in &stems {
        add(stem.clone(), *sort);
    }
    for (stem, _) in &stems {
        for short in shortened(stem) {
            add(short, Sort::Derived);
        }
    }
    names
}

/// The full name, the name without its places, and with a place named without its 镇 or 县.
fn stems(name: &str, places: &[String]) -> Vec<(String, Sort)> {
    let mut stems = vec![(name.to_owned(), Sort::Given)];
    // A name without its county is whole where it names a town, and no more than a short form where it does not.
    let without = |tail: &str| {
        let town = tail.find(['镇', '乡']).is_some_and(|at| at >= '镇'.len_utf8()) || tail.contains("街道");
        (tail.to_owned(), if town { Sort::Given } else { Sort::Derived })
    };
    let mut rest = name;
    let mut found = true;
    while found {
        found = false;
        for place in places {
            let bare = bare(place);
            for form in [place.as_str(), bare] {
                if let Some(tail) = rest.strip_prefix(form).filter(|t| t.chars().count() >= 2 && !form.is_empty()) {
                    stems.push((format!("{bare}{tail}"), Sort::Placed));
                    stems.push(without(tail));
                    (rest, found) = (tail, true);
                    break;
                }
            }
        }
    }
    // 青石县实验小学 without a column for the county.
    if let Some(at) = rest.find(['省', '市', '县', '区', '旗', '镇', '乡'])
        && at >= '县'.len_utf8()
        && rest[at + '县'.len_utf8()..].chars().count() >= 3
    {
        let tail = &rest[at + '县'.len_utf8()..];
        stems.push((format!("{}{tail}", &rest[..at]), Sort::Placed));
        stems.push(without(tail));
    }
    stems
}

/// A place without its kind: 白石镇 → 白石; places of two characters keep theirs.
pub fn bare(place: &str) -> &str {
    let kinds = ["街道办事处", "街道", "自治县", "自治旗", "新区", "省", "市", "县", "区", "旗", "镇", "乡"];
    let bare = kinds.iter().find_map(|kind| place.strip_suffix(kind)).unwrap_or(place);
    if bare.chars().count() >= 2 { bare } else { place }
}

/// Short forms of a name: its end shortened, 第 left out before its number.
fn shortened(stem: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let ended: Vec<String> = ENDS
        .iter()
        .filter_map(|(long, shorts)| Some((stem.strip_suffix(long)?, shorts)))
        .flat_map(|(head, shorts)| shorts.iter().map(move |short| format!("{head}{short}")))
        .collect();
    for form in std::iter::once(stem.to_owned()).chain(ended) {
        let numbered = stem.contains('第');
        // 松林小 and 松林中 are no names: a bare 小 or 中 needs a number or 实 before it.
        let bare_end = form.ends_with(['小', '中', '幼']) && !form.ends_with("初中") && !form.ends_with("高中");
        let short_ok = !bare_end
            || form.chars().rev().nth(1).is_some_and(|c| "一二三四五六七八九十实完".contains(c) || c.is_ascii_digit());
        if !short_ok {
            continue;
        }
        if numbered {
            forms.push(form.replacen('第', "", 1));
        }
        if form != stem {
            forms.push(form);
        }
    }
    forms
}

/// Letters, digits and Han characters of a name.
pub fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(name: &str, district: &str, town: &str) -> Vec<String> {
        let place = |p: &str| (!p.is_empty()).then(|| p.to_owned());
        let school =
            School { name: name.to_owned(), district: place(district), town: place(town), ..School::default() };
        of(&school).into_iter().map(|n| n.text).collect()
    }

    #[test]
    fn short_names_follow_from_the_full_one() {
        let table = [
            (names("实验第一小学", "", ""), vec!["实验一小", "实验第一小", "实验一小学"]),
            (names("青石县第一中学", "青石县", ""), vec!["青石一中", "一中", "第一中学", "青石县一中"]),
            (names("白石镇中心小学", "江口区", "白石镇"), vec!["白石中心小学", "白石镇中心校", "中心小学"]),
            (names("第九初级中学", "", ""), vec!["九中", "第九初中", "九初中"]),
            (names("临江区第二实验小学", "临江区", ""), vec!["二实小", "第二实小", "第二实验小学"]),
            (names("青石县实验小学", "", ""), vec!["实验小学", "青石实小"]),
        ];
        for (names, expected) in table {
            for name in expected {
                assert!(names.iter().any(|n| n == name), "{name} in {names:?}");
            }
        }
        assert!(!names("松林小学", "", "").contains(&"松林小".to_owned()));
    }
}
