use serde_json::Value;

/// One frame of a stack trace.
#[derive(Clone, Copy, Debug)]
pub struct Frame<'a>(&'a Value);

impl<'a> Frame<'a> {
    fn text(self, key: &str) -> Option<&'a str> {
        self.0.get(key)?.as_str().filter(|text| !text.is_empty())
    }

    /// Returns the frame as it came.
    pub fn json(self) -> &'a Value {
        self.0
    }

    /// Returns the name of the function.
    pub fn function(self) -> Option<&'a str> {
        self.text("function")
    }

    /// Returns the module of the function.
    pub fn module(self) -> Option<&'a str> {
        self.text("module")
    }

    /// Returns the file as the program names it, often relative.
    pub fn filename(self) -> Option<&'a str> {
        self.text("filename")
    }

    /// Returns the file with its whole path.
    pub fn abs_path(self) -> Option<&'a str> {
        self.text("abs_path")
    }

    /// Returns the line.
    pub fn line(self) -> Option<u64> {
        self.0.get("lineno")?.as_u64()
    }

    /// Returns the column.
    pub fn column(self) -> Option<u64> {
        self.0.get("colno")?.as_u64()
    }

    /// Returns whether it belongs to the program rather than to a library,
    /// `None` when that is left to the server.
    pub fn in_app(self) -> Option<bool> {
        self.0.get("in_app")?.as_bool()
    }

    /// Returns the source line.
    pub fn context_line(self) -> Option<&'a str> {
        self.text("context_line")
    }
}

/// The frames of the outermost exception that has any, else those of the
/// thread that was current, else the event's own; innermost first.
pub(super) fn frames(event: &Value) -> Vec<Frame<'_>> {
    let exceptions = values(event.get("exception")).iter().rev();
    let threads = values(event.get("threads")).iter();
    let current = threads.filter(|thread| {
        let is = |key| thread.get(key).and_then(Value::as_bool) == Some(true);
        is("current") || is("crashed")
    });
    exceptions
        .chain(current)
        .chain([event])
        .filter_map(|holder| holder.get("stacktrace")?.get("frames")?.as_array())
        .find(|frames| !frames.is_empty())
        .map(|frames| frames.iter().rev().map(Frame).collect())
        .unwrap_or_default()
}

/// Sentry writes a list as `{"values": [..]}`, and accepts the bare list.
pub(super) fn values(list: Option<&Value>) -> &[Value] {
    let list = list.and_then(|list| list.get("values").or(Some(list)));
    list.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
