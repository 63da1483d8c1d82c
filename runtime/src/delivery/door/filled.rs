//! One item of each type that the protocol has, with something in every field.
//!
//! Each value is written with all its fields: one that the protocol gets does not compile until it
//! is filled here.

use sentry::Envelope;
use sentry::protocol::client_report::{Category, Item, Reason};
use sentry::protocol::{
    Addr, AppContext, AppleDebugImage, Attachment, AttachmentType, Breadcrumb, BrowserContext,
    CError, ClientReport, ClientSdkInfo, ClientSdkPackage, Context, DebugImage, DebugMeta,
    DeviceContext, DynamicSamplingContext, EnvelopeHeaders, EnvelopeItem, Event, Exception, Frame,
    GpuContext, IpAddress, ItemContainer, Level, Log, LogAttribute, LogEntry, LogLevel,
    MachException, Map, Mechanism, MechanismMeta, Metric, MetricType, MonitorCheckIn,
    MonitorCheckInStatus, MonitorConfig, MonitorIntervalUnit, MonitorSchedule, Orientation,
    OsContext, OtelContext, PosixSignal, ProguardDebugImage, RegVal, Request, ResponseContext,
    RuntimeContext, SessionAggregateItem, SessionAggregates, SessionAttributes, SessionStatus,
    SessionUpdate, Span, SpanStatus, Stacktrace, SymbolicDebugImage, SystemSdkInfo, TemplateInfo,
    Thread, ThreadId, TraceContext, Transaction, Unit, User, Uuid, Value, Values, WasmDebugImage,
};
use serde_json::json;
use std::time::{Duration, SystemTime};

/// What stands in each text.
pub(super) const WORDS: &str = "deep blue";

fn words<T: From<&'static str>>() -> T {
    WORDS.into()
}

#[expect(clippy::unnecessary_wraps, reason = "as the fields have it")]
fn some<T: From<&'static str>>() -> Option<T> {
    Some(words())
}

fn time() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_718_000_000_125)
}

fn uuid() -> Uuid {
    Uuid::from_u128(0x9ec7_9c33_ec99_42ab_8353_589f_cb2e_04dc)
}

fn values() -> Map<String, Value> {
    let inner = json!({"colour": WORDS, "list": [WORDS, 7, [WORDS]], "user": {"name": WORDS}});
    [
        ("text".to_owned(), WORDS.into()),
        ("number".to_owned(), 7.into()),
        ("inside".to_owned(), inner),
    ]
    .into()
}

fn texts<T: From<&'static str>>() -> Map<String, T> {
    [("text".to_owned(), words())].into()
}

fn attributes<K: From<&'static str> + Ord>() -> Map<K, LogAttribute> {
    let numbers: [(K, LogAttribute); 2] = [("count".into(), 7.into()), ("rate".into(), 0.5.into())];
    let mut all: Map<K, LogAttribute> = numbers.into();
    // what the crate adds by itself, too
    for name in ["colour", "os.name", "user.name", "server.address"] {
        all.insert(name.into(), WORDS.into());
    }
    all
}

fn frame() -> Frame {
    Frame {
        function: some(),
        symbol: some(),
        module: some(),
        package: some(),
        filename: some(),
        abs_path: some(),
        lineno: Some(7),
        colno: Some(7),
        pre_context: vec![words()],
        context_line: some(),
        post_context: vec![words()],
        in_app: Some(true),
        vars: values(),
        image_addr: Some(Addr(0x7f00)),
        instruction_addr: Some(Addr(0x7f01)),
        symbol_addr: Some(Addr(0x7f02)),
        addr_mode: some(),
    }
}

#[expect(clippy::unnecessary_wraps, reason = "as the fields have it")]
fn stack() -> Option<Stacktrace> {
    Some(Stacktrace {
        frames: vec![frame()],
        frames_omitted: Some((1, 2)),
        registers: [("rip".to_owned(), RegVal(0x7f01))].into(),
    })
}

