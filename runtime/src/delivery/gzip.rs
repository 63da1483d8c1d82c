//! Gzip by one compressor for all envelopes: its tables are far larger than what it compresses, and
//! to make them anew takes longer than to compress.

use flate2::{Compress, CompressError, Compression, Crc, FlushCompress, Status};

/// Deflated, no name, no time, no system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

/// Compresses one body after the other.
pub(super) struct Gzip {
    deflate: Compress,
    body: Vec<u8>,
}

impl Gzip {
    pub(super) fn new() -> Self {
        Self {
            deflate: Compress::new(Compression::fast(), false),
            body: Vec::new(),
        }
    }

    /// The whole of `plain`; it lies here until the next one comes.
    pub(super) fn compress(&mut self, plain: &[u8]) -> Result<&[u8], CompressError> {
        self.deflate.reset();
        self.body.clear();
        self.body.extend_from_slice(&HEADER);
        let mut left = plain;
        loop {
            self.body.reserve(left.len() / 3 + 512);
            let before = self.deflate.total_in();
            let status = self
                .deflate
                .compress_vec(left, &mut self.body, FlushCompress::Finish)?;
            let taken = usize::try_from(self.deflate.total_in() - before).unwrap_or(left.len());
            left = left.get(taken..).unwrap_or_default();
            if status == Status::StreamEnd {
                break;
            }
        }
        let mut sum = Crc::new();
        sum.update(plain);
        self.body.extend_from_slice(&sum.sum().to_le_bytes());
        self.body.extend_from_slice(&sum.amount().to_le_bytes());
        Ok(&self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::Gzip;
    use flate2::read::GzDecoder;
    use std::io::Read as _;

    #[test]
    fn what_is_compressed_is_read_back_one_after_the_other() {
        let mut noise = 1_u32;
        let large: Vec<u8> = (0..300_000)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                noise.to_be_bytes()[0]
            })
            .collect();
        let mut gzip = Gzip::new();
        for plain in [&b"{}\n"[..], &large, b"", &b"again ".repeat(10_000)] {
            let body = gzip.compress(plain).unwrap();
            let mut back = Vec::new();
            GzDecoder::new(body).read_to_end(&mut back).unwrap();
            assert!(back == plain, "{} bytes", plain.len());
        }
    }
}
