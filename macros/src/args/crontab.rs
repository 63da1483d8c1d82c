//! Crontabs, refused where Sentry's servers would refuse them: they say so to nobody.
//!
//! They read them with `cronsim` (<https://github.com/cuu508/cronsim>), which this follows.

/// Shorter ways to say a crontab.
const WORDS: &[&str] = &[
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@hourly",
];
const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

struct Field {
    kind: Kind,
    name: &'static str,
    first: u32,
    last: u32,
    /// Other words for its values, from the first on.
    words: &'static [&'static str],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Time,
    Day,
    Month,
    Weekday,
}

const FIELDS: [Field; 5] = [
    Field::new(Kind::Time, "minute", (0, 59), &[]),
    Field::new(Kind::Time, "hour", (0, 23), &[]),
    Field::new(Kind::Day, "day of the month", (1, 31), &[]),
    Field::new(Kind::Month, "month", (1, 12), MONTHS),
    Field::new(Kind::Weekday, "day of the week", (0, 7), DAYS),
];

/// The last day of a month, whichever it is: a bit that no numbered day has.
const LAST_DAY: u64 = 1;

/// Why this is no crontab, if it is none.
pub(super) fn check(crontab: &str) -> Result<(), String> {
    const EXPECTED: &str = "expected a crontab such as `0 3 * * *`, or `every 10 minutes`";
    let words: Vec<&str> = crontab.split_whitespace().collect();
    if let [word] = words.as_slice()
        && word.starts_with('@')
    {
        return if WORDS.contains(word) {
            Ok(())
        } else {
            let known = WORDS.join("`, `");
            Err(format!(
                "unknown schedule `{word}`; expected one of `{known}`"
            ))
        };
    }
    if words.len() == FIELDS.len() + 1 {
        return Err(format!(
            "{EXPECTED}; this has six fields, and Sentry counts no seconds"
        ));
    }
    let Ok(words): Result<[&str; 5], _> = words.try_into() else {
        return Err(EXPECTED.to_owned());
    };
    let mut dates = (0, 0);
    for (field, word) in FIELDS.iter().zip(words) {
        let values = field.values(word)?;
        match field.kind {
            Kind::Day => dates.0 = values,
            Kind::Month => dates.1 = values,
            Kind::Time | Kind::Weekday => {}
        }
    }
    let (days, months) = dates;
    let longest = (1..=12_u32).filter(|month| months & bit(*month) != 0);
    let longest = longest.map(days_in).max().unwrap_or(31);
    if days.trailing_zeros() > longest {
        return Err(format!(
            "no month of this crontab has a day {}",
            days.trailing_zeros()
        ));
    }
    Ok(())
}

impl Field {
    const fn new(
        kind: Kind,
        name: &'static str,
        (first, last): (u32, u32),
        words: &'static [&'static str],
    ) -> Self {
        Self {
            kind,
            name,
            first,
            last,
            words,
        }
    }

    /// The values that a word stands for, one bit each.
    fn values(&self, word: &str) -> Result<u64, String> {
        if word == "*" {
            return Ok((self.first..=self.last).map(bit).sum());
        }
        if word.contains(',') {
            let mut terms = word.split(',').map(|term| self.values(term));
            return terms.try_fold(0, |all, values| Ok(all | values?));
        }
        if self.kind == Kind::Weekday {
            // the last friday of the month, and the second
            if let Some(day) = word.strip_suffix(['l', 'L']) {
                return number(day)
                    .and_then(|_| self.value(day))
                    .ok_or_else(|| self.wrong(word));
            }
            if let Some((day, nth)) = word.split_once('#') {
                let nth = number(nth).filter(|nth| (1..=5).contains(nth));
                return nth
                    .and_then(|_| self.value(day))
                    .ok_or_else(|| self.wrong(word));
            }
        }
        if let Some((term, step)) = word.split_once('/') {
            let values = self.values(term)?;
            return match number(step).and_then(|step| usize::try_from(step).ok()) {
                Some(step @ 1..) => Ok(self.stepped(values, step)),
                _ => Err(format!(
                    "the step of `{word}`, in the field of the {}, must be a number from 1 on",
                    self.name
                )),
            };
        }
        if let Some((start, end)) = word.split_once('-') {
            let value = |word| self.place(word).ok_or_else(|| self.wrong(word));
            let (start, end) = (value(start)?, value(end)?);
            if start > end {
                return Err(format!(
                    "the range `{word}`, in the field of the {}, ends before it begins",
                    self.name
                ));
            }
            return Ok((start..=end).map(bit).sum());
        }
        if self.kind == Kind::Day && word.eq_ignore_ascii_case("l") {
            return Ok(LAST_DAY);
        }
        self.value(word).ok_or_else(|| self.wrong(word))
    }

    /// Each `step`th value; of a single one on, if it is one.
    fn stepped(&self, values: u64, step: usize) -> u64 {
        if values == LAST_DAY && self.kind == Kind::Day {
            return values;
        }
        let first = if values.is_power_of_two() {
            values.trailing_zeros()
        } else {
            self.last + 1
        };
        let stepped = (0..=self.last).filter(|value| *value >= first || values & bit(*value) != 0);
        stepped.step_by(step).map(bit).sum()
    }

    fn value(&self, word: &str) -> Option<u64> {
        self.place(word).map(bit)
    }

    fn place(&self, word: &str) -> Option<u32> {
        let named = (self.first..)
            .zip(self.words)
            .find(|(_, name)| name.eq_ignore_ascii_case(word));
        let place = named.map(|(place, _)| place).or_else(|| number(word))?;
        (self.first..=self.last).contains(&place).then_some(place)
    }

    fn wrong(&self, word: &str) -> String {
        let words = match self.words {
            [first, .., last] => format!(" or `{first}` to `{last}`"),
            _ => String::new(),
        };
        let Self {
            name, first, last, ..
        } = self;
        format!(
            "`{word}` is no {name} of a crontab; expected `*`, or {first} to {last}{words}, as in `5`, `1-5`, `*/2` or `1,3`"
        )
    }
}

