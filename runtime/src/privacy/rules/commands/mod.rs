//! Passwords that commands, and the commands of protocols, are given by their place.

mod flags;
mod spoken;

use super::{Class, Find, Rule, Starts};
use flags::command;
use spoken::{net, piped, protocol, set};

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "password of a command",
        source: "mysql(1), sshpass(1), redis-cli(1), mongosh(1), docker-login(1), ldapsearch(1), sqlcmd, zip(1), unzip(1), 7z(1), rar, az(1), htpasswd(1), smbclient(1), lftp(1), ipmitool(1), mosquitto_pub(1), xfreerdp(1), openssl-enc(1), nmcli(1), mc",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "mysql",
            "mariadb",
            "sshpass",
            "ssh-keygen",
            "snmp",
            "cqlsh",
            "redis-cli",
            "mongo",
            "docker login",
            "docker\" \"login",
            "podman login",
            "podman\" \"login",
            "registry login",
            "ldapsearch",
            "ldapmodify",
            "ldapadd",
            "ldapwhoami",
            "sqlcmd",
            "zip",
            "unzip",
            "7z a",
            "7z\" \"a",
            "7z e",
            "7z\" \"e",
            "7z x",
            "7z\" \"x",
            "htpasswd",
            "ipmitool",
            "lftp",
            "mc alias set",
            "mosquitto_",
            "nmcli d",
            "openssl enc",
            "rar a",
            "rdesktop",
            "rpcclient",
            "security unlock-keychain",
            "altool",
            "smbclient",
            "unrar ",
            "xfreerdp",
            "az login",
            "az\" \"login",
        ]),
        find: Find::With(command),
        takes: &[
            (
                "mysqldump -uroot -phunter2 shop; mysql -h db -p'a b' -e x",
                "mysqldump -uroot -p[Filtered] shop; mysql -h db -p'[Filtered]' -e x",
            ),
            (
                r#""/usr/bin/mysql" "-uroot" "-phunter2" "shop""#,
                r#""/usr/bin/mysql" "-uroot" "-p[Filtered]" "shop""#,
            ),
            (
                r#"Command { program: "redis-cli", args: ["-a", "hunter2", "PING"] }"#,
                r#"Command { program: "redis-cli", args: ["-a", "[Filtered]", "PING"] }"#,
            ),
            (
                "sshpass -p hunter2 ssh -p 2222 app@db",
                "sshpass -p [Filtered] ssh -p 2222 app@db",
            ),
            (
                "docker login reg.example -u ci -p \"a b\" && docker login",
                "docker login reg.example -u ci -p \"[Filtered]\" && docker login",
            ),
            (
                "ssh-keygen -q -N hunter2 -f k; snmpwalk -v2c -c hunter2 h; cqlsh -u a -p hunter2 h",
                "ssh-keygen -q -N [Filtered] -f k; snmpwalk -v2c -c [Filtered] h; cqlsh -u a -p [Filtered] h",
            ),
            (
                "7z x -phunter2 a.7z; rar a -hphunter2 a.rar",
                "7z x -p[Filtered] a.7z; rar a -hp[Filtered] a.rar",
            ),
            (
                "htpasswd -b f jane hunter2 failed; htpasswd -nbB jane 'a b'; mc alias set m http://h id hunter2",
                "htpasswd -b f jane [Filtered] failed; htpasswd -nbB jane '[Filtered]'; mc alias set m http://h id [Filtered]",
            ),
            (
                "security unlock-keychain -p hunter2 a.keychain",
                "security unlock-keychain -p [Filtered] a.keychain",
            ),
            (
                "smbclient //nas/a -U jane%hunter2 -c x; lftp -u jane,hunter2 ftp://h; xfreerdp /v:h /p:hunter2",
                "smbclient //nas/a -U jane%[Filtered] -c x; lftp -u jane,[Filtered] ftp://h; xfreerdp /v:h /p:[Filtered]",
            ),
            (
                "snmpget -v3 -A hunter2 -X lion99 h; openssl enc -k hunter2; nmcli dev wifi connect a password hunter2",
                "snmpget -v3 -A [Filtered] -X [Filtered] h; openssl enc -k [Filtered]; nmcli dev wifi connect a password [Filtered]",
            ),
            (
                "zip -r -P hunter2 a.zip a; unzip -P hunter2 a.zip",
                "zip -r -P [Filtered] a.zip a; unzip -P [Filtered] a.zip",
            ),
            (
                r#""docker" "login" "-u" "ci" "-p" "a b" "reg"; "7z" "a" "-pa b" "x.7z""#,
                r#""docker" "login" "-u" "ci" "-p" "[Filtered]" "reg"; "7z" "a" "-p[Filtered]" "x.7z""#,
            ),
        ],
        leaves: &[
            "mysql -u root -p shop",
            "mysql: the option -port is unknown",
            "redis-cli -p 6379 -a $REDIS_PASSWORD PING",
            "docker login needs -p or --password-stdin",
            "mongosh --port 27017 -u app -p",
            "mysql_port -p1",
            "gzip -P hunter2, a zip of -P hunter2",
            "smbclient -U jane, htpasswd -b f jane, htpasswd -n jane moved, lftp -u jane",
            "lftp: a flag -u is given jane,joe, openssl enc -kfile k, mc alias set",
        ],
    },
    Rule {
        name: "password that is piped to a command",
        source: "sudo(8), chpasswd(8), kinit(1), docker-login(1), cryptsetup(8)",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "| chpasswd",
            "| cryptsetup ",
            "| docker login",
            "| helm registry login",
            "| kinit",
            "| passwd ",
            "| podman login",
            "| sudo ",
        ]),
        find: Find::With(piped),
        takes: &[
            ("echo hunter2 | sudo -S id", "echo [Filtered] | sudo -S id"),
            (
                "sh -c \"echo 'app:a b' | chpasswd\", printf '%s' hunter2 | docker login -u ci",
                "sh -c \"echo 'app:[Filtered]' | chpasswd\", printf '%s' [Filtered] | docker login -u ci",
            ),
        ],
        leaves: &[
            "echo $PASSWORD | sudo -S id; cat file2 | sudo tee f; echo done 1 | sudo tee f",
            "echo \"deb http://h/ x1 main\" | sudo tee f",
        ],
    },
    Rule {
        name: "password of a command of Windows",
        source: "the documentation of Windows of net use and net user",
        class: Class::Secret,
        starts: Starts::Literals(&["net use"]),
        find: Find::With(net),
        takes: &[
            (
                r"net use Z: \\nas\a hunter2 /user:DOM\jane; net use \\nas\a /user:jane hunter2",
                r"net use Z: \\nas\a [Filtered] /user:DOM\jane; net use \\nas\a /user:jane [Filtered]",
            ),
            (
                "net user jane hunter2 /add",
                "net user jane [Filtered] /add",
            ),
        ],
        leaves: &[
            r"net use Z: \\nas\a /persistent:no, net use Z: \\nas\a * /user:jane",
            "net user growth 12% is good, net user jane /delete, a net use of x1",
        ],
    },
    Rule {
        name: "secret that a command sets",
        source: "the documentation of flyctl and of other platforms' tools",
        class: Class::Secret,
        starts: Starts::Literals(&["secrets set "]),
        find: Find::With(set),
        takes: &[(
            "fly secrets set -a shop DSN=x1 B='a b' failed",
            "fly secrets set -a shop DSN=[Filtered] B='[Filtered]' failed",
        )],
        leaves: &["secrets set in x=1, secrets set A=$A -a=b"],
    },
    Rule {
        name: "password of a protocol's command",
        source: "the documentation of Redis of AUTH; RFC 4954; RFC 9051, 6.2.3; RFC 1939",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "auth ",
            "auth\" \"",
            "login ",
            "pass ",
            "requirepass",
            "masterauth",
            "setuser ",
            "334 UGFzc3dvcmQ6",
            "334 VXNlcm5hbWU6",
        ]),
        find: Find::With(protocol),
        takes: &[
            (
                "sent AUTH default hunter2 to cache",
                "sent AUTH default [Filtered] to cache",
            ),
            (
                r#"[0 127.0.0.1:5000] "AUTH" "app" "hunter2""#,
                r#"[0 127.0.0.1:5000] "AUTH" "app" "[Filtered]""#,
            ),
            (
                "> AUTH PLAIN AGJvYgBzM2NyM3Q= <",
                "> AUTH PLAIN [Filtered] <",
            ),
            ("a1 LOGIN jane hunter2\r\n", "a1 LOGIN jane [Filtered]\r\n"),
            (
                "USER jane\r\nPASS hunter2\r\n",
                "USER jane\r\nPASS [Filtered]\r\n",
            ),
            (
                r#"LOGIN "jane" "hunter2" NO, 530 for USER jane PASS hunter2"#,
                r#"LOGIN "jane" "[Filtered]" NO, 530 for USER jane PASS [Filtered]"#,
            ),
            (
                r#""CONFIG" "SET" "requirepass" "hunter2""#,
                r#""CONFIG" "SET" "requirepass" "[Filtered]""#,
            ),
            ("masterauth hunter2", "masterauth [Filtered]"),
            (
                "ACL SETUSER app on >hunter2 ~* +@all",
                "ACL SETUSER app on >[Filtered] ~* +@all",
            ),
            (
                "HELLO 3 AUTH jane hunter2 SETNAME a; C: USER jane\nC: PASS hunter2",
                "HELLO 3 AUTH jane [Filtered] SETNAME a; C: USER jane\nC: PASS [Filtered]",
            ),
            (
                "S: 334 VXNlcm5hbWU6\r\nC: amFuZUBo\r\nS: 334 UGFzc3dvcmQ6\r\nC: aHVudGVyMg==\r\nS: 535 no",
                "S: 334 VXNlcm5hbWU6\r\nC: [Filtered]\r\nS: 334 UGFzc3dvcmQ6\r\nC: [Filtered]\r\nS: 535 no",
            ),
        ],
        leaves: &[
            "250-AUTH PLAIN LOGIN CRAM-MD5",
            "AUTH failed for user42",
            "PASS tests/ui/a1.rs",
            "USER is gone, PASS 12 tests",
            "LOGIN as user42, step 2 LOGIN page v2, a2 LOGIN failed: user42",
            "requirepass is not set",
            "334 UGFzc3dvcmQ6\n535 5.7.8 no, 334 UGFzc3dvcmQ6",
            "no auth scheme2, ACL SETUSER app on +@all, ACL SETUSER app > file2",
        ],
    },
];
