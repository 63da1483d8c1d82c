//! One annotated function.

/// What the macro writes down of an annotated function.
#[derive(Debug)]
pub struct Site {
    /// The function's own name.
    pub function: &'static str,
    /// Gives its full path, with the type and trait that it belongs to.
    pub path: fn() -> &'static str,
    /// The module that it stands in.
    pub module: &'static str,
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line of the function's name, from 1.
    pub line: u32,
    /// The column of the function's name, from 1.
    pub column: u32,
    /// The crate that it stands in.
    pub package: Package,
}

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
    /// `shop::config::open`, or `shop::Shop::open` for a method.
    pub(crate) fn full_name(&self) -> &'static str {
        let path = (self.path)();
        path.strip_suffix("::__dragonfly_here").unwrap_or(path)
    }

    /// The crate's name as paths spell it.
    pub(crate) fn crate_name(&self) -> &'static str {
        self.module.split("::").next().unwrap_or(self.module)
    }

    pub(crate) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}