fn exception() -> Exception {
    Exception {
        ty: words(),
        value: some(),
        module: some(),
        stacktrace: stack(),
        raw_stacktrace: stack(),
        thread_id: Some(ThreadId::String(words())),
        mechanism: Some(mechanism()),
    }
}

fn mechanism() -> Mechanism {
    Mechanism {
        ty: words(),
        description: some(),
        help_link: "https://example.com/help".parse().ok(),
        handled: Some(false),
        synthetic: Some(false),
        data: values(),
        meta: MechanismMeta {
            errno: Some(CError {
                number: 2,
                name: some(),
            }),
            signal: Some(PosixSignal {
                number: 11,
                code: Some(1),
                name: some(),
                code_name: some(),
            }),
            mach_exception: Some(MachException {
                exception: 1,
                code: 2,
                subcode: 3,
                name: some(),
            }),
        },
    }
}

fn user() -> User {
    User {
        id: some(),
        email: some(),
        ip_address: Some(IpAddress::Auto),
        username: some(),
        other: values(),
    }
}

fn request() -> Request {
    Request {
        url: "https://example.com/shop".parse().ok(),
        method: some(),
        data: some(),
        query_string: some(),
        cookies: some(),
        headers: texts(),
        env: texts(),
    }
}

fn images() -> Vec<DebugImage> {
    vec![
        DebugImage::Apple(AppleDebugImage {
            name: words(),
            arch: some(),
            cpu_type: Some(7),
            cpu_subtype: Some(7),
            image_addr: Addr(0x7f00),
            image_size: 7,
            image_vmaddr: Addr(0x7f00),
            uuid: uuid(),
        }),
        DebugImage::Symbolic(SymbolicDebugImage {
            name: words(),
            arch: some(),
            image_addr: Addr(0x7f00),
            image_size: 7,
            image_vmaddr: Addr(0x7f00),
            id: "494f3aea-88fa-4296-9644-fa8ef5d139b6-1234".parse().unwrap(),
            code_id: "5ab380779000".parse().ok(),
            debug_file: some(),
        }),
        DebugImage::Proguard(ProguardDebugImage { uuid: uuid() }),
        DebugImage::Wasm(WasmDebugImage {
            name: words(),
            debug_id: uuid(),
            debug_file: some(),
            code_id: Some("5ab380779000".to_owned()),
            code_file: words(),
        }),
    ]
}

fn sdk() -> ClientSdkInfo {
    ClientSdkInfo {
        name: words(),
        version: words(),
        integrations: vec![words()],
        packages: vec![ClientSdkPackage {
            name: words(),
            version: words(),
        }],
    }
}

fn device() -> DeviceContext {
    DeviceContext {
        name: some(),
        family: some(),
        model: some(),
        model_id: some(),
        arch: some(),
        battery_level: Some(0.5),
        orientation: Some(Orientation::Portrait),
        simulator: Some(true),
        memory_size: Some(7),
        free_memory: Some(7),
        usable_memory: Some(7),
        storage_size: Some(7),
        free_storage: Some(7),
        external_storage_size: Some(7),
        external_free_storage: Some(7),
        boot_time: Some(time()),
        timezone: some(),
        other: values(),
    }
}

fn gpu() -> GpuContext {
    GpuContext {
        name: words(),
        version: some(),
        driver_version: some(),
        id: some(),
        vendor_id: some(),
        vendor_name: some(),
        memory_size: Some(7),
        api_type: some(),
        multi_threaded_rendering: Some(true),
        npot_support: Some(true),
        max_texture_size: Some(7),
        graphics_shader_level: some(),
        supports_draw_call_instancing: Some(true),
        supports_ray_tracing: Some(true),
        supports_compute_shaders: Some(true),
        supports_geometry_shaders: Some(true),
        other: values(),
    }
}

fn app() -> AppContext {
    AppContext {
        app_start_time: Some(time()),
        device_app_hash: some(),
        build_type: some(),
        app_identifier: some(),
        app_name: some(),
        app_version: some(),
        app_build: some(),
        other: values(),
    }
}

