//! From a report to the event that Sentry shows.

use super::frames::{Frames, within_crate};
use super::functions::readable;
use super::passed::Passed;
use super::site::LineColumn;
use super::source::Sources;
use super::symbols::Names;
use super::{Origin, Report, strand};
use crate::trace::now::Ids;
use sentry::protocol::{
    Context, Event, Exception, Frame, LogEntry, Map, Mechanism, Stacktrace, Thread, TraceContext,
    Value,
};
use sentry::{ClientOptions, Level};
use std::borrow::Cow;

/// Makes events, and remembers over its life what they have in common.
#[derive(Default)]
pub(crate) struct Builder {
    frames: Frames,
    sources: Sources,
}

impl Builder {
    /// Whether nothing need be read for the names in an event.
    pub(crate) fn knows(&self, report: &Report) -> bool {
        self.frames.know(report)
    }

    /// The event of a report, before scope and hooks see it.
    pub(crate) fn event(
        &mut self,
        report: &Report,
        options: &ClientOptions,
        names: Names,
    ) -> Event<'static> {
        let (steps, mechanism, level) = match &report.origin {
            Origin::Functions(steps) => (steps.as_slice(), ("report_errors", true), Level::Error),
            Origin::Main(step) => (std::slice::from_ref(step), ("main", false), Level::Fatal),
            Origin::Panic(_) => (&[][..], ("panic", false), Level::Fatal),
            Origin::Crash => (&[][..], ("signalhandler", false), Level::Fatal),
        };
        let mut exceptions: Vec<Exception> = report
            .chain
            .0
            .iter()
            .rev()
            .map(|link| Exception {
                ty: link.type_name.to_string(),
                value: Some(without_empty_lines(&link.value).to_owned()),
                ..Exception::default()
            })
            .collect();
        let mut frames = self.frames.of(report, steps, names);
        for frame in &mut frames {
            frame.in_app = is_in_app(frame, options).or(frame.in_app);
        }
        // where the source is at hand, and reports stay among developers
        if options.environment.as_deref() == Some("development") {
            for frame in &mut frames {
                self.sources.add_to(frame);
            }
        }
        if let Some(outermost) = exceptions.last_mut() {
            outermost.stacktrace = Stacktrace::from_frames_reversed(frames);
            outermost.thread_id = report
                .thread
                .as_ref()
                .map(|thread| strand::number(thread.id()).to_string().into());
            outermost.mechanism = Some(Mechanism {
                ty: mechanism.0.into(),
                handled: Some(mechanism.1 && is_handled(steps)),
                // a signal tells one crash from another by nothing: Sentry is to look at the function
                synthetic: matches!(report.origin, Origin::Crash).then_some(true),
                ..Mechanism::default()
            });
        }
        let mut event = Event {
            level: outermost(steps, |step| step.site.level).unwrap_or(level),
            timestamp: report.at,
            exception: exceptions.into(),
            transaction: steps.first().map(|step| readable(step.site.full_name())),
            threads: report
                .thread
                .iter()
                .map(|thread| Thread {
                    id: Some(strand::number(thread.id()).to_string().into()),
                    name: thread.name().map(str::to_owned),
                    crashed: !mechanism.1,
                    current: true,
                    ..Thread::default()
                })
                .collect::<Vec<_>>()
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
        if let Some(Ids { trace, span }) = report.trace {
            let context = TraceContext {
                trace_id: trace,
                span_id: span,
                ..TraceContext::default()
            };
            event.contexts.insert("trace".into(), context.into());
        }
        if let Some(left_out) = report.left_out {
            event.contexts.insert("left out".into(), left_out.context());
        }
        add_details(&mut event, steps);
        event
    }
}

