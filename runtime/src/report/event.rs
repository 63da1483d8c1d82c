//! From a report to the event that Sentry shows.

use super::passed::Passed;
use super::site::LineColumn;
use super::source::Sources;
use super::symbols::Symbols;
use super::{Origin, Place, Report, backtrace};
use sentry::Level;
use sentry::protocol::{
    Context, Event, Exception, Frame, LogEntry, Map, Mechanism, Stacktrace, Thread, Value,
};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::mem;
use std::path::Path;
use std::ptr;
use std::thread;

/// Crates whose frames are never the user's: the standard library, ours, and the runtimes under both.
const NEVER_IN_APP: &[&str] = &[
    "alloc",
    "anyhow",
    "backtrace",
    "core",
    "dragonfly",
    "eyre",
    "futures_core",
    "futures_util",
    "hyper",
    "sentry",
    "sentry_core",
    "std",
    "test",
    "tokio",
    "tracing",
    "tracing_core",
];

/// What the program's sites tell of it, collected over its life.
#[derive(Default)]
pub(crate) struct Builder {
    symbols: Symbols,
    sources: Sources,
    crates: BTreeSet<&'static str>,
    /// The frames of ways that errors took before: the same ones fail again and again.
    ways: HashMap<Way, Vec<Frame>>,
}

/// What frames depend on: the addresses of the stack, those of the functions and of their exits, and
/// how many crates are known.
type Way = (Vec<usize>, Vec<(usize, usize)>, usize);

/// Past this many ways the memory begins anew.
const MOST_WAYS: usize = 256;

/// Whether frames come with the lines around them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceLines {
    /// In development, where the source is at hand and reports stay among developers.
    Shown,
    /// Elsewhere.
    Left,
}

