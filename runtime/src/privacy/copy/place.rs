//! Where in an item a value stands.

/// What a value is, as far as more than its texts depends on that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::privacy) enum Place {
    /// Nothing special: all of it is left.
    Anywhere,
    /// Within a list: a list there may be a name and its value.
    Listed,
    /// An event: of its `user` nothing is left, of its device not the name.
    Event,
    /// An event of which who and where someone is may be left.
    OpenEvent,
    /// The exceptions of an event, the list of them, and each.
    Exceptions,
    /// The stack of one.
    Stack,
    /// Its frames: what was left out of an empty list of them.
    Frames,
    User,
    Contexts,
    /// One of them, of which it is not known yet what it is about.
    Context,
    Device,
    /// A session, which has an id that looks like that of a login.
    Session,
    /// Sessions: the user's id and address go.
    NobodysSession,
}

impl Place {
    pub(super) fn keeps(self, name: &str) -> bool {
        match self {
            Self::User => false,
            Self::Device => name != "name",
            Self::NobodysSession => !matches!(name, "did" | "ip_address"),
            Self::Anywhere
            | Self::Listed
            | Self::Event
            | Self::OpenEvent
            | Self::Exceptions
            | Self::Stack
            | Self::Frames
            | Self::Contexts
            | Self::Context
            | Self::Session => true,
        }
    }

    pub(super) fn of_field(self, name: &str) -> Self {
        match name {
            "user" if self == Self::Event => Self::User,
            "contexts" if self == Self::Event => Self::Contexts,
            "device" if self == Self::Contexts => Self::Device,
            _ if self == Self::Contexts => Self::Context,
            "aggregates" | "attrs" if self == Self::NobodysSession => self,
            "exception" if matches!(self, Self::Event | Self::OpenEvent) => Self::Exceptions,
            "values" if self == Self::Exceptions => self,
            "stacktrace" if self == Self::Exceptions => Self::Stack,
            "frames" if self == Self::Stack => Self::Frames,
            _ => Self::Anywhere,
        }
    }
}
