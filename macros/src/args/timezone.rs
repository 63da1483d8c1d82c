//! Names of time zones, as the tz database spells them.

use syn::LitStr;

const AREAS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];
/// Zones of no area.
const ZONES: &[&str] = &[
    "CET",
    "CST6CDT",
    "Cuba",
    "EET",
    "EST",
    "EST5EDT",
    "Egypt",
    "Eire",
    "GB",
    "GB-Eire",
    "GMT",
    "GMT+0",
    "GMT-0",
    "GMT0",
    "Greenwich",
    "HST",
    "Hongkong",
    "Iceland",
    "Iran",
    "Israel",
    "Jamaica",
    "Japan",
    "Kwajalein",
    "Libya",
    "MET",
    "MST",
    "MST7MDT",
    "NZ",
    "NZ-CHAT",
    "Navajo",
    "PRC",
    "PST8PDT",
    "Poland",
    "Portugal",
    "ROC",
    "ROK",
    "Singapore",
    "Turkey",
    "UCT",
    "UTC",
    "Universal",
    "W-SU",
    "WET",
    "Zulu",
];

/// The name, unless Sentry's servers cannot know it: they would refuse the schedule with it, and say so to nobody.
pub(super) fn timezone(text: LitStr) -> syn::Result<LitStr> {
    let name = text.value();
    if is_name(&name) {
        return Ok(text);
    }
    let message =
        format!("unknown time zone `{name}`; expected a name such as `Europe/Vienna` or `UTC`");
    Err(syn::Error::new(text.span(), message))
}

/// Places come and go with the database; areas stay.
fn is_name(name: &str) -> bool {
    let is_one = |letter: u8| letter.is_ascii_alphanumeric() || b"/_+-".contains(&letter);
    match name.split_once('/') {
        Some((area, place)) => {
            AREAS.contains(&area)
                && place.starts_with(|letter: char| letter.is_ascii_uppercase())
                && place.bytes().all(is_one)
        }
        None => ZONES.contains(&name),
    }
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn knows_names_from_offsets_and_abbreviations() {
        for name in [
            "Europe/Vienna",
            "America/Argentina/La_Rioja",
            "Etc/GMT+5",
            "UTC",
            "CET",
        ] {
            assert!(is_name(name), "{name}");
        }
        for name in [
            "",
            "Vienna",
            "CEST",
            "utc",
            "europe/vienna",
            "Europe/",
            "Europe/vienna",
            "America/New York",
            "+02:00",
        ] {
            assert!(!is_name(name), "{name}");
        }
    }
}
