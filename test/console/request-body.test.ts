import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Fields,
  grantBody,
  keyCall,
  requestBody,
  revocationBody,
} from "../../src/console/model/request-body.ts";

test("an empty field is left out, digits become a number, and what is wrong stays as typed", () => {
  const fields: Fields = [
    ["channel", " a room "],
    ["uid", " 42 "],
    ["version", "5"],
    ["sdkVersion", "1.14"],
    ["service", ""],
    ["expiresIn", "an hour"],
  ];
  expect(requestBody(fields)).toEqual({
    channel: " a room ",
    uid: 42,
    version: 5,
    sdkVersion: "1.14",
    expiresIn: "an hour",
  });
  expect(requestBody([["uid", "-1"]])).toEqual({ uid: "-1" });
  // A channel of digits is text all the same.
  expect(requestBody([["channel", "7"]])).toEqual({ channel: "7" });
});

test("a key is asked for by what was typed, or with RTM and chat as one token for one user", () => {
  const typed: Fields = [
    ["channel", "room-1"],
    ["uid", "42"],
    ["role", "subscriber"],
    ["version", "5"],
    ["expiresIn", "60"],
  ];
  const body = { channel: "room-1", uid: 42, role: "subscriber", version: 5, expiresIn: 60 };
  expect(keyCall(typed)).toEqual({ path: "/v1/keys", body });
  const rtc = { type: "rtc", channel: "room-1", uid: 42, role: "subscriber" };
  const rtm = { type: "rtm", userId: "42" };
  expect(keyCall([...typed, ["rtm", "on"], ["chat", "on"]])).toEqual({
    path: "/v1/tokens",
    body: { services: [rtc, rtm, { type: "chat", userId: "42" }], expiresIn: 60 },
  });
  // What a grant says is left out.
  expect(
    keyCall([
      ["channel", "room-1"],
      ["rtm", "on"],
    ]).body,
  ).toEqual({ services: [{ type: "rtc", channel: "room-1" }, { type: "rtm" }] });
  expect(
    keyCall([
      ["account", "alice"],
      ["rtm", "on"],
    ]).body,
  ).toMatchObject({ services: [{ account: "alice" }, { userId: "alice" }] });
});

test("the channels of a grant stand one on a line, with all that a name may have in it", () => {
  const name = fc.stringMatching(/^[a-zA-Z0-9 ,.:;!#*_-]{1,30}$/);
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), (channels) => {
      // The box as a whole is trimmed, not its lines.
      fc.pre(channels.join("\n").trim() === channels.join("\n"));
      expect(grantBody([["channels", channels.join("\r\n")]]).channels).toEqual(channels);
    }),
  );
  const body = grantBody([
    ["channels", "room-1\n\nteam-*"],
    ["maxKeyExpiresIn", "60"],
    ["services", "rtm"],
    ["services", "mediaChannel"],
  ]);
  const services = ["rtm", "mediaChannel"];
  expect(body).toEqual({ channels: ["room-1", "team-*"], maxKeyExpiresIn: 60, services });
  expect(grantBody([["channels", ""]])).toEqual({ channels: [] });
});

test("the end of a revocation is typed in the device's time", () => {
  const at = new Date(2030, 0, 2, 3, 4);
  expect(
    revocationBody([
      ["uid", "42"],
      ["until", "2030-01-02T03:04"],
    ]),
  ).toEqual({ uid: 42, until: at.getTime() / 1000 });
  expect(
    revocationBody([
      ["issuedBefore", "2030-01-02T03:04"],
      ["eject", "on"],
    ]),
  ).toEqual({ issuedBefore: at.getTime() / 1000, eject: true });
  expect(
    revocationBody([
      ["sub", "user-7"],
      ["until", ""],
    ]),
  ).toEqual({ sub: "user-7" });
});
