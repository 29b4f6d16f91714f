//! The expressions: those where both engines must agree, made ones, and the few where they differ.

use tests::chance::Chance;

/// Where both engines differ, and which is right.
pub struct Different {
    pub expression: &'static str,
    pub ours: &'static str,
    /// How theirs begins.
    pub theirs: &'static str,
    /// Why ours is kept.
    pub because: &'static str,
}

const fn differs(
    expression: &'static str,
    ours: &'static str,
    theirs: &'static str,
    because: &'static str,
) -> Different {
    Different { expression, ours, theirs, because }
}

pub const DIFFERENT: &[Different] = &[
    differs("10000000000", "= 10000000000", "= 1.0E10", "XPath 4.2: a number has no exponent"),
    differs("0.0001", "= 0.0001", "= 1.0E-4", "XPath 4.2: a number has no exponent"),
    differs("number('1,500')", "= NaN", "= 1.5", "XPath 4.4: a comma is no part of a number"),
    differs("max(-1, -2)", "= -1", "= 0", "ODK: the largest member; theirs begins at 0"),
    differs("round(-35.1, -1)", "= -40", "= -30", "ODK: rounded to places; theirs cuts off"),
    differs(
        "string(date-time('2026-01-01T10:00:00'))",
        "= 2026-01-01T10:00:00.000+05:30",
        "= 2026-01-01",
        "ODK: a moment in ISO 8601 with its zone; theirs forgets the time",
    ),
    differs(
        "decimal-date-time(date('1970-01-02T05:30:00'))",
        "= 0.7708333333333334",
        "= 1",
        "ODK: date() is a date; theirs keeps the time of a text",
    ),
    differs("string-length('𑄀')", "= 1", "= 2", "XPath 4.2: a character, not a half of UTF-16"),
    differs("selected('', '')", "= false", "= true", "ODK: an empty answer has no member"),
    differs("regex('1', '(?=1)1')", "! look-around", "= true", "bounded; refused at pack check"),
];

