//! Values in elements of HTML and XML, and in parts of forms.

use super::quote::Quote;
use super::value::{Joint, Value};
use crate::privacy::text::{NEAR, Text};

/// What stands between `<password>` and the next tag.
pub(super) fn of_tag(text: Text<'_>, at: usize) -> Option<Value> {
    const VERBATIM: &str = "<![CDATA[";
    let start = text.run(at, |byte| !matches!(byte, b'>' | b'<' | b'\n')) + 1;
    if text.says(start, VERBATIM) && text.before(start) == b'>' {
        let start = start + VERBATIM.len();
        let line = text.str(start, text.run_within(start, NEAR, |byte| byte != b'\n'));
        let end = start + line.find("]]>").unwrap_or(line.len());
        return Some(Value::quoted(start, end, Joint::Tight));
    }
    let end = text.run(start, |byte| byte != b'<' && byte != b'\n');
    (end > start && text.says(end, "</") && text.before(start) == b'>')
        .then(|| Value::quoted(start, end, Joint::Tight))
}

/// What stands in the element behind that of the name: `<key>Password</key><string>`,
/// `<td>DB_PASSWORD</td><td>`; in the same one if its marks are escaped: `&lt;password&gt;`.
pub(super) fn in_next_tag(text: Text<'_>, at: usize) -> Option<Value> {
    // `$_SERVER['DB_PASSWORD']`
    let at = at + usize::from(text.at(at) == b']');
    let escaped = text.says(at, "&gt;");
    let start = if escaped {
        at + "&gt;".len()
    } else {
        let open = ["</key>", "</td>", "</th>", "</dt>"]
            .iter()
            .find_map(|close| text.says_in_any_case(at, close).then_some(at + close.len()))?;
        let open = text.run_within(open, 64, |byte| byte.is_ascii_whitespace());
        let start = behind_tag(text, open, &["<string", "<td", "<dd"])?;
        behind_tag(text, start, &["<pre", "<code", "<span"]).unwrap_or(start)
    };
    let mark = if escaped { "&lt;/" } else { "</" };
    let end = text.run_within(start, NEAR, |byte| {
        !(matches!(byte, b'<' | b'\n') || escaped && byte == b'&')
    });
    (end > start && text.says(end, mark)).then(|| Value::bare(start, end, Joint::Loose))
}

/// Where one of these tags ends, if it stands here.
fn behind_tag(text: Text<'_>, at: usize, tags: &[&str]) -> Option<usize> {
    let is = tags.iter().any(|tag| text.says_in_any_case(at, tag));
    is.then(|| text.run_within(at, 128, |byte| byte != b'>' && byte != b'\n') + 1)
}

/// What follows the headers of a part of a form: `form-data; name="password"`.
pub(super) fn part_of_form(text: Text<'_>, name: usize, close: Option<Quote>) -> Option<Value> {
    let close = close?;
    let open = text.run_back(name, 4, |byte| matches!(byte, b'"' | b'\\'));
    if !text.ends_with(open, "form-data; name=") {
        return None;
    }
    let rest = text.str(close.end, close.end + NEAR);
    let lines = ["\r\n", "\n", "\\r\\n", "\\n"];
    let line = lines.iter().find_map(|line| Some((rest.find(line)?, line)));
    let (_, line) = line?;
    let start = rest.find(&line.repeat(2))? + 2 * line.len();
    let value = rest.get(start..)?;
    let end = value.find(&format!("{line}--")).or(value.find(line));
    let start = close.end + start;
    let end = end.map_or(close.end + rest.len(), |end| start + end);
    (end > start).then(|| Value::quoted(start, end, Joint::Tight))
}
