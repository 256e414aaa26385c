import { authorizeToken, type TokenUse } from "../auth/token-policy.ts";
import type { Context } from "../config/deployment.ts";
import { parse } from "../contract/parse-request.ts";
import type { IssuedToken } from "../contract/responses.ts";
import { invalidRequest, ServiceError, valid } from "../contract/service-error.ts";
import {
  type RequestedService,
  TokenRequest,
  tokenErrors,
  userIdProblem,
} from "../contract/token-request.ts";
import type { TokenService } from "../keys/token/token-services.ts";
import { assertNotRevoked } from "../revocations/assert-not-revoked.ts";
import type { ServiceFacts } from "../telemetry/audit-event.ts";
import { rtcPrivileges } from "./privileges.ts";
import { resolveTokenTimes } from "./times.ts";

/**
 * One 007 token with one or several services, by service key or grant. Throws `invalid_request`,
 * `forbidden` or a finer code, `grant_revoked`, `revocations_unavailable`, or `not_configured` in
 * App-ID mode: there are no tokens without a certificate.
 */
export async function issueToken(context: Context, input: unknown): Promise<IssuedToken> {
  const { caller, now, deployment, record } = context;
  const { config, host, signer } = deployment;
  const request = parse(TokenRequest, input, ({ services = [] }) =>
    tokenErrors(services, caller.kind === "grant" && caller.grant.user.uid !== 0),
  );
  record.about({ services: request.services.map(serviceFacts), version: 7 });
  const { services, ...limits } = authorizeToken(caller, request.services, config, now);
  assertUserIds(services);
  const times = valid(resolveTokenTimes(request, { issuedAt: now, ...limits }));
  const { expiresAt } = times;
  record.about({ services: services.map(serviceFacts), version: 7, expiresAt });
  for (const access of accesses(services)) {
    await assertNotRevoked(context, access.channel, access.user);
  }
  if (!signer) {
    const detail = "This project has no certificate (KEY_MODE is app-id), so it has no tokens.";
    throw new ServiceError("not_configured", detail);
  }
  const expire = expiresAt - now;
  const signed = services.map((service) => signedService(service, expire));
  const salt = host.randomInts(1)[0] as number;
  const token = signer.accessToken({ version: 7, issueTs: now, expire, salt, services: signed });
  return {
    token,
    version: 7,
    appId: config.appId,
    services: signed.map((service, i) => ({ ...service, ...roleOf(services[i]) })),
    salt,
    issuedAt: now,
    expiresAt,
    renewAt: times.renewAt,
    serverTime: now,
  };
}

/** What the log names of a service, as it was asked for or as it is signed. */
function serviceFacts(service: RequestedService | TokenUse): ServiceFacts {
  const { type } = service;
  if (service.type !== "rtc") return { type, userId: service.userId };
  const { uid, account } = "user" in service ? service.user : service;
  return { type, channel: service.channel, uid, account, role: service.role };
}

type SignedService = Extract<TokenService, { readonly type: TokenUse["type"] }>;

/** A grant's user need not be a name that RTM or chat takes. */
function assertUserIds(services: readonly TokenUse[]): void {
  const errors = services.flatMap((service, i) => {
    if (service.type === "rtc" || service.userId === undefined) return [];
    const message = userIdProblem(service.type, service.userId);
    return message === undefined ? [] : [{ path: `services[${i}].userId`, message }];
  });
  if (errors.length > 0) throw invalidRequest(errors);
}

/** What is asked for, each once: an entry with a channel is not about RTM or chat. */
function accesses(services: readonly TokenUse[]) {
  return services.map((service) =>
    service.type === "rtc"
      ? { channel: service.channel, user: service.user }
      : {
          channel: undefined,
          user: service.userId === undefined ? undefined : { account: service.userId },
        },
  );
}

/** Each privilege ends with the token, or earlier where the request says so. */
function signedService(service: TokenUse, expire: number): SignedService {
  switch (service.type) {
    case "rtc": {
      const { type, channel, user } = service;
      return { type, channel, ...user, privileges: rtcPrivileges(service, expire) };
    }
    case "rtm":
      return { ...service, privileges: { login: expire } };
    case "rtm2":
      return { ...service, privileges: { login: expire } };
    case "chat": {
      const { type, userId } = service;
      if (userId === undefined) return { type, userId: "", privileges: { app: expire } };
      return { type, userId, privileges: { user: expire } };
    }
  }
}

function roleOf(service: TokenUse | undefined): { role?: "publisher" | "subscriber" } {
  return service?.type === "rtc" && service.role !== undefined ? { role: service.role } : {};
}
