//! Sentences with planted figures: the text and, beside it, what a reader should find in it.

use super::random::Random;
use super::schools::{School, chinese};
use serde::Serialize;

/// One planted figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlantedFigure {
    /// Comparator, number and unit as written.
    pub quote: String,
    /// Its value; none where masked.
    pub value: Option<f64>,
    /// Unit.
    pub unit: &'static str,
    /// Machine name.
    pub comparator: &'static str,
    /// Machine name.
    pub kind: &'static str,
    /// Machine name.
    pub indicator: &'static str,
    /// Grades.
    pub scope: Option<&'static str>,
    /// An unfilled XX.
    pub masked: bool,
    /// The value before a change, which holds no longer.
    pub former: bool,
}

/// A sentence with the figures in it, in their order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sentence {
    /// Text with its full stop.
    pub text: String,
    /// Figures.
    pub figures: Vec<PlantedFigure>,
}

impl Sentence {
    /// A sentence without figures.
    pub fn plain(text: impl Into<String>) -> Self {
        Sentence { text: text.into(), figures: Vec::new() }
    }

    fn text(mut self, text: &str) -> Self {
        self.text.push_str(text);
        self
    }

    /// Adds `quote` to the text as a figure.
    fn figure(mut self, quote: String, figure: PlantedFigure) -> Self {
        self.text.push_str(&quote);
        self.figures.push(PlantedFigure { quote, ..figure });
        self
    }
}

fn of(
    value: f64,
    unit: &'static str,
    comparator: &'static str,
    kind: &'static str,
    indicator: &'static str,
) -> PlantedFigure {
    let (quote, value) = (String::new(), Some(value));
    PlantedFigure { quote, value, unit, comparator, kind, indicator, scope: None, masked: false, former: false }
}

fn masked(quote: &str, unit: &'static str, indicator: &'static str) -> (String, PlantedFigure) {
    (quote.to_owned(), PlantedFigure { value: None, masked: true, ..of(0.0, unit, "eq", "actual", indicator) })
}

/// What one school states in one period.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Limit of written homework in grades 3 to 6, minutes; junior schools have their own.
    pub homework_limit: i64,
    /// Measured mean of the same.
    pub homework_measured: Option<i64>,
    /// Pupils in after-school care; none: XX.
    pub participants: Option<i64>,
    /// Pupils on the roll.
    pub pupils: i64,
    /// Share of parents that are content, tenths of a per cent.
    pub satisfaction: Option<i64>,
    /// Clubs.
    pub clubs: i64,
    /// Checks of homework in the term.
    pub checks: i64,
    /// Teachers and the parts they are told in: men and women.
    pub teachers: (i64, i64, i64),
    /// Share of pupils in after-school care that is aimed at.
    pub target: Option<i64>,
    /// A second, other number of participants further down.
    pub contradiction: Option<i64>,
    /// Participants in the term before, where the change is told.
    pub participants_before: Option<i64>,
    /// The least hours of sleep that the school asks for.
    pub sleep: Option<i64>,
    /// Primary or nine-year school.
    pub has_primary: bool,
    /// Junior or nine-year school.
    pub has_junior: bool,
}

impl Facts {
    /// Draws what `school` states.
    pub fn draw(school: &School, random: &mut Random) -> Self {
        let participants = school.pupils * random.between(45, 96) / 100;
        let men = school.teachers * random.between(15, 45) / 100;
        // One school in twelve can't add.
        let women = school.teachers - men + if random.chance(8) { random.between(1, 5) } else { 0 };
        let least_sleep = if school.stage == "junior" { 9 } else { 10 };
        Facts {
            participants_before: random.chance(25).then(|| participants - random.between(5, 60)),
            // One rule in eight asks for an hour too little.
            sleep: random.chance(50).then(|| least_sleep - i64::from(random.chance(12))),
            homework_limit: *random.pick(&[40, 45, 50, 60, 60, 60, 60, 70, 80]),
            homework_measured: random.chance(60).then(|| random.between(31, 74)),
            participants: (!random.chance(10)).then_some(participants),
            pupils: school.pupils,
            satisfaction: random.chance(70).then(|| random.between(861, 998)),
            clubs: random.between(5, 38),
            checks: random.between(2, 9),
            teachers: (school.teachers, men, women),
            target: random.chance(40).then(|| random.between(90, 99)),
            contradiction: random.chance(6).then_some(participants - random.between(11, 37)),
            has_primary: school.stage != "junior",
            has_junior: school.stage != "primary",
        }
    }

    /// The sentences that state them, in the `style` of a writer; [`Facts::aims`] are told apart.
    pub fn sentences(&self, style: usize, school: &School) -> Vec<Sentence> {
        let mut all = self.homework(style);
        all.extend(self.sleep(style, school));
        all.extend(self.after_school(style));
        all.extend(self.others(style));
        all
    }

