//! Secrets that are handed out: session tokens and invite codes. Random, never derived; a token is stored only as its digest.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use parlor_store::TokenDigest;
use parlor_types::Random;
use sha2::{Digest, Sha256};

/// A new session token (256 bits) with its digest.
pub(crate) fn new_token(random: &dyn Random) -> (String, TokenDigest) {
    let mut secret = [0; 32];
    random.fill(&mut secret);
    let token = format!("parlor_{}", URL_SAFE_NO_PAD.encode(secret));
    let digest = digest(&token);
    (token, digest)
}

/// The digest under which a token is found.
pub(crate) fn digest(token: &str) -> TokenDigest {
    Sha256::digest(token.as_bytes()).into()
}

/// A new invite code (128 bits).
pub(crate) fn new_invite_code(random: &dyn Random) -> String {
    let mut secret = [0; 16];
    random.fill(&mut secret);
    URL_SAFE_NO_PAD.encode(secret)
}
