//! Addresses of machines that others can reach, or tell by.

use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::names::ends_with;
use crate::privacy::text::{Text, is_hex, is_word};
use std::net::{Ipv4Addr, Ipv6Addr};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "public IPv4 address",
        source: "RFC 791, RFC 6890",
        class: Class::Identity,
        starts: Starts::Digits,
        find: Find::With(ipv4),
        takes: &[
            (
                "connect to 203.0.113.7:443 failed",
                "connect to [ip]:443 failed",
            ),
            ("http://198.51.100.4/x", "http://[ip]/x"),
            ("ip-address: 8.8.4.4.", "ip-address: [ip]."),
            ("203.0.113.1-203.0.113.9", "[ip]-[ip]"),
            ("203.0.113.0/24,198.51.100.0/24", "[ip]/24,[ip]/24"),
            (
                "from (/203.0.113.7:443) to db.example.com/198.51.100.4:80",
                "from (/[ip]:443) to db.example.com/[ip]:80",
            ),
        ],
        leaves: &[
            "127.0.0.1:80",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "0.0.0.0",
            "169.254.169.254",
            "version 1.2.3.4",
            "v1.2.3.4",
            "1.2.3.4.5",
            "OpenSSL/1.1.1.1",
            "app-1.2.3.4",
            "1.2.3.400",
            "oid 1.3.6.1.4.1",
            "\"version\": \"1.2.3.4\"",
            "255.255.255.0",
            "the version is now 2.13.9.1",
            "versions 1.2.3.4-1.2.3.9",
            "1.2.3.4-5",
            "10.0.0.1-10.0.0.9",
            "/10.1.2.3:443",
            "GET lib/1.2.3.4/x",
        ],
    },
    Rule {
        name: "public IPv4 address in a name",
        source: "the documentation of Amazon EC2 of hostnames",
        class: Class::Identity,
        starts: Starts::Literals(&["ec2-", "ip-"]),
        find: Find::With(ipv4_in_name),
        takes: &[(
            "ec2-203-0-113-25.eu-west-1.compute.amazonaws.com",
            "ec2-[ip].eu-west-1.compute.amazonaws.com",
        )],
        leaves: &["ip-10-0-0-1.ec2.internal", "ec2-2024-1-1", "zip-1-2-3-4"],
    },
    Rule {
        name: "public IPv6 address",
        source: "RFC 4291, RFC 6890: global unicast is 2000::/3",
        class: Class::Identity,
        starts: Starts::Digits,
        find: Find::With(ipv6),
        takes: &[
            ("from [2001:db8::7]:443", "from [[ip]]:443"),
            ("peer 2a00:1450:4001:81b::200e, port", "peer [ip], port"),
            ("2001:db8::1-2001:db8::9", "[ip]-[ip]"),
        ],
        leaves: &[
            "db::add",
            "::1",
            "fe80::1",
            "fd00::2",
            "2024:10:11",
            "a::b::c",
            "std::u32::MAX",
            "12:34:56",
            "2001:x::1",
        ],
    },
    Rule {
        name: "MAC address",
        source: "IEEE 802, EUI-48",
        class: Class::Identity,
        starts: Starts::Joints,
        find: Find::With(mac),
        takes: &[
            ("lease for 3c:22:fb:aa:01:9e.", "lease for [mac]."),
            ("3C-22-FB-AA-01-9E", "[mac]"),
            ("3c22.fbaa.019e", "[mac]"),
        ],
        leaves: &[
            "00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "12:34:56",
            "3c:22:fb:aa:01:9e:11:22",
            "aa-bb-cc-dd-ee-ff-00",
            "1234.5678.9012",
            "2024-11-26-05-06-07",
        ],
    },
    Rule {
        name: "MAC address in numbers",
        source: "the `Debug` of crates that find one",
        class: Class::Identity,
        starts: Starts::Literals(&["macaddr", "mac_addr"]),
        find: Find::With(mac_in_numbers),
        takes: &[
            (
                "hwaddr MacAddr([164, 131, 231, 92, 20, 217])",
                "hwaddr MacAddr([[mac]])",
            ),
            (
                "MacAddress { bytes: [164, 131, 231, 92, 20, 217] }",
                "MacAddress { bytes: [[mac]] }",
            ),
        ],
        leaves: &["MacAddr([1, 2, 3])", "mac_addresses: [1, 2, 3, 4, 5, 6, 7]"],
    },
];