    fn homework(&self, style: usize) -> Vec<Sentence> {
        let limit = |value: i64, scope| {
            let figure = of(value as f64, "分钟", "le", "requirement", "homework_minutes");
            let over = ["不超过", "不得超过", "控制在"][style % 3];
            let within = if over == "控制在" { "以内" } else { "" };
            // The fourth writer spells numbers out.
            let number = if style == 3 { chinese(value as usize) } else { value.to_string() };
            (format!("{over}{number}分钟{within}"), PlantedFigure { scope: Some(scope), ..figure })
        };
        let mut sentences = Vec::new();
        if self.has_primary {
            let (quote, figure) = limit(self.homework_limit, "3-6");
            let grades = ["三至六年级", "3—6年级", "三到六年级"][style % 3];
            let text = format!("学校规定,一、二年级不布置书面家庭作业,{grades}每天书面作业时间");
            sentences.push(Sentence::default().text(&text).figure(quote, figure).text("。"));
        }
        if self.has_junior {
            let (quote, figure) = limit(90, "7-9");
            let text = Sentence::default().text("学校要求初中各年级每天书面作业总时长").figure(quote, figure);
            sentences.push(text.text("。"));
        }
        if let (Some(minutes), true) = (self.homework_measured, self.has_primary) {
            let figure = of(minutes as f64, "分钟", "eq", "actual", "homework_minutes");
            let figure = PlantedFigure { scope: Some("3-6"), ..figure };
            let lead =
                ["经抽查,三至六年级学生每天书面作业平均用时", "从本学期的抽测看,三至六年级学生书面作业实际用时为"];
            let text = Sentence::default().text(lead[style % 2]).figure(format!("{minutes}分钟"), figure);
            sentences.push(text.text("。"));
        }
        sentences
    }

    /// Primary schools speak of primary pupils, the others of junior ones; a nine-year school of primary ones.
    fn sleep(&self, style: usize, school: &School) -> Option<Sentence> {
        let (pupils, scope) = if school.stage == "junior" { ("初中生", "7-9") } else { ("小学生", "1-6") };
        let hours = self.sleep?;
        let figure = of(hours as f64, "小时", "ge", "requirement", "sleep_hours");
        let figure = PlantedFigure { scope: Some(scope), ..figure };
        let least = ["不少于", "不低于", "至少达到"][style % 3];
        let lead = Sentence::default().text(&format!("学校要求{pupils}每天睡眠时间"));
        Some(lead.figure(format!("{least}{hours}小时"), figure).text("。"))
    }

    fn after_school(&self, style: usize) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        let people = |n: i64| (format!("{n}人"), of(n as f64, "人", "eq", "actual", "after_school_participants"));
        if let (Some(before), Some(now)) = (self.participants_before, self.participants) {
            let ((before, was), (now, is)) = (people(before), people(now));
            let text = Sentence::default()
                .text("参加课后服务的学生由上学期的")
                .figure(before, PlantedFigure { former: true, ..was });
            sentences.push(text.text("增加到本学期的").figure(now, is).text("。"));
        }
        let lead = ["目前参加课后服务的学生有", "本学期参加课后服务学生", "全校报名参加课后服务的学生达"][style % 3];
        let text = Sentence::default().text(lead);
        let (number, rate) = match self.participants {
            Some(n) => {
                let percent = (n as f64 / self.pupils as f64 * 1000.0).round() / 10.0;
                (people(n), (format!("{percent}%"), of(percent, "%", "eq", "actual", "after_school_rate")))
            }
            None => (masked("XX人", "人", "after_school_participants"), masked("XX%", "%", "after_school_rate")),
        };
        let text = text.figure(number.0, number.1).text(",占全校学生总数的").figure(rate.0, rate.1).text("。");
        sentences.push(text);
        if let Some(n) = self.contradiction {
            let (quote, figure) = people(n);
            let text = Sentence::default().text("课后服务台账显示,参加课后服务的学生共").figure(quote, figure);
            sentences.push(text.text("。"));
        }
        sentences
    }

    /// What the school aims at, for the part that tells its next steps.
    pub fn aims(&self) -> Vec<Sentence> {
        let aim = |percent: i64| {
            let figure = of(percent as f64, "%", "eq", "target", "after_school_rate");
            let text = Sentence::default().text("下一步,学校力争课后服务参与率达到");
            text.figure(format!("{percent}%"), figure).text("。")
        };
        self.target.map(aim).into_iter().collect()
    }

    fn others(&self, style: usize) -> Vec<Sentence> {
        let count = |n: i64, unit: &'static str, indicator| of(n as f64, unit, "eq", "actual", indicator);
        let mut sentences = Vec::new();
        let lead = ["学校共开设社团", "本学期开办兴趣社团", "课后服务时段设有学生社团"][style % 3];
        let clubs = count(self.clubs, "个", "club_count");
        sentences.push(Sentence::default().text(lead).figure(format!("{}个", self.clubs), clubs).text("。"));
        let checks = count(self.checks, "次", "inspection_count");
        let text =
            Sentence::default().text("教导处本学期开展作业专项检查").figure(format!("{}次", self.checks), checks);
        sentences.push(text.text("。"));
        if let Some(tenths) = self.satisfaction {
            let percent = tenths as f64 / 10.0;
            let figure = of(percent, "%", "eq", "actual", "satisfaction_rate");
            let lead = ["问卷结果显示,家长对学校减负工作的满意度为", "家长满意率达到"][style % 2];
            sentences.push(Sentence::default().text(lead).figure(format!("{percent}%"), figure).text("。"));
        }
        let (all, men, women) = self.teachers;
        let people = |n: i64| (format!("{n}人"), count(n, "人", "teacher_count"));
        let mut text = Sentence::default().text("学校现有专任教师");
        for (part, n) in [("", all), (",其中男教师", men), (",女教师", women)] {
            let (quote, figure) = people(n);
            text = text.text(part).figure(quote, figure);
        }
        sentences.push(text.text("。"));
        sentences
    }
}
