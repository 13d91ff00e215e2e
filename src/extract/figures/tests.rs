//! Figures: the matrix of comparators, ranges and lists, values, and that no number gets lost.

use super::*;
use crate::finding::Comparator;
use examples::report_of;

fn built_in() -> Figures {
    Figures::new(&RuleFiles::built_in()).expect("the built-in rules are valid")
}

#[test]
fn examples_come_out_as_meant() {
    let rules = RuleFiles::built_in();
    let failures = built_in().failures(&rules).unwrap();
    assert!(failures.is_empty(), "{failures:#?}");
}

/// The figures of a sentence as `quote value..hi unit comparator`.
fn read(figures: &Figures, text: &str) -> Vec<String> {
    let (report, clean) = report_of(text);
    let (found, _) = figures.extract(&report, &clean);
    let one = |f: &Figure| {
        let rounded = |v: f64| ((v * 1e4).round() / 1e4).to_string();
        let hi = f.value_hi.map(|h| format!("..{}", rounded(h))).unwrap_or_default();
        let value = f.value.map_or("?".to_owned(), rounded);
        format!("{} {value}{hi} {} {}", f.span.of(&clean.text), f.unit, f.comparator.code())
    };
    found.iter().map(one).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(read(&built_in(), text), expected, "{text}");
}

#[test]
fn a_stretch_of_the_day_is_one_range() {
    check("周二课后服务时间为16:20—18:00。", &["16:20—18:00 16.3333..18 clock range"]);
    check("每天从下午4:10至下午5:50开展延时服务。", &["下午4:10至下午5:50 16.1667..17.8333 clock range"]);
    check("午休 12:10~13:40", &["12:10~13:40 12.1667..13.6667 clock range"]);
    check("晚上7点到9点放下手机。", &["晚上7点到9点 19..21 clock range"]);
    // Past midnight the end would be less than the beginning; a change has no length.
    check("21:40—6:20为就寝时间。", &["21:40 21.6667 clock eq", "6:20 6.3333 clock eq"]);
    check("到校时间由7:20至7:50推后。", &["7:20 7.3333 clock eq", "7:50 7.8333 clock eq"]);
}

#[test]
fn whole_hours_are_times_of_day_where_a_limit_or_a_time_is_told() {
    check("就寝时间不得晚于22点。", &["不得晚于22点 22 clock le"]);
    check("早读时间不得早于8点,离校时间为5点。", &["不得早于8点 8 clock ge", "5点 17 clock eq"]);
    check("要做到三点,讲清五点要求。", &[]);
}

#[test]
fn a_range_may_change_its_unit() {
    check("30分钟至1小时的占46.5%。", &["30分钟至1小时 0.5..1 小时 range", "46.5% 46.5 % eq"]);
    check("由40分钟到1小时。", &["40分钟 40 分钟 eq", "1小时 1 小时 eq"]);
}

#[test]
fn a_share_before_a_grade_is_no_grade() {
    check("一年级17.5%、六年级61.4%。", &["17.5% 17.5 % eq", "61.4% 61.4 % eq"]);
    check("三、四年级分别为17.5%和61.4%。", &["17.5% 17.5 % eq", "61.4% 61.4 % eq"]);
}

#[test]
fn words_may_stand_between_a_bound_and_its_share() {
    check("按不超过绩效工资总量20%的比例核增。", &["不超过绩效工资总量20% 20 % le"]);
    check("约占全校的三分之一。", &["约占全校的三分之一 0.3333  approx"]);
}

#[test]
fn numbers_that_lost_their_marks_are_no_figures() {
    check("剩下的回家1020分钟就能写完,每天睡910小时。", &[]);
    check("学生1 260人,教职工1 1 0人。", &[]);
    check("1 20名教师获奖。", &["20名 20 名 eq"]);
    check("全年阅读1200分钟,培训120小时。", &["1200分钟 1200 分钟 eq", "120小时 120 小时 eq"]);
}

#[test]
fn the_first_and_the_last_are_no_limits() {
    check("学生最早6:50到校,最晚7:25。", &["6:50 6.8333 clock eq", "7:25 7.4167 clock eq"]);
    check("最晚22:00就寝。", &["最晚22:00 22 clock le"]);
    check("应最早7:30到校,最晚7:50。", &["最早7:30 7.5 clock ge", "最晚7:50 7.8333 clock le"]);
}