fn ipv4(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let end = text.run(hit.start, |byte| byte.is_ascii_digit() || byte == b'.');
    let end = text.run_back(end, 3, |byte| byte == b'.').max(hit.end);
    // no address begins inside of one
    found.until = found.until.max(end);
    if end - hit.start > 15 || end == hit.end {
        return;
    }
    let Ok(address) = text.str(hit.start, end).parse::<Ipv4Addr>() else {
        return;
    };
    // after a letter, a dash or a single slash it is the version of something
    let before = text.before(hit.start);
    let begins = range_start(text, hit.start);
    let path = before == b'/'
        && text.before(hit.start - 1) != b'/'
        && text.before(hit.start - 1) != b' '
        && hit.start > 1;
    if !text.begins_word(hit.start)
        || matches!(before, b'-' | b'_' | b'.' | b'^' | b'~') && begins == hit.start
        || path && !is_ip_path(text, hit.start, end)
    {
        return;
    }
    let ranges = text.at(end) == b'-' && ipv4_at(text, end + 1).is_some();
    if is_word(text.at(end))
        || matches!(text.at(end), b'-' | b'+') && !ranges
        || follows_version(text, begins)
    {
        return;
    }
    if is_public(address) {
        found.take(hit.start, end, "[ip]");
    }
}

/// `203-0-113-25` behind what a name begins with.
fn ipv4_in_name(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let end = text.run_within(hit.end, 16, |byte| byte.is_ascii_digit() || byte == b'-');
    let address = dashed(text.str(hit.end, end));
    if text.begins_word(hit.start) && address.is_some_and(is_public) {
        found.take(hit.end, end, "[ip]");
    }
}

fn dashed(address: &str) -> Option<Ipv4Addr> {
    let mut numbers = address.split('-').map(|number| number.parse::<u8>().ok());
    let octets = [
        numbers.next()??,
        numbers.next()??,
        numbers.next()??,
        numbers.next()??,
    ];
    numbers.next().is_none().then(|| Ipv4Addr::from(octets))
}

fn ipv4_at(text: Text<'_>, start: usize) -> Option<Ipv4Addr> {
    let end = text.run_within(start, 16, |byte| byte.is_ascii_digit() || byte == b'.');
    text.str(start, end).parse().ok()
}

/// Where the range begins of which this is the end: `1.2.3.4-1.2.3.9`.
fn range_start(text: Text<'_>, start: usize) -> usize {
    let Some(dash) = start.checked_sub(1).filter(|dash| text.at(*dash) == b'-') else {
        return start;
    };
    let first = text.run_back(dash, 15, |byte| byte.is_ascii_digit() || byte == b'.');
    let is_address = text.str(first, dash).parse::<Ipv4Addr>().is_ok();
    if is_address { first } else { start }
}

/// `/1.2.3.4/` in a path is taken for an address only after the slash of a name such as `ip/`, and
/// as Java prints one: after a mark, or with a port behind it.
fn is_ip_path(text: Text<'_>, start: usize, end: usize) -> bool {
    let named = [b"ip/".as_slice(), b"ips/", b"host/", b"peer/"]
        .iter()
        .any(|name| text.slice(start.saturating_sub(name.len()), start) == *name);
    let mark = matches!(
        text.before(start - 1),
        b'(' | b'[' | b'<' | b'{' | b'=' | b':' | b',' | b'"' | b'\'' | b'`' | b'\n'
    );
    let port = text.at(end) == b':' && text.at(end + 1).is_ascii_digit();
    named || mark || port
}

/// Whether a word before says that this is a version: `version is now 1.2.3.4`.
fn follows_version(text: Text<'_>, start: usize) -> bool {
    const BETWEEN: &[&[u8]] = &[
        b"and",
        b"at",
        b"be",
        b"from",
        b"is",
        b"least",
        b"now",
        b"of",
        b"or",
        b"requires",
        b"than",
        b"to",
        b"was",
    ];
    let mut at = start;
    for _ in 0..4 {
        let word = text.word_before(at);
        if is_version(word) {
            return true;
        }
        let number = !word.is_empty()
            && word
                .iter()
                .all(|byte| byte.is_ascii_digit() || *byte == b'.');
        let between = BETWEEN.iter().any(|known| word.eq_ignore_ascii_case(known));
        if !between && !number {
            return false;
        }
        let end = text.run_back(at, 8, |byte| !is_word(byte));
        at = end - word.len();
    }
    false
}

