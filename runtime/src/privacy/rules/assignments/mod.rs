//! Values of names that tell a secret, whatever joins the two: `=`, `:`, JSON, XML, SQL, a flag, `Debug`.

mod bare;
mod insert;
mod joint;
mod judge;
mod markup;
mod nothing;
mod quote;
mod reading;
pub(super) mod sql;
mod table;
mod value;

pub(super) use judge::is_mixed;
pub(in crate::privacy) use judge::is_secret;
pub(super) use nothing::references_end;
pub(in crate::privacy) use nothing::says_nothing;
pub(super) use quote::{quote, quoted_end};
pub(super) use reading::is_prose;
pub(super) use value::{Value, first_of_tuple, rest_of_tuple, value_after};

use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;
use crate::privacy::names::{self, Telling};
use crate::privacy::text::{Text, is_dashed, is_dotted, is_word};
use crate::scrub::PLACEHOLDERS;
use judge::Words;
use value::{WIDE_COLON, value_in_sight, values_of_map};

pub(in crate::privacy) const RULES: &[Rule] = &[Rule {
    name: "value of a telling name",
    source: "what configuration, logs, and Rust's `Debug` look like",
    class: Class::Secret,
    starts: Starts::Names,
    find: Find::With(assignment),
    takes: &[
        (
            "login failed: password=hunter2, retry=3",
            "login failed: password=[Filtered], retry=3",
        ),
        (
            r#"{"api_key": "s3cr3t", "n": 1}"#,
            r#"{"api_key": "[Filtered]", "n": 1}"#,
        ),
        (r#"{\"token\":\"abc\"}"#, r#"{\"token\":\"[Filtered]\"}"#),
        (
            r#"Db { user: "app", password: Some("a, b") }"#,
            r#"Db { user: "app", password: Some("[Filtered]") }"#,
        ),
        (
            "Opts { user: Some(\"app\"), pass: Some(\"correct horse\") }, {user: app, pass: hunter}, smtpPass: \"a b\"",
            "Opts { user: Some(\"app\"), pass: Some(\"[Filtered]\") }, {user: app, pass: [Filtered]}, smtpPass: \"[Filtered]\"",
        ),
        (r#"("password", "a b")"#, r#"("password", "[Filtered]")"#),
        (
            r#"secrets: {"db": "a b", "mq": Some("x1")}, "api_keys": {"a": "y2", "n": 1}"#,
            r#"secrets: {"db": "[Filtered]", "mq": Some("[Filtered]")}, "api_keys": {"a": "[Filtered]", "n": 1}"#,
        ),
        (
            r#"credentials: Some(("app", "a b")), auth: ("app", Some("x1")), UserPass("app", "y2")"#,
            r#"credentials: Some(("app", "[Filtered]")), auth: ("app", Some("[Filtered]")), UserPass("app", "[Filtered]")"#,
        ),
        (
            "secret: (\n    \"a b\",\n    \"x1\",\n)",
            "secret: (\n    \"[Filtered]\",\n    \"[Filtered]\",\n)",
        ),
        (
            r#""password": Value { origin: Some("a.toml"), kind: String("x1") }, "password": String(Tag(Default, 2), "y2"), password: Spanned { span: 1..4, value: "z3" }"#,
            r#""password": Value { origin: Some("a.toml"), kind: String("[Filtered]") }, "password": String(Tag(Default, 2), "[Filtered]"), password: Spanned { span: 1..4, value: "[Filtered]" }"#,
        ),
        (
            "\"password\": Value {\n    origin: None,\n    kind: String(\n        \"x1\",\n    ),\n}",
            "\"password\": Value {\n    origin: None,\n    kind: String(\n        \"[Filtered]\",\n    ),\n}",
        ),
        (
            r#"{"x-api-key": HeaderValue { _private: H0("x1") }}"#,
            r#"{"x-api-key": HeaderValue { _private: H0("[Filtered]") }}"#,
        ),
        (
            "BearerToken(\n    \"a b\",\n), ApiKey(Some(\"x1\")), SecretKey([104, 117])",
            "BearerToken(\n    \"[Filtered]\",\n), ApiKey(Some(\"[Filtered]\")), SecretKey([Filtered])",
        ),
        (r#"secret: String("x1")"#, r#"secret: String("[Filtered]")"#),
        (
            "<password>pa ss</password>",
            "<password>[Filtered]</password>",
        ),
        (
            "<password><![CDATA[a <b> ]c]]></password>",
            "<password><![CDATA[[Filtered]]]></password>",
        ),
        (
            "db:\n  password: |\n    pa ss\n    word\n  port: 1\ntoken: >-\n  x1y2\nn: 2",
            "db:\n  password: |\n    [Filtered]\n  port: 1\ntoken: >-\n  [Filtered]\nn: 2",
        ),
        (
            "- name: DB_PASSWORD\n  value: x1y\n- name: PORT\n  value: 80; <property name=\"password\">x1</property>",
            "- name: DB_PASSWORD\n  value: [Filtered]\n- name: PORT\n  value: 80; <property name=\"password\">[Filtered]</property>",
        ),
        (
            r#"{"name":"db_password","type":"string","value":"x1"}, <input name="password" type="password" value="a b">"#,
            r#"{"name":"db_password","type":"string","value":"[Filtered]"}, <input name="password" type="password" value="[Filtered]">"#,
        ),
        (
            "{ key: Static(\"token\"), value: String(Owned(\"x1y\")) }, { name: Some(\"DB_PASSWORD\"), value: Some(\"x1\") }, name: Some(\n  \"TOKEN\",\n),\nvalue: Some(\n  \"y2z\",\n)",
            "{ key: Static(\"token\"), value: String(Owned(\"[Filtered]\")) }, { name: Some(\"DB_PASSWORD\"), value: Some(\"[Filtered]\") }, name: Some(\n  \"TOKEN\",\n),\nvalue: Some(\n  \"[Filtered]\",\n)",
        ),
        (
            r#"<add key="DbPassword" value="x1"/>"#,
            r#"<add key="DbPassword" value="[Filtered]"/>"#,
        ),
        (
            "mysqldump --password hunter2 --quick",
            "mysqldump --password [Filtered] --quick",
        ),
        (
            r#""gpg" "--passphrase" "my dog" "-d" "f"; '--token' 'x1y'"#,
            r#""gpg" "--passphrase" "[Filtered]" "-d" "f"; '--token' '[Filtered]'"#,
        ),
        (
            "gpg --passphrase hunter2 -d f failed",
            "gpg --passphrase [Filtered] -d f failed",
        ),
        (
            "\x1b[2mpassword\x1b[0m\x1b[2m=\x1b[0mhunter2 \x1b[1;3mapi_key\x1b[0m: \x1b[3m\"a b\"\x1b[0m",
            "\x1b[2mpassword\x1b[0m\x1b[2m=\x1b[0m[Filtered] \x1b[1;3mapi_key\x1b[0m: \x1b[3m\"[Filtered]\"\x1b[0m",
        ),
        (
            "<th>SECRET_KEY</th><td class=\"code\"><pre>'a b'</pre></td> [\"password\":protected]=> string(2) \"x1\"",
            "<th>SECRET_KEY</th><td class=\"code\"><pre>[Filtered]</pre></td> [\"password\":protected]=> string(2) \"[Filtered]\"",
        ),
        (
            "master_password = \"a b\" -> \"c d\", Password { inner: \"a b\" }, storePassword 'a b'",
            "master_password = \"[Filtered]\" -> \"[Filtered]\", Password { inner: \"[Filtered]\" }, storePassword '[Filtered]'",
        ),
        (
            "Invalid API key `kd82kd92kd82kd92`, token \"zk19-dk2k-kd91\", mnemonic \"legal winner thank year wave sausage\"",
            "Invalid API key `[Filtered]`, token \"[Filtered]\", mnemonic \"[Filtered]\"",
        ),
        (
            "account key Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw== is bad",
            "account key [Filtered] is bad",
        ),
        (
            "secret_id=9f8e7d6c-5b4a-4321-8765-0123456789ab, mnemonic phrase: abandon must ability able about above",
            "secret_id=[Filtered], mnemonic phrase: [Filtered]",
        ),
        (
            "--X\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\na b\r\n--X--",
            "--X\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n[Filtered]\r\n--X--",
        ),
        (
            r#"form-data; name=\"token\"\r\nContent-Type: text/plain\r\n\r\na b\r\n--X, form-data; name=\"n\""#,
            r#"form-data; name=\"token\"\r\nContent-Type: text/plain\r\n\r\n[Filtered]\r\n--X, form-data; name=\"n\""#,
        ),
        (
            "<key>Password</key>\n\t<string>a b</string> <td>$_SERVER['DB_PASSWORD']</td><td class=\"v\">a b</td>",
            "<key>Password</key>\n\t<string>[Filtered]</string> <td>$_SERVER['DB_PASSWORD']</td><td class=\"v\">[Filtered]</td>",
        ),
        (
            "&lt;password&gt;a b&lt;/password&gt; <meta name=\"csrf-token\" content=\"x1\">",
            "&lt;password&gt;[Filtered]&lt;/password&gt; <meta name=\"csrf-token\" content=\"[Filtered]\">",
        ),
        (
            "パスワード：himitsu1、もう一度, define( 'DB_PASSWORD', 'a b' )",
            "パスワード：[Filtered]、もう一度, define( 'DB_PASSWORD', '[Filtered]' )",
        ),
        (
            "totp secret JBSWY3DPEHPK3PXP, token 3f2a9c81d4e5f60718293a4b5c6d7e8f has expired, OTP 482913 did not match, bad passphrase 'a b'",
            "totp secret [Filtered], token [Filtered] has expired, OTP [Filtered] did not match, bad passphrase '[Filtered]'",
        ),
        (
            "href=\"/reset?reset_token=abc91kd&amp;lang=de\", npm config set //r/:_authToken a1b2",
            "href=\"/reset?reset_token=[Filtered]&amp;lang=de\", npm config set //r/:_authToken [Filtered]",
        ),
        (
            "Invalid API key: k9x2, SMTP_PASSWORD=\"not so easy\", userPassword:: aHVudGVyMg==",
            "Invalid API key: [Filtered], SMTP_PASSWORD=\"[Filtered]\", userPassword:: [Filtered]",
        ),
        (
            "auth: {user: app, password: my-pw, realm: x}, PkceCodeVerifier(\"x1\")",
            "auth: {user: app, password: [Filtered], realm: x}, PkceCodeVerifier(\"[Filtered]\")",
        ),
        (
            "Stripe-Signature: t=1492774577,v1=5257a869e7ec",
            "Stripe-Signature: [Filtered]",
        ),
        (
            "CREATE SECRET s (TYPE s3, SECRET 'a b'), SigningKey(0x4c0883a69102937d6231471b5dbb6204fe512961)",
            "CREATE SECRET s (TYPE s3, SECRET '[Filtered]'), SigningKey([Filtered])",
        ),
        (
            "ALTER USER app IDENTIFIED BY 'x1'",
            "ALTER USER app IDENTIFIED BY '[Filtered]'",
        ),
        ("WITH PASSWORD 'x''1';", "WITH PASSWORD '[Filtered]';"),
        (
            "WITH PASSWORD = N'x''1', token = E'a\\'b'",
            "WITH PASSWORD = N'[Filtered]', token = E'[Filtered]'",
        ),
        (
            "Server=h;Password=my pass;Database=x",
            "Server=h;Password=[Filtered];Database=x",
        ),
        (
            "AccountKey=ab/c+d==;EndpointSuffix=x",
            "AccountKey=[Filtered];EndpointSuffix=x",
        ),
        ("password: [104, 117]", "password: [Filtered]"),
        (
            "password: [\n    104,\n    117,\n], api_keys: [\n    \"x1\",\n    \"y1\",\n]",
            "password: [Filtered], api_keys: [Filtered]",
        ),
        (
            "machine h login app password x1y",
            "machine h login app password [Filtered]",
        ),
        ("DB_PASSWORD=hunter2", "DB_PASSWORD=[Filtered]"),
        ("password: hunter2", "password: [Filtered]"),
        ("client_secret => abc", "client_secret => [Filtered]"),
        ("user[password]=abc", "user[password]=[Filtered]"),
        ("login_cookie=hunter2", "login_cookie=[Filtered]"),
        (
            "key_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_password=hunter2",
            "key_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_password=[Filtered]",
        ),
        ("API key: x9k2l3", "API key: [Filtered]"),
        ("my api key = abc", "my api key = [Filtered]"),
        (
            "passphrase=several words here n=1",
            "passphrase=[Filtered] n=1",
        ),
        ("passphrase=my dog is brown", "passphrase=[Filtered]"),
        (
            r#"passphrase: "my dog is brown""#,
            r#"passphrase: "[Filtered]""#,
        ),
        (
            "seed phrase: abandon must ability able about above",
            "seed phrase: [Filtered]",
        ),
        (
            r#"mnemonic: "abandon must ability able about above""#,
            r#"mnemonic: "[Filtered]""#,
        ),
        ("VERIFY_TOKEN=hunter2", "VERIFY_TOKEN=[Filtered]"),
        ("input.password=hunter2", "input.password=[Filtered]"),
        ("a[user][password]=abc", "a[user][password]=[Filtered]"),
        (
            "passwords[0]=abc, password%5B%5D=abc",
            "passwords[0]=[Filtered], password%5B%5D=[Filtered]",
        ),
        ("password: [hunter2]", "password: [Filtered]"),
        (
            r#"passwords: ["is too short", "hunter2"]"#,
            "passwords: [Filtered]",
        ),
        (
            r#"{"password": {"value": "abc", "type": "string"}}"#,
            r#"{"password": {"value": "[Filtered]", "type": "string"}}"#,
        ),
        ("password=[[hunter2", "password=[Filtered]"),
        ("password = (\"hunter2\")", "password = (\"[Filtered]\")"),
        ("password = {hunter2", "password = [Filtered]"),
        ("password=•••hunter2", "password=[Filtered]"),
        ("[password]=abc", "[password]=[Filtered]"),
        ("a%5Bpassword%5D=abc", "a%5Bpassword%5D=[Filtered]"),
        ("%5bpassword%5d=abc", "%5bpassword%5d=[Filtered]"),
        ("password=[hunter2", "password=[Filtered]"),
        ("password=[hunter2], n=1", "password=[Filtered], n=1"),
        ("password={hunter2 n=1", "password=[Filtered] n=1"),
        ("password=(hunter2", "password=[Filtered]"),
        ("password=<hunter2>x, n=1", "password=[Filtered], n=1"),
        ("password=***hunter2", "password=[Filtered]"),
        ("password=REDACTEDhunter2", "password=[Filtered]"),
        ("password=[REDACTED]hunter2", "password=[Filtered]"),
        ("password=$ecret99", "password=[Filtered]"),
        ("password=$word", "password=[Filtered]"),
        ("password=$(hunter2", "password=[Filtered]"),
        ("password=${hunter2", "password=[Filtered]"),
        ("password=${DB_PASSWORD:-hunter2}", "password=[Filtered]"),
        ("password=./hunter2", "password=[Filtered]"),
        ("password=(\"hunter2\", 1)", "password=(\"[Filtered]\", 1)"),
        ("password: \"***hunter2\"", "password: \"[Filtered]\""),
        ("password%3Dhunter2%26x", "password%3D[Filtered]%26x"),
        (
            "GET /?password=a%26b%22c&n=1, password=a%2526b&n=1",
            "GET /?password=[Filtered]&n=1, password=[Filtered]&n=1",
        ),
        (
            "next=https%253A%252F%252Fh%252F%253Fpwd%253Dhunter2%2526a%253D1",
            "next=https%253A%252F%252Fh%252F%253Fpwd%253D[Filtered]%2526a%253D1",
        ),
        ("token: \"cut of", "token: \"[Filtered]"),
        (
            r#"{"Secret":{"S":"x1y2"},"Ttl":{"N":"30"}}"#,
            r#"{"Secret":{"S":"[Filtered]"},"Ttl":{"N":"30"}}"#,
        ),
        (
            "DB_PASSWORD\thunter2\nDB_NAME\tshop\nAPI_KEY      abc9",
            "DB_PASSWORD\t[Filtered]\nDB_NAME\tshop\nAPI_KEY      [Filtered]",
        ),
        (
            "aws configure set aws_secret_access_key wJalr9x, set token to a1",
            "aws configure set aws_secret_access_key [Filtered], set token to a1",
        ),
        (
            "apikey qt0hu5iqbjz7pp1ym1si9sl29p exceeded",
            "apikey [Filtered] exceeded",
        ),
        (
            "WHERE password LIKE 'x1%' AND token IN ('a1', 'b2') AND pin_token <> 'c3'",
            "WHERE password LIKE '[Filtered]' AND token IN ([Filtered]) AND pin_token <> '[Filtered]'",
        ),
        (
            r#"environ["TOKEN"] = "x1y2"; a['password']="y2"; ["pwd"]=> string(2) "z3""#,
            r#"environ["TOKEN"] = "[Filtered]"; a['password']="[Filtered]"; ["pwd"]=> string(2) "[Filtered]""#,
        ),
        (
            r#"a:1:{s:8:"password";s:6:"pw99xx";}"#,
            r#"a:1:{s:8:"password";s:6:"[Filtered]";}"#,
        ),
        (
            r"{\x22password\x22:\x22pw9\x22,\x22n\x22:1} password\u003dpw9 \u0022token\u0022:\u0022a1b\u0022",
            r"{\x22password\x22:\x22[Filtered]\x22,\x22n\x22:1} password\u003d[Filtered] \u0022token\u0022:\u0022[Filtered]\u0022",
        ),
        (
            "mot de passe : Fraise-99, tentative 2",
            "mot de passe : [Filtered], tentative 2",
        ),
        (
            "<SignatureProvided>ab12</SignatureProvided>",
            "<SignatureProvided>[Filtered]</SignatureProvided>",
        ),
        (
            "mismatch expected_token=\"k3Vd82QmZr0TfYw6LxB1\" wrong_password=hunter2",
            "mismatch expected_token=\"[Filtered]\" wrong_password=[Filtered]",
        ),
        (
            "bad row: id,name,email,password\n1,\"B, J\",-,hunter2\n2,Bo,-,word\nend",
            "bad row: id,name,email,password\n1,\"B, J\",-,[Filtered]\n2,Bo,-,[Filtered]\nend",
        ),
        (
            "api_key;user\r\nx1y2z3;ann\r\nmy-key-1;bo\r\n\nuser\tsecret\tn\nbo\tx1y2\t3",
            "api_key;user\r\n[Filtered];ann\r\n[Filtered];bo\r\n\nuser\tsecret\tn\nbo\t[Filtered]\t3",
        ),
        (
            "| user | password |\n|------|----------|\n| bo   | hunter2  |\n| ann  | x1       |",
            "| user | password |\n|------|----------|\n| bo   | [Filtered]  |\n| ann  | [Filtered]       |",
        ),
        (
            "+----+-----+\n| id | pwd |\n+----+-----+\n|  1 | pw1 |\n+----+-----+\n\n id | password\n----+----------\n  1 | hunter2\n(1 row)",
            "+----+-----+\n| id | pwd |\n+----+-----+\n|  1 | [Filtered] |\n+----+-----+\n\n id | password\n----+----------\n  1 | [Filtered]\n(1 row)",
        ),
        (
            r#"Csv { text: "id,token,password\n1,x1y2z3,hunter2\n2,y2z3a4,-\n" }"#,
            r#"Csv { text: "id,token,password\n1,[Filtered],[Filtered]\n2,[Filtered],-\n" }"#,
        ),
        (
            "variable \"db_password\" {\n  type    = string\n  default = \"x1\"\n}, output \"token\" { value = \"a b\" }",
            "variable \"db_password\" {\n  type    = string\n  default = \"[Filtered]\"\n}, output \"token\" { value = \"[Filtered]\" }",
        ),
        (
            "secret: Secret { bytes: \"JBSWY3DP\" }, sse_customer_key: Some(\"x1\"), stream_key: \"x1\", passport_number: \"C01X00T47\"",
            "secret: Secret { bytes: \"[Filtered]\" }, sse_customer_key: Some(\"[Filtered]\"), stream_key: \"[Filtered]\", passport_number: \"[Filtered]\"",
        ),
        (
            "Aes { key: GenericArray([9, 33, 127, 200, 14, 6, 81, 90, 9, 33, 127, 200, 14, 6, 81, 90]), n: 1 }",
            "Aes { key: GenericArray([Filtered]), n: 1 }",
        ),
        (
            "denied for app with password hunter2x, npm config set //r/:_password a1b2",
            "denied for app with password [Filtered], npm config set //r/:_password [Filtered]",
        ),
        (
            "contraseña=cielo3 y пароль: \"zima\", パスワード=sakura1, Passwort: Bär7",
            "contraseña=[Filtered] y пароль: \"[Filtered]\", パスワード=[Filtered], Passwort: [Filtered]",
        ),
    ],
    leaves: &[
        "password authentication failed for user \"app\"",
        "(using password: YES)",
        "missing field `password`",
        "unexpected token `}`",
        "the trait bound `Password: Hash`",
        "primary_key = 7, author: Bo",
        r#"secrets: {"count": 3}, secrets: {}, secret: {"kind": "x1"}, tokens: {"a": "b"}"#,
        "on resource: arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCd12",
        "unknown key: token, value: expected, <a class=\"token\">x</a>, missing(\"password\"), value: \"x1\"",
        r#"Token(Ident("foo")), PublicKey([104, 117]), InvalidToken(String("foo"))"#,
        r#"auth: ("app", None), AuthFailed("app", "no such user"), Auth("app", "no such user")"#,
        "the user ran render, pass: \"shadow\", user: app, pass: 3, user: app, pass: None",
        "Frame { user: \"app\" }, Passes { render_pass: \"shadow\", db_pass: 3 }",
        "max_tokens: 4096",
        "token_type=bearer",
        "password: None, token: null, secret=\"\", pwd=$1, pwd=?, token: true",
        "invalid token: expected `;`",
        "password must be at least 8 characters",
        "error: --password is required",
        r#""gpg" "--passphrase" "-d" "f", pass "--token" `x1y` or "token" "x1y""#,
        "let password = std::env::var(NAME)?;",
        "let token = parser.next();",
        "password: String, secret: Option<String>, token: &str",
        "password: [Filtered]",
        "\"password\": \"is too short\"",
        r#"{"password": ["is too short", "must hold a digit"]}"#,
        "WHERE password = $2 AND token = ?",
        "password: must not be empty",
        "unexpected token: Semicolon",
        "token: [a-z0-9]+, secret: [u8; 32], token: (see below), token: [EOF], pwd=•••",
        "API key: expired, an API key is required, api key: production, error code: 500",
        "seed phrase: must have 12 words, mnemonic: invalid checksum, mnemonic: MOV",
        "\"passphrase\": \"must have more than ten words\"",
        "[token]: expected, [key]=1",
        "password=${DB_PASSWORD} password=${DB_PASSWORD:?must be set} token=$TOKEN",
        "password=$(cat /run/secrets/db) token=$API_TOKEN_2 pwd=$db_password",
        "password={password} token={{ secrets.token }} secret=%(secret)s",
        "password=*** password=[REDACTED] password=<redacted> password=<your password>",
        "password=***REDACTED*** secret=[REDACTED 12 bytes] token=<unset>",
        "token:[EOF] token=(none) [--password=[PASSWORD]",
        r#"password={"min":8} token={kind: Eof} secret={}"#,
        "password=./secrets/db token=~/.config/token",
        r#"LexError { token: Ident("foo"), span: 1..4 }"#,
        "Passwort: falsch, senha: obrigatória, пароль: неверный",
        "secret default-token-7xk2p9q4m1n8b5v3c6z0 not found",
        "secret \"db-credentials\" not found, mot de passe : incorrect",
        r#"{"required":["password"],"properties":{}}"#,
        r#"["password"] is missing, tokens["secret"], args["token"] == other"#,
        "if token in ('a', 'b'), if (token != 'eof'), libcrypt('x')",
        "WHERE token IN (?, ?) AND token <> $1 AND token LIKE ?",
        "expected_token=\"RightParen2\", invalid_token: Ident7, invalid_password=3 invalid_token=0.15",
        "password: |\nname: x, <password><![CDATA[]]></password>",
        "X-Auth-Token: missing, Token { value: \"foo\", kind: 3 }, secret_id=prod/db, password_description: \"a b\"",
        "asks for login name and password from the user",
        "login the password yo ente",
        "KEY1=VALUE1,KEY2=VALUE2, cred->callback, session=0x7ffe3c, to handle *-creds tests",
        "tests/a-secret.asc: Swap keys, agent/preset-passphrase.c: Ditto.",
        "key \"session:42:profile\", tokens=4096/4096, sha256 of password.txt is e3b0c44298fc1c149afbf4c8996fb924",
        "unexpected token \"0x1f2e3d4c5b6a\", unknown token `a1b2c3d4e5f6g7`, token \"step-2-of-3\"",
        "$($tokens:tt)*, $token:literal, $token->text(1), <a accesskey=\"h\">",
        "src/token.rs:12:5: x, auth/password.py:7",
        "パスワード：8文字以上で入力してください, <td>password</td><td>required</td> <td>Session</td><td>Monday 9am</td>",
        "{\"password\": \"is too short\"}, token 12 of 40, OTP 12, pin 7, PIN code",
        "form-data; name=\"token\"; filename=\"a\"",
        "field,password\nrule,must have 8 characters\nstate,required",
        "file,token,line\nsrc/a.rs,Ident,3\n, id,tokens\n1,512\n",
        "name,key,value\ncolor,c1,red, Enter user, password\nthen, x1",
        "id,password\n1\n1,2,3\n4,x1, user,password\n",
        r#"{"name":"password","type":"string"},{"name":"n","value":"x1"}, name="token", a b, value="x1""#,
        "key: [1, 2, 3], hash: [9, 33, 127, 200, 14, 6, 81, 90, 9, 33, 127, 200, 14, 6, 81, 90], key: [300, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]",
        "variable \"db_password\" {\n  type = string\n}, variable \"name\" { default = \"x1\" }",
        "logs in with password authentication, with password rules2.0, with token v2",
        "DB_PASSWORD\tmissing, DB_PASSWORD  is unset, password\ttoken\tsha256",
    ],
}];

fn assignment(look: Look<'_>, hit: Hit, found: &mut Found) {
    let text = look.text;
    let Some((start, end)) = name_around(text, hit) else {
        // too long for a name, and none is given anything; another may begin in it
        found.until = found.until.max(hit.end);
        return;
    };
    found.until = found.until.max(end);
    let (start, telling) = told(look, start, end);
    let name = text.str(start, end);
    if telling == Telling::Nothing
        || is_header(name)
        || is_placeholder(text, start, end)
        || text.ends_with(start, "://")
        || text.ends_with(start, "${")
        || is_of_code(text, start, end)
        || is_of_arn(text, start, end)
    {
        return;
    }
    let Some(value) = value_in_sight(text, start, end) else {
        if names::is_plural(name) {
            for (start, end) in values_of_map(text, end) {
                if !says_nothing(text.str(start, end)) {
                    found.take(start, end, FILTERED);
                }
            }
        }
        table::column(look, telling, (start, end), found);
        return;
    };
    let words = Words {
        text,
        telling,
        name: (start, end),
    };
    let mut rest = rest_of_tuple(text, value).peekable();
    // `Auth("app", "no such user")` is as likely what went wrong
    let is_error = text.at(end) == b'(' && name.eq_ignore_ascii_case("auth");
    let is_login = rest.peek().is_some() && !is_error && names::is_login(name);
    let secret = words.secret_end(value).filter(|_| !is_login);
    if let Some(end) = secret {
        found.take(value.start, end, FILTERED);
        if let Some((start, end)) = what_it_becomes(text, value) {
            found.take(start, end, FILTERED);
        }
    }
    if secret.is_none() {
        table::column(look, telling, (start, end), found);
    }
    if secret.is_some() || is_login {
        for (start, end) in rest {
            if !says_nothing(text.str(start, end)) {
                found.take(start, end, FILTERED);
            }
        }
    }
}

/// The second of `"old" -> "new"`, as Terraform shows changes.
fn what_it_becomes(text: Text<'_>, value: Value) -> Option<(usize, usize)> {
    let close = quote(text, value.end).filter(|_| value.quoted)?;
    let signs = [" -> ", " => "];
    let sign = signs.iter().find(|sign| text.says(close.end, sign))?;
    let start = close.end + sign.len();
    let open = quote(text, start)?;
    Some((open.end, quoted_end(text, open, start)))
}

/// What a name tells, and where it begins: `API key` is one of two words.
fn told(look: Look<'_>, start: usize, end: usize) -> (usize, Telling) {
    let text = look.text;
    let telling = look.names.telling(text.str(start, end));
    if telling == Telling::Secret || text.before(start) != b' ' {
        return (start, telling);
    }
    if text.says(start, "passe") && text.ends_with(start, "mot de ") {
        return (start - "mot de ".len(), Telling::Secret);
    }
    let before = text.run_back(start - 1, 16, is_word);
    let both = text.str(before, end);
    if names::is_pair(both) && look.names.telling(both) == Telling::Secret {
        return (before, Telling::Secret);
    }
    (start, telling)
}

/// How far a name is looked for on either side of the word that tells.
const LONGEST_SIDE: usize = 96;

/// The name that a word stands in; `None` if it does not end within sight.
fn name_around(text: Text<'_>, hit: Hit) -> Option<(usize, usize)> {
    let start = text.run_back(hit.start, LONGEST_SIDE, is_name);
    let end = text.run_within(hit.end, LONGEST_SIDE, is_name);
    if is_name(text.at(end)) {
        return None;
    }
    // the colon of Chinese and Japanese
    let colon = text.str(hit.end, end).find(WIDE_COLON);
    let end = colon.map_or(end, |colon| hit.end + colon);
    // a name that ends a sentence, a prefix of a flag
    let start = text
        .run(start, |byte| matches!(byte, b'.' | b'-'))
        .min(hit.start);
    let end = text
        .run_back(end, 3, |byte| matches!(byte, b'.' | b'-'))
        .max(hit.end);
    // escapes before it
    let percent = text.before(start) == b'%' && is_escape(text, start);
    let quote = text.before(start) == b'\\';
    let start = match () {
        () if percent && text.says(start, "25") && is_escape(text, start + 2) => {
            start + "2522".len()
        }
        () if percent => start + "22".len(),
        () if quote && text.says(start, "x22") => start + "x22".len(),
        () if quote && text.says(start, "u0022") => start + "u0022".len(),
        () => text.skip_escape(start),
    };
    // a colour before it
    let escape = text.run_back(start, 8, |byte| byte.is_ascii_digit() || byte == b';');
    let start = if text.ends_with(escape, "\x1b[") {
        text.skip_colours(escape - 2).max(start).min(hit.start)
    } else {
        start
    };
    Some((start, end))
}

/// Headers that have rules of their own.
#[rustfmt::skip] // a table
const HEADERS: &[&str] = &[
    "authorization", "proxy-authorization", "proxy_authorization", "cookie", "cookies",
    "set-cookie", "set_cookie", "set-cookies", "set_cookies",
];

fn is_header(name: &str) -> bool {
    HEADERS
        .iter()
        .any(|header| name.eq_ignore_ascii_case(header))
}

/// Whether the name is what stands where something was taken out, and no key in brackets.
fn is_placeholder(text: Text<'_>, start: usize, end: usize) -> bool {
    if text.before(start) != b'[' || text.at(end) != b']' {
        return false;
    }
    let is = |open: usize, close: usize| PLACEHOLDERS.contains(&text.str(open, close));
    let before = start - 1;
    let follows = PLACEHOLDERS
        .iter()
        .any(|known| text.ends_with(before, known));
    is(before, end + 1)
        && (follows || !(is_word(text.before(before)) || text.before(before) == b']'))
}

/// `$tokens:tt` of a macro, `$token->text` of a script.
fn is_of_code(text: Text<'_>, start: usize, end: usize) -> bool {
    let joined = text.at(end) == b':' && is_word(text.at(end + 1)) || text.says(end, "->");
    text.before(start) == b'$' && joined
}

/// `arn:aws:secretsmanager:eu-west-1:1234:secret:prod/db`: what the resource is, before its name.
fn is_of_arn(text: Text<'_>, start: usize, end: usize) -> bool {
    let arn = text.run_back(start, 96, |byte| is_dashed(byte) || byte == b':');
    text.before(start) == b':' && text.at(end) == b':' && text.says(arn, "arn:")
}

fn is_name(byte: u8) -> bool {
    is_dotted(byte) || byte >= 0x80
}

fn is_escape(text: Text<'_>, start: usize) -> bool {
    text.slice(start, start + 2)
        .iter()
        .all(u8::is_ascii_hexdigit)
        && start + 2 <= text.len()
}
