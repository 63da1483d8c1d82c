//! The trees, and how many events they make.

use proptest::prelude::*;

/// A call of a function.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub(crate) function: Function,
    /// Calls that are made first, and whose errors go nowhere.
    pub(crate) swallowed: Vec<Call>,
    /// What is awaited between a failure and its way on, where that is possible.
    pub(crate) pauses: bool,
    pub(crate) end: End,
}

/// A function, by what it returns its error as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Function {
    Value,
    Text,
    Anyhow,
    Boxed,
    /// The only one without `#[report_errors]`.
    Plain,
}

/// How a call ends.
#[derive(Debug, Clone)]
pub(crate) enum End {
    Succeeds,
    /// With an error that is made where it is returned; one of two, so that many are alike.
    New(bool),
    /// With the error of a function that nobody annotated.
    Fails(u32),
    Passes(Box<Call>),
    /// The last of some attempts decides.
    Retries(Box<Call>, u8),
    /// In another task or thread.
    Spawns(Box<Call>),
    /// At once, in the same task; the first that failed decides.
    Joins(Vec<Call>),
}

impl Call {
    pub(crate) fn fails(&self) -> bool {
        matches!(self.end, End::New(_) | End::Fails(_)) || self.source().is_some_and(Self::fails)
    }

    /// The events of a call, those of its calls included.
    pub(crate) fn events(&self) -> usize {
        let of_calls: usize = self
            .calls()
            .map(|(call, times)| times * call.events())
            .sum();
        of_calls + usize::from(self.reports())
    }

    /// How often an annotated function returns an error.
    pub(crate) fn failed_functions(&self) -> usize {
        let of_calls = self
            .calls()
            .map(|(call, times)| times * call.failed_functions());
        of_calls.sum::<usize>() + usize::from(self.fails() && self.function != Function::Plain)
    }

    /// Whether it is the first to report its error.
    fn reports(&self) -> bool {
        self.fails()
            && self.function != Function::Plain
            && !self.source().is_some_and(Self::has_reported)
    }

    /// Whether its error has been reported when it is returned.
    fn has_reported(&self) -> bool {
        self.fails()
            && (self.function != Function::Plain || self.source().is_some_and(Self::has_reported))
    }

    /// The last function that told of its error.
    fn reporter(&self) -> Option<Function> {
        match self.function {
            Function::Plain => self.source()?.reporter(),
            function => Some(function),
        }
    }

    /// The call whose error it returns.
    fn source(&self) -> Option<&Self> {
        match &self.end {
            End::Succeeds | End::New(_) | End::Fails(_) => None,
            End::Passes(call) | End::Retries(call, _) | End::Spawns(call) => Some(call),
            End::Joins(calls) => calls.iter().find(|call| call.fails()),
        }
    }

    /// The calls that this one makes, and how often.
    fn calls(&self) -> impl Iterator<Item = (&Self, usize)> {
        let ending: Vec<(&Self, usize)> = match &self.end {
            End::Succeeds | End::New(_) | End::Fails(_) => Vec::new(),
            End::Passes(call) | End::Spawns(call) => vec![(call, 1)],
            End::Retries(call, times) => vec![(call, usize::from(*times))],
            End::Joins(calls) => calls.iter().map(|call| (call, 1)).collect(),
        };
        self.swallowed.iter().map(|call| (call, 1)).chain(ending)
    }

    /// Gives each failure that may be taken for another a text of its own: what a function that
    /// nobody annotated returns cannot be told from an error alike that was swallowed around it.
    fn number(&mut self, next: &mut u32, in_join: bool) {
        self.end = match (
            self.function,
            std::mem::replace(&mut self.end, End::Succeeds),
        ) {
            (Function::Plain, End::New(_)) => End::Fails(0),
            // of two that fail alike in one task at once, which one goes on is not known
            (_, End::New(_)) if in_join => End::Fails(0),
            // only an annotated function tells that an error came out of a task
            (Function::Plain, End::Spawns(call)) => End::Passes(call),
            // of two calls of one function, in two tasks, each is taken to have failed by itself
            (own, End::Spawns(mut call)) if call.reporter() == Some(own) => {
                call.function = if own == Function::Text {
                    Function::Value
                } else {
                    Function::Text
                };
                End::Spawns(call)
            }
            (_, end) => end,
        };
        for call in &mut self.swallowed {
            call.number(next, in_join);
        }
        match &mut self.end {
            End::Succeeds | End::New(_) => {}
            End::Fails(number) => {
                *next += 1;
                *number = *next;
            }
            End::Passes(call) | End::Retries(call, _) | End::Spawns(call) => {
                call.number(next, in_join);
            }
            End::Joins(calls) => calls.iter_mut().for_each(|call| call.number(next, true)),
        }
    }
}

fn function() -> impl Strategy<Value = Function> {
    prop_oneof![
        Just(Function::Value),
        Just(Function::Text),
        Just(Function::Anyhow),
        Just(Function::Boxed),
        Just(Function::Plain),
    ]
}

fn leaf() -> impl Strategy<Value = Call> {
    let end = prop_oneof![
        1 => Just(End::Succeeds),
        4 => any::<bool>().prop_map(End::New),
        4 => Just(End::Fails(0)),
    ];
    (function(), any::<bool>(), end).prop_map(|(function, pauses, end)| Call {
        function,
        swallowed: Vec::new(),
        pauses,
        end,
    })
}

/// Any tree of up to some thirty calls.
pub(crate) fn tree() -> impl Strategy<Value = Call> {
    let tree = leaf().prop_recursive(6, 30, 3, |inner| {
        let boxed = || inner.clone().prop_map(Box::new);
        let end = prop_oneof![
            2 => Just(End::Fails(0)),
            2 => any::<bool>().prop_map(End::New),
            6 => boxed().prop_map(End::Passes),
            2 => (boxed(), 1..4_u8).prop_map(|(call, times)| End::Retries(call, times)),
            2 => boxed().prop_map(End::Spawns),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(End::Joins),
        ];
        let swallowed = prop::collection::vec(inner, 0..3);
        (function(), swallowed, any::<bool>(), end).prop_map(
            |(function, swallowed, pauses, end)| Call {
                function,
                swallowed,
                pauses,
                end,
            },
        )
    });
    tree.prop_map(|mut tree| {
        tree.number(&mut 0, false);
        tree
    })
}