fn trace() -> TraceContext {
    TraceContext {
        span_id: "fa90fdead5f74052".parse().unwrap(),
        trace_id: "4c79f60c11214eb38604f4ae0781bfb2".parse().unwrap(),
        parent_span_id: "fa90fdead5f74053".parse().ok(),
        op: some(),
        description: some(),
        status: Some(SpanStatus::Ok),
        origin: some(),
        data: values(),
    }
}

fn contexts() -> Map<String, Context> {
    let all: [(&str, Context); 11] = [
        ("device", device().into()),
        ("phone", device().into()),
        (
            "os",
            OsContext {
                name: some(),
                version: some(),
                build: some(),
                kernel_version: some(),
                rooted: Some(true),
                other: values(),
            }
            .into(),
        ),
        (
            "runtime",
            RuntimeContext {
                name: some(),
                version: some(),
                other: values(),
            }
            .into(),
        ),
        ("app", app().into()),
        (
            "browser",
            BrowserContext {
                name: some(),
                version: some(),
                other: values(),
            }
            .into(),
        ),
        ("trace", trace().into()),
        ("gpu", gpu().into()),
        (
            "otel",
            OtelContext {
                attributes: values(),
                resource: values(),
                other: values(),
            }
            .into(),
        ),
        (
            "response",
            ResponseContext {
                cookies: some(),
                headers: texts(),
                status_code: Some(404),
                body_size: Some(7),
                data: Some(json!({ "colour": WORDS })),
            }
            .into(),
        ),
        ("shop", Context::Other(values())),
    ];
    all.into_iter()
        .map(|(name, context)| (name.to_owned(), context))
        .collect()
}

fn event() -> Event<'static> {
    Event {
        event_id: uuid(),
        level: Level::Warning,
        fingerprint: vec![words()].into(),
        culprit: some(),
        transaction: some(),
        message: some(),
        logentry: Some(LogEntry {
            message: words(),
            params: vec![WORDS.into(), 7.into()],
        }),
        logger: some(),
        modules: texts(),
        platform: words(),
        timestamp: time(),
        server_name: some(),
        release: some(),
        dist: some(),
        environment: some(),
        user: Some(user()),
        request: Some(request()),
        contexts: contexts(),
        breadcrumbs: Values {
            values: vec![Breadcrumb {
                timestamp: time(),
                ty: words(),
                category: some(),
                level: Level::Warning,
                message: some(),
                data: values(),
            }],
        },
        exception: Values {
            values: vec![exception()],
        },
        stacktrace: stack(),
        template: Some(TemplateInfo {
            filename: some(),
            abs_path: some(),
            lineno: Some(7),
            colno: Some(7),
            pre_context: vec![words()],
            context_line: some(),
            post_context: vec![words()],
        }),
        threads: Values {
            values: vec![Thread {
                id: Some(ThreadId::Int(7)),
                name: some(),
                stacktrace: stack(),
                raw_stacktrace: stack(),
                crashed: true,
                current: true,
            }],
        },
        tags: texts(),
        extra: values(),
        debug_meta: std::borrow::Cow::Owned(DebugMeta {
            sdk_info: Some(SystemSdkInfo {
                sdk_name: words(),
                version_major: 1,
                version_minor: 2,
                version_patchlevel: 3,
            }),
            images: images(),
        }),
        sdk: Some(std::borrow::Cow::Owned(sdk())),
    }
}

fn transaction() -> Transaction<'static> {
    Transaction {
        event_id: uuid(),
        name: some(),
        release: some(),
        environment: some(),
        user: Some(user()),
        tags: texts(),
        extra: values(),
        sdk: Some(std::borrow::Cow::Owned(sdk())),
        platform: words(),
        timestamp: Some(time()),
        start_timestamp: time(),
        spans: vec![Span {
            span_id: trace().span_id,
            trace_id: trace().trace_id,
            parent_span_id: trace().parent_span_id,
            same_process_as_parent: Some(true),
            op: some(),
            description: some(),
            timestamp: Some(time()),
            start_timestamp: time(),
            status: Some(SpanStatus::Ok),
            tags: texts(),
            data: values(),
        }],
        contexts: contexts(),
        request: Some(request()),
        server_name: some(),
    }
}

