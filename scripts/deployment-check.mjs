const HEX_32 = /^[0-9a-fA-F]{32}$/;

/**
 * What a deployment lacks before it can issue keys. `vars` are those of wrangler.toml, `secrets` the names of the Workers secrets
 * that are set. The service checks the same, and more, when it runs: `GET /ready`.
 */
export function missingForDeployment(vars, secrets) {
  const missing = [];
  if (!HEX_32.test(vars.APP_ID ?? "")) {
    missing.push("APP_ID in wrangler.toml: 32 hexadecimal digits, from the vendor's console");
  }
  const hasKeySet = Boolean(vars.GRANT_JWKS || vars.GRANT_JWKS_URL);
  if (hasKeySet && !vars.GRANT_ISSUER) {
    missing.push(
      "GRANT_ISSUER in wrangler.toml: the `iss` of the grants that the key set verifies",
    );
  }
  const required = ["SERVICE_KEY"];
  if (vars.KEY_MODE !== "app-id") required.push("APP_CERTIFICATE");
  if (!hasKeySet) required.push("GRANT_SECRET");
  for (const name of required) {
    if (!secrets.includes(name))
      missing.push(`the secret ${name}: npx wrangler secret put ${name}`);
  }
  return missing;
}
