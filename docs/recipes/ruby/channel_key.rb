# Gets a channel key from Latchkey with the service key: ruby channel_key.rb room-1 42
# Ruby 3.0 or later, standard library. Environment: LATCHKEY_URL, SERVICE_KEY.

require "json"
require "net/http"
require "openssl"

def setting(name)
  value = ENV.fetch(name, "").strip
  value.empty? ? raise("#{name} is not set") : value
end

# Refuses 0, which would let anyone in, and text that to_i would make 0 of.
def uid_of(text)
  return text.to_i if text.to_s.match?(/\A[1-9][0-9]{0,9}\z/) && text.to_i <= 0xFFFF_FFFF

  raise "uid must be a whole number from 1 to 4294967295"
end

# Pass the whole response (JSON) on to the app: key, uid, expiresAt, renewAt and more. The uid must
# be that of your signed-in user.
def channel_key(channel, uid)
  url = URI("#{setting("LATCHKEY_URL").delete_suffix("/")}/v1/keys")
  headers = { "Authorization" => "Bearer #{setting("SERVICE_KEY")}", "Content-Type" => "application/json" }
  body = JSON.generate(channel: channel, uid: uid, expiresIn: 3600)
  timeouts = { open_timeout: 5, read_timeout: 5, write_timeout: 5 }
  response = Net::HTTP.start(url.host, url.port, use_ssl: url.scheme == "https", **timeouts) do |http|
    http.post(url.path, body, headers)
  end
  raise "Latchkey returned #{response.code}: #{response.body}" unless response.is_a?(Net::HTTPOK)

  response.body
end

begin
  channel, uid = ARGV
  puts channel_key(channel, uid_of(uid))
rescue RuntimeError, SystemCallError, SocketError, Timeout::Error, OpenSSL::SSL::SSLError, JSON::GeneratorError => error
  abort error.message
end
