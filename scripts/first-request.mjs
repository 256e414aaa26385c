// The request that `npm start` and `npm run deploy` print.

const BODY = '{"channel":"room-1","uid":42}';

/**
 * A command that asks for a key, for the shell of this platform: PowerShell on Windows. `bearer` is
 * the service key, or shell text in its place.
 */
export function firstRequest(url, bearer, platform = process.platform) {
  if (platform === "win32") {
    return [
      `Invoke-RestMethod ${url}/v1/keys -Method Post \``,
      `  -Headers @{ Authorization = "Bearer ${bearer}" } \``,
      `  -ContentType application/json -Body '${BODY}' | ConvertTo-Json`,
    ].join("\n");
  }
  return [
    `curl -s ${url}/v1/keys \\`,
    `  -H "Authorization: Bearer ${bearer}" \\`,
    `  -H 'Content-Type: application/json' -d '${BODY}'`,
  ].join("\n");
}
