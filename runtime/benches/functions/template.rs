use super::{Parsed, ParseError, digit, pause};

#[attribute]
pub(super) fn sync(text: &[u8]) -> Parsed {
    let mut number = 0_u32;
    for &byte in text {
        let digit = digit(byte)?;
        let tens = number.checked_mul(10).ok_or(ParseError::TooLarge)?;
        number = tens.checked_add(digit).ok_or(ParseError::TooLarge)?;
    }
    Ok(number)
}

#[attribute]
pub(super) async fn call(text: &[u8], pauses: u32) -> Parsed {
    for _ in 0..pauses {
        pause().await;
    }
    let mut number = 0_u32;
    for &byte in text {
        let digit = digit(byte)?;
        let tens = number.checked_mul(10).ok_or(ParseError::TooLarge)?;
        number = tens.checked_add(digit).ok_or(ParseError::TooLarge)?;
    }
    Ok(number)
}

#[attribute]
pub(super) async fn large(text: &[u8], pauses: u32) -> Parsed {
    let mut buffer = [0_u8; 512];
    for (copy, byte) in buffer.iter_mut().zip(text) {
        *copy = digit(*byte)?.to_le_bytes()[0];
    }
    for _ in 0..pauses {
        pause().await;
    }
    let sum: u32 = buffer.iter().copied().map(u32::from).sum();
    Ok(sum)
}

#[attribute]
pub(super) async fn kept(name: String, mut parts: Vec<u32>, key: [u8; 32]) -> Parsed {
    parts.push(digit(key[0])?);
    pause().await;
    for byte in name.bytes().chain(key) {
        parts.push(digit(byte)?);
    }
    Ok(parts.iter().sum())
}

#[attribute]
pub(super) async fn used_up(name: String, mut parts: Vec<u32>, key: [u8; 32]) -> Parsed {
    for byte in name.into_bytes().into_iter().chain(key) {
        parts.push(digit(byte)?);
    }
    let sum = parts.into_iter().sum();
    pause().await;
    Ok(sum)
}
