use std::fs;
use std::path::PathBuf;

use crate::place::Place;

const RC: &str = "[auth]\ndsn = https://key@sentry.example.com/1\n";
const ID: &str = "936da01f-9abd-4d9d-80c7-02af85c822a8";

/// Where the id is kept, beside a spool at its usual place.
fn file(place: &Place) -> PathBuf {
    let ran = place.run(&["user", "--json"], &[]).exits(0);
    let path = ran.json()["path"].as_str().unwrap().to_owned();
    assert!(path.starts_with(place.home().to_str().unwrap()), "{path}");
    path.into()
}

fn with_id(place: &Place) -> PathBuf {
    let file = file(place);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(&file, format!("{ID}\n")).unwrap();
    #[cfg(unix)]
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    file
}

#[test]
fn shows_the_id_and_where_it_is_kept() {
    let place = Place::new().with_rc(RC);
    let file = with_id(&place);
    let shown = place.run(&["user"], &[]).exits(0);
    let shown = shown.prints(ID).prints(file.to_str().unwrap());
    shown.prints("which is off here");
    let on = [("DRAGONFLY_ANONYMOUS_USERS", "true")];
    place.run(&["user"], &on).exits(0).never_says("off here");

    let json = place.run(&["user", "--json"], &on).exits(0).json();
    assert_eq!(
        (&json["id"], &json["anonymous_users"]),
        (&ID.into(), &true.into())
    );
}

#[test]
fn says_that_there_is_none_and_makes_none() {
    let place = Place::new().with_rc(RC);
    let file = file(&place);
    let ran = place.run(&["user"], &[("DRAGONFLY_ANONYMOUS_USERS", "1")]);
    ran.exits(0).prints("there is no id").never_says(ID);
    assert!(!file.exists());
    let json = place.run(&["user", "--json"], &[]).exits(0).json();
    assert!(json["id"].is_null());
    let off = [("DRAGONFLY_SPOOL", "off")];
    place
        .run(&["user"], &off)
        .exits(2)
        .notes("the spool is off");
}

#[test]
fn it_is_beside_a_spool_that_is_elsewhere() {
    let place = Place::new().with_rc(RC);
    let spool = place.home().join("undelivered");
    let elsewhere = [("DRAGONFLY_SPOOL", spool.to_str().unwrap())];
    let json = place.run(&["user", "--json"], &elsewhere).exits(0).json();
    let expected = place
        .home()
        .join("undelivered.users/sentry.example.com-443-1");
    assert_eq!(json["path"], expected.to_str().unwrap());
}

#[test]
fn each_project_has_its_own() {
    let place = Place::new().with_rc(RC);
    with_id(&place);
    let other = [("SENTRY_DSN", "https://key@sentry.example.com/2")];
    let ran = place.run(&["user"], &other).exits(0);
    ran.prints("there is no id").never_says(ID);
    Place::new().run(&["user"], &[]).exits(2).notes("no DSN");
}

#[test]
fn a_reset_deletes_it() {
    let place = Place::new().with_rc(RC);
    let file = with_id(&place);
    place
        .run(&["user", "--reset"], &[])
        .exits(0)
        .prints("deleted");
    assert!(!file.exists());
    let again = place.run(&["user", "--reset", "--json"], &[]).exits(0);
    assert_eq!(again.json()["deleted"], false);
}

#[test]
fn what_is_no_id_is_not_shown() {
    let place = Place::new().with_rc(RC);
    let file = with_id(&place);
    fs::write(&file, "jane@example.com\n").unwrap();
    let ran = place.run(&["user"], &[]).exits(0);
    ran.prints("there is no id").never_says("jane");
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_write_is_not_believed() {
    let place = Place::new().with_rc(RC);
    let file = with_id(&place);
    fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o666)).unwrap();
    let ran = place.run(&["user"], &[]).exits(1);
    ran.notes("another user may have written it").never_says(ID);
    place.run(&["user", "--reset"], &[]).exits(0);
    place.run(&["user"], &[]).exits(0).prints("there is no id");
}
