//! One annotated function.

use super::functions::handler;
use super::passed::ExitKind;
use sentry::Level;

/// What the macro writes down of an annotated function.
#[derive(Debug)]
pub struct Site {
    /// The function's own name.
    pub(crate) function: &'static str,
    /// Gives its full path, with the type and trait that it belongs to.
    path: fn() -> &'static str,
    /// The module that it stands in.
    pub(crate) module: &'static str,
    /// The file, as the compiler was given it.
    pub(crate) file: &'static str,
    /// Where its name stands.
    pub(crate) name_at: LineColumn,
    /// Where its tail expression starts, if an error that left no trace can only have come from there.
    pub(crate) tail_at: Option<LineColumn>,
    /// What it tells of where its result came from.
    pub(crate) tail_is: ExitKind,
    /// Whether it may be polled again before it returns.
    pub(crate) is_async: bool,
    /// The crate that it stands in.
    pub(crate) package: Package,
    pub(crate) level: Option<Level>,
    pub(crate) handled: Option<bool>,
    pub(crate) fingerprint: &'static [&'static str],
    /// The share of its errors that is reported, in the place of the program's.
    pub(crate) sample_rate: Option<f32>,
    /// The most events that it makes in a minute, in the place of the program's limit.
    pub(crate) max_per_minute: Option<u32>,
}

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LineColumn(pub(crate) u32, pub(crate) u32);

/// A crate's name and version, where cargo built it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Package {
    /// `CARGO_PKG_NAME`.
    pub name: Option<&'static str>,
    /// `CARGO_PKG_VERSION`.
    pub version: Option<&'static str>,
}

impl Package {
    /// `name@version`, the form of a release that Sentry understands.
    pub(crate) fn release(self) -> Option<String> {
        Some(format!("{}@{}", self.name?, self.version?))
    }
}

impl Site {
    /// What is known of every annotated function. Line and column are those of its name.
    #[must_use]
    pub const fn new(
        function: &'static str,
        path: fn() -> &'static str,
        module: &'static str,
        (file, line, column): (&'static str, u32, u32),
        package: Package,
    ) -> Self {
        Self {
            function,
            path,
            module,
            file,
            name_at: LineColumn(line, column),
            tail_at: None,
            tail_is: ExitKind::Plain,
            is_async: false,
            package,
            level: None,
            handled: None,
            fingerprint: &[],
            sample_rate: None,
            max_per_minute: None,
        }
    }

    /// Where the tail expression starts.
    #[must_use]
    pub const fn tail(mut self, line: u32, column: u32) -> Self {
        self.tail_at = Some(LineColumn(line, column));
        self
    }

    /// That the tail expression came out of a value.
    #[must_use]
    pub const fn received(mut self) -> Self {
        self.tail_is = ExitKind::Received;
        self
    }

    /// That the tail expression is what a function or method of this name returned.
    #[must_use]
    pub const fn returned(mut self, by: &'static str) -> Self {
        self.tail_is = ExitKind::Returned(by);
        self
    }

    /// That the function is async, or makes a future.
    #[must_use]
    pub const fn asynchronous(mut self) -> Self {
        self.is_async = true;
        self
    }

    /// The level of the events.
    #[must_use]
    pub const fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    /// Whether the program went on.
    #[must_use]
    pub const fn handled(mut self, handled: bool) -> Self {
        self.handled = Some(handled);
        self
    }

    /// What the events are grouped by.
    #[must_use]
    pub const fn fingerprint(mut self, parts: &'static [&'static str]) -> Self {
        self.fingerprint = parts;
        self
    }

    /// The share of its errors that is reported.
    ///
    /// # Panics
    ///
    /// If that is no share. Sites are statics: the compiler says so.
    #[must_use]
    pub const fn sample_rate(mut self, rate: f64) -> Self {
        assert!(
            rate >= 0.0 && rate <= 1.0,
            "`sample_rate` must be between 0.0 and 1.0"
        );
        #[expect(clippy::cast_possible_truncation, reason = "sentry's rates are f32")]
        let rate = rate as f32;
        self.sample_rate = Some(rate);
        self
    }

    /// The most events that it makes in a minute.
    ///
    /// # Panics
    ///
    /// If that is none. Sites are statics: the compiler says so.
    #[must_use]
    pub const fn max_per_minute(mut self, most: u32) -> Self {
        assert!(most > 0, "`max_per_minute` must be at least 1");
        self.max_per_minute = Some(most);
        self
    }

    /// `shop::config::open`, or `shop::Shop::open` for a method.
    pub(crate) fn full_name(&self) -> &'static str {
        let path = (self.path)();
        let mut path = path.strip_suffix("::__dragonfly_here").unwrap_or(path);
        // where the body is that of a future; `trim_end_matches` prepares a search, at ten times the price
        while let Some(outer) = path.strip_suffix("::{{closure}}") {
            path = outer;
        }
        handler(path).unwrap_or(path)
    }

    /// The crate's name as paths spell it.
    pub(crate) fn crate_name(&self) -> &'static str {
        self.module.split("::").next().unwrap_or(self.module)
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
