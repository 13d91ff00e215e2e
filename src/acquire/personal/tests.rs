//! What the rules together must hold, beside their examples.

use super::*;
use std::sync::LazyLock;

static PERSONAL: LazyLock<Personal> = LazyLock::new(|| Personal::new(&RuleFiles::built_in()).unwrap());

#[test]
fn the_examples_beside_the_rules_hold() {
    assert_eq!(PERSONAL.failures(), []);
}

#[test]
fn places_are_counted_by_kind_in_code_points() {
    let text = "三（2）班李小明同学，家长電話１３８００１３８０００，身份证11010519491231002X";
    let masked = PERSONAL.mask(text);
    assert_eq!(masked.text, "三（2）班李██同学，家长電話███████████，身份证██████████████████");
    let places: Vec<_> = masked.places.iter().map(|place| (place.kind, place.span.start, place.span.end)).collect();
    assert_eq!(places, [(Kind::Name, 6, 8), (Kind::Phone, 15, 26), (Kind::IdNumber, 30, 48)]);
    let again = PERSONAL.mask(&masked.text);
    assert_eq!((again.text, again.places), (masked.text, vec![]));
}

#[test]
fn what_is_no_personal_data_stays() {
    for text in [
        "投入12345678901元，惠及13812345678人次，完成13900000000.5元",
        "国办发〔2021〕40号，学校代码2145000123，2021年11月20日",
        "王老师带领同学们开展学生活动，李校长任组长，副组长张副校长",
        "监督举报电话：0771-2345678，举报邮箱：jubao@example.gov.cn",
        "某校张某某、李XX、王＊＊同学",
        "学生高高兴兴来上学，同学们的成绩、安全、管理都好",
    ] {
        let masked = PERSONAL.mask(text);
        assert_eq!((masked.text.as_str(), masked.places.len()), (text, 0));
    }
}

#[test]
fn the_lists_of_names_are_clean() {
    let file: File = rules::parse(FILE, include_str!("personal.toml")).unwrap();
    for (name, list) in [("surnames", &file.surnames), ("given", &file.given)] {
        let mut chars: Vec<char> = list.chars().filter(|c| !c.is_whitespace()).collect();
        assert!(chars.iter().all(|c| is_han(*c)), "{name}");
        chars.sort_unstable();
        let twice: Vec<_> = chars.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "{name}: {twice:?}");
    }
    let words: Vec<&str> = file.words.split_whitespace().collect();
    assert!(words.is_sorted(), "the words are not in order");
    assert!(words.windows(2).all(|pair| pair[0] != pair[1]), "a word stands twice");
    let useless: Vec<_> = words.iter().filter(|word| !file.surnames.contains(word.chars().next().unwrap())).collect();
    assert!(useless.is_empty(), "no surname begins {useless:?}");
}
