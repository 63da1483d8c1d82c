use std::time::Duration;

/// A way in which servers fail their clients.
///
/// Set with [`Inbox::set_fault`](super::Inbox::set_fault) or
/// [`Inbox::set_fault_for`](super::Inbox::set_fault_for). Each is applied once
/// the whole request has been read, whatever its path. Unless said otherwise,
/// the envelope is not stored.
///
/// ```
/// use std::time::Duration;
/// use dragonfly::inbox::{Fault, Inbox};
///
/// # fn main() -> std::io::Result<()> {
/// let inbox = Inbox::start()?;
/// inbox.set_fault(Fault::Delay(Duration::from_secs(3)));
/// inbox.set_fault_for(1, Fault::RateLimit {
///     retry_after: Some("60".to_owned()),
///     sentry: Some("60:error:organization".to_owned()),
/// });
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// No fault: envelopes are stored and answered with `200`.
    #[default]
    None,
    /// Answers with this status. With one of 200 to 299 the envelope is stored.
    ///
    /// What HTTP knows no final status for (below 200, above 999) becomes `500`.
    Status(u16),
    /// Stores at once, answers late.
    Delay(Duration),
    /// Reads the request and never answers, until the inbox is dropped.
    Hang,
    /// Resets the connection.
    Reset,
    /// Answers with `429` and these headers.
    ///
    /// A value that no header can hold makes the answer a `500`.
    RateLimit {
        /// The value of `Retry-After`.
        retry_after: Option<String>,
        /// The value of `X-Sentry-Rate-Limits`.
        sentry: Option<String>,
    },
    /// Answers with bytes that are not HTTP, and closes the connection.
    Garbage,
    /// Answers with `307` and this `Location`.
    ///
    /// A value that no header can hold makes the answer a `500`.
    Redirect(String),
}
