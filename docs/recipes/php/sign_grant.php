<?php
// Signs a grant for one user: php sign_grant.php room-1 42
// PHP 8.1 or later, composer require firebase/php-jwt. Environment: GRANT_SECRET.

declare(strict_types=1);

use Firebase\JWT\JWT;

require 'vendor/autoload.php';

/**
 * For the app of a signed-in user. With it, the app gets keys for these channels for four hours.
 */
function signGrant(array $channels, int $uid): string
{
    $secret = (string) getenv('GRANT_SECRET');
    if ($secret === '') {
        throw new RuntimeException('GRANT_SECRET is not set');
    }
    $now = time();
    $claims = [
        'iss' => 'business-server',
        'aud' => 'latchkey',
        'sub' => "user-$uid",
        'jti' => bin2hex(random_bytes(16)),
        'iat' => $now,
        'exp' => $now + 4 * 3600,
        'channels' => $channels,
        'uid' => $uid,
        'maxKeyExpiresIn' => 3600,
    ];
    return JWT::encode($claims, $secret, 'HS256');
}

/** Refuses 0, which would let anyone in, and text that (int) would make 0 of. */
function uidOf(string $text): int
{
    if (preg_match('/^[1-9][0-9]{0,9}$/D', $text) === 1 && (int) $text <= 0xFFFFFFFF) {
        return (int) $text;
    }
    throw new RuntimeException('uid must be a whole number from 1 to 4294967295');
}

try {
    echo signGrant([$argv[1] ?? ''], uidOf($argv[2] ?? '')), "\n";
} catch (RuntimeException | DomainException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