impl Builder {
    /// The event of a report, before scope and hooks see it.
    pub(crate) fn event(&mut self, report: &Report, lines: SourceLines) -> Event<'static> {
        let (steps, mechanism, level) = match &report.origin {
            Origin::Functions(steps) => (steps.as_slice(), ("report_errors", true), Level::Error),
            Origin::Main(step) => (std::slice::from_ref(step), ("main", false), Level::Fatal),
            Origin::Panic(_) => (&[][..], ("panic", false), Level::Fatal),
        };
        self.crates
            .extend(steps.iter().map(|step| step.site.crate_name()));
        let mut exceptions: Vec<Exception> = report
            .chain
            .0
            .iter()
            .rev()
            .map(|link| Exception {
                ty: link.type_name.clone(),
                value: Some(link.value.clone()),
                ..Exception::default()
            })
            .collect();
        let mut frames = self.frames(report, steps);
        if lines == SourceLines::Shown {
            for frame in &mut frames {
                self.sources.add_to(frame);
            }
        }
        if let Some(outermost) = exceptions.last_mut() {
            outermost.stacktrace = Stacktrace::from_frames_reversed(frames);
            outermost.thread_id = Some(thread_id(&report.thread).into());
            outermost.mechanism = Some(Mechanism {
                ty: mechanism.0.into(),
                handled: Some(mechanism.1 && is_handled(steps)),
                ..Mechanism::default()
            });
        }
        let mut event = Event {
            level: outermost(steps, |step| step.site.level).unwrap_or(level),
            timestamp: report.at,
            exception: exceptions.into(),
            transaction: steps.first().map(|step| readable(step.site.full_name())),
            threads: vec![Thread {
                id: Some(thread_id(&report.thread).into()),
                name: report.thread.name().map(str::to_owned),
                crashed: !mechanism.1,
                current: true,
                ..Thread::default()
            }]
            .into(),
            // what servers know programs with addresses and debug files by
            platform: "native".into(),
            ..Event::default()
        };
        if !steps.is_empty() {
            event
                .contexts
                .insert("return trace".into(), return_trace(steps));
        }
        if let Some(left_out) = report.left_out {
            event.contexts.insert("left out".into(), left_out.context());
        }
        add_details(&mut event, steps);
        event
    }

    /// The user's frames and what lies between them, innermost first.
    fn frames(&mut self, report: &Report, steps: &[Passed]) -> Vec<Frame> {
        if steps.is_empty() || report.backtrace.is_some() {
            return self.new_frames(report, steps); // no way says all of a panic or a backtrace
        }
        let addresses = report.stack.frames().iter().map(|frame| frame.address);
        let functions = steps.iter().map(|step| {
            let exit = step.exit.map(|exit| ptr::from_ref(exit.at).addr());
            (ptr::from_ref(step.site).addr(), exit.unwrap_or_default())
        });
        let way = (addresses.collect(), functions.collect(), self.crates.len());
        if let Some(frames) = self.ways.get(&way) {
            return frames.clone();
        }
        let frames = self.new_frames(report, steps);
        if self.ways.len() >= MOST_WAYS {
            self.ways.clear();
        }
        self.ways.insert(way, frames.clone());
        frames
    }

    fn new_frames(&mut self, report: &Report, steps: &[Passed]) -> Vec<Frame> {
        let mut frames = Vec::new();
        for raw in report.stack.frames() {
            frames.extend_from_slice(self.symbols.resolve(*raw));
        }
        drop_start_of_program(&mut frames);
        if let Some(backtrace) = &report.backtrace {
            frames = backtrace::join(backtrace, frames);
        }
        if let Origin::Panic(_) = report.origin {
            drop_panic_machinery(&mut frames);
        }
        let roots: Vec<String> = steps
            .iter()
            .filter_map(|step| root_of(step.site.file, &frames))
            .collect();
        let mut kept = without_ours(frames, steps);
        for frame in &mut kept {
            let function = frame.function.take().map(|name| readable(&name));
            frame.in_app = Some(self.in_app(frame, function.as_deref()));
            frame.function = function;
            if let (Some(path), Some(true)) = (&frame.abs_path, frame.in_app) {
                let relative = roots
                    .iter()
                    .find_map(|root| path.strip_prefix(root.as_str()));
                frame.filename = relative.map(str::to_owned).or(frame.filename.take());
            } else if let Some(path) = &frame.abs_path {
                frame.filename = Some(within_crate(path).to_owned());
            }
        }
        if let Origin::Panic(place) = &report.origin {
            point_at_panic(&mut kept, place.as_ref());
        }
        point_at_exits(&mut kept, steps);
        kept
    }

    fn in_app(&self, frame: &Frame, function: Option<&str>) -> bool {
        let Some(function) = function else {
            return false;
        };
        let name = crate_of(function);
        if self.crates.contains(name) {
            return true;
        }
        if is_qualified(function) && (NEVER_IN_APP.contains(&name) || name.starts_with('_')) {
            return false;
        }
        match frame.abs_path.as_deref() {
            Some(path)
                if Path::new(path)
                    .extension()
                    .is_some_and(|extension| extension == "rs") =>
            {
                let path = if path.contains('\\') {
                    Cow::Owned(path.replace('\\', "/"))
                } else {
                    Cow::Borrowed(path)
                };
                !["/registry/src/", "/git/checkouts/", "/rustc/", "/rustlib/"]
                    .iter()
                    .any(|dir| path.contains(dir))
            }
            _ => false,
        }
    }
}

/// The number of a thread, which the standard library shows only as `ThreadId(1)`.
fn thread_id(thread: &thread::Thread) -> String {
    let id = format!("{:?}", thread.id());
    id.chars().filter(char::is_ascii_digit).collect()
}

/// Of a library's file, the part that is the same on every machine: `anyhow-1.0.0/src/error.rs`.
fn within_crate(path: &str) -> &str {
    const ROOTS: &[&str] = &["/registry/src/", "/git/checkouts/", "/rustc/"];
    let root = ROOTS.iter().find(|root| path.contains(*root));
    let below = root
        .and_then(|root| path.split_once(root))
        .map(|(_, below)| below);
    // the registry's or the commit's own folder comes first
    below
        .and_then(|below| below.split_once('/'))
        .map_or(path, |(_, file)| file)
}

/// What the functions say, or else that all went on unless the error ended the program.
fn is_handled(steps: &[Passed]) -> bool {
    let ends_in_main = steps.len() > 1
        && steps
            .last()
            .is_some_and(|step| step.site.function == "main" && !step.site.module.contains("::"));
    outermost(steps, |step| step.site.handled).unwrap_or(!ends_in_main)
}

