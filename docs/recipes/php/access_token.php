<?php
// Gets one access token for a call and RTM from Latchkey: php access_token.php room-1 42
// PHP 8.1 or later with its curl extension. Environment: LATCHKEY_URL, SERVICE_KEY.

declare(strict_types=1);

/**
 * Pass the whole response (JSON) on to the app: token, appId, expiresAt, renewAt and more. The uid
 * must be that of your signed-in user. In RTM the user's id is its text.
 */
function accessToken(string $channel, int $uid): string
{
    $services = [
        ['type' => 'rtc', 'channel' => $channel, 'uid' => $uid, 'role' => 'publisher'],
        ['type' => 'rtm', 'userId' => (string) $uid],
    ];
    $curl = curl_init(rtrim(setting('LATCHKEY_URL'), '/') . '/v1/tokens');
    curl_setopt_array($curl, [
        CURLOPT_POSTFIELDS => json_encode(['services' => $services, 'expiresIn' => 3600], JSON_THROW_ON_ERROR),
        CURLOPT_HTTPHEADER => ['Authorization: Bearer ' . setting('SERVICE_KEY'), 'Content-Type: application/json'],
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_TIMEOUT => 5,
    ]);
    $response = curl_exec($curl);
    if ($response === false) {
        throw new RuntimeException(curl_error($curl));
    }
    $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    if ($status !== 200) {
        throw new RuntimeException("Latchkey returned $status: $response");
    }
    return $response;
}

/** Refuses 0, which would let anyone in, and text that (int) would make 0 of. */
function uidOf(string $text): int
{
    if (preg_match('/^[1-9][0-9]{0,9}$/D', $text) === 1 && (int) $text <= 0xFFFFFFFF) {
        return (int) $text;
    }
    throw new RuntimeException('uid must be a whole number from 1 to 4294967295');
}

function setting(string $name): string
{
    $value = trim((string) getenv($name));
    return $value !== '' ? $value : throw new RuntimeException("$name is not set");
}

try {
    echo accessToken($argv[1] ?? '', uidOf($argv[2] ?? '')), "\n";
} catch (RuntimeException | JsonException $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}
