import { expect, test } from "vitest";
import { TestDeployment } from "../support/deployment.ts";
import { signGrant } from "../support/grants.ts";

async function expectUnverifiable(credential: string): Promise<void> {
  const { status, json } = await new TestDeployment().post(
    "/v1/keys",
    { channel: "room-1" },
    { credential },
  );
  expect([status, json.code]).toEqual([401, "unauthenticated"]);
}

test("a grant has one spelling: white space, padding, plain base64 and unused bits that differ are refused", async () => {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const token = await signGrant();
  const last = alphabet.indexOf(token.at(-1) ?? "");
  const spellings = [1, 2, 3].map((bits) => token.slice(0, -1) + alphabet[last + bits]);
  for (const text of [...spellings, `${token}=`, token.replace(/.$/, " $&")])
    await expectUnverifiable(text);
  // One whose signature says the same in plain base64.
  let other = token;
  for (let i = 0; !/[-_][^.]*$/.test(other); i++) other = await signGrant({ jti: `grant-${i}` });
  const [header, payload, signature = ""] = other.split(".");
  await expectUnverifiable(
    `${header}.${payload}.${signature.replaceAll("-", "+").replaceAll("_", "/")}`,
  );
});