/// Words after which four numbers are a version.
fn is_version(word: &[u8]) -> bool {
    const WORDS: &[&str] = &[
        "version", "versions", "ver", "v", "release", "rev", "revision", "build", "firmware",
        "oid", "upgrade", "upgraded", "driver", "assembly", "tag", "semver", "section", "chapter",
        "clause",
    ];
    let word = std::str::from_utf8(word).unwrap_or_default();
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
        || ends_with(word, "version")
        || ends_with(word, "_ver")
}

fn is_public(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let shared = first == 100 && (64..128).contains(&second);
    !(address.is_loopback()
        || address.is_private()
        || address.is_link_local()
        || first == 0
        || first >= 224
        || shared)
}

fn ipv6(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let start = hit.start;
    if !matches!(text.at(start), b'2' | b'3')
        || text.run_within(start, 5, is_hex) != start + 4
        || text.at(start + 4) != b':'
    {
        return;
    }
    if !text.begins_word(start)
        || matches!(text.before(start), b':' | b'_' | b'-' | b'.')
            && !is_key(text, start)
            && !ends_range(text, start)
    {
        return;
    }
    let end = text.run(start, |byte| is_hex(byte) || byte == b':' || byte == b'.');
    let end = if text.says(end - 1, ":") && !text.says(end - 2, "::") {
        end - 1
    } else {
        end
    };
    let end = text.run_back(end, 3, |byte| byte == b'.');
    if end - start < 46
        && !is_word(text.at(end))
        && text.str(start, end).parse::<Ipv6Addr>().is_ok()
    {
        found.take(start, end, "[ip]");
    }
}

/// `2001:db8::1-2001:db8::9`
fn ends_range(text: Text<'_>, start: usize) -> bool {
    let dash = start - 1;
    let first = text.run_back(dash, 45, |byte| is_hex(byte) || byte == b':');
    text.at(dash) == b'-' && text.str(first, dash).parse::<Ipv6Addr>().is_ok()
}

/// `ip:2001:db8::1`: the colon is of what stands before.
fn is_key(text: Text<'_>, start: usize) -> bool {
    text.before(start) == b':'
        && start >= 2
        && !is_hex(text.at(start - 2))
        && text.at(start - 2) != b':'
}

/// Looks at the first joint of six pairs, or of three fours.
fn mac(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let joint = text.at(hit.start);
    let (pairs, width) = if joint == b'.' { (3, 4) } else { (6, 2) };
    let Some(start) = hit.start.checked_sub(width) else {
        return;
    };
    let end = start + pairs * (width + 1) - 1;
    let whole = (start..end).all(|at| {
        if (at - start) % (width + 1) == width {
            text.at(at) == joint
        } else {
            is_hex(text.at(at))
        }
    });
    if !whole
        || end > text.len()
        || !text.begins_word(start)
        || text.before(start) == joint
        || is_word(text.at(end))
        || (text.at(end) == joint && is_hex(text.at(end + 1)))
    {
        return;
    }
    let all = |is: fn(u8) -> bool| {
        let mut digits = text.slice(start, end).iter().filter(|byte| **byte != joint);
        digits.all(|byte| is(*byte))
    };
    let nobody = all(|byte| byte == b'0') || all(|byte| byte.eq_ignore_ascii_case(&b'f'));
    let decimal = joint != b':' && all(|byte| byte.is_ascii_digit());
    if !nobody && !decimal {
        found.take(start, end, "[mac]");
    }
}

/// `[164, 131, 231, 92, 20, 217]` behind the name of a type or a field.
fn mac_in_numbers(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let open = text.run_within(hit.end, 32, |byte| {
        is_word(byte) || matches!(byte, b'(' | b'{' | b':' | b' ')
    });
    let end = text.run_within(open + 1, 32, |byte| {
        byte.is_ascii_digit() || matches!(byte, b',' | b' ')
    });
    let numbers = || text.str(open + 1, end).split(", ");
    if text.at(open) == b'['
        && text.at(end) == b']'
        && numbers().count() == 6
        && numbers().all(|number| number.parse::<u8>().is_ok())
    {
        found.take(open + 1, end, "[mac]");
    }
}
