//! The characters that numerals are made of, and what each of them does in one.
//!
//! Both scripts, everyday and formal (大写) forms. What a run of them is worth is told by [`super::value`].

/// What a character does in a numeral.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    None,
    /// 0–9, ０–９.
    Arabic(u8),
    /// 一 … 九, 两.
    Digit(u8, Form),
    /// 零, 〇.
    Zero,
    /// 十, 百, 千: the power of ten.
    Small(u8, Form),
    /// 廿, 卅, 卌: how many tens.
    Tens(u8),
    /// 万, 亿, 兆: the power of ten.
    Big(u8),
    /// 点 between the digits of 三点五.
    Point,
    /// The dot of 3.5.
    Dot,
    /// The comma of 12,000; full-width commas stand only between full-width digits.
    Comma,
    /// 半.
    Half,
    /// 几, 数 as in 几十, 数百, 十几.
    Few,
    /// 余, 多, 来 as in 30余万.
    More,
    /// 第.
    Ordinal,
    /// A minus sign or 负.
    Minus,
    /// What stands for digits that nobody filled in: X, ×, *, _, ○, □.
    Blank,
    /// The colon of `https://`.
    Colon,
}

/// How a Chinese digit or magnitude is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// 一, 十.
    Plain,
    /// 两: a count, never one digit among others.
    Count,
    /// 壹, 贰: formal, used in no other sense.
    Formal,
    /// 伍, 陆, 拾: formal, but also part of common words (队伍, 陆续, 收拾).
    Doubtful,
}

impl Form {
    /// True for characters of the formal notation.
    pub(super) fn is_formal(self) -> bool {
        matches!(self, Form::Formal | Form::Doubtful)
    }
}

const CHARS: &[(char, Role)] = {
    use Form::*;
    use Role::*;
    &[
        ('\0', None),
        ('一', Digit(1, Plain)),
        ('二', Digit(2, Plain)),
        ('三', Digit(3, Plain)),
        ('四', Digit(4, Plain)),
        ('五', Digit(5, Plain)),
        ('六', Digit(6, Plain)),
        ('七', Digit(7, Plain)),
        ('八', Digit(8, Plain)),
        ('九', Digit(9, Plain)),
        ('两', Digit(2, Count)),
        ('兩', Digit(2, Count)),
        ('壹', Digit(1, Formal)),
        ('贰', Digit(2, Formal)),
        ('貳', Digit(2, Formal)),
        ('叁', Digit(3, Formal)),
        ('叄', Digit(3, Formal)),
        ('參', Digit(3, Doubtful)),
        ('肆', Digit(4, Doubtful)),
        ('伍', Digit(5, Doubtful)),
        ('陆', Digit(6, Doubtful)),
        ('陸', Digit(6, Doubtful)),
        ('柒', Digit(7, Formal)),
        ('捌', Digit(8, Formal)),
        ('玖', Digit(9, Formal)),
        ('零', Zero),
        ('〇', Zero),
        ('十', Small(1, Plain)),
        ('百', Small(2, Plain)),
        ('千', Small(3, Plain)),
        ('拾', Small(1, Doubtful)),
        ('佰', Small(2, Doubtful)),
        ('仟', Small(3, Doubtful)),
        ('廿', Tens(2)),
        ('卅', Tens(3)),
        ('卌', Tens(4)),
        ('万', Big(4)),
        ('萬', Big(4)),
        ('亿', Big(8)),
        ('億', Big(8)),
        ('兆', Big(12)),
        ('点', Point),
        ('點', Point),
        ('.', Dot),
        ('．', Dot),
        (',', Comma),
        ('，', Comma),
        ('半', Half),
        ('几', Few),
        ('幾', Few),
        ('数', Few),
        ('數', Few),
        ('余', More),
        ('餘', More),
        ('多', More),
        ('来', More),
        ('來', More),
        ('第', Ordinal),
        ('-', Minus),
        ('－', Minus),
        ('−', Minus),
        ('负', Minus),
        ('負', Minus),
        ('X', Blank),
        ('x', Blank),
        ('Ｘ', Blank),
        ('ｘ', Blank),
        ('×', Blank),
        ('*', Blank),
        ('＊', Blank),
        ('_', Blank),
        ('＿', Blank),
        ('○', Blank),
        ('□', Blank),
        (':', Colon),
    ]
};

/// Index into [`CHARS`] for each character of the Basic Multilingual Plane; 0 for most. All other planes have no
/// numerals, and a table lookup is what keeps the skipping over ordinary text cheap.
static INDEX: [u8; 0x1_0000] = {
    let mut index = [0u8; 0x1_0000];
    let mut i = 0;
    while i < CHARS.len() {
        index[CHARS[i].0 as usize] = i as u8;
        i += 1;
    }
    index
};

/// What `c` does in a numeral.
#[inline]
pub(super) fn role(c: char) -> Role {
    match c {
        '0'..='9' => Role::Arabic(c as u8 - b'0'),
        '０'..='９' => Role::Arabic((c as u32 - '０' as u32) as u8),
        _ => INDEX.get(c as usize).map_or(Role::None, |&i| CHARS[i as usize].1),
    }
}
