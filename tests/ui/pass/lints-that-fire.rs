//! What the compiler and clippy find in a body they find under the attribute, at the same place.

use dragonfly::report_errors;

#[report_errors]
fn unused(path: &str, mode: String) -> Result<usize, String> {
    let mut length = path.len();
    Ok(path.len())
}

#[report_errors]
fn assigned(mut value: u8) -> Result<u8, String> {
    let mut result = value;
    result = 1;
    value = 2;
    Ok(result)
}

#[report_errors]
fn unreachable(text: &str) -> Result<(), String> {
    return Err(text.to_owned());
    println!("never");
    Ok(())
}

#[report_errors]
fn forgotten(values: &[u8]) -> Result<u8, String> {
    values.iter().map(|value| value + 1);
    unused("", String::new());
    Ok(8)
}

#[report_errors]
fn braces(value: u8) -> Result<u8, String> {
    let value = { value };
    let value = (value);
    let value = value;
    return Ok(value);
}

#[report_errors]
fn unit(values: &mut Vec<u8>) -> Result<(), String> {
    let cleared = values.clear();
    Ok(values.push(1))
}

/// Gives it back.
#[report_errors]
pub fn unwraps(value: Option<u8>) -> Result<u8, String> {
    println!("{value:?}");
    Ok(value.unwrap() + value.expect("a value"))
}

#[report_errors]
async fn unused_async(path: &str, mode: String) -> Result<usize, String> {
    let mut length = path.len();
    Ok(path.len())
}

#[report_errors]
async fn assigned_async(mut value: u8) -> Result<u8, String> {
    let mut result = value;
    result = 1;
    value = 2;
    Ok(result)
}

#[report_errors]
async fn unreachable_async(text: &str) -> Result<(), String> {
    return Err(text.to_owned());
    println!("never");
    Ok(())
}

#[report_errors]
async fn forgotten_async(values: &[u8]) -> Result<u8, String> {
    values.iter().map(|value| value + 1);
    unused_async("", String::new());
    Ok(8)
}

#[report_errors]
async fn braces_async(value: u8) -> Result<u8, String> {
    let value = { value };
    let value = (value);
    let value = value;
    return Ok(value);
}

#[report_errors]
async fn unit_async(values: &mut Vec<u8>) -> Result<(), String> {
    let cleared = values.clear();
    Ok(values.push(1))
}

/// Gives it back.
#[report_errors]
pub async fn unwraps_async(value: Option<u8>) -> Result<u8, String> {
    println!("{value:?}");
    tokio::task::yield_now().await;
    Ok(value.unwrap() + value.expect("a value"))
}

#[report_errors]
async fn future() -> Result<impl std::future::Future<Output = ()>, String> {
    let inner = async { std::future::ready(()) };
    Ok(inner.await)
}

#[report_errors]
fn many_lines(value: u8) -> Result<u8, String> {
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

fn main() {
    let _ = (unused("", String::new()), assigned(1), unreachable(""));
    let _ = (
        forgotten(&[]),
        braces(1),
        unit(&mut vec![]),
        unwraps(Some(1)),
    );
    drop((
        unused_async("", String::new()),
        assigned_async(1),
        unreachable_async(""),
    ));
    drop((
        forgotten_async(&[]),
        braces_async(1),
        unit_async(&mut vec![]),
    ));
    drop((unwraps_async(Some(1)), future()));
    let _ = many_lines(1);
}
