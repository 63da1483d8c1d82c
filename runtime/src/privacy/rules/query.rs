//! Parameters of URLs that open something: signatures, codes, keys.

use super::assignments::says_nothing;
use super::{Class, Find, Found, Hit, Look, Rule, Starts};
use crate::privacy::FILTERED;

pub(in crate::privacy) const RULES: &[Rule] = &[
    Rule {
        name: "signed URL",
        source: "the documentation of AWS, Google Cloud and Azure of signed URLs",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "X-Amz-Signature=",
            "X-Amz-Credential=",
            "X-Amz-Security-Token=",
            "X-Goog-Signature=",
            "X-Goog-Credential=",
            "AWSAccessKeyId=",
            "GoogleAccessId=",
            "Key-Pair-Id=",
            "?Signature=",
            "&Signature=",
            "?sig=",
            "&sig=",
            "?Policy=",
            "&Policy=",
            "?hmac=",
            "&hmac=",
            "?st=",
            "&hdnts=",
            "?hdnts=",
        ]),
        find: Find::With(parameter),
        takes: &[
            (
                "https://h/o?X-Amz-Date=2&X-Amz-Signature=0123abcd&x=1",
                "https://h/o?X-Amz-Date=2&X-Amz-Signature=[Filtered]&x=1",
            ),
            (
                "https://h/b?sv=2021&se=2025&sig=abcdef",
                "https://h/b?sv=2021&se=2025&sig=[Filtered]",
            ),
        ],
        leaves: &["signature=", "https://h/?signed=1"],
    },
    Rule {
        name: "code or key in a URL",
        source: "RFC 6749, 4.1.2",
        class: Class::Secret,
        starts: Starts::Literals(&[
            "?code=",
            "\"code=",
            "?appid=",
            "&appid=",
            "&code=",
            "#code=",
            "?key=",
            "&key=",
            "?state=",
            "&state=",
            "?ticket=",
            "&ticket=",
            "?auth=",
            "&auth=",
            "?sid=",
            "&sid=",
            "?t=",
            "?otp=",
            "&otp=",
            "?pin=",
            "&pin=",
            "?session=",
            "&session=",
            "?k=",
            "&k=",
            "?invite=",
            "&invite=",
            "?nonce=",
            "&nonce=",
            "?magic=",
            "&magic=",
            "?assertion=",
            "&assertion=",
            "?SAMLResponse=",
            "&SAMLResponse=",
            "?hash=",
            "&hash=",
            "?verifier=",
            "&code_verifier=",
            "?u=",
            "?phone=",
            "&phone=",
            "?oobCode=",
            "&oobCode=",
        ]),
        find: Find::With(code),
        takes: &[
            ("GET /cb?code=4a7Bc99xQ&x=1", "GET /cb?code=[Filtered]&x=1"),
            (
                "https://h/v1?key=abc123def456ghi",
                "https://h/v1?key=[Filtered]",
            ),
        ],
        leaves: &[
            "/err?code=404",
            "/list?key=name",
            "/orders?state=shipped",
            "/err?code=E0433",
        ],
    },
];

fn is_parameter(byte: u8) -> bool {
    byte > b' '
        && !matches!(
            byte,
            b'&' | b'"'
                | b'\''
                | b'`'
                | b'<'
                | b'>'
                | b'#'
                | b')'
                | b']'
                | b'}'
                | b','
                | b';'
                | b'\\'
                | b'|'
        )
}

fn parameter(look: Look<'_>, hit: Hit, found: &mut Found) {
    let end = look.text.run(hit.end, is_parameter);
    let end = look
        .text
        .run_back(end, 3, |byte| matches!(byte, b'.' | b':'));
    if !says_nothing(look.text.str(hit.end, end)) {
        found.take(hit.end, end, FILTERED);
    }
}

/// A word there is none of the kind: it is as long as a code, and mixed.
fn code(look: Look<'_>, hit: Hit, found: &mut Found) {
    let end = look.text.run(hit.end, is_parameter);
    let value = look.text.slice(hit.end, end);
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let name = look.text.str(hit.start + 1, hit.end - 1);
    let few = ["otp", "pin"]
        .iter()
        .any(|few| name.eq_ignore_ascii_case(few));
    if (value.len() >= 8 && digits > 0 && digits < value.len()) || (few && digits >= 4) {
        parameter(look, hit, found);
    }
}
