// Signs a grant for one user: java -cp 'lib/*' SignGrant.java room-1 42
// Java 17 or later, com.auth0:java-jwt 4 (and its Jackson) in lib. Environment: GRANT_SECRET.

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

public class SignGrant {
    public static void main(String[] args) {
        try {
            if (args.length != 2) throw new IllegalArgumentException("give a channel and a uid");
            System.out.println(signGrant(List.of(args[0]), uidOf(args[1])));
        } catch (IllegalArgumentException | IllegalStateException error) {
            System.err.println(error.getMessage());
            System.exit(1);
        }
    }

    /**
     * For the app of a signed-in user. With it, the app gets keys for these channels for four
     * hours.
     */
    static String signGrant(List<String> channels, long uid) {
        String secret = System.getenv("GRANT_SECRET");
        if (secret == null || secret.isEmpty()) throw new IllegalStateException("GRANT_SECRET is not set");
        Instant now = Instant.now();
        return JWT.create()
            .withIssuer("business-server")
            .withAudience("latchkey")
            .withSubject("user-" + uid)
            .withJWTId(UUID.randomUUID().toString())
            .withIssuedAt(now)
            .withExpiresAt(now.plus(Duration.ofHours(4)))
            .withClaim("channels", channels)
            .withClaim("uid", uid)
            .withClaim("maxKeyExpiresIn", 3600)
            .sign(Algorithm.HMAC256(secret));
    }

    /** Refuses 0, which would let anyone in, and any text that is not a uid. */
    static long uidOf(String text) {
        if (text.matches("[1-9][0-9]{0,9}") && Long.parseLong(text) <= 0xFFFF_FFFFL) return Long.parseLong(text);
        throw new IllegalArgumentException("uid must be a whole number from 1 to 4294967295");
    }
}