fn number(word: &str) -> Option<u32> {
    let is_number = word.bytes().all(|letter| letter.is_ascii_digit());
    is_number.then(|| word.parse().ok()).flatten()
}

fn days_in(month: u32) -> u32 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Of a value below 64.
fn bit(value: u32) -> u64 {
    1 << value
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn takes_what_sentry_takes() {
        for crontab in [
            "* * * * *",
            " 0  3 * * * ",
            "*/10 0-23/2 1,15 * *",
            "5/15 * * * *",
            "59 23 31 12 7",
            "0 9 * * mon-fri",
            "0 9 1 JAN,jul Sun",
            "0 0 L * *",
            "0 0 * * 5L",
            "0 0 * * MON#2",
            "0 0 29 2 *",
            "0 0 31 2,3 *",
            "0 0 20/5 2 *",
            "@daily",
        ] {
            assert_eq!(check(crontab), Ok(()), "{crontab}");
        }
    }

    #[test]
    fn names_the_field_that_is_wrong() {
        for (crontab, told) in [
            (
                "60 * * * *",
                "`60` is no minute of a crontab; expected `*`, or 0 to 59,",
            ),
            ("* 24 * * *", "`24` is no hour"),
            ("* * 0 * *", "`0` is no day of the month"),
            (
                "* * * 13 *",
                "`13` is no month of a crontab; expected `*`, or 1 to 12 or `jan` to `dec`,",
            ),
            ("* * * * 8", "`8` is no day of the week"),
            ("* * * * monday", "`monday` is no day of the week"),
            ("* * * mon *", "`mon` is no month"),
            ("* * * * 1#6", "`1#6` is no day of the week"),
            ("* * * * SunL", "`SunL` is no day of the week"),
            ("1,,2 * * * *", "`` is no minute"),
            ("+5 * * * *", "`+5` is no minute"),
            ("? * * * *", "`?` is no minute"),
            (
                "*/0 * * * *",
                "the step of `*/0`, in the field of the minute",
            ),
            ("*/ * * * *", "the step of `*/`"),
            (
                "* 5-1 * * *",
                "the range `5-1`, in the field of the hour, ends",
            ),
            ("0 0 30 2 *", "no month of this crontab has a day 30"),
            ("0 0 31 4,6 *", "no month of this crontab has a day 31"),
            (
                "0 0 3 * * *",
                "expected a crontab such as `0 3 * * *`, or `every 10 minutes`; this has six fields",
            ),
            ("at night", "expected a crontab"),
            ("", "expected a crontab"),
            (
                "@reboot",
                "unknown schedule `@reboot`; expected one of `@yearly`",
            ),
        ] {
            let said = check(crontab).unwrap_err();
            assert!(said.starts_with(told), "{crontab}: {said}");
        }
    }
}