fn of_session() -> SessionAttributes<'static> {
    SessionAttributes {
        release: words(),
        environment: some(),
        ip_address: "198.51.100.7".parse().ok(),
        user_agent: some(),
    }
}

fn session() -> SessionUpdate<'static> {
    SessionUpdate {
        session_id: uuid(),
        distinct_id: some(),
        sequence: Some(7),
        timestamp: Some(time()),
        started: time(),
        init: true,
        duration: Some(0.5),
        status: SessionStatus::Ok,
        errors: 7,
        attributes: of_session(),
    }
}

fn sessions() -> SessionAggregates<'static> {
    SessionAggregates {
        aggregates: vec![SessionAggregateItem {
            started: time(),
            distinct_id: some(),
            exited: 7,
            errored: 7,
            abnormal: 7,
            crashed: 7,
        }],
        attributes: of_session(),
    }
}

fn check_in(schedule: MonitorSchedule) -> MonitorCheckIn {
    MonitorCheckIn {
        check_in_id: uuid(),
        monitor_slug: words(),
        status: MonitorCheckInStatus::Ok,
        environment: some(),
        duration: Some(0.5),
        monitor_config: Some(MonitorConfig {
            schedule,
            checkin_margin: Some(7),
            max_runtime: Some(7),
            timezone: some(),
            failure_issue_threshold: Some(7),
            recovery_threshold: Some(7),
        }),
    }
}

fn log() -> Log {
    Log {
        level: LogLevel::Warn,
        body: words(),
        trace_id: Some(trace().trace_id),
        timestamp: time(),
        severity_number: 7.try_into().ok(),
        attributes: attributes(),
    }
}

fn metric() -> Metric {
    Metric {
        r#type: MetricType::Gauge,
        name: words(),
        value: 0.5,
        timestamp: time(),
        trace_id: trace().trace_id,
        span_id: Some(trace().span_id),
        unit: Some(Unit::Other(words())),
        attributes: attributes(),
    }
}

fn attachment() -> Attachment {
    Attachment {
        buffer: WORDS.as_bytes().to_vec(),
        filename: words(),
        content_type: some(),
        ty: Some(AttachmentType::Custom(words())),
    }
}

/// Headers have no fields that a literal could name: this calls whatever sets one.
fn headers() -> EnvelopeHeaders {
    let trace = DynamicSamplingContext::new()
        .with_trace_id(trace().trace_id)
        .with_public_key("0badcafe0badcafe0badcafe0badcafe".into())
        .with_sample_rate(0.5)
        .with_sample_rand("0.25".parse().unwrap())
        .with_sampled(true)
        .with_release(words())
        .with_environment(words())
        .with_transaction(words())
        .with_org_id(7.into());
    EnvelopeHeaders::new()
        .with_event_id(uuid())
        .with_dsn("https://key@sentry.example.com/1".parse().unwrap())
        .with_sdk(sdk())
        .with_sent_at(time())
        .with_trace(trace)
}

/// An envelope for each type of item.
pub(in crate::delivery) fn envelopes() -> Vec<Envelope> {
    let daily = MonitorSchedule::Crontab {
        value: "0 0 * * *".to_owned(),
    };
    let hourly = MonitorSchedule::Interval {
        value: 7,
        unit: MonitorIntervalUnit::Hour,
    };
    let losses = ClientReport::new([Item::new(Category::Error, Reason::NetworkError, 3)]);
    let items: [EnvelopeItem; 10] = [
        event().into(),
        transaction().into(),
        session().into(),
        sessions().into(),
        check_in(daily).into(),
        check_in(hourly).into(),
        ItemContainer::Logs(vec![log()]).into(),
        ItemContainer::Metrics(vec![metric()]).into(),
        attachment().into(),
        EnvelopeItem::ClientReport(losses),
    ];
    items
        .into_iter()
        .map(|item| {
            let mut envelope = Envelope::new().with_headers(headers());
            envelope.add_item(item);
            envelope
        })
        .collect()
}
