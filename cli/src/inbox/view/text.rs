//! Lines with styles in them, fitted to a width.

use unicode_width::UnicodeWidthChar as _;

const RESET: &str = "\u{1b}[0m";

/// A part of a line: one of our styles, which takes no room, or a letter.
enum Piece<'a> {
    Style(&'a str),
    Letter(char),
}

/// Texts from outside hold no escapes by now: those that are left are ours.
fn pieces(line: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = line;
    std::iter::from_fn(move || {
        let letter = rest.chars().next()?;
        let end = match rest.find('m') {
            Some(end) if letter == '\u{1b}' => end + 1,
            _ => letter.len_utf8(),
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(if letter == '\u{1b}' {
            Piece::Style(piece)
        } else {
            Piece::Letter(letter)
        })
    })
}

/// How many columns a line takes.
pub(super) fn width(line: &str) -> usize {
    let columns = pieces(line).map(|piece| match piece {
        Piece::Style(_) => 0,
        Piece::Letter(letter) => letter.width().unwrap_or(0),
    });
    columns.sum()
}

/// Breaks a line into lines of at most so many columns; styles go on where they were broken.
pub(super) fn wrapped(line: &str, columns: usize) -> Vec<String> {
    let (mut lines, mut current, mut used) = (Vec::new(), String::new(), 0);
    let mut style = String::new();
    for piece in pieces(line) {
        match piece {
            Piece::Style(RESET) => {
                current.push_str(RESET);
                style.clear();
            }
            Piece::Style(more) => {
                current.push_str(more);
                style.push_str(more);
            }
            Piece::Letter(letter) => {
                let width = letter.width().unwrap_or(0);
                if used > 0 && used + width > columns {
                    if !style.is_empty() {
                        current.push_str(RESET);
                    }
                    lines.push(std::mem::replace(&mut current, style.clone()));
                    used = 0;
                }
                current.push(letter);
                used += width;
            }
        }
    }
    lines.push(current);
    lines
}

/// Cuts a line to so many columns, and marks that there was more.
pub(super) fn cut(line: &str, columns: usize) -> String {
    if width(line) <= columns {
        return line.to_owned();
    }
    let Some(room) = columns.checked_sub(1).filter(|room| *room > 0) else {
        return "…".chars().take(columns).collect();
    };
    let first = wrapped(line, room).swap_remove(0);
    format!("{first}…")
}

#[cfg(test)]
mod tests {
    use super::{cut, width, wrapped};

    #[test]
    fn styles_take_no_room_and_wide_letters_two() {
        assert_eq!(width("\u{1b}[1mab\u{1b}[0m"), 2);
        assert_eq!(width("大e\u{301}"), 3);
        assert_eq!(width(""), 0);
    }

    #[test]
    fn lines_are_broken_where_they_must_be() {
        assert_eq!(wrapped("abcde", 2), ["ab", "cd", "e"]);
        assert_eq!(wrapped("ab", 2), ["ab"]);
        assert_eq!(wrapped("", 2), [""]);
        assert_eq!(wrapped("a大b", 2), ["a", "大", "b"]);
        assert_eq!(wrapped("大大", 1), ["大", "大"]);
        let styled = wrapped("\u{1b}[1mabc\u{1b}[0md", 2);
        assert_eq!(styled, ["\u{1b}[1mab\u{1b}[0m", "\u{1b}[1mc\u{1b}[0md"]);
    }

    #[test]
    fn what_is_cut_fits() {
        assert_eq!(cut("abcd", 4), "abcd");
        assert_eq!(cut("abcde", 4), "abc…");
        assert_eq!(cut("\u{1b}[1mabcde\u{1b}[0m", 4), "\u{1b}[1mabc\u{1b}[0m…");
        assert_eq!(cut("大大大", 4), "大…");
        assert_eq!((cut("abc", 1), cut("abc", 0)), ("…".into(), String::new()));
    }
}