#[test]
fn a_rate_is_told_and_a_grade_is_none() {
    let rates = |text: &str| {
        let (report, clean) = report_of(text);
        built_in().extract(&report, &clean).0.iter().map(|f| f.per).collect::<Vec<_>>()
    };
    assert_eq!(rates("每周一年级开设体育课4节,一年培训12次。"), [Some("week"), Some("year")]);
    assert_eq!(rates("一年级书面作业不超过30分钟,全年级120人,第一学期家访3次。"), [None; 3]);
    assert_eq!(rates("每天锻炼1小时,每生每学期300元,家访1次/月。"), [Some("day"), Some("term"), Some("month")]);
}

#[test]
fn signs_are_comparators() {
    check("满意率>90%,近视率<35%。", &[">90% 90 % gt", "<35% 35 % lt"]);
    check("周均>=3节,每班<=45人。", &[">=3节 3 节 ge", "<=45人 45 人 le"]);
    check("师生->2人。", &["2人 2 人 eq"]);
}

#[test]
fn units_and_blanks_of_equipment_are_known() {
    check("增加2个体育教师岗位,有5个个体户。", &["2个 2 个 eq", "5个 5 个 eq"]);
    check("装公共电话X部,买跳绳XX根。", &["X部 ? 部 eq", "XX根 ? 根 eq"]);
    check("课后服务提前半小时结束,上半年总结。", &["半小时 0.5 小时 eq"]);
}

#[test]
fn a_list_shares_its_bound() {
    let within = |value: i32| format!("{value} {value} 分钟 le");
    let expected = [within(35), within(45), "55分钟以内 55 分钟 le".to_owned()];
    assert_eq!(read(&built_in(), "四、五、六年级依次为35、45、55分钟以内。"), expected);
    check("七年级60分钟、八年级75分钟为上限。", &["60分钟 60 分钟 le", "75分钟为上限 75 分钟 le"]);
    check("语数各高0.7个和1.5个百分点。", &["0.7个 0.7 个百分点 eq", "1.5个百分点 1.5 个百分点 eq"]);
    check("占比从22%到51%不等。", &["22%到51% 22..51 % range"]);
    check("发现超量的9次。", &["9次 9 次 eq"]);
    check("单科作业不超过15、20分钟。", &["不超过15 15 分钟 le", "20分钟 20 分钟 le"]);
    check("上限分别为50分钟、70分钟。", &["上限分别为50分钟 50 分钟 le", "70分钟 70 分钟 le"]);
}

#[test]
fn a_limit_that_is_not_kept_stays_a_limit() {
    check("实测115分钟,远超80分钟的规定。", &["115分钟 115 分钟 eq", "超80分钟的规定 80 分钟 le"]);
    check("睡眠少于9小时的下限。", &["少于9小时的下限 9 小时 ge"]);
    check("有人超过80分钟。", &["超过80分钟 80 分钟 gt"]);
    check("开设2节,未达到3节的要求。", &["2节 2 节 eq", "未达到3节的要求 3 节 ge"]);
    check("实现近视率低于5%的目标。", &["低于5% 5 % lt"]);
}

#[test]
fn a_value_that_is_reached_is_no_bound() {
    check("睡眠不达标的27名学生。", &["27名 27 名 eq"]);
    check("参与家庭达到六百户上下。", &["六百户上下 600 户 approx"]);
}

#[test]
fn what_comes_after_a_time_is_forbidden() {
    check("凡晚于21:10的,一律不得安排自习。", &["晚于21:10 21.1667 clock le"]);
    check("有三户家长反映结束时间晚于21:10。", &["三户 3 户 eq", "晚于21:10 21.1667 clock gt"]);
}

#[test]
fn grades_that_are_told_off_have_their_own_figures() {
    let (report, clean) = report_of("四、五、六年级作业分别为35、45、55分钟,七至九年级不超过90分钟。");
    let (found, _) = built_in().extract(&report, &clean);
    let scopes: Vec<_> = found.iter().map(|f| f.scope.as_deref().unwrap_or("-")).collect();
    assert_eq!(scopes, ["4", "5", "6", "7-9"]);
}

