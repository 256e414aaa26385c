// A fake of what only Agora's servers can do for today's web SDK: to name a gateway, to accept a
// join, and to say that a token expires. It accepts every token. No media flows.

import type { Page, WebSocketRoute } from "playwright-core";

/** What the SDK says of itself when it asks for a gateway, and when it joins there. */
export interface SeenJoin {
  readonly channel: string;
  readonly token: string;
  readonly uid: number;
  /** Of who joins by account: the uid is then the one that Agora gave it. */
  readonly account?: string;
}

/** The uid that this fake gives every account. */
export const UID_OF_ACCOUNT = 1_000_042;

export interface FakeGateway {
  /** Requests for a gateway. The SDK sends each of them to several servers. */
  readonly lookups: SeenJoin[];
  readonly joins: SeenJoin[];
  /** The tokens that the SDK passed on while it was in the channel. */
  readonly renewals: string[];
  readonly roles: string[];
  /** Tells the SDK, as Agora's gateway does 30 s before a token expires, or when it has. */
  /** From now on it gives nobody a gateway, as Agora does for a token that it takes to be wrong. */
  refuse(): void;
  say(event: "on_token_privilege_will_expire" | "on_token_privilege_did_expire"): void;
}

/** What the SDK posts to find a gateway: a form whose field `request` is JSON. */
interface Lookup {
  readonly opid: number;
  readonly request_bodies: readonly [
    { buffer: { cname: string; key: string; uid: number; service_ids: readonly number[] } },
  ];
}

/** The SDK asks for a gateway (11) and for a proxy (26), and finds them by these flags. */
const FLAGS: Readonly<Record<number, number>> = { 11: 4096, 26: 4194310 };

/** The SDK says "invalid token, authorized failed". */
const INVALID_TOKEN = 2010009;

const NO_CODECS = { audioCodecs: [], audioExtensions: [], videoCodecs: [], videoExtensions: [] };

/** Ends of a connection that will never be made. */
const ORTC = {
  iceParameters: { iceUfrag: "gateway1", icePwd: "a-password-of-24-letters", candidates: [] },
  dtlsParameters: {
    role: "server",
    fingerprints: [{ algorithm: "sha-256", fingerprint: Array(32).fill("AB").join(":") }],
  },
  rtpCapabilities: { send: NO_CODECS, recv: NO_CODECS },
};

export async function fakeGateway(page: Page): Promise<FakeGateway> {
  const lookups: SeenJoin[] = [];
  const joins: SeenJoin[] = [];
  const renewals: string[] = [];
  const roles: string[] = [];
  let joined: WebSocketRoute | undefined;
  let code = 0;

  await page.route(/action=stringuid/, (route) =>
    route.fulfill({
      headers: { "access-control-allow-origin": "*" },
      json: { code: 0, uid: UID_OF_ACCOUNT },
    }),
  );

  await page.route(/\/transpond\/webrtc/, (route) => {
    const form = route.request().postData() ?? "";
    const { opid, request_bodies }: Lookup = JSON.parse(/\{.*\}/s.exec(form)?.[0] ?? "{}");
    const { cname, key, uid, service_ids } = request_bodies[0].buffer;
    lookups.push({ channel: cname, token: key, uid });
    const gateway = { ip: "gateway.example", port: 4710 };
    const bodies = service_ids.map((id) => ({
      uri: 23,
      buffer: {
        code,
        flag: FLAGS[id],
        cert: "ticket",
        cid: 1,
        cname,
        uid,
        detail: {},
        edges_services: [gateway],
      },
    }));
    return route.fulfill({
      headers: { "access-control-allow-origin": "*" },
      json: { opid, enter_ts: Date.now(), leave_ts: Date.now(), detail: {}, response_body: bodies },
    });
  });

  await page.routeWebSocket(/gateway\.example/, (socket) =>
    socket.onMessage((text) => {
      const { _id, _type, _message } = JSON.parse(String(text));
      if (_id === undefined) return;
      let message: object = {};
      if (_type === "join_v3") {
        const { channel_name, channel_key, ap_response, string_uid: account } = _message;
        const named = account === undefined ? {} : { account };
        joins.push({ channel: channel_name, token: channel_key, uid: ap_response.uid, ...named });
        joined = socket;
        message = { uid: ap_response.uid, vid: 1, cid: 1, rejoin_token: "rejoin", ortc: ORTC };
      }
      if (_type === "renew_token") renewals.push(_message.token);
      if (_type === "set_client_role") roles.push(_message.role);
      if (_type === "traffic_stats") message = { peer_delay: [] };
      socket.send(JSON.stringify({ _id, _result: "success", _message: message }));
    }),
  );

  const say: FakeGateway["say"] = (event) =>
    joined?.send(JSON.stringify({ _type: event, _message: {} }));
  const refuse = () => {
    code = INVALID_TOKEN;
  };
  return { lookups, joins, renewals, roles, refuse, say };
}
