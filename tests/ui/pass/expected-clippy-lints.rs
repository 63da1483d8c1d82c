//! What was expected of clippy is not missed under the attribute, whether clippy looks into it or not.
#![deny(warnings)]

use dragonfly::report_errors;

#[report_errors]
#[expect(clippy::needless_return, reason = "it is so")]
fn needless_return(value: u8) -> Result<u8, String> {
    return Ok(value);
}

#[report_errors]
#[expect(clippy::needless_return, reason = "it is so")]
async fn needless_return_async(value: u8) -> Result<u8, String> {
    return Ok(value);
}

#[report_errors]
#[expect(clippy::print_stdout, reason = "it is so")]
fn print_stdout() -> Result<(), String> {
    println!("printed");
    Ok(())
}

#[report_errors]
#[expect(clippy::print_stdout, reason = "it is so")]
async fn print_stdout_async() -> Result<(), String> {
    println!("printed");
    Ok(())
}

#[report_errors]
#[expect(clippy::too_many_lines, reason = "it is so")]
fn too_many_lines(value: u8) -> Result<u8, String> {
    let mut sum = 0_u8;
    sum = sum.wrapping_add(value.wrapping_mul(0));
    sum = sum.wrapping_add(value.wrapping_mul(1));
    sum = sum.wrapping_add(value.wrapping_mul(2));
    sum = sum.wrapping_add(value.wrapping_mul(3));
    sum = sum.wrapping_add(value.wrapping_mul(4));
    sum = sum.wrapping_add(value.wrapping_mul(5));
    sum = sum.wrapping_add(value.wrapping_mul(6));
    sum = sum.wrapping_add(value.wrapping_mul(7));
    sum = sum.wrapping_add(value.wrapping_mul(8));
    sum = sum.wrapping_add(value.wrapping_mul(9));
    sum = sum.wrapping_add(value.wrapping_mul(10));
    sum = sum.wrapping_add(value.wrapping_mul(11));
    sum = sum.wrapping_add(value.wrapping_mul(12));
    sum = sum.wrapping_add(value.wrapping_mul(13));
    sum = sum.wrapping_add(value.wrapping_mul(14));
    sum = sum.wrapping_add(value.wrapping_mul(15));
    sum = sum.wrapping_add(value.wrapping_mul(16));
    sum = sum.wrapping_add(value.wrapping_mul(17));
    sum = sum.wrapping_add(value.wrapping_mul(18));
    sum = sum.wrapping_add(value.wrapping_mul(19));
    sum = sum.wrapping_add(value.wrapping_mul(20));
    sum = sum.wrapping_add(value.wrapping_mul(21));
    sum = sum.wrapping_add(value.wrapping_mul(22));
    sum = sum.wrapping_add(value.wrapping_mul(23));
    sum = sum.wrapping_add(value.wrapping_mul(24));
    sum = sum.wrapping_add(value.wrapping_mul(25));
    sum = sum.wrapping_add(value.wrapping_mul(26));
    sum = sum.wrapping_add(value.wrapping_mul(27));
    sum = sum.wrapping_add(value.wrapping_mul(28));
    sum = sum.wrapping_add(value.wrapping_mul(29));
    sum = sum.wrapping_add(value.wrapping_mul(30));
    sum = sum.wrapping_add(value.wrapping_mul(31));
    sum = sum.wrapping_add(value.wrapping_mul(32));
    sum = sum.wrapping_add(value.wrapping_mul(33));
    sum = sum.wrapping_add(value.wrapping_mul(34));
    sum = sum.wrapping_add(value.wrapping_mul(35));
    sum = sum.wrapping_add(value.wrapping_mul(36));
    sum = sum.wrapping_add(value.wrapping_mul(37));
    sum = sum.wrapping_add(value.wrapping_mul(38));
    sum = sum.wrapping_add(value.wrapping_mul(39));
    sum = sum.wrapping_add(value.wrapping_mul(40));
    sum = sum.wrapping_add(value.wrapping_mul(41));
    sum = sum.wrapping_add(value.wrapping_mul(42));
    sum = sum.wrapping_add(value.wrapping_mul(43));
    sum = sum.wrapping_add(value.wrapping_mul(44));
    sum = sum.wrapping_add(value.wrapping_mul(45));
    sum = sum.wrapping_add(value.wrapping_mul(46));
    sum = sum.wrapping_add(value.wrapping_mul(47));
    sum = sum.wrapping_add(value.wrapping_mul(48));
    sum = sum.wrapping_add(value.wrapping_mul(49));
    sum = sum.wrapping_add(value.wrapping_mul(50));
    sum = sum.wrapping_add(value.wrapping_mul(51));
    sum = sum.wrapping_add(value.wrapping_mul(52));
    sum = sum.wrapping_add(value.wrapping_mul(53));
    sum = sum.wrapping_add(value.wrapping_mul(54));
    sum = sum.wrapping_add(value.wrapping_mul(55));
    sum = sum.wrapping_add(value.wrapping_mul(56));
    sum = sum.wrapping_add(value.wrapping_mul(57));
    sum = sum.wrapping_add(value.wrapping_mul(58));
    sum = sum.wrapping_add(value.wrapping_mul(59));
    sum = sum.wrapping_add(value.wrapping_mul(60));
    sum = sum.wrapping_add(value.wrapping_mul(61));
    sum = sum.wrapping_add(value.wrapping_mul(62));
    sum = sum.wrapping_add(value.wrapping_mul(63));
    sum = sum.wrapping_add(value.wrapping_mul(64));
    sum = sum.wrapping_add(value.wrapping_mul(65));
    sum = sum.wrapping_add(value.wrapping_mul(66));
    sum = sum.wrapping_add(value.wrapping_mul(67));
    sum = sum.wrapping_add(value.wrapping_mul(68));
    sum = sum.wrapping_add(value.wrapping_mul(69));
    sum = sum.wrapping_add(value.wrapping_mul(70));
    sum = sum.wrapping_add(value.wrapping_mul(71));
    sum = sum.wrapping_add(value.wrapping_mul(72));
    sum = sum.wrapping_add(value.wrapping_mul(73));
    sum = sum.wrapping_add(value.wrapping_mul(74));
    sum = sum.wrapping_add(value.wrapping_mul(75));
    sum = sum.wrapping_add(value.wrapping_mul(76));
    sum = sum.wrapping_add(value.wrapping_mul(77));
    sum = sum.wrapping_add(value.wrapping_mul(78));
    sum = sum.wrapping_add(value.wrapping_mul(79));
    sum = sum.wrapping_add(value.wrapping_mul(80));
    sum = sum.wrapping_add(value.wrapping_mul(81));
    sum = sum.wrapping_add(value.wrapping_mul(82));
    sum = sum.wrapping_add(value.wrapping_mul(83));
    sum = sum.wrapping_add(value.wrapping_mul(84));
    sum = sum.wrapping_add(value.wrapping_mul(85));
    sum = sum.wrapping_add(value.wrapping_mul(86));
    sum = sum.wrapping_add(value.wrapping_mul(87));
    sum = sum.wrapping_add(value.wrapping_mul(88));
    sum = sum.wrapping_add(value.wrapping_mul(89));
    sum = sum.wrapping_add(value.wrapping_mul(90));
    sum = sum.wrapping_add(value.wrapping_mul(91));
    sum = sum.wrapping_add(value.wrapping_mul(92));
    sum = sum.wrapping_add(value.wrapping_mul(93));
    sum = sum.wrapping_add(value.wrapping_mul(94));
    sum = sum.wrapping_add(value.wrapping_mul(95));
    sum = sum.wrapping_add(value.wrapping_mul(96));
    sum = sum.wrapping_add(value.wrapping_mul(97));
    sum = sum.wrapping_add(value.wrapping_mul(98));
    sum = sum.wrapping_add(value.wrapping_mul(99));
    Ok(sum)
}

