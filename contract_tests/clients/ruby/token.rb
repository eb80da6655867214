# frozen_string_literal: true

require 'base64'
require 'json'
require 'openssl'

# The JSON Web Token that the vendor asks for.
module Token
  # Signs the three claims with HS256; the token is valid for half an hour.
  def self.mint(access_key, secret_key, now)
    header = { alg: 'HS256', typ: 'JWT' }
    claims = { iss: access_key, exp: now.to_i + 1800, nbf: now.to_i - 5 }
    signed = [header, claims].map { |part| encode(part.to_json) }.join('.')
    "#{signed}.#{encode(OpenSSL::HMAC.digest('SHA256', secret_key, signed))}"
  end

  def self.encode(bytes)
    Base64.urlsafe_encode64(bytes, padding: false)
  end
  private_class_method :encode
end
