const HEX_32 = /^[0-9a-fA-F]{32}$/;

/** What access is revoked with, and how wrangler.toml binds it. */
const REVOCATION_BINDINGS = {
  REVOCATION_LIST: "durable_objects.bindings",
  REVOCATION_SNAPSHOTS: "kv_namespaces",
};

/**
 * What a deployment lacks before it can serve. `vars` are those of wrangler.toml, `secrets` the
 * names of the Workers secrets that are set, `bindings` the names of what is bound, `env` the
 * environment's name if it has one. The service checks the same, and more, when it runs: `GET
 * /ready`.
 */
export function missingForDeployment({ vars, secrets, bindings, env }) {
  const missing = missingSettings({ vars, bindings, env });
  const target = env === undefined ? "" : ` --env ${env}`;
  for (const name of missingSecrets({ vars, secrets }))
    missing.push(`the secret ${name}: npx wrangler secret put ${name}${target}`);
  return missing;
}

/** The names of the secrets that a deployment needs and does not have. */
export function missingSecrets({ vars, secrets }) {
  const required = ["SERVICE_KEY"];
  if (vars.KEY_MODE !== "app-id") required.push("APP_CERTIFICATE");
  if (!hasKeySet(vars)) required.push("GRANT_SECRET");
  return required.filter((name) => !secrets.includes(name));
}

/** What wrangler.toml lacks, whatever the secrets are. */
export function missingSettings({ vars, bindings, env }) {
  const missing = [];
  const place = env === undefined ? "wrangler.toml" : `[env.${env}] of wrangler.toml`;
  if (!HEX_32.test(String(vars.APP_ID ?? ""))) {
    missing.push(`APP_ID in ${place}: 32 hexadecimal digits, from the vendor's console`);
  }
  if (hasKeySet(vars) && !vars.GRANT_ISSUER) {
    missing.push(
      "GRANT_ISSUER in wrangler.toml: the `iss` of the grants that the key set verifies",
    );
  }
  // Vars may be booleans: false is off.
  if (vars.REVOCATIONS === "off" || vars.REVOCATIONS === false) return missing;
  for (const [name, table] of Object.entries(REVOCATION_BINDINGS)) {
    if (bindings.includes(name)) continue;
    missing.push(
      `the binding ${name} (${table}) in ${place}, or REVOCATIONS = "off" among its vars`,
    );
  }
  return missing;
}

function hasKeySet(vars) {
  return Boolean(vars.GRANT_JWKS || vars.GRANT_JWKS_URL);
}
