//! Forms of values that are kept as they are, since what takes out would mistake them for something.

/// Whether a text is what Sentry tells things apart by, in a field of this name: a time, or
/// hexadecimal.
pub(super) fn is_identifier(name: &str, text: &str) -> bool {
    match name {
        "timestamp" => is_seconds(text) || is_rfc_3339(text),
        _ => is_hexadecimal(text) || is_uuid(text),
    }
}

fn is_hexadecimal(text: &str) -> bool {
    text.len() >= 12 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// With the age of a build behind it, too: `494f3aea-88fa-4296-9644-fa8ef5d139b6-1234`.
fn is_uuid(text: &str) -> bool {
    let mut groups = text.split('-');
    let first = [8, 4, 4, 4, 12].iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == *length && group.bytes().all(|b| b.is_ascii_hexdigit())
        })
    });
    let age = groups.next().is_none_or(|age| {
        (1..=8).contains(&age.len()) && age.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    first && age && groups.next().is_none()
}

/// Seconds since 1970, until 2286.
fn is_seconds(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=10).contains(&whole.len())
        && (1..=9).contains(&fraction.len())
        && digits(whole)
        && digits(fraction)
}

/// `2026-01-31T12:00:00.125Z`: it must begin as one, and hold nothing that one cannot hold.
fn is_rfc_3339(text: &str) -> bool {
    let mut bytes = text.bytes();
    let begins = "0000-00-00T00:00:00".bytes().all(|form| {
        bytes.next().is_some_and(|byte| match form {
            b'0' => byte.is_ascii_digit(),
            form => byte == form,
        })
    });
    begins
        && text.len() <= 35
        && bytes
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b':' | b'+' | b'-' | b'Z'))
}

/// Whether a version could be taken for an address: `1.2.3.4`. Any other one is text.
pub(super) fn looks_like_an_address(version: &str) -> bool {
    version
        .split('.')
        .all(|group| group.len() <= 3 && group.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::{is_identifier, looks_like_an_address};

    #[test]
    fn identifiers_are_hexadecimal_and_times_are_times() {
        let ids = [
            "9ec79c33ec9942ab8353589fcb2e04dc",
            "9ec79c33-ec99-42ab-8353-589fcb2e04dc",
            "494f3aea-88fa-4296-9644-fa8ef5d139b6-1234",
            "494f3aea88fa42969644fa8ef5d139b61234",
            "fa90fdead5f74052",
            "5ab380779000",
        ];
        let times = [
            "1718000000.125",
            "1718000000",
            "2026-01-31T12:00:00Z",
            "2026-01-31T12:00:00.123456789+01:00",
        ];
        let neither = [
            "",
            "-",
            "jane@example.com",
            "password=hunter2",
            "4111111111111111.0",
            "123-45-6789",
            "4111-1111-1111-1111",
            "2026-01-31T12:00:00 jane",
            "2026-01-31",
            "494f3aea-88fa-4296-9644-fa8ef5d139b6-1234-5",
            "494f3aea-88fa-4296-9644-fa8ef5d139b6-",
        ];
        for text in ids.into_iter().chain(times).chain(neither) {
            assert_eq!(
                is_identifier("trace_id", text),
                ids.contains(&text),
                "{text}"
            );
            assert_eq!(
                is_identifier("timestamp", text),
                times.contains(&text),
                "{text}"
            );
        }
        assert!(!is_identifier("timestamp", "4111111111111111"));
    }

    #[test]
    fn a_version_of_short_numbers_is_no_address() {
        assert!(looks_like_an_address("1.2.3.4"));
        assert!(!looks_like_an_address("10.0.19045.3803"));
        assert!(!looks_like_an_address("4111111111111111"));
        assert!(!looks_like_an_address("4111.1111.1111.1111"));
    }
}
