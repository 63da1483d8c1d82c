use super::pattern::Pattern;

/// One entry of `ignore_errors`, ready to be held against errors.
#[derive(Debug)]
pub(crate) enum Rule {
    /// The path of a type, its own name last.
    Type(Vec<String>),
    /// `io::ErrorKind::NotFound`, without what stands before the variant.
    Kind(String),
    /// What stands between two slashes.
    Message(Pattern),
}

impl Rule {
    /// Reads one entry; the error says what is expected, never what was there.
    pub(crate) fn read(entry: &str) -> Result<Self, &'static str> {
        if let Some(pattern) = Pattern::between_slashes(entry) {
            return pattern.map(Self::Message);
        }
        let path: Vec<&str> = entry.trim_start_matches("::").split("::").collect();
        if !path.iter().copied().all(is_name) {
            return Err(
                "expected a type such as `io::Error`, a kind such as `io::ErrorKind::NotFound`, or a \
                 message's pattern such as `/timed out/`",
            );
        }
        Ok(match path.as_slice() {
            [.., "ErrorKind", variant] => Self::Kind((*variant).to_owned()),
            path => Self::Type(path.iter().map(|&name| name.to_owned()).collect()),
        })
    }
}

fn is_name(text: &str) -> bool {
    let starts_well = |letter: char| letter.is_alphabetic() || letter == '_';
    text.starts_with(starts_well) && text.chars().all(|c| c.is_alphanumeric() || c == '_')
}

/// Splits a list at its commas, but for those of a pattern between slashes. Such a pattern ends at
/// the first slash that a comma or nothing follows, unless that slash is escaped.
pub(super) fn split(list: &str) -> Vec<&str> {
    let mut entries = Vec::new();
    let mut rest = list.trim_start();
    while !rest.is_empty() {
        let end = pattern_end(rest)
            .or_else(|| rest.find(','))
            .unwrap_or(rest.len());
        let (entry, after) = rest.split_at(end);
        if !entry.trim().is_empty() {
            entries.push(entry.trim());
        }
        let after = after.trim_start();
        rest = after.strip_prefix(',').unwrap_or(after).trim_start();
    }
    entries
}

/// Where the pattern that a text starts with ends, behind its last slash.
fn pattern_end(text: &str) -> Option<usize> {
    let pattern = text.strip_prefix('/')?;
    let mut escaped = false;
    for (at, letter) in pattern.char_indices() {
        let after = &pattern[at + letter.len_utf8()..];
        let ends = after.trim_start().is_empty() || after.trim_start().starts_with(',');
        if letter == '/' && !escaped && ends {
            return Some(text.len() - after.len());
        }
        escaped = letter == '\\' && !escaped;
    }
    None
}
