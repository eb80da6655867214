use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::{engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha256;

/// Signs the vendor's three claims with HS256; the token is valid for half an hour.
pub fn mint(
    access_key: &str,
    secret_key: &str,
    now: SystemTime,
) -> Result<String, Box<dyn std::error::Error>> {
    let seconds = |at: SystemTime| at.duration_since(UNIX_EPOCH).map(|since| since.as_secs());
    let claims = json!({
        "iss": access_key,
        "exp": seconds(now + Duration::from_secs(1800))?,
        "nbf": seconds(now - Duration::from_secs(5))?,
    });
    let header = json!({"alg": "HS256", "typ": "JWT"});
    let signed = [header, claims]
        .map(|part| URL_SAFE_NO_PAD.encode(part.to_string()))
        .join(".");
    let mut signature = Hmac::<Sha256>::new_from_slice(secret_key.as_bytes())?;
    signature.update(signed.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(signature.finalize().into_bytes());
    Ok(format!("{signed}.{signature}"))
}
