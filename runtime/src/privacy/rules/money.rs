//! Numbers of cards and accounts, by their check digits.

use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::text::{Text, is_alphanumeric, is_word};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "payment card",
        source: "ISO/IEC 7812: issuers, lengths, Luhn's check digit",
        class: Class::Personal,
        starts: Starts::Digits,
        find: Find::With(card),
        takes: &[
            ("card 4242 4242 4242 4242 declined", "card [card] declined"),
            ("card 4242424242424242.", "card [card]."),
            ("3714-496353-98431", "[card]"),
            (
                "378282246310005 1234, 3714 496353 98431 2025, 4222222222222 12 30",
                "[card] 1234, [card] 2025, [card] 12 30",
            ),
            (
                "12 4242424242424242,4000056655665556,3",
                "12 [card],[card],3",
            ),
            (";4242424242424242=29121011000012300000?", ";[card]?"),
        ],
        leaves: &[
            "0.4242424242424242",
            "4242424242424241",
            "order 1234567890123452",
            "0x4242424242424242",
            "1700000000000",
        ],
    },
    Rule {
        name: "IBAN",
        source: "ISO 13616: countries, lengths, modulo 97",
        class: Class::Personal,
        starts: Starts::Digits,
        find: Find::With(iban),
        takes: &[
            ("to DE89370400440532013000.", "to [iban]."),
            ("GB82 WEST 1234 5698 7654 32, paid", "[iban], paid"),
        ],
        leaves: &[
            "DE89370400440532013001",
            "AB12CDEF",
            // hexadecimal, of which one in 97 has the check digits of one
            "be2651f1-7861-a405-0306-715882617e1d",
            "span be26f51fa7861a40",
        ],
    },
];

fn card(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    if !is_number_start(text, hit.start) {
        return;
    }
    let mut digits = [0_u8; 19];
    let (mut count, mut at, mut mark) = (0, hit.start, None);
    // a number of its own may follow: each group may be the last one
    let mut last = None;
    loop {
        let byte = text.at(at);
        if byte.is_ascii_digit() {
            let Some(place) = digits.get_mut(count) else {
                break;
            };
            *place = byte - b'0';
            count += 1;
            at += 1;
            continue;
        }
        let number = digits.get(..count).unwrap_or_default();
        if is_card(text, hit.start, at, number, mark.is_some()) {
            last = Some(at);
        }
        let joins = matches!(byte, b' ' | b'-')
            && mark.is_none_or(|mark| mark == byte)
            && text.at(at + 1).is_ascii_digit()
            && count < 16;
        if !joins {
            break;
        }
        mark = Some(byte);
        at += 1;
    }
    if let Some(end) = last {
        // the second track of its stripe: when it expires, and what the issuer checks
        let track = text.run_within(end + 1, 24, |byte| byte.is_ascii_digit());
        let end = if text.at(end) == b'=' && track >= end + 8 {
            track
        } else {
            end
        };
        found.take(hit.start, end, "[card]");
    }
}

fn is_card(text: Text<'_>, start: usize, end: usize, digits: &[u8], grouped: bool) -> bool {
    let goes_on =
        is_word(text.at(end)) || (text.at(end) == b'.' && text.at(end + 1).is_ascii_digit());
    !goes_on && is_issued(digits) && luhn(digits) && (!grouped || has_groups(text, start, end))
}

/// Groups as on a card: of four, or of 4, 6 and 5.
fn has_groups(text: Text<'_>, start: usize, end: usize) -> bool {
    let number = text.slice(start, end);
    let lengths = || number.split(|byte| !byte.is_ascii_digit()).map(<[u8]>::len);
    let last = lengths().next_back().unwrap_or(0);
    let rest = lengths().count() - 1;
    let fours = (1..=4).contains(&last) && lengths().take(rest).all(|length| length == 4);
    fours || (rest == 2 && lengths().zip([4, 6]).all(|(a, b)| a == b) && matches!(last, 4 | 5))
}

