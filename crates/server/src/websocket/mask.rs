//! The client's mask: a key of four bytes laid over the payload with XOR.

/// Takes the mask off `payload`, which starts `offset` bytes into its frame. Doing it twice puts the mask back.
pub(super) fn unmask(payload: &mut [u8], mut key: [u8; 4], offset: u64) {
    key.rotate_left((offset % 4) as usize);
    let [a, b, c, d] = key;
    let key_twice = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    // Words of eight bytes, which the compiler widens further; a byte at a time is several times slower.
    let (words, tail) = payload.as_chunks_mut::<8>();
    for word in words {
        *word = (u64::from_ne_bytes(*word) ^ key_twice).to_ne_bytes();
    }
    for (byte, key) in tail.iter_mut().zip(key.iter().cycle()) {
        *byte ^= key;
    }
}
