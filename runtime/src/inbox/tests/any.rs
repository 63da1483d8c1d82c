use proptest::prelude::*;

use super::{deflate, gzip};
use crate::envelope::tests::likely_bytes;
use crate::inbox::Envelope;
use crate::inbox::request::posted;

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_body_is_an_envelope_or_refused(body in likely_bytes()) {
        let read = Envelope::read(&body);
        prop_assert_eq!(posted(None, &body).is_some(), read.is_ok());
        for (encoding, encoded) in [("gzip", gzip(&body)), ("deflate", deflate(&body))] {
            prop_assert_eq!(posted(Some(encoding), &encoded).is_some(), read.is_ok());
        }
        for event in read.iter().flat_map(Envelope::events) {
            let shown = event.to_string();
            prop_assert!(!shown.contains(|c: char| c.is_control() && c != '\n'), "{shown:?}");
        }
    }

    #[test]
    fn what_was_broken_on_its_way_is_an_envelope_or_refused(
        body in likely_bytes(),
        broken in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        noise in prop::collection::vec(any::<u8>(), 0..64),
    ) {
        for (encoding, mut encoded) in [("gzip", gzip(&body)), ("deflate", deflate(&body))] {
            for (place, byte) in &broken {
                *place.get_mut(&mut encoded) = *byte;
            }
            posted(Some(encoding), &encoded);
        }
        for encoding in ["gzip", "deflate", "br", "zstd"] {
            posted(Some(encoding), &noise);
        }
    }
}