/// The beginnings and lengths of the networks.
fn is_issued(digits: &[u8]) -> bool {
    let first = |count: usize| {
        digits
            .iter()
            .take(count)
            .fold(0_u32, |number, digit| number * 10 + u32::from(*digit))
    };
    matches!(
        (digits.len(), first(1), first(2), first(4)),
        (13 | 16 | 19, 4, ..)
        | (15, _, 34 | 37, _)
        | (14, _, 36 | 38 | 39, _)
        | (14, _, _, 3000..=3059)
        | (16, _, 51..=55 | 35 | 62 | 65 | 81, _)
        | (16, _, _, 2200..=2720 | 6011 | 6440..=6499)
        | (17..=19, _, 62, _)
        | (12..=19, _, _, 5018 | 5020 | 5038 | 5893 | 6304 | 6759 | 6761..=6763)
    )
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match u32::from(*digit) {
            digit if place % 2 == 0 => digit,
            digit if digit > 4 => digit * 2 - 9,
            digit => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Whether a number of its own begins here, not the rest of a word, of hex, or of a fraction.
pub(super) fn is_number_start(text: Text<'_>, start: usize) -> bool {
    let before = text.before(start);
    let fraction = before == b'.' && start >= 2 && text.at(start - 2).is_ascii_digit();
    text.begins_word(start) && before != b'_' && !fraction && before != b'#'
}

/// How long the IBANs of each country are.
#[rustfmt::skip] // a table
const COUNTRIES: &[(&[u8; 2], usize)] = &[
    (b"AD", 24), (b"AE", 23), (b"AL", 28), (b"AT", 20), (b"AZ", 28), (b"BA", 20), (b"BE", 16), (b"BG", 22),
    (b"BH", 22), (b"BI", 27), (b"BR", 29), (b"BY", 28), (b"CH", 21), (b"CR", 22), (b"CY", 28), (b"CZ", 24),
    (b"DE", 22), (b"DJ", 27), (b"DK", 18), (b"DO", 28), (b"EE", 20), (b"EG", 29), (b"ES", 24), (b"FI", 18),
    (b"FK", 18), (b"FO", 18), (b"FR", 27), (b"GB", 22), (b"GE", 22), (b"GI", 23), (b"GL", 18), (b"GR", 27),
    (b"GT", 28), (b"HR", 21), (b"HU", 28), (b"IE", 22), (b"IL", 23), (b"IQ", 23), (b"IS", 26), (b"IT", 27),
    (b"JO", 30), (b"KW", 30), (b"KZ", 20), (b"LB", 28), (b"LC", 32), (b"LI", 21), (b"LT", 20), (b"LU", 20),
    (b"LV", 21), (b"LY", 25), (b"MC", 27), (b"MD", 24), (b"ME", 22), (b"MK", 19), (b"MN", 20), (b"MR", 27),
    (b"MT", 31), (b"MU", 30), (b"NI", 28), (b"NL", 18), (b"NO", 15), (b"OM", 23), (b"PK", 24), (b"PL", 28),
    (b"PS", 29), (b"PT", 25), (b"QA", 29), (b"RO", 24), (b"RS", 22), (b"RU", 33), (b"SA", 24), (b"SC", 31),
    (b"SD", 18), (b"SE", 24), (b"SI", 19), (b"SK", 24), (b"SM", 27), (b"SO", 23), (b"ST", 25), (b"SV", 28),
    (b"TL", 23), (b"TN", 24), (b"TR", 26), (b"UA", 29), (b"VA", 22), (b"VG", 24), (b"XK", 20), (b"YE", 30),
];

fn iban(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let Some(start) = hit
        .start
        .checked_sub(2)
        .filter(|start| text.begins_word(*start))
    else {
        return;
    };
    let country = text.slice(start, hit.start);
    let Some((code, length)) = COUNTRIES
        .iter()
        .find(|(code, _)| country.eq_ignore_ascii_case(*code))
    else {
        return;
    };
    // their accounts are digits; with letters it is hexadecimal
    let is_number = [b"AE", b"BA", b"BE", b"DE", b"EE"].contains(code);
    let is_mark = |at: usize| matches!(text.at(at), b' ' | b'-');
    // all groups of four are apart, or none
    let grouped = is_mark(start + 4);
    let (mut at, mut count) = (start, 0);
    while count < *length {
        if grouped && count > 0 && count % 4 == 0 {
            if !is_mark(at) {
                return;
            }
            at += 1;
        }
        let byte = text.at(at);
        if !byte.is_ascii_digit() && (!byte.is_ascii_alphabetic() || (is_number && count > 1)) {
            return;
        }
        count += 1;
        at += 1;
    }
    if !is_alphanumeric(text.at(at)) && modulo_97(text.slice(start, at)) == 1 {
        found.take(start, at, "[iban]");
    }
}

/// The number that the letters make, the first four last, modulo 97.
fn modulo_97(letters: &[u8]) -> u32 {
    let (first, rest) = letters.split_at(letters.len().min(4));
    rest.iter()
        .chain(first)
        .fold(0, |number, letter| match letter.to_ascii_uppercase() {
            digit @ b'0'..=b'9' => (number * 10 + u32::from(digit - b'0')) % 97,
            letter @ b'A'..=b'Z' => (number * 100 + u32::from(letter - b'A') + 10) % 97,
            _ => number, // what groups them
        })
}