/// The answer of the outermost function that has one: it knows best what became of the error.
fn outermost<T>(steps: &[Passed], answer: impl Fn(&Passed) -> Option<T>) -> Option<T> {
    steps.iter().rev().find_map(answer)
}

fn return_trace(steps: &[Passed]) -> Context {
    let mut passed = Map::new();
    for (index, step) in steps.iter().enumerate() {
        let (file, LineColumn(line, column)) = step.place();
        let name = readable(step.site.full_name());
        let place = format!("{name} {file}:{line}:{column}");
        passed.insert(format!("{index:02}"), Value::from(place));
    }
    Context::Other(passed)
}

/// What the functions were told to say: messages from the outermost in, fields by function.
fn add_details(event: &mut Event<'static>, steps: &[Passed]) {
    let messages: Vec<&str> = steps
        .iter()
        .rev()
        .filter_map(|step| step.details.message.as_deref())
        .collect();
    if !messages.is_empty() {
        // what `message` is short for; some servers know this form alone
        event.logentry = Some(LogEntry {
            message: messages.join(": "),
            params: Vec::new(),
        });
    }
    for step in steps {
        if !step.details.fields.is_empty() {
            let fields = step.details.fields.clone().into_iter().collect();
            let name = free_name(&event.contexts, step);
            event.contexts.insert(name, Context::Other(fields));
        }
        for (name, value) in &step.details.tags {
            // the function closest to the error knows best what it was about
            event
                .tags
                .entry((*name).to_owned())
                .or_insert_with(|| value.clone());
        }
    }
    let fingerprint = outermost(steps, |step| {
        Some(step.site.fingerprint).filter(|parts| !parts.is_empty())
    });
    if let Some(parts) = fingerprint {
        event.fingerprint = parts.iter().map(|part| Cow::Borrowed(*part)).collect();
    }
}

/// What the fields of a call are called: its function, as shortly as no other call is called.
fn free_name(contexts: &Map<String, Context>, step: &Passed) -> String {
    let function = step.site.function;
    let path = readable(step.site.full_name());
    let numbered = (2..).map(|number| format!("{function} {number}"));
    let mut names = [function.to_owned(), path].into_iter().chain(numbered);
    names
        .find(|name| !contexts.contains_key(name))
        .unwrap_or_default()
}

/// Frames end in `main`: what calls it is the same in every program.
pub(super) fn drop_start_of_program(frames: &mut Vec<Frame>) {
    let starts = |frame: &Frame| {
        frame
            .function
            .as_deref()
            .is_some_and(|name| name.contains("__rust_begin_short_backtrace"))
    };
    if let Some(start) = frames.iter().rposition(starts) {
        frames.truncate(start);
    }
}

/// Drops what stands between our hook and the line that panicked.
fn drop_panic_machinery(frames: &mut Vec<Frame>) {
    const MACHINERY: &[&str] = &[
        "core::option::expect_failed",
        "core::option::unwrap_failed",
        "core::panicking::",
        "core::result::unwrap_failed",
        "rust_begin_unwind",
        "std::panicking::",
        "std::sys::backtrace::",
        "__rustc::rust_begin_unwind",
    ];
    let is_machinery = |frame: &Frame| {
        frame
            .function
            .as_deref()
            .is_some_and(|name| MACHINERY.iter().any(|start| name.starts_with(start)))
    };
    if let Some(first) = frames.iter().position(is_machinery) {
        let run = frames
            .iter()
            .skip(first)
            .take_while(|frame| is_machinery(frame))
            .count();
        frames.drain(..first + run);
    }
}

/// The path that the compiler's relative file names start from, as far as a frame shows it.
fn root_of(file: &str, frames: &[Frame]) -> Option<String> {
    frames.iter().find_map(|frame| {
        let path = frame.abs_path.as_deref()?;
        let root = path.strip_suffix(file)?;
        (root.ends_with('/') || root.ends_with('\\')).then(|| root.to_owned())
    })
}

/// The helpers that an expansion calls the user's body through.
pub(super) fn is_ours(function: &str) -> bool {
    [
        "dragonfly::__private::",
        "dragonfly::capture::",
        "dragonfly::runtime::",
    ]
    .iter()
    .any(|prefix| function.starts_with(prefix))
}