#[test]
fn a_range_of_percentages_is_spelt_once() {
    check("比例保持在百分之六十至六十五之间。", &["百分之六十至六十五 60..65 % range"]);
}

#[test]
fn every_comparator_binds_in_its_direction() {
    let figures = built_in();
    let check = |form: String, comparator: Comparator| {
        let (report, clean) = report_of(&format!("每天书面作业{form}。"));
        let (found, _) = figures.extract(&report, &clean);
        assert_eq!(found.len(), 1, "{form}");
        assert_eq!((found[0].comparator, found[0].value), (comparator, Some(60.0)), "{form}");
        assert_eq!(found[0].span.of(&clean.text), form);
    };
    let before = [
        (
            Comparator::Le,
            "不得超过 不能超过 不应超过 没有超过 未超过 不超过 不高于 不得高于 不得多于 不多于 最多 至多 不得超出",
        ),
        (Comparator::Ge, "不低于 不得低于 不得少于 不少于 不能少于 不应少于 至少 最少 不得低于"),
        (Comparator::Gt, "超过 突破 多于 高于 逾"),
        (Comparator::Lt, "少于 低于 不到 不足"),
        (Comparator::Approx, "约 大约 近 将近 接近 差不多"),
    ];
    for (comparator, forms) in before {
        for form in forms.split(' ') {
            check(format!("{form}60分钟"), comparator);
            check(format!("{form}六十分钟"), comparator);
        }
    }
    let after = [
        (Comparator::Le, "以内 之内 内 以下"),
        (Comparator::Ge, "以上 及以上 之上"),
        (Comparator::Approx, "左右 上下"),
    ];
    for (comparator, forms) in after {
        for form in forms.split(' ') {
            check(format!("60分钟{form}"), comparator);
        }
    }
    for (form, comparator) in [
        ("控制在60分钟以内", Comparator::Le),
        ("控制在60分钟之内", Comparator::Le),
        ("限定在60分钟内", Comparator::Le),
        ("不得超过60分钟以上", Comparator::Le),
        ("至少60分钟以上", Comparator::Ge),
        ("至少要写60分钟", Comparator::Ge),
        ("没有超过规定的60分钟", Comparator::Le),
        ("控制在60分钟左右", Comparator::Approx),
    ] {
        check(form.to_owned(), comparator);
    }
}

#[test]
fn a_distant_negation_turns_a_comparator_round() {
    check("不得布置超过60分钟的作业", &["超过60分钟 60 分钟 le"]);
    check("没有一个班级的书面作业时间超过60分钟", &["超过60分钟 60 分钟 le"]);
    check("没有参加的学生超过60人", &["超过60人 60 人 gt"]);
    check(
        "没有布置多于30分钟的作业,比规定的8小时多2小时",
        &["多于30分钟 30 分钟 le", "8小时 8 小时 eq", "2小时 2 小时 eq"],
    );
    check("超过60分钟的班级为零,不存在睡眠不足8小时的现象", &["超过60分钟 60 分钟 le", "不足8小时 8 小时 ge"]);
}

#[test]
fn the_end_of_a_word_negates_nothing() {
    check("覆盖率、参与率分别达到100%、92.6%", &["100% 100 % eq", "92.6% 92.6 % eq"]);
    check("小学、初中参与率分别超过93%和90%", &["超过93% 93 % gt", "90% 90 % gt"]);
    check("个别达到65分钟,别超过一小时", &["65分钟 65 分钟 eq", "别超过一小时 1 小时 le"]);
}

#[test]
fn what_must_not_be_before_or_after_a_time_bounds_it_from_the_other_side() {
    check("不得在20:30之后开展线下培训", &["20:30之后 20.5 clock le"]);
    check("线上培训21:00后禁止授课", &["21:00后 21 clock le"]);
    check("早上8:00前不要求学生到校", &["早上8:00前 8 clock ge"]);
    check("小学不得在8:20前上课,17:30前离校", &["8:20前 8.3333 clock ge", "17:30前 17.5 clock le"]);
    check("21:20前入睡,不得熬夜", &["21:20前 21.3333 clock le"]);
    check("学校大门7:40前不开放", &["7:40前 7.6667 clock ge"]);
    check("上课分别不早于8:20、8:00", &["不早于8:20 8.3333 clock ge", "8:00 8 clock ge"]);
}

