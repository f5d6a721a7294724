use std::path::Path;

use sha2::{Digest, Sha256};

use crate::state::{Record, StateError};

/// Bytes before each payload: its length, its CRC32C, and the CRC32C of those eight, all little-endian.
const HEADER: usize = 12;

/// Frames one record for the journal.
pub(super) fn encode(record: &Record) -> Vec<u8> {
    let payload = serde_json::to_vec(record).expect("a record holds nothing JSON cannot");
    let length = u32::try_from(payload.len()).expect("a record is far below 4 GiB");
    let mut frame = Vec::with_capacity(HEADER + payload.len());
    frame.extend(length.to_le_bytes());
    frame.extend(crc32c::crc32c(&payload).to_le_bytes());
    frame.extend(crc32c::crc32c(&frame).to_le_bytes());
    frame.extend(payload);
    frame
}

/// The digest by which the next record names this one.
pub(super) fn digest(record: &Record) -> String {
    let payload = serde_json::to_vec(record).expect("a record holds nothing JSON cannot");
    hex(&Sha256::digest(payload)[..8])
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The records of a journal and how many of its bytes they fill; what follows is a torn tail.
///
/// # Errors
/// When a byte within differs from what was written: a write that was cut off leaves a shorter file, never other bytes.
pub(super) fn decode(path: &Path, bytes: &[u8]) -> Result<(Vec<Record>, usize), StateError> {
    let damaged = |at: usize, reason: &str| StateError::Damaged { path: path.to_owned(), reason: format!("{reason} at byte {at}") };
    let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
    let mut records: Vec<Record> = Vec::new();
    let mut at = 0;
    while bytes.len() - at >= HEADER {
        if crc32c::crc32c(&bytes[at..at + 8]) != word(at + 8) {
            // A file system may have extended the file before the power went, and filled it with zeros.
            if bytes[at..].iter().all(|byte| *byte == 0) {
                break;
            }
            return Err(damaged(at, "a frame's header does not fit its checksum"));
        }
        let length = word(at) as usize;
        let Some(payload) = bytes.get(at + HEADER..at + HEADER + length) else { break };
        if crc32c::crc32c(payload) != word(at + 4) {
            return Err(damaged(at, "a frame does not fit its checksum"));
        }
        let record: Record = serde_json::from_slice(payload).map_err(|error| damaged(at, &error.to_string()))?;
        let expected = records.last().map_or_else(String::new, digest);
        if record.previous != expected {
            return Err(damaged(at, "a record does not follow the one before it"));
        }
        records.push(record);
        at += HEADER + length;
    }
    Ok((records, at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Entry;

    fn journal(count: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut previous = String::new();
        for sequence in 1..=count {
            let entry = Entry::Finished { outcome: format!("run {sequence}") };
            let record = Record { sequence, previous, at: jiff::Timestamp::UNIX_EPOCH, entry };
            bytes.extend(encode(&record));
            previous = digest(&record);
        }
        bytes
    }

    #[test]
    fn a_cut_at_any_byte_leaves_the_whole_records_before_it() {
        let bytes = journal(5);
        let frame_ends: Vec<usize> = (1..=5).map(|count| journal(count).len()).collect();
        for cut in 0..bytes.len() {
            let (records, used) = decode(Path::new("journal"), &bytes[..cut]).expect("a torn tail is no damage");
            let whole = frame_ends.iter().filter(|end| **end <= cut).count();
            assert_eq!(records.len(), whole, "cut at {cut}");
            assert!(used <= cut);
        }
    }

    #[test]
    fn every_flipped_bit_is_found() {
        let bytes = journal(4);
        for position in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[position / 8] ^= 1 << (position % 8);
            assert!(decode(Path::new("journal"), &flipped).is_err(), "bit {position}");
        }
    }
}
