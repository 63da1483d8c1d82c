//! Affected users, by a random id of the installation.

use crate::program::Program;
use crate::sessions::World;
use dragonfly::inbox::Fault;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Where the id is kept for the one project that is reported to.
fn user_file(world: &World) -> PathBuf {
    let files = fs::read_dir(world.state.path().join("spool.users")).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    let ids: Vec<_> = paths
        .filter(|path| !path.to_string_lossy().ends_with(".lock"))
        .collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    ids[0].clone()
}

/// A program that counts whom its errors affect.
fn counted(world: &World, way: &str, errors: u32) -> Program {
    let program = world.program(way, errors);
    program.env("DRAGONFLY_ANONYMOUS_USERS", "true")
}

/// The ids that events say, in the order in which they came.
fn users(world: &World) -> Vec<Value> {
    let events = world.items("event");
    events.iter().map(|event| event["user"].clone()).collect()
}

#[test]
fn users_are_counted_by_an_id_that_stays_until_it_is_reset() {
    let world = World::new();
    let run = || counted(&world, "return", 1).run();
    run();
    run();
    fs::remove_file(user_file(&world)).unwrap();
    run();
    let users = users(&world);
    assert_eq!(users[0], users[1]);
    assert_ne!(users[0], users[2]);
    let user = users[0].as_object().unwrap();
    assert_eq!(user.keys().collect::<Vec<_>>(), ["id"]);
    let id = user["id"].as_str().unwrap();
    assert_eq!((id.len(), id.as_bytes()[14]), (36, b'4'));
    let sessions = world.items("session");
    let dids: Vec<&Value> = sessions.iter().map(|session| &session["did"]).collect();
    assert_eq!(dids, [&users[0]["id"], &users[1]["id"], &users[2]["id"]]);
}

#[test]
fn no_user_is_sent_by_default() {
    let world = World::new();
    world.run("return", 1);
    assert_eq!(users(&world), [Value::Null]);
    assert!(!world.state.path().join("spool.users").exists());
}

#[test]
fn a_user_of_the_program_stays_and_is_kept_from_leaving() {
    let world = World::new();
    counted(&world, "user", 0)
        // in development the source is shown
        .env("SENTRY_ENVIRONMENT", "production")
        .run();
    let events = world.items("event");
    assert_eq!(events.len(), 1);
    assert!(!events[0].to_string().contains("jane"), "{}", events[0]);
    assert_eq!(
        events[0]["user"].get("id"),
        None,
        "the program said who it is"
    );
    let id = fs::read_to_string(user_file(&world)).unwrap();
    assert_eq!(world.items("session")[0]["did"], id.trim());
}

#[test]
fn transactions_say_whom_they_affected() {
    let world = World::new();
    let program = || {
        world
            .program("timed", 0)
            .env("SENTRY_TRACES_SAMPLE_RATE", "1")
    };
    program().env("DRAGONFLY_ANONYMOUS_USERS", "true").run();
    program().run();
    let transactions = world.items("transaction");
    let id = fs::read_to_string(user_file(&world)).unwrap();
    assert_eq!(transactions[0]["user"]["id"], id.trim());
    assert_eq!(transactions[1].get("user"), None);
}

#[test]
fn an_event_that_waited_says_it_too_and_not_that_of_somebody_else() {
    let world = World::new();
    let program = |way, errors| counted(&world, way, errors);
    world.inbox.set_fault(Fault::Reset);
    program("return", 1).run();
    world.inbox.set_fault(Fault::None);
    program("return", 0).run();
    let id = fs::read_to_string(user_file(&world)).unwrap();
    assert_eq!(users(&world)[0]["id"], id.trim());
    // of a run that is not to say it, nothing leaves
    world.inbox.set_fault(Fault::Reset);
    program("return", 1).run();
    world.inbox.set_fault(Fault::None);
    world.run("return", 0);
    assert!(!users(&world)[1].to_string().contains(id.trim()));
}

#[track_caller]
fn says_once(said: &str, what: &str) {
    assert_eq!(said.matches(what).count(), 1, "{said}");
}

#[test]
fn without_a_place_for_an_id_there_is_none() {
    let world = World::new();
    let program = || counted(&world, "return", 1).env("SENTRY_DEBUG", "true");
    let said = program().env("DRAGONFLY_SPOOL", "off").run().stderr();
    says_once(&said, "no affected users are counted");
    // a file where a folder should be
    let occupied = world.state.path().join("occupied");
    fs::write(&occupied, "").unwrap();
    let spool = occupied.join("spool");
    let said = program()
        .env("DRAGONFLY_SPOOL", spool.to_str().unwrap())
        .run()
        .stderr();
    says_once(&said, "no affected users are counted");
    assert_eq!(users(&world), [Value::Null, Value::Null]);
}

#[test]
fn a_damaged_id_is_replaced_and_that_is_said_once() {
    let world = World::new();
    let program = || counted(&world, "return", 1).env("SENTRY_DEBUG", "true");
    program().run();
    fs::write(user_file(&world), "jane@example.com\n").unwrap();
    let said = program().run().stderr();
    says_once(&said, "was damaged, and is replaced");
    assert!(!said.contains("jane"), "{said}");
    let said = program().run().stderr();
    assert!(!said.contains("damaged"), "{said}");
    let users = users(&world);
    assert_ne!(users[0], users[1]);
    assert_eq!(users[1], users[2]);
    assert!(users[1]["id"].is_string());
}
