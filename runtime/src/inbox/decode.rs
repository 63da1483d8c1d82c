use std::io::{self, Read};

use brotli_decompressor::Decompressor;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use ruzstd::decoding::StreamingDecoder;

/// What a body may have once it is decompressed.
pub(super) const LIMIT: usize = 100 << 20;

pub(super) enum DecodeError {
    Unknown,
    Broken(String),
    TooLarge,
}

/// Undoes a `Content-Encoding`.
pub(super) fn decode(encoding: Option<&str>, body: Vec<u8>) -> Result<Vec<u8>, DecodeError> {
    let bytes = body.as_slice();
    match encoding.map(str::to_ascii_lowercase).as_deref() {
        None | Some("identity") => Ok(body),
        Some("gzip" | "x-gzip") => read(MultiGzDecoder::new(bytes)),
        Some("deflate") => read(ZlibDecoder::new(bytes)),
        Some("br") => read(Decompressor::new(bytes, 4096)),
        Some("zstd") => match StreamingDecoder::new(bytes) {
            Ok(decoder) => read(decoder),
            Err(error) => Err(DecodeError::Broken(error.to_string())),
        },
        Some(_) => Err(DecodeError::Unknown),
    }
}

fn read(decoder: impl Read) -> Result<Vec<u8>, DecodeError> {
    let mut plain = Vec::new();
    let broken = |error: io::Error| DecodeError::Broken(error.to_string());
    let more_than_allowed = LIMIT as u64 + 1;
    decoder
        .take(more_than_allowed)
        .read_to_end(&mut plain)
        .map_err(broken)?;
    if plain.len() > LIMIT {
        return Err(DecodeError::TooLarge);
    }
    Ok(plain)
}