#[report_errors]
#[expect(clippy::too_many_lines, reason = "it is so")]
async fn too_many_lines_async(value: u8) -> Result<u8, String> {
    let mut sum = 0_u8;
    sum = sum.wrapping_add(value.wrapping_mul(0));
    sum = sum.wrapping_add(value.wrapping_mul(1));
    sum = sum.wrapping_add(value.wrapping_mul(2));
    sum = sum.wrapping_add(value.wrapping_mul(3));
    sum = sum.wrapping_add(value.wrapping_mul(4));
    sum = sum.wrapping_add(value.wrapping_mul(5));
    sum = sum.wrapping_add(value.wrapping_mul(6));
    sum = sum.wrapping_add(value.wrapping_mul(7));
    sum = sum.wrapping_add(value.wrapping_mul(8));
    sum = sum.wrapping_add(value.wrapping_mul(9));
    sum = sum.wrapping_add(value.wrapping_mul(10));
    sum = sum.wrapping_add(value.wrapping_mul(11));
    sum = sum.wrapping_add(value.wrapping_mul(12));
    sum = sum.wrapping_add(value.wrapping_mul(13));
    sum = sum.wrapping_add(value.wrapping_mul(14));
    sum = sum.wrapping_add(value.wrapping_mul(15));
    sum = sum.wrapping_add(value.wrapping_mul(16));
    sum = sum.wrapping_add(value.wrapping_mul(17));
    sum = sum.wrapping_add(value.wrapping_mul(18));
    sum = sum.wrapping_add(value.wrapping_mul(19));
    sum = sum.wrapping_add(value.wrapping_mul(20));
    sum = sum.wrapping_add(value.wrapping_mul(21));
    sum = sum.wrapping_add(value.wrapping_mul(22));
    sum = sum.wrapping_add(value.wrapping_mul(23));
    sum = sum.wrapping_add(value.wrapping_mul(24));
    sum = sum.wrapping_add(value.wrapping_mul(25));
    sum = sum.wrapping_add(value.wrapping_mul(26));
    sum = sum.wrapping_add(value.wrapping_mul(27));
    sum = sum.wrapping_add(value.wrapping_mul(28));
    sum = sum.wrapping_add(value.wrapping_mul(29));
    sum = sum.wrapping_add(value.wrapping_mul(30));
    sum = sum.wrapping_add(value.wrapping_mul(31));
    sum = sum.wrapping_add(value.wrapping_mul(32));
    sum = sum.wrapping_add(value.wrapping_mul(33));
    sum = sum.wrapping_add(value.wrapping_mul(34));
    sum = sum.wrapping_add(value.wrapping_mul(35));
    sum = sum.wrapping_add(value.wrapping_mul(36));
    sum = sum.wrapping_add(value.wrapping_mul(37));
    sum = sum.wrapping_add(value.wrapping_mul(38));
    sum = sum.wrapping_add(value.wrapping_mul(39));
    sum = sum.wrapping_add(value.wrapping_mul(40));
    sum = sum.wrapping_add(value.wrapping_mul(41));
    sum = sum.wrapping_add(value.wrapping_mul(42));
    sum = sum.wrapping_add(value.wrapping_mul(43));
    sum = sum.wrapping_add(value.wrapping_mul(44));
    sum = sum.wrapping_add(value.wrapping_mul(45));
    sum = sum.wrapping_add(value.wrapping_mul(46));
    sum = sum.wrapping_add(value.wrapping_mul(47));
    sum = sum.wrapping_add(value.wrapping_mul(48));
    sum = sum.wrapping_add(value.wrapping_mul(49));
    sum = sum.wrapping_add(value.wrapping_mul(50));
    sum = sum.wrapping_add(value.wrapping_mul(51));
    sum = sum.wrapping_add(value.wrapping_mul(52));
    sum = sum.wrapping_add(value.wrapping_mul(53));
    sum = sum.wrapping_add(value.wrapping_mul(54));
    sum = sum.wrapping_add(value.wrapping_mul(55));
    sum = sum.wrapping_add(value.wrapping_mul(56));
    sum = sum.wrapping_add(value.wrapping_mul(57));
    sum = sum.wrapping_add(value.wrapping_mul(58));
    sum = sum.wrapping_add(value.wrapping_mul(59));
    sum = sum.wrapping_add(value.wrapping_mul(60));
    sum = sum.wrapping_add(value.wrapping_mul(61));
    sum = sum.wrapping_add(value.wrapping_mul(62));
    sum = sum.wrapping_add(value.wrapping_mul(63));
    sum = sum.wrapping_add(value.wrapping_mul(64));
    sum = sum.wrapping_add(value.wrapping_mul(65));
    sum = sum.wrapping_add(value.wrapping_mul(66));
    sum = sum.wrapping_add(value.wrapping_mul(67));
    sum = sum.wrapping_add(value.wrapping_mul(68));
    sum = sum.wrapping_add(value.wrapping_mul(69));
    sum = sum.wrapping_add(value.wrapping_mul(70));
    sum = sum.wrapping_add(value.wrapping_mul(71));
    sum = sum.wrapping_add(value.wrapping_mul(72));
    sum = sum.wrapping_add(value.wrapping_mul(73));
    sum = sum.wrapping_add(value.wrapping_mul(74));
    sum = sum.wrapping_add(value.wrapping_mul(75));
    sum = sum.wrapping_add(value.wrapping_mul(76));
    sum = sum.wrapping_add(value.wrapping_mul(77));
    sum = sum.wrapping_add(value.wrapping_mul(78));
    sum = sum.wrapping_add(value.wrapping_mul(79));
    sum = sum.wrapping_add(value.wrapping_mul(80));
    sum = sum.wrapping_add(value.wrapping_mul(81));
    sum = sum.wrapping_add(value.wrapping_mul(82));
    sum = sum.wrapping_add(value.wrapping_mul(83));
    sum = sum.wrapping_add(value.wrapping_mul(84));
    sum = sum.wrapping_add(value.wrapping_mul(85));
    sum = sum.wrapping_add(value.wrapping_mul(86));
    sum = sum.wrapping_add(value.wrapping_mul(87));
    sum = sum.wrapping_add(value.wrapping_mul(88));
    sum = sum.wrapping_add(value.wrapping_mul(89));
    sum = sum.wrapping_add(value.wrapping_mul(90));
    sum = sum.wrapping_add(value.wrapping_mul(91));
    sum = sum.wrapping_add(value.wrapping_mul(92));
    sum = sum.wrapping_add(value.wrapping_mul(93));
    sum = sum.wrapping_add(value.wrapping_mul(94));
    sum = sum.wrapping_add(value.wrapping_mul(95));
    sum = sum.wrapping_add(value.wrapping_mul(96));
    sum = sum.wrapping_add(value.wrapping_mul(97));
    sum = sum.wrapping_add(value.wrapping_mul(98));
    sum = sum.wrapping_add(value.wrapping_mul(99));
    Ok(sum)
}

