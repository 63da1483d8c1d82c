//! What only this process knows: its user, its home folder, its host. Exact words, wherever they stand.

use super::scan::Own;
#[cfg(unix)]
use sentry::integrations::contexts;
use std::env;
use std::path::Path;

/// Names of users and hosts that say nothing of anybody, and so short ones that they are found in
/// other words' places.
#[rustfmt::skip] // a table
const NOBODY: &[&str] = &[
    "admin", "administrator", "app", "build", "builder", "daemon", "debian", "default", "deploy",
    "dev", "docker", "ec2-user", "git", "guest", "home", "host", "jenkins", "localhost", "node",
    "nobody", "postgres", "root", "runner", "rust", "server", "service", "system", "test",
    "tester", "ubuntu", "user", "vagrant", "web", "worker", "www-data",
];
const SHORTEST: usize = 4;

/// The words of this process, longest first: the home folder before the user's name in it.
pub(super) fn words() -> Vec<Own> {
    let variable = |name: &str| env::var(name).ok();
    let home = variable("HOME").or_else(|| variable("USERPROFILE"));
    let user = ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(variable);
    let mut words = Vec::new();
    if let Some(home) = home {
        words.extend(last_part(&home).map(|name| (name, "[user]")));
    }
    words.extend(user.map(|user| (user, "[user]")));
    let hosts = host().into_iter().chain(variable("HOSTNAME"));
    words.extend(hosts.map(|host| (host, "[host]")));
    words
        .into_iter()
        .filter(|(word, _)| {
            word.len() >= SHORTEST && !NOBODY.iter().any(|known| word.eq_ignore_ascii_case(known))
        })
        .map(|(word, put)| Own { word, put })
        .collect()
}

/// The name of the user in the path of a home folder.
fn last_part(home: &str) -> Option<String> {
    Some(Path::new(home).file_name()?.to_str()?.to_owned())
}

#[cfg(unix)]
fn host() -> Option<String> {
    // not by `rustix`, which takes it that the system always answers: a sandbox need not
    contexts::utils::server_name().filter(|name| !name.is_empty())
}

#[cfg(not(unix))]
fn host() -> Option<String> {
    env::var("COMPUTERNAME").ok()
}

#[cfg(test)]
mod tests {
    use super::last_part;
    use crate::privacy::names::Names;
    use crate::privacy::rules::Class;
    use crate::privacy::scan::{Own, Scanner};

    #[test]
    fn words_of_the_process_go_where_they_stand_alone() {
        let own = vec![
            Own {
                word: "mwhit".into(),
                put: "[user]",
            },
            Own {
                word: "box-17".into(),
                put: "[host]",
            },
        ];
        let scanner = Scanner::new(Class::Identity, Names::default(), own.clone());
        assert_eq!(
            scanner.scrub("mwhit@box-17: /srv/mwhit/x"),
            "[user]@[host]: /srv/[user]/x"
        );
        assert_eq!(
            scanner.scrub("mwhitcombe on xbox-17, box-170"),
            "mwhitcombe on xbox-17, box-170"
        );
        let open = Scanner::new(Class::Personal, Names::default(), own);
        assert_eq!(open.scrub("mwhit on box-17"), "mwhit on box-17");
    }

    #[test]
    fn the_user_is_the_last_part_of_the_home() {
        assert_eq!(last_part("/srv/people/jane").as_deref(), Some("jane"));
        assert_eq!(last_part("/"), None);
    }
}
