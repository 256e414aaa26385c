# Signs a grant for one user: ruby sign_grant.rb room-1 42
# Ruby 3.0 or later, gem install jwt. Environment: GRANT_SECRET.

require "jwt"
require "securerandom"

# For the app of a signed-in user. With it, the app gets keys for these channels for four hours.
def sign_grant(channels, uid)
  secret = ENV.fetch("GRANT_SECRET", "")
  raise "GRANT_SECRET is not set" if secret.empty?

  now = Time.now.to_i
  claims = {
    iss: "business-server",
    aud: "latchkey",
    sub: "user-#{uid}",
    jti: SecureRandom.uuid,
    iat: now,
    exp: now + 4 * 3600,
    channels: channels,
    uid: uid,
    maxKeyExpiresIn: 3600
  }
  JWT.encode(claims, secret, "HS256", { typ: "JWT" })
end

# Refuses 0, which would let anyone in, and text that to_i would make 0 of.
def uid_of(text)
  return text.to_i if text.to_s.match?(/\A[1-9][0-9]{0,9}\z/) && text.to_i <= 0xFFFF_FFFF

  raise "uid must be a whole number from 1 to 4294967295"
end

begin
  channel, uid = ARGV
  puts sign_grant([channel], uid_of(uid))
rescue RuntimeError => error
  abort error.message
end
