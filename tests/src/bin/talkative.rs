//! Does all that the `sentry` crate can do, and says of its surroundings what errors may say.

use dragonfly::report_errors;
use dragonfly::sentry::integrations::contexts::ContextIntegration;
use dragonfly::sentry::protocol::{
    Context, DeviceContext, EnvelopeItem, MonitorCheckIn, MonitorCheckInStatus, User, Uuid,
};
use dragonfly::sentry::{self, Breadcrumb, ClientOptions, Envelope, Level, SessionMode};
use sentry_backtrace::AttachStacktraceIntegration;
use std::env;
use std::path::PathBuf;

/// As a program would that came from `sentry::init`; the argument says how sessions are told.
fn as_before(options: ClientOptions) -> ClientOptions {
    let each = env::args().any(|argument| argument == "--aggregates");
    let mode = if each {
        SessionMode::Request
    } else {
        SessionMode::Application
    };
    options
        .attach_stacktrace(true)
        .session_mode(mode)
        .add_integration(ContextIntegration::new().add_device(true))
        .add_integration(AttachStacktraceIntegration::new())
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_default()
}

fn executable() -> PathBuf {
    env::current_exe().unwrap_or_default()
}

#[report_errors(fields(path))]
fn load(path: &str) -> Result<String, std::io::Error> {
    std::fs::read_to_string(path)
}

#[report_errors]
fn explain() -> Result<(), String> {
    Err(format!(
        "{} of {} cannot run {} in {}",
        variable("USER"),
        variable("HOSTNAME"),
        executable().display(),
        variable("HOME"),
    ))
}

#[dragonfly::main(traces_sample_rate = 1.0, configure = as_before)]
fn main() {
    let (home, user, host) = (variable("HOME"), variable("USER"), variable("HOSTNAME"));
    sentry::configure_scope(|scope| {
        scope.set_user(Some(User {
            id: Some(user.clone()),
            username: Some(user.clone()),
            email: Some(format!("{user}@example.com")),
            ..User::default()
        }));
        let device = DeviceContext {
            name: Some(host.clone()),
            ..DeviceContext::default()
        };
        scope.set_context("laptop", Context::from(device));
        scope.set_tag("folder", &home);
        scope.set_extra(&home, executable().to_string_lossy().into());
    });
    sentry::start_session();
    sentry::add_breadcrumb(Breadcrumb {
        message: Some(format!("looked into {home}/shop.toml on {host}")),
        data: [("home".to_owned(), home.as_str().into())].into(),
        ..Breadcrumb::default()
    });
    let transaction = sentry::start_transaction(sentry::TransactionContext::new(&home, "run"));
    let span = transaction.start_child("read", &format!("{home}/shop.toml"));
    span.set_data("file.path", format!("{home}/shop.toml").into());
    span.finish();
    transaction.finish();

    sentry::logger_info!(
        place = home.as_str(),
        "{} works on {}",
        user.clone(),
        host.clone()
    );
    sentry::metrics::counter("starts", 1)
        .attribute("place", home.clone())
        .capture();
    let _ = load(&format!("{home}/shop.toml"));
    let _ = explain();
    sentry::capture_message(&format!("{user} is at home in {home}"), Level::Warning);
    let named = std::thread::Builder::new().name(format!("{user} on {host}"));
    let panics = named.spawn(move || panic!("nothing in {home}"));
    let _ = panics.map(std::thread::JoinHandle::join);

    let check_in = MonitorCheckIn {
        check_in_id: Uuid::from_u128(7),
        monitor_slug: "shop".to_owned(),
        status: MonitorCheckInStatus::Ok,
        environment: Some(host),
        duration: None,
        monitor_config: None,
    };
    let mut envelope = Envelope::new();
    envelope.add_item(EnvelopeItem::from(check_in));
    if let Some(client) = sentry::Hub::current().client() {
        client.send_envelope(envelope);
    }
    sentry::end_session();
}
