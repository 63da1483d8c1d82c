/// The pairs of a `.sentryclirc`, each with its line.
///
/// A reader of our own, because INI crates forget the line on which a pair stands, end at the
/// first line that they cannot read, and lose the first section behind a byte order mark.
#[derive(Default)]
pub(super) struct Ini {
    pairs: Vec<Pair>,
    /// The lines that are neither section, pair nor comment.
    pub(super) broken: Vec<usize>,
}

// No `Debug`: values are secrets.
pub(super) struct Pair {
    /// `None` below a section line that cannot be read: its keys belong to nobody.
    section: Option<String>,
    pub(super) key: String,
    pub(super) value: String,
    pub(super) line: usize,
}

impl Ini {
    pub(super) fn parse(text: &str) -> Self {
        let mut ini = Self::default();
        let mut section = Some(String::new());
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, text) in (1..).zip(text.lines()) {
            let mut rest = text.trim();
            if let Some(start) = rest.strip_prefix('[') {
                let Some((name, after)) = start.split_once(']') else {
                    section = None;
                    ini.broken.push(line);
                    continue;
                };
                section = Some(name.trim().to_owned());
                rest = after.trim();
            }
            if rest.is_empty() || rest.starts_with(['#', ';']) {
                continue;
            }
            match rest.split_once(['=', ':']) {
                Some((key, value)) if !key.trim().is_empty() => ini.pairs.push(Pair {
                    section: section.clone(),
                    key: key.trim().to_owned(),
                    value: unquoted(value.trim()).to_owned(),
                    line,
                }),
                _ => ini.broken.push(line),
            }
        }
        ini
    }

    /// The pairs of a section, in the order of the file.
    pub(super) fn section<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Pair> {
        self.pairs
            .iter()
            .filter(move |pair| pair.section.as_deref() == Some(name))
    }

    /// All pairs that are in a section, or before the first, whose name is empty.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Pair)> {
        let pairs = self.pairs.iter();
        pairs.filter_map(|pair| Some((pair.section.as_deref()?, pair)))
    }

    /// The pair that counts: the last of its name, unless its value is blank.
    pub(super) fn get(&self, section: &str, key: &str) -> Option<&Pair> {
        let named = |pair: &&Pair| pair.section.as_deref() == Some(section) && pair.key == key;
        self.pairs
            .iter()
            .rfind(named)
            .filter(|pair| !pair.value.is_empty())
    }
}

fn unquoted(value: &str) -> &str {
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    inside('"')
        .or_else(|| inside('\''))
        .map_or(value, str::trim)
}
