// The requests that `npm start` and `npm run deploy` print.

const BODY = '{"channel":"room-1","uid":42}';

/**
 * For a deployment: the service key stands neither in the command, nor in the shell's history, nor
 * in an argument that other users see (`ps`). It comes from `file`, or is pasted when the command
 * asks. One command, since what is pasted behind it would be read as the key.
 */
export function deployedRequest(url, file, platform = process.platform) {
  const fromFile = file && `node scripts/secret.mjs SERVICE_KEY ${file}`;
  if (platform === "win32") {
    const asked = 'Read-Host -AsSecureString "SERVICE_KEY"';
    const pasted = `[Net.NetworkCredential]::new("", (${asked})).Password`;
    return firstRequest(url, `$(${fromFile ?? pasted})`, platform);
  }
  const header = (key) => `printf 'Authorization: Bearer %s' "${key}" |`;
  return [
    fromFile ? header(`$(${fromFile})`) : `read -rs SERVICE_KEY && ${header("$SERVICE_KEY")}`,
    `  curl -s ${url}/v1/keys -H @- \\`,
    `  -H 'Content-Type: application/json' -d '${BODY}'`,
  ].join("\n");
}

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
