import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The JSON Web Token that the vendor asks for. */
final class Token {
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private Token() {}

  /** Signs the three claims with HS256; the token is valid for half an hour. */
  static String mint(String accessKey, String secretKey, Instant now) throws GeneralSecurityException {
    var claims = String.format(
        "{\"iss\":\"%s\",\"exp\":%d,\"nbf\":%d}",
        accessKey, now.getEpochSecond() + 1800, now.getEpochSecond() - 5);
    var signed = encode("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + encode(claims);
    var signature = Mac.getInstance("HmacSHA256");
    signature.init(new SecretKeySpec(secretKey.getBytes(UTF_8), "HmacSHA256"));
    return signed + "." + BASE64.encodeToString(signature.doFinal(signed.getBytes(UTF_8)));
  }

  private static String encode(String text) {
    return BASE64.encodeToString(text.getBytes(UTF_8));
  }
}
