//! The frames of an event: the stack with names, without our own part, the return trace laid over it.

use super::functions::{around_closure, crate_of, is_ours, is_qualified, last_segment, readable};
use super::passed::Passed;
use super::site::LineColumn;
use super::symbols::{Names, Symbols, nameless};
use super::{Origin, Place, Report, backtrace};
use foldhash::HashMap;
use sentry::protocol::Frame;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::mem;
use std::path::Path;
use std::ptr;

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

/// Lays out frames, and remembers them.
#[derive(Default)]
pub(super) struct Frames {
    symbols: Symbols,
    /// The crates of annotated functions.
    crates: BTreeSet<&'static str>,
    /// The frames of ways that errors took before: the same ones fail again and again.
    ways: HashMap<Way, Vec<Frame>>,
}

/// What frames depend on: the addresses of the stack, those of the functions and of their exits, and
/// how many crates are known.
type Way = (Vec<usize>, Vec<(usize, usize)>, usize);

/// Past this many ways the memory begins anew.
const MOST_WAYS: usize = 256;

impl Frames {
    /// Whether all names of a stack are at hand.
    pub(super) fn know(&self, report: &Report) -> bool {
        self.symbols.know(&report.stack)
    }

    /// The user's frames and what lies between them, innermost first.
    pub(super) fn of(&mut self, report: &Report, steps: &[Passed], names: Names) -> Vec<Frame> {
        if names == Names::AtHand && !self.know(report) {
            return without_names(report, steps);
        }
        self.crates
            .extend(steps.iter().map(|step| step.site.crate_name()));
        if steps.is_empty() || report.backtrace.is_some() {
            return self.laid_out(report, steps); // no way says all of a panic or a backtrace
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
        let frames = self.laid_out(report, steps);
        if self.ways.len() >= MOST_WAYS {
            self.ways.clear();
        }
        self.ways.insert(way, frames.clone());
        frames
    }

    fn laid_out(&mut self, report: &Report, steps: &[Passed]) -> Vec<Frame> {
        let mut frames = self.symbols.of(&report.stack);
        drop_start_of_program(&mut frames);
        if let Some(backtrace) = &report.backtrace {
            frames = backtrace::join(backtrace, frames);
        }
        if let Origin::Panic(_) = report.origin {
            drop_panic_machinery(&mut frames);
        }
        if let Origin::Crash = report.origin {
            drop_signal_machinery(&mut frames);
        }
        let panicked = match &report.origin {
            Origin::Panic(Some(place)) => Some(place.file.as_str()),
            _ => None,
        };
        let files = steps.iter().map(|step| step.site.file).chain(panicked);
        let roots: Vec<String> = files.filter_map(|file| root_of(file, &frames)).collect();
        let mut kept = without_ours(frames, steps);
        for frame in &mut kept {
            let function = frame.function.take().map(|name| readable(&name));
            frame.in_app = function
                .as_deref()
                .map(|function| self.is_in_app(frame, function));
            frame.function = function;
            if let (Some(path), Some(true)) = (&frame.abs_path, frame.in_app) {
                let relative = roots
                    .iter()
                    .find_map(|root| path.strip_prefix(root.as_str()));
                let name = relative.unwrap_or_else(|| within_crate(path));
                frame.filename = Some(name.to_owned());
            } else if let Some(path) = &frame.abs_path {
                frame.filename = Some(within_crate(path).to_owned());
            }
        }
        if let Origin::Panic(place) = &report.origin {
            point_at_panic(&mut kept, place.as_ref());
        }
        point_at_exits(&mut kept, steps, &roots);
        kept
    }

    /// Whether a function is the user's. Of one without a name only the server can know, once it has the
    /// debug information of a program that was stripped.
    fn is_in_app(&self, frame: &Frame, function: &str) -> bool {
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

/// The addresses, and what the return trace tells of the functions that it passed.
fn without_names(report: &Report, steps: &[Passed]) -> Vec<Frame> {
    let addresses = report.stack.frames().iter();
    let mut frames: Vec<Frame> = addresses.map(|frame| nameless(frame.address)).collect();
    if let Origin::Panic(place) = &report.origin {
        point_at_panic(&mut frames, place.as_ref());
    }
    point_at_exits(&mut frames, steps, &[]);
    frames
}

/// Of a library's file, the part that is the same on every machine: `anyhow-1.0.0/src/error.rs`.
pub(super) fn within_crate(path: &str) -> &str {
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

/// Drops our handler, and what the system calls it by.
fn drop_signal_machinery(frames: &mut Vec<Frame>) {
    /// How deep the handler may lie in the stack that it took.
    const DEPTH: usize = 12;
    let is_handler = |frame: &Frame| {
        let path = frame.abs_path.as_deref();
        path.is_some_and(|path| is_our_file(path) && path.contains("/exit/"))
    };
    let innermost = frames.get(..DEPTH.min(frames.len())).unwrap_or_default();
    if let Some(handler) = innermost.iter().rposition(is_handler) {
        // the system's part, often without a name, lies between it and the function that crashed
        frames.drain(..(handler + 2).min(frames.len()));
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

/// Whether a frame is ours by its file: a build with `debug = "line-tables-only"` names functions without their path.
fn is_our_file(path: &str) -> bool {
    const HERE: &str = file!();
    let sources = HERE.strip_suffix("report/frames.rs").unwrap_or(HERE);
    path.rsplit_once(sources)
        .is_some_and(|(root, _)| root.is_empty() || root.ends_with('/'))
}

/// Whether whoever awaits a future polls it through this frame, and not the function that made it.
fn is_awaited_through(path: &str) -> bool {
    path.ends_with("capture/watched.rs")
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
            through_ours = !path.is_some_and(is_awaited_through);
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
    let mut names = steps.iter().map(|step| readable(step.site.full_name()));
    let is_block = inner.starts_with("{async_block#");
    let is_future = outer.starts_with("{async_fn#") || outer.starts_with("{async_block#");
    if through_ours && !is_future {
        let own = readable(inner);
        // a function that was inlined has lost its path, which its body keeps
        if around_closure(inner).is_some() && last_segment(&own) == name {
            return Some(own);
        }
        let is_closure = inner.starts_with("{closure#") && !is_qualified(outer);
        return (is_closure || own == name).then_some(name);
    }
    if around_closure(inner) == Some(outer) {
        return (names.any(|step| step == name) || is_attribute_of(around, body)).then_some(name);
    }
    // without paths, only its place tells what is around a block: an attribute begins above the name, and left of it
    let (line, column) = (around.lineno?, around.colno?);
    let path = around.abs_path.as_deref()?;
    let is_there = |step: &&Passed| {
        let LineColumn(name_line, name_column) = step.site.name_at;
        let is_above = line <= name_line.into() && column <= name_column.into();
        let is_body = is_block && body.lineno >= Some(name_line.into());
        let is_it = is_body || readable(step.site.full_name()) == inner;
        path.ends_with(step.site.file) && is_above && is_it
    };
    let step = steps.iter().find(is_there).filter(|_| is_future)?;
    Some(readable(step.site.full_name()))
}

/// Whether what polls a future stands before it, as an attribute does: an `.await` of the user's stands behind.
fn is_attribute_of(around: &Frame, body: &Frame) -> bool {
    let at = |frame: &Frame| frame.lineno.zip(frame.colno);
    let is_future = around
        .function
        .as_deref()
        .and_then(around_closure)
        .is_some();
    is_future && around.abs_path == body.abs_path && at(around) < at(body)
}

/// Lays the return trace over the frames: it knows the very `?` of each function, also where the
/// compiler left no line, inlined the function away, or ran it in a poll of its own. Where a
/// function took no note, its frame's line stands, but for the innermost, whose call into us is
/// at the attribute.
fn point_at_exits(frames: &mut Vec<Frame>, steps: &[Passed], roots: &[String]) {
    let mut next = 0;
    for (index, step) in steps.iter().enumerate() {
        let name = readable(step.site.full_name());
        let further = frames.get(next..).unwrap_or_default();
        let at = match frame_of(step, &name, further, index) {
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
            if !stands_in(frame, file) {
                frame.abs_path = absolute(file, roots);
            }
            frame.filename = Some(within_crate(file).to_owned());
            frame.lineno = Some(line.into());
            frame.colno = Some(column.into());
        }
    }
}

/// Which of the frames further out is that of a function, the `index`th that the error passed.
fn frame_of(step: &Passed, name: &str, further: &[Frame], index: usize) -> Option<usize> {
    let is_it = |frame: &Frame| {
        frame.function.as_deref().is_some_and(|function| {
            last_segment(function) == last_segment(name) && !is_of_another(frame, step, name)
        })
    };
    let is_there = |frame: &Frame| is_it(frame) && stands_in(frame, step.site.file);
    let (file, LineColumn(line, _)) = step.place();
    let is_at_exit = |frame: &Frame| stands_in(frame, file) && frame.lineno == Some(line.into());
    // without paths, the block of a future is known by its line alone
    let is_block_there = |frame: &Frame| {
        let function = frame.function.as_deref();
        function.is_some_and(|name| name.starts_with("{async_block#")) && is_at_exit(frame)
    };
    // closures have the same name, and stand at other lines, those of a macro such as `join!` in another file;
    // the innermost function called us from its attribute
    let called = further
        .iter()
        .position(|frame| index > 0 && is_it(frame) && is_at_exit(frame));
    // what is called like it in another module may lie below, in the backtrace that the error brought along
    let is_named = |frame: &Frame| {
        is_there(frame) && frame.function.as_deref().map(readable).as_deref() == Some(name)
    };
    let found = called.or_else(|| further.iter().position(is_named));
    let found = found.or_else(|| further.iter().position(is_there));
    let found = found.or_else(|| further.iter().position(is_it));
    found.or_else(|| further.iter().position(is_block_there))
}

/// Whether a function that is called like an annotated one is known to be a library's:
/// `tokio::runtime::task::raw::poll` is no `shop::poll`.
fn is_of_another(frame: &Frame, step: &Passed, name: &str) -> bool {
    if frame.abs_path.is_some() {
        return frame.in_app == Some(false) && !stands_in(frame, step.site.file);
    }
    let function = frame.function.as_deref().unwrap_or_default();
    let own = crate_of(name);
    if !function.starts_with('<') {
        return is_qualified(function) && crate_of(function) != own;
    }
    // an implementation is in the crate of its type or of its trait, as `<T as shop::Sell>::sell`
    let mut paths =
        function.split(|letter: char| !(letter.is_alphanumeric() || "_:".contains(letter)));
    !paths.any(|path| path.split("::").next() == Some(own) && is_qualified(path))
}

fn stands_in(frame: &Frame, file: &str) -> bool {
    let path = frame.abs_path.as_deref();
    path.is_some_and(|path| path.ends_with(file))
}

/// Where a file of the return trace is, as far as is known.
fn absolute(file: &str, roots: &[String]) -> Option<String> {
    if Path::new(file).is_absolute() {
        return Some(file.to_owned());
    }
    roots.first().map(|root| format!("{root}{file}"))
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

#[cfg(test)]
mod tests;
