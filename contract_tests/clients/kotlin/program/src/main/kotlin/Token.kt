import java.time.Instant
import java.util.Base64
import javax.crypto.Mac
import javax.crypto.spec.SecretKeySpec

/** Signs the vendor's three claims with HS256; the token is valid for half an hour. */
fun mint(accessKey: String, secretKey: String, now: Instant): String {
    val claims = """{"iss":"$accessKey","exp":${now.epochSecond + 1800},"nbf":${now.epochSecond - 5}}"""
    val signed = listOf("""{"alg":"HS256","typ":"JWT"}""", claims).joinToString(".") { encode(it.toByteArray()) }
    val signature = Mac.getInstance("HmacSHA256").apply { init(SecretKeySpec(secretKey.toByteArray(), algorithm)) }
    return "$signed.${encode(signature.doFinal(signed.toByteArray()))}"
}

private fun encode(bytes: ByteArray): String = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)