#[test]
fn what_is_not_there_is_no_figure() {
    check("没有1名教师参与有偿补课,未发生1例投诉", &[]);
    check("不再出现写作业两三个小时的情况", &[]);
    check("没有12名教师就开不了班", &["12名 12 名 eq"]);
}

#[test]
fn zeros_that_fill_a_place_are_blanks() {
    check("学校〇所,学生〇〇〇人,压减率00%", &["〇所 ? 所 eq", "〇〇〇人 ? 人 eq", "00% ? % eq"]);
    check("在校生XX万人,投入XX.X万元", &["XX万人 ? 人 eq", "XX.X万元 ? 元 eq"]);
    check("投诉0件,上午8:00到校", &["0件 0 件 eq", "上午8:00 8 clock eq"]);
}

#[test]
fn a_limit_is_carried_on_to_the_next_group_of_pupils() {
    let le = |value: i32| format!("{value}分钟 {value} 分钟 le");
    let expected = ["控制在70分钟以内 70 分钟 le".to_owned(), le(80), le(90)];
    assert_eq!(read(&built_in(), "七年级控制在70分钟以内,八年级80分钟,九年级90分钟"), expected);
    check("小学生睡眠不少于10小时、初中生9小时", &["不少于10小时 10 小时 ge", "9小时 9 小时 ge"]);
    check("三年级没有超过30分钟,四年级35分钟", &["没有超过30分钟 30 分钟 le", "35分钟 35 分钟 eq"]);
    check("小学生21:20、初中生22:00前就寝", &["21:20 21.3333 clock le", "22:00前 22 clock le"]);
}

#[test]
fn a_ratio_and_a_name_are_no_times() {
    check("师生比达到1:18,按照1:50的比例配备", &[]);
    check("破解“三点半”难题,8:30上课", &["8:30 8.5 clock eq"]);
    check("开办四点半课堂,时间:2023-02-11 10:26:37", &[]);
}

#[test]
fn each_group_has_its_own_figure() {
    let scopes = |text: &str| {
        let (report, clean) = report_of(text);
        let found = built_in().extract(&report, &clean).0;
        found.iter().map(|f| f.scope.clone().unwrap_or("-".into())).collect::<Vec<_>>()
    };
    assert_eq!(scopes("小学、初中参与率分别为95.1%、91.7%。"), ["1-6", "7-9"]);
    assert_eq!(scopes("小学、初中、高中近视率分别为35.2%、66.8%、81.5%。"), ["1-6", "7-9", "-"]);
    assert_eq!(scopes("小学三至六年级、初中书面作业分别不超过60分钟、90分钟。"), ["3-6", "7-9"]);
    assert_eq!(scopes("小学生、初中生平均睡9.3、8.2小时,达标率分别为61.4%、37.8%。")[2..], ["1-6", "7-9"]);
    assert_eq!(scopes("在校生1876人(七年级648人、八年级628人)。")[1..], ["7", "8"]);
    assert_eq!(scopes("三、四年级和五、六年级作业分别不超过40分钟和60分钟。"), ["3-4", "5-6"]);
    assert_eq!(scopes("现有8所初中、35所小学、21个教学点。"), ["7-9", "1-6", "-"]);
    assert_eq!(scopes("小学27所、初级中学9所、九年一贯制学校2所。"), ["1-6", "7-9", "-"]);
    assert_eq!(scopes("七年级312人、八年级290人,共602人。"), ["7", "8", "-"]);
}

#[test]
fn times_of_day_compare_too() {
    check("线上培训不晚于21:00", &["不晚于21:00 21 clock le"]);
    check("不得晚于20:30", &["不得晚于20:30 20.5 clock le"]);
    check("上课不早于8:20", &["不早于8:20 8.3333 clock ge"]);
    check("晚上9点半前睡觉", &["晚上9点半前 21.5 clock le"]);
}

