//! Line noise that is the same on every run.

/// The bytes of a small generator with a fixed start (xorshift).
pub fn noise(count: usize) -> Vec<u8> {
    let mut state = 0x2545_f491u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state >> 11) as u8
    };
    (0..count).map(|_| next()).collect()
}