/// The same by their file: a build with `debug = "line-tables-only"` names functions without their path.
fn is_our_file(path: &str) -> bool {
    const HERE: &str = file!();
    let sources = HERE.strip_suffix("report/event.rs").unwrap_or(HERE);
    path.rsplit_once(sources)
        .is_some_and(|(root, _)| root.is_empty() || root.ends_with('/'))
}

/// Whether a function is named with its path.
fn is_qualified(function: &str) -> bool {
    let bare = function.split_once('<').map_or(function, |(bare, _)| bare);
    bare.is_empty() || bare.contains("::")
}

/// Leaves out our own frames, and of an annotated function those around its body: they stand at the
/// attribute, the body at the user's line.
fn without_ours(frames: Vec<Frame>, steps: &[Passed]) -> Vec<Frame> {
    let mut kept: Vec<Frame> = Vec::with_capacity(frames.len());
    let mut through_ours = false;
    for mut frame in frames {
        let function = frame.function.as_deref();
        let path = frame.abs_path.as_deref();
        if function.is_some_and(is_ours) || path.is_some_and(is_our_file) {
            through_ours = true;
            continue;
        }
        let through_ours = mem::take(&mut through_ours);
        if let Some(body) = kept.last_mut() {
            if let Some(name) = name_around(body, &frame, through_ours, steps) {
                body.function = Some(name);
                continue;
            }
        } else if let (true, Some(step)) = (through_ours, steps.first())
            && !function.is_some_and(is_qualified)
        {
            frame.function = Some(readable(step.site.full_name())); // it called us
        }
        kept.push(frame);
    }
    kept
}

/// The name of the annotated function whose body a frame is, if the next one is what stands around it.
fn name_around(
    body: &Frame,
    around: &Frame,
    through_ours: bool,
    steps: &[Passed],
) -> Option<String> {
    let inner = body.function.as_deref()?;
    let outer = around.function.as_deref()?;
    let name = readable(outer);
    if through_ours {
        let is_closure = inner.starts_with("{closure#") && !is_qualified(outer);
        return (is_closure || readable(inner) == name).then_some(name);
    }
    let mut names = steps.iter().map(|step| readable(step.site.full_name()));
    let shorter = ["::{{closure}}", "::{closure#0}"]
        .iter()
        .find_map(|end| inner.strip_suffix(end));
    if shorter == Some(outer) {
        return names.find(|step| *step == name);
    }
    let are_future = inner.starts_with("{async_block#") && outer.starts_with("{async_fn#");
    let (first, last) = (around.lineno?, body.lineno?);
    let path = around.abs_path.as_deref()?;
    let is_there = |step: &&Passed| {
        let LineColumn(line, _) = step.site.name_at;
        path.ends_with(step.site.file) && (first..=last).contains(&line.into())
    };
    let step = steps.iter().find(is_there).filter(|_| are_future)?;
    Some(readable(step.site.full_name()))
}

/// Lays the return trace over the frames: it knows the very `?` of each function, also where the
/// compiler left no line, inlined the function away, or ran it in a poll of its own. Where a
/// function took no note, its frame's line stands, but for the innermost, whose call into us is
/// at the attribute.
fn point_at_exits(frames: &mut Vec<Frame>, steps: &[Passed]) {
    let mut next = 0;
    for (index, step) in steps.iter().enumerate() {
        let name = readable(step.site.full_name());
        let is_it = |frame: &Frame| {
            frame
                .function
                .as_deref()
                .is_some_and(|function| last_segment(function) == last_segment(&name))
        };
        let at = match frames.iter().skip(next).position(is_it) {
            Some(further) => next + further,
            None => {
                frames.insert(
                    next,
                    Frame {
                        function: Some(name.clone()),
                        ..Frame::default()
                    },
                );
                next
            }
        };
        next = at + 1;
        let Some(frame) = frames.get_mut(at) else {
            continue;
        };
        frame.in_app = Some(true);
        if !frame.function.as_deref().is_some_and(is_qualified) {
            frame.function = Some(name);
        }
        if index == 0 || step.exit.is_some() || frame.lineno.is_none() {
            let (file, LineColumn(line, column)) = step.place();
            frame.filename = Some(file.to_owned());
            frame.lineno = Some(line.into());
            frame.colno = Some(column.into());
        }
    }
}

