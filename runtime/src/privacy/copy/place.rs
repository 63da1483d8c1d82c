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
    User,
    Contexts,
    /// One of them, of which it is not known yet what it is about.
    Context,
    Device,
    /// A session, which has an id that looks like that of a login.
    Session,
    /// Sessions: the user's id and address go.
    NobodysSession,
    /// The frames of a stack: the same ones come again and again.
    Frames,
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
            | Self::Contexts
            | Self::Context
            | Self::Session
            | Self::Frames => true,
        }
    }

    pub(super) fn of_field(self, name: &str) -> Self {
        match name {
            "user" if self == Self::Event => Self::User,
            "contexts" if self == Self::Event => Self::Contexts,
            "device" if self == Self::Contexts => Self::Device,
            _ if self == Self::Contexts => Self::Context,
            "aggregates" | "attrs" if self == Self::NobodysSession => self,
            "frames" => Self::Frames,
            _ => Self::Anywhere,
        }
    }
}