/// Where both must agree: one for each rule of the reference.
pub fn same() -> Vec<String> {
    SAME.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

const SAME: &str = r"
    1 + 2 * 3
    7 mod 3
    -7 mod 3
    7.5 mod -2
    5 div 2
    1 div 0
    -1 div 0
    0 div 0
    ${a} * 2 - 1
    ${none} + 1
    ${half} * 3
    0.1 + 0.2
    0.1 + 0.2 = 0.3
    ${a} = 7
    ${a} = '7'
    ${b} = 'x y'
    ${none} = ''
    ${none} = 0
    ${none} != 0
    'a' < 'b'
    '2' < '10'
    1 < 2 and 2 < 3
    1 > 2 or 3 > 2
    true() = 1
    true() = 'false'
    false() = ''
    not(${none})
    not(${b})
    boolean('0')
    boolean(0)
    boolean(0 div 0)
    boolean-from-string('1')
    boolean-from-string('TRUE')
    boolean-from-string('yes')
    number('')
    number(' 12.50 ')
    number('-.5')
    number('1e3')
    number('+1')
    number('1-2')
    number(true())
    number('abc')
    string(1.0)
    string(1.5)
    string(true())
    string(1 div 3)
    int(2.9)
    int(-2.9)
    int('x')
    round(2.5)
    round(-2.5)
    round(-2.51)
    round(1.005, 2)
    round(2.675, 2)
    round(33.33, -1)
    round(35, -1)
    round(1, 31)
    round('x', 2)
    round(0.5)
    round(0.4999)
    abs(-3.5)
    pow(2, 10)
    pow(2, 0.5)
    sqrt(16)
    sqrt(-1)
    if(${a} > 5, 'big', 'small')
    if(${none}, 'a', 'b')
    if('false', 'a', 'b')
    coalesce(${none}, 'x')
    coalesce(${b}, 'x')
    coalesce(${none}, ${none})
    coalesce(0 div 0, 4)
    selected(${b}, 'x')
    selected(${b}, 'z')
    selected('xx y', 'x')
    selected-at(${b}, 0)
    selected-at(${b}, 1)
    selected-at(${b}, 2)
    selected-at(${b}, -1)
    count-selected(${b})
    count-selected(${none})
    count-selected('  a   b ')
    jr:choice-name(${pick}, '${pick}')
    count(${n})
    count(${turn})
    sum(${n})
    sum(${place})
    min(${place})
    max(${place})
    max(3, 1, 2)
    min(3, 1, 2)
    min(${none})
    min('x', 4)
    count-non-empty(${place})
    join('-', ${place})
    join(', ', 'a', 'b', 1)
    concat(${place})
    concat('a', 1, true(), 1.5)
    indexed-repeat(${place}, ${turn}, 1)
    indexed-repeat(${place}, ${turn}, 3)
    indexed-repeat(${place}, ${turn}, 0)
    indexed-repeat(${place}, ${turn}, 9)
    string-length('abc')
    string-length('വീട്')
    string-length(${none})
    string-length(12.5)
    substr('abcde', 1, 3)
    substr('abcde', 2)
    substr('abcde', -2)
    substr('abcde', 0, -1)
    substr('abcde', 3, 1)
    substr('abcde', 9)
    substr('abcde', 1.9, 3.9)
    substring-before('a/b/c', '/')
    substring-before('abc', '/')
    substring-before('abc', '')
    substring-after('a/b/c', '/')
    substring-after('abc', '/')
    substring-after('abc', '')
    contains('abc', 'b')
    contains('abc', '')
    contains('', 'a')
    starts-with('abc', 'ab')
    starts-with('abc', 'b')
    ends-with('abc', 'bc')
    ends-with('abc', '')
    translate('bar', 'abc', 'AB')
    translate('--aaa--', 'abc-', 'ABC')
    translate('aaa', 'aa', 'xy')
    normalize-space('  a   b  c ')
    regex('695001', '[1-9]\d{5}')
    regex('6950010', '[1-9]\d{5}')
    regex('x', '')
    regex('', '')
    regex('ab12', '\w+')
    regex('a b', '\S+')
    regex('KL-07-AB-1234', '[A-Z]{2}-\d{2}-[A-Z]{1,2}-\d{4}')
    regex('9847000000', '[6-9]\d{9}')
    regex('a', 'a|b')
    regex('ab', 'a|b')
    checklist(1, 2, true(), false(), true())
    checklist(-1, 1, true(), false(), true())
    checklist(3, -1, true(), false(), true())
    weighted-checklist(3, 4, true(), 2, true(), 1.5)
    weighted-checklist(4, 5, true(), 2, true(), 1.5)
    digest('abc', 'SHA-1', 'hex')
    digest('abc', 'SHA-256')
    digest('വീട്', 'SHA-256', 'hex')
    digest('abc', 'SHA-512', 'base64')
    today() = string(today())
    string(today())
    today() - today()
    today() > date('2020-01-01')
    date('2026-03-05')
    date('2026-3-5')
    date(0)
    date(20000)
    date(-1)
    date(1.9)
    date('')
    date('soon')
    date('2026-02-30')
    date('2024-02-29') - date('2024-02-28')
    date('2026-03-05') + 1
    date(date('2026-03-05') + 30)
    ${day}
    ${day} + 1
    ${day} = '2026-03-05'
    ${day} > date('2026-03-04')
    ${day} < '2026-03-04'
    int((today() - ${day}) div 365.25) < 1000
    decimal-date-time('1970-01-02')
    decimal-date-time('1970-01-02T05:30:00')
    decimal-date-time('1970-01-02T00:00:00Z')
    decimal-date-time('1970-01-02T00:00:00.000+01:00')
    decimal-date-time(12.25)
    decimal-time('2026-03-05T18:00:00')
    date-time('soon')
    format-date('2026-03-05', '%d/%m/%Y')
    format-date(${day}, '%e %b %Y, %a')
    format-date(${day}, '%n/%y')
    format-date('', '%Y')
    format-date(${none}, '%Y')
    format-date-time('2026-03-05T07:08:09', '%H:%M:%S %h')
    format-date-time('2026-03-05T07:08:09Z', '%Y-%m-%d %H:%M')
    format-date(0, '%Y-%m-%d')
";

/// Every `${name}` as the XForm has it: an absolute path.
pub fn with_paths(expression: &str) -> String {
    let mut text = expression.to_owned();
    for name in ["a", "b", "none", "half", "day", "pick", "turn", "n", "place"] {
        let group = if ["n", "place"].contains(&name) { "turn/" } else { "" };
        text = text.replace(&format!("${{{name}}}"), &format!("/data/{group}{name}"));
    }
    text
}

/// Whether both have no value, or the same, but for the last digits of a double.
pub fn are_one(ours: &str, theirs: &str) -> bool {
    if ours == theirs || (ours.starts_with('!') && theirs.starts_with('!')) {
        return true;
    }
    let number = |text: &str| text.strip_prefix("= ").and_then(|text| text.parse::<f64>().ok());
    match (number(ours), number(theirs)) {
        (Some(ours), Some(theirs)) => ours == theirs || (ours - theirs).abs() <= ours.abs() * 1e-12,
        _ => false,
    }
}

/// An expression of chance, in which neither engine meets a known difference.
pub fn any(chance: &mut Chance, depth: u32) -> String {
    if depth == 0 {
        return leaf(chance);
    }
    let mut inner = || any(chance, depth - 1);
    let (one, other, third) = (inner(), inner(), inner());
    match chance.below(16) {
        0 => format!("({one}) + ({other})"),
        1 => format!("({one}) - ({other})"),
        2 => format!("({one}) * ({other})"),
        3 => format!("({one}) div ({other})"),
        4 => format!("({one}) mod ({other})"),
        5 => format!("({one}) = ({other})"),
        6 => format!("({one}) != ({other})"),
        7 => format!("({one}) < ({other})"),
        8 => format!("({one}) >= ({other})"),
        9 => format!("({one}) and ({other})"),
        10 => format!("({one}) or ({other})"),
        11 => format!("if({one}, {other}, {third})"),
        12 => format!("coalesce({one}, {other})"),
        13 => format!("not({one})"),
        14 => format!("int({one})"),
        _ => format!("boolean({one})"),
    }
}

fn leaf(chance: &mut Chance) -> String {
    let leaves = [
        "${a}",
        "${b}",
        "${none}",
        "${half}",
        "${day}",
        "'7'",
        "'x y'",
        "''",
        "0",
        "1",
        "2.5",
        "'-3'",
        "true()",
        "false()",
        "sum(${place})",
        "count(${n})",
        "'2026-03-05'",
    ];
    (*chance.pick(&leaves)).to_owned()
}