fn point_at_panic(frames: &mut [Frame], place: Option<&Place>) {
    if let (Some(frame), Some(place)) = (frames.first_mut(), place) {
        let same_file = frame
            .abs_path
            .as_deref()
            .is_none_or(|path| path.ends_with(&place.file));
        if same_file {
            frame.filename = Some(place.file.clone());
            frame.lineno = Some(place.line.into());
            frame.colno = Some(place.column.into());
        }
    }
}

/// `shop::open::{{closure}}` is `shop::open` to a reader.
pub(super) fn readable(function: &str) -> String {
    // nearly all names are
    if !function.contains('{') && !function.ends_with("::__dragonfly_here") {
        return function.to_owned();
    }
    let mut name = function
        .replace("::{{closure}}", "")
        .replace("::{closure#0}", "");
    if let Some(bare) = name.strip_suffix("::__dragonfly_here") {
        name.truncate(bare.len());
    }
    name
}

fn last_segment(function: &str) -> &str {
    function.rsplit("::").next().unwrap_or(function)
}

/// `shop` of `shop::open`, `<shop::Shop as core::fmt::Display>::fmt` and the like.
pub(super) fn crate_of(function: &str) -> &str {
    let start = function.trim_start_matches(['<', '&', '_', '*', ' ']);
    let end = start
        .find(|letter: char| !(letter.is_alphanumeric() || letter == '_'))
        .unwrap_or(start.len());
    &start[..end]
}

#[cfg(test)]
mod tests {
    use super::{Builder, SourceLines, crate_of, readable, within_crate};
    use crate::report::chain::Chain;
    use crate::report::filter::LeftOut;
    use crate::report::view::{ErrorView, Seen};
    use crate::report::{Origin, Report};
    use sentry::protocol::Context;
    use std::sync::Arc;
    use std::time::Duration;

    #[test]
    fn an_event_says_what_was_left_out_before_it() {
        let told = |left_out| {
            let chain = Chain::of(ErrorView {
                type_name: "panic",
                seen: Seen::Display(&"x"),
                outside: None,
            });
            let mut report = Report::new(Origin::Panic(None), Arc::new(chain), Arc::default());
            report.left_out = left_out;
            let event = Builder::default().event(&report, SourceLines::Left);
            event.contexts.get("left out").cloned()
        };
        assert_eq!(told(None), None);
        let left_out = LeftOut {
            count: 12,
            within: Duration::from_millis(61_500),
        };
        let fields = [("count", 12), ("seconds", 61)];
        let fields = fields.map(|(name, number)| (name.to_owned(), number.into()));
        assert_eq!(told(Some(left_out)), Some(Context::Other(fields.into())));
    }

    #[test]
    fn library_files_are_named_from_their_crate() {
        let path = "/home/a/.cargo/registry/src/index-1949/anyhow-1.0.0/src/error.rs";
        assert_eq!(within_crate(path), "anyhow-1.0.0/src/error.rs");
        assert_eq!(
            within_crate("/rustc/5980/library/core/src/ops.rs"),
            "library/core/src/ops.rs"
        );
        assert_eq!(
            within_crate("/home/a/shop/src/main.rs"),
            "/home/a/shop/src/main.rs"
        );
    }

    #[test]
    fn knows_the_crate_of_a_function() {
        assert_eq!(crate_of("shop::config::open"), "shop");
        assert_eq!(crate_of("<shop::Shop as core::fmt::Display>::fmt"), "shop");
        assert_eq!(
            crate_of("<alloc::boxed::Box<F,A> as core::ops::FnOnce<Args>>::call_once"),
            "alloc"
        );
        assert_eq!(crate_of(""), "");
    }

    #[test]
    fn closures_are_the_function_around_them() {
        assert_eq!(
            readable("shop::open::{{closure}}::{{closure}}"),
            "shop::open"
        );
        assert_eq!(
            readable("<shop::Shop>::serve::__dragonfly_here"),
            "<shop::Shop>::serve"
        );
    }
}