/// What the program's own options say of a frame.
fn is_in_app(frame: &Frame, options: &ClientOptions) -> Option<bool> {
    let function = frame.function.as_deref()?.trim_start_matches(['<', '&']);
    let among = |modules: &[&str]| modules.iter().any(|module| function.starts_with(module));
    if among(&options.in_app_include) {
        return Some(true);
    }
    among(&options.in_app_exclude).then_some(false)
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
        let file = within_crate(file);
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

/// What `sentry` adds to each event later, unless there is one of that name.
const ADDED: [&str; 4] = ["device", "os", "rust", "trace"];

/// What the fields of a call are called: its function, as shortly as nothing else is called.
fn free_name(contexts: &Map<String, Context>, step: &Passed) -> String {
    let function = step.site.function;
    let path = readable(step.site.full_name());
    let numbered = (2..).map(|number| format!("{function} {number}"));
    let mut names = [function.to_owned(), path].into_iter().chain(numbered);
    names
        .find(|name| !ADDED.contains(&&**name) && !contexts.contains_key(name))
        .unwrap_or_default()
}

/// Issues are listed by the first line of a text, and some errors begin to draw on their second.
fn without_empty_lines(text: &str) -> &str {
    text.trim_matches(['\r', '\n'])
}

#[cfg(test)]
mod tests {
    use super::{Builder, is_in_app};
    use crate::report::chain::Chain;
    use crate::report::filter::LeftOut;
    use crate::report::stack::{Here, Stack};
    use crate::report::symbols::Names;
    use crate::report::view::{ErrorView, Seen};
    use crate::report::{Origin, Report};
    use sentry::ClientOptions;
    use sentry::protocol::{Context, Frame};
    use std::sync::Arc;
    use std::time::Duration;

    fn report(origin: Origin) -> Report {
        let chain = Chain::of(ErrorView {
            type_name: "panic",
            seen: Seen::Display(&"x"),
            outside: None,
        });
        Report::new(origin, Arc::new(chain), Arc::default())
    }

    #[test]
    fn a_crash_is_told_by_its_function_and_a_panic_by_its_text() {
        for (origin, synthetic) in [(Origin::Crash, Some(true)), (Origin::Panic(None), None)] {
            let report = report(origin);
            let event = Builder::default().event(&report, &ClientOptions::default(), Names::All);
            let mechanism = event.exception[0].mechanism.as_ref().unwrap();
            assert_eq!(mechanism.synthetic, synthetic);
        }
    }

    #[test]
    fn the_options_of_the_program_say_which_modules_are_in_app() {
        let marker = 0_u8;
        let mut report = report(Origin::Panic(None));
        report.stack = Stack::of_callers(Here::new(&raw const marker)).into();
        let marks = |options: ClientOptions| {
            let event = Builder::default().event(&report, &options, Names::All);
            let stack = event.exception[0].stacktrace.clone().unwrap();
            let mut of_harness = stack.frames.into_iter().filter(|frame| {
                let function = frame.function.as_deref().unwrap_or_default();
                function.starts_with("test::")
            });
            of_harness.next().unwrap().in_app
        };
        let options = ClientOptions::default;
        assert_eq!(marks(options()), Some(false));
        assert_eq!(
            marks(options().in_app_include(["shop", "test"])),
            Some(true)
        );
        assert_eq!(marks(options().in_app_include(["shop"])), Some(false));

        let frame = |function: &str| Frame {
            function: Some(function.into()),
            ..Frame::default()
        };
        let both = options()
            .in_app_include(["shop::order"])
            .in_app_exclude(["shop"]);
        for (function, expected) in [
            ("shop::order::load", Some(true)),
            (
                "<shop::order::Order as core::str::FromStr>::from_str",
                Some(true),
            ),
            ("shop::generated::parse", Some(false)),
            ("core::str::parse", None),
        ] {
            assert_eq!(is_in_app(&frame(function), &both), expected, "{function}");
        }
        assert_eq!(is_in_app(&Frame::default(), &both), None);
    }

    #[test]
    fn an_event_says_what_was_left_out_before_it() {
        let told = |left_out| {
            let mut report = report(Origin::Panic(None));
            report.left_out = left_out;
            let event = Builder::default().event(&report, &ClientOptions::default(), Names::All);
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
}