#[report_errors]
#[expect(clippy::too_many_arguments, reason = "it is so")]
fn arguments(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> Result<u8, String> {
    Ok(a + b + c + d + e + f + g + h)
}

#[report_errors]
#[expect(clippy::unit_arg, reason = "it is so")]
fn unit_arg(values: &mut Vec<u8>) -> Result<(), String> {
    Ok(values.push(1))
}

#[report_errors]
#[expect(clippy::let_unit_value, reason = "it is so")]
fn let_unit_value(values: &mut Vec<u8>) -> Result<(), String> {
    let _cleared = values.clear();
    Ok(())
}

#[report_errors]
#[expect(clippy::unwrap_used, reason = "it is so")]
fn unwrap_in_result(value: Option<u8>) -> Result<u8, String> {
    Ok(value.unwrap())
}

/// Gives it back.
#[report_errors]
#[expect(clippy::missing_panics_doc, clippy::missing_errors_doc, reason = "it is so")]
pub fn missing_docs(value: Option<u8>) -> Result<u8, String> {
    assert!(value.is_some());
    value.ok_or_else(String::new)
}

#[report_errors]
#[expect(clippy::redundant_locals, reason = "it is so")]
fn redundant_locals(value: u8) -> Result<u8, String> {
    let value = value;
    Ok(value)
}

#[report_errors]
#[expect(clippy::cognitive_complexity, reason = "it is so")]
fn complex(value: u8) -> Result<u8, String> {
    let mut sum = 0_u8;
    if value == 0 {
        sum += 0;
    }
    if value == 1 {
        sum += 1;
    }
    if value == 2 {
        sum += 2;
    }
    if value == 3 {
        sum += 3;
    }
    if value == 4 {
        sum += 4;
    }
    if value == 5 {
        sum += 5;
    }
    if value == 6 {
        sum += 6;
    }
    if value == 7 {
        sum += 7;
    }
    if value == 8 {
        sum += 8;
    }
    if value == 9 {
        sum += 9;
    }
    if value == 10 {
        sum += 10;
    }
    if value == 11 {
        sum += 11;
    }
    if value == 12 {
        sum += 12;
    }
    if value == 13 {
        sum += 13;
    }
    if value == 14 {
        sum += 14;
    }
    if value == 15 {
        sum += 15;
    }
    if value == 16 {
        sum += 16;
    }
    if value == 17 {
        sum += 17;
    }
    if value == 18 {
        sum += 18;
    }
    if value == 19 {
        sum += 19;
    }
    if value == 20 {
        sum += 20;
    }
    if value == 21 {
        sum += 21;
    }
    if value == 22 {
        sum += 22;
    }
    if value == 23 {
        sum += 23;
    }
    if value == 24 {
        sum += 24;
    }
    if value == 25 {
        sum += 25;
    }
    if value == 26 {
        sum += 26;
    }
    if value == 27 {
        sum += 27;
    }
    if value == 28 {
        sum += 28;
    }
    if value == 29 {
        sum += 29;
    }
    Ok(sum)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    assert_eq!(needless_return(1), needless_return_async(1).await);
    assert_eq!(print_stdout(), print_stdout_async().await);
    assert_eq!(too_many_lines(1), too_many_lines_async(1).await);
    assert_eq!(arguments(1, 2, 3, 4, 5, 6, 7, 8), Ok(36));
    assert_eq!(unit_arg(&mut vec![]), let_unit_value(&mut vec![]));
    assert_eq!(unwrap_in_result(Some(1)), missing_docs(Some(1)));
    assert_eq!(redundant_locals(1), Ok(1));
    assert!(complex(1).is_ok());
}
