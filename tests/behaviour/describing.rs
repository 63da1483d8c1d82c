//! Errors of every type are told as well as their type allows.

use dragonfly::report_errors;
use dragonfly::sentry::protocol::{Event, Level};
use dragonfly::testing::capture_events;

/// Type and value of the outermost exception of the one event.
#[track_caller]
fn told<T, E>(fails: impl FnOnce() -> Result<T, E>) -> (String, String) {
    let event = only_event(fails);
    let outermost = event.exception.last().expect("an exception");
    (
        outermost.ty.clone(),
        outermost.value.clone().unwrap_or_default(),
    )
}

#[track_caller]
fn only_event<T, E>(fails: impl FnOnce() -> Result<T, E>) -> Event<'static> {
    let (result, mut events) = capture_events(fails);
    assert!(result.is_err());
    assert_eq!(events.len(), 1);
    events.remove(0)
}

#[derive(Debug, thiserror::Error)]
#[error("order {id} is gone")]
struct OrderGone {
    id: u32,
    #[source]
    cause: std::num::ParseIntError,
}

#[report_errors]
fn typed() -> Result<(), OrderGone> {
    "x".parse::<u8>()
        .map(drop)
        .map_err(|cause| OrderGone { id: 7, cause })
}

#[report_errors]
fn eyre() -> eyre::Result<()> {
    Err(eyre::eyre!("eyre says no"))
}

#[report_errors]
fn boxed() -> Result<(), Box<dyn std::error::Error>> {
    Err(Box::new(OrderGone {
        id: 8,
        cause: "".parse::<u8>().unwrap_err(),
    }))
}

#[derive(Debug, thiserror::Error)]
#[error("")]
struct Exit(u8);

#[report_errors]
fn silent() -> Result<(), Exit> {
    Err(Exit(3))
}

#[report_errors]
fn silent_inside() -> anyhow::Result<()> {
    Err(Exit(3))?
}

#[test]
fn an_error_whose_display_says_nothing_is_told_by_its_debug() {
    let expected = ("Exit".to_owned(), "Exit(3)".to_owned());
    assert_eq!(told(silent), expected);
    assert_eq!(told(silent_inside), expected);
}

#[report_errors]
fn text() -> Result<(), &'static str> {
    Err("plain text")
}

#[report_errors]
fn unit() -> Result<(), ()> {
    Err(())
}

struct Opaque;

#[report_errors]
fn opaque() -> Result<(), Opaque> {
    Err(Opaque)
}

#[report_errors]
fn generic<E: std::error::Error>(error: E) -> Result<(), E> {
    Err(error)
}

#[test]
fn the_type_and_text_are_those_of_the_error() {
    assert_eq!(told(typed), ("OrderGone".into(), "order 7 is gone".into()));
    assert_eq!(told(eyre), ("Error".into(), "eyre says no".into()));
    assert_eq!(told(boxed), ("OrderGone".into(), "order 8 is gone".into()));
    assert_eq!(told(text), ("str".into(), "plain text".into()));
    assert_eq!(told(unit), ("()".into(), "()".into()));
    assert_eq!(told(opaque), ("Opaque".into(), String::new()));
    assert_eq!(
        told(|| generic(std::io::Error::other("disk"))),
        ("io::Error".into(), "disk".into())
    );
}

#[report_errors]
fn pointed_to() -> Result<(), Box<OrderGone>> {
    typed().map_err(Box::new)
}

#[report_errors]
fn shared() -> Result<(), std::sync::Arc<OrderGone>> {
    typed().map_err(Into::into)
}

#[report_errors]
fn of_several() -> Result<(), (u16, String)> {
    Err((500, "no stock".to_owned()))
}

/// What services make responses of, as it is often written: no `Display`, no `Debug`.
struct Response(anyhow::Error);

impl AsRef<dyn std::error::Error + Send + Sync> for Response {
    fn as_ref(&self) -> &(dyn std::error::Error + Send + Sync + 'static) {
        self.0.as_ref()
    }
}

#[report_errors]
fn respond() -> Result<(), Response> {
    typed().map_err(|error| Response(anyhow::Error::from(error).context("no order")))
}

#[test]
fn what_only_wraps_an_error_is_told_as_what_it_wraps() {
    let gone = ("OrderGone".to_owned(), "order 7 is gone".to_owned());
    assert_eq!(told(pointed_to), gone);
    assert_eq!(told(shared), gone);
    assert_eq!(
        told(of_several),
        ("(u16, String)".into(), "(500, \"no stock\")".into())
    );
    let event = only_event(respond);
    let values = event.exception.iter().rev().map(|error| &error.value);
    let values: Vec<&str> = values.flatten().map(String::as_str).collect();
    let cause = "x".parse::<u8>().unwrap_err().to_string();
    assert_eq!(values, ["no order", "order 7 is gone", &cause]);
}

#[test]
fn a_text_begins_where_it_says_something() {
    #[report_errors]
    fn drawn() -> Result<(), &'static str> {
        Err("\n\n * no order\n * no stock\n")
    }
    assert_eq!(told(drawn).1, " * no order\n * no stock");
}

#[test]
fn the_event_says_where_and_what_handled_it() {
    let event = only_event(typed);
    assert_eq!(event.level, Level::Error);
    assert_eq!(event.platform, "native");
    assert_eq!(event.server_name, None);
    assert_eq!(
        event.transaction.as_deref(),
        Some("behaviour::describing::typed")
    );
    let mechanism = event.exception[1].mechanism.as_ref().expect("a mechanism");
    assert_eq!(
        (mechanism.ty.as_str(), mechanism.handled),
        ("report_errors", Some(true))
    );
    let top = event.exception[1]
        .stacktrace
        .as_ref()
        .and_then(|stack| stack.frames.last())
        .expect("a frame");
    assert_eq!(
        top.function.as_deref(),
        Some("behaviour::describing::typed")
    );
    assert_eq!(top.filename.as_deref(), Some(file!()));
    assert!(event.contexts.contains_key("os") && event.contexts.contains_key("rust"));
    assert!(
        !event.contexts.contains_key("device"),
        "the machine's model is nobody's business"
    );
}

struct Shop;

impl Shop {
    #[report_errors]
    fn method(&self) -> Result<(), String> {
        Err("in a method".to_owned())
    }
}

trait Sells {
    #[report_errors]
    fn sell(&self) -> Result<(), String> {
        Err("in a trait".to_owned())
    }
}

impl Sells for Shop {}

#[test]
fn methods_are_named_with_their_type() {
    assert_eq!(
        only_event(|| Shop.method()).transaction.as_deref(),
        Some("behaviour::describing::Shop::method")
    );
    assert_eq!(
        only_event(|| Shop.sell()).transaction.as_deref(),
        Some("behaviour::describing::Sells::sell")
    );
}

#[test]
fn tags_and_breadcrumbs_of_the_scope_come_along() {
    let event = only_event(|| {
        dragonfly::sentry::configure_scope(|scope| scope.set_tag("tenant", "acme"));
        dragonfly::sentry::add_breadcrumb(dragonfly::sentry::Breadcrumb {
            message: Some("the door opened".into()),
            ..dragonfly::sentry::Breadcrumb::default()
        });
        let failed = text();
        dragonfly::sentry::configure_scope(|scope| scope.set_tag("tenant", "too late"));
        failed
    });
    assert_eq!(event.tags.get("tenant").map(String::as_str), Some("acme"));
    assert_eq!(event.breadcrumbs.len(), 1);
}
