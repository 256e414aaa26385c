// Gets one access token for a call and RTM from Latchkey: java AccessToken.java room-1 42
// Java 17 or later, standard library. Environment: LATCHKEY_URL, SERVICE_KEY.

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

public class AccessToken {
    private static final HttpClient CLIENT = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    public static void main(String[] args) throws InterruptedException {
        try {
            if (args.length != 2) throw new IllegalArgumentException("give a channel and a uid");
            System.out.println(accessToken(args[0], uidOf(args[1])));
        } catch (IOException | IllegalArgumentException | IllegalStateException error) {
            System.err.println(error);
            System.exit(1);
        }
    }

    /**
     * Pass the whole response (JSON) on to the app: token, appId, expiresAt, renewAt and more. The
     * uid must be that of your signed-in user. In RTM the user's id is its text.
     */
    static String accessToken(String channel, long uid) throws IOException, InterruptedException {
        // The SDK's channel names have no character that JSON would escape.
        if (!channel.matches("[a-zA-Z0-9 !#$%&()+\\-:;<=.>?@\\[\\]^_{}|~,]{1,64}")) {
            throw new IllegalArgumentException("channel must be 1 to 64 characters of the SDK's set");
        }
        String body = """
            {"services":[
              {"type":"rtc","channel":"%s","uid":%d,"role":"publisher"},
              {"type":"rtm","userId":"%d"}
            ],"expiresIn":3600}
            """.formatted(channel, uid, uid);
        String url = setting("LATCHKEY_URL").replaceFirst("/+$", "") + "/v1/tokens";
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + setting("SERVICE_KEY"))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(5))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
        HttpResponse<String> response = CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                "Latchkey returned " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    /** Refuses 0, which would let anyone in, and any text that is not a uid. */
    static long uidOf(String text) {
        if (text.matches("[1-9][0-9]{0,9}") && Long.parseLong(text) <= 0xFFFF_FFFFL) return Long.parseLong(text);
        throw new IllegalArgumentException("uid must be a whole number from 1 to 4294967295");
    }

    private static String setting(String name) {
        String value = System.getenv(name);
        if (value == null || value.isBlank()) throw new IllegalStateException(name + " is not set");
        return value.strip();
    }
}