#[test]
fn ranges_lists_and_shared_units() {
    check("社团10—15人", &["10—15人 10..15 人 range"]);
    check("每天60至90分钟", &["60至90分钟 60..90 分钟 range"]);
    check("奖励100元至500元", &["100元至500元 100..500 元 range"]);
    check("有两三个教学点", &["两三个 2..3 个 range"]);
    check("两班分别有10、15人", &["10 10 人 eq", "15人 15 人 eq"]);
    check("分别提高1.3和4.9个百分点", &["1.3 1.3 个百分点 eq", "4.9个百分点 4.9 个百分点 eq"]);
    check("分别不超过7小时和8小时", &["不超过7小时 7 小时 le", "8小时 8 小时 le"]);
    check("处1倍以上5倍以下罚款", &["1倍以上5倍以下 1..5 倍 range"]);
    check("由420到519人", &["420 420 人 eq", "519人 519 人 eq"]);
    check("16:30—18:00", &["16:30—18:00 16.5..18 clock range"]);
    check("安排30人,50人也可", &["30人 30 人 eq", "50人 50 人 eq"]);
}

#[test]
fn values_carry_their_units() {
    check("投入64.2万元", &["64.2万元 642000 元 eq"]);
    check("缺口20余万元", &["20余万元 200000 元 approx"]);
    check("近一个半小时", &["近一个半小时 1.5 小时 approx"]);
    check("写1小时30分钟", &["1小时30分钟 1.5 小时 eq"]);
    check("占三分之一以上", &["三分之一以上 0.3333  ge"]);
    check("不到一半", &["不到一半 0.5  lt"]);
    check("查处XX家,占xx%", &["XX家 ? 家 eq", "xx% ? % eq"]);
    check("有需求的占百分之八十", &["百分之八十 80 % eq"]);
}

#[test]
fn every_number_is_a_figure_or_a_refusal() {
    let figures = built_in();
    for text in [
        "一、落实五项管理,2023年秋季学期一至六年级作业不超过60分钟,第一责任人是校长,采取5+2模式",
        "(三)根据X教发〔2021〕1号文件,周一至周五16:30—18:00,服务12所学校、两三百名学生,占78.5%",
    ] {
        let (report, clean) = report_of(text);
        let (found, refused) = figures.extract(&report, &clean);
        for n in numerals::scan(text) {
            let covered =
                found.iter().map(|f| f.span).chain(refused.iter().map(|r| r.span)).any(|s| s.overlaps(n.span));
            assert!(covered, "{} of {text} is neither", n.span.of(text));
        }
    }
}

/// A table of two lines, each a unit.
fn table_of(head: &str, row: &str) -> (Report, CleanText) {
    let (mut report, clean) = report_of(&format!("{head}\n{row}"));
    report.units[0].span = Span::new(0, head.len());
    let mut cells = report.units[0].clone();
    cells.span = Span::new(head.len() + 1, clean.text.len());
    report.units.push(cells);
    (report, clean)
}

#[test]
fn the_head_of_a_column_speaks_for_its_cells() {
    let head = "| 年级 | 书面作业平均用时 | 参加课后服务人数 |";
    let row = "| 四年级 | 46分钟 | 205人 |";
    let (report, clean) = table_of(head, row);
    let (found, _) = built_in().extract(&report, &clean);
    let told: Vec<&str> = found.iter().map(|f| &*f.indicator).collect();
    assert_eq!(told, ["homework_minutes", "after_school_participants"]);
}

#[test]
fn a_bare_cell_takes_unit_and_subject_from_the_table() {
    let head = "学校 | 报名人数(人) | 报名率(%) | 备注";
    let row = "东坡小学 | 318 | 92.5 | 2024";
    let (report, clean) = table_of(head, row);
    let (found, refused) = built_in().extract(&report, &clean);
    let told: Vec<_> = found.iter().map(|f| (f.value, f.unit.as_str(), f.subject.as_deref())).collect();
    let expected = [(Some(318.0), "人", Some("东坡小学报名人数")), (Some(92.5), "%", Some("东坡小学报名率"))];
    assert_eq!(told, expected);
    assert_eq!(refused.len(), 1, "a cell under a head without unit stays no figure");
}
