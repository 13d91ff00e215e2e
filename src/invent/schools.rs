//! The schools of the invented district and their roster.

use super::Words;
use super::random::Random;
use serde::Serialize;

/// A school of the roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct School {
    /// Code in the roster.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Other names, separated by `;`.
    pub aliases: String,
    /// Town.
    pub town: String,
    /// `primary`, `junior` or `nine_year`.
    pub stage: &'static str,
    /// Pupils on the roll.
    pub pupils: i64,
    /// Teachers.
    pub teachers: i64,
    /// How its office saves files.
    pub saves: Saves,
}

/// Script and encoding of a school's files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Saves {
    /// Simplified characters, UTF-8.
    Hans,
    /// Simplified characters, GB18030.
    Gb18030,
    /// Traditional characters, UTF-8: a copy from the web.
    Hant,
}

/// The district of all of them.
pub const DISTRICT: &str = "临川县";

/// Invents `count` schools with names of their own.
pub fn schools(words: &Words, count: usize, random: &mut Random) -> Vec<School> {
    (0..count)
        .map(|i| {
            let town = &words.towns[i % words.towns.len()];
            let given = &words.given[i / words.towns.len() % words.given.len()];
            // Beyond the product of towns and names a number in the name keeps them apart.
            let round = i / (words.towns.len() * words.given.len());
            let number = if round == 0 { String::new() } else { format!("第{}", chinese(round)) };
            let (stage, kind) = match random.below(10) {
                0..=5 => ("primary", "小学"),
                6..=8 => ("junior", "中学"),
                _ => ("nine_year", "学校"),
            };
            let short = format!("{given}{number}{kind}");
            School {
                id: format!("S{:05}", i + 1),
                name: format!("{town}{short}"),
                aliases: format!("{DISTRICT}{town}{short}"),
                town: town.clone(),
                stage,
                pupils: random.between(180, 2400),
                teachers: random.between(16, 150),
                saves: match random.below(10) {
                    0 => Saves::Hant,
                    1 => Saves::Gb18030,
                    _ => Saves::Hans,
                },
            }
        })
        .collect()
}

/// 1 to 99 in Chinese numerals.
pub fn chinese(n: usize) -> String {
    let digit = |d: usize| ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"][d % 10];
    match n {
        1..=9 => digit(n).to_owned(),
        10..=19 => format!("十{}", digit(n)),
        _ => format!("{}十{}", digit(n / 10), digit(n)),
    }
}

/// The roster as CSV.
pub fn roster(schools: &[School]) -> String {
    let mut csv = "id,name,aliases,district,town,stage,pupils,teachers\n".to_owned();
    for s in schools {
        let line =
            [&s.id, &s.name, &s.aliases, DISTRICT, &s.town, s.stage, &s.pupils.to_string(), &s.teachers.to_string()]
                .join(",");
        csv.push_str(&line);
        csv.push('\n');
    }
    csv
}
