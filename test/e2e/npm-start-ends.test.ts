// However `npm start` ends, nothing stays behind: real processes, in copies of the repository.

import { afterEach, describe, expect, test } from "vitest";
import { hasProc, NpmStart, unusedPort } from "../support/npm-start.ts";

const READY = /^Ready: http:/m;
/** Under load a start takes long. */
const LONG_MS = 180_000;

const started: NpmStart[] = [];

function copyOfRepository(): NpmStart {
  const copy = new NpmStart();
  started.push(copy);
  return copy;
}

afterEach(async () => {
  for (const npmStart of started.splice(0)) await npmStart.clean();
});

describe.skipIf(!hasProc)("nothing of npm start stays behind", { timeout: LONG_MS }, () => {
  /** `npm start` has ended by the test's hand: everything that it started must end too. */
  async function expectNothingLeft(npmStart: NpmStart): Promise<void> {
    expect(await npmStart.leftovers()).toEqual([]);
  }

  async function running(command?: readonly string[]): Promise<NpmStart> {
    const npmStart = copyOfRepository();
    npmStart.start(await unusedPort(), command);
    await npmStart.prints(READY);
    expect(npmStart.processes().map(({ command }) => command)).toEqual(
      expect.arrayContaining([expect.stringMatching(/workerd serve/)]),
    );
    return npmStart;
  }

  test.each(["SIGTERM", "SIGKILL"] as const)("when npm gets %s", async (signal) => {
    const npmStart = await running();
    process.kill(npmStart.process?.pid ?? 0, signal);
    await expectNothingLeft(npmStart);
  });

  test("when the launcher gets SIGKILL", async () => {
    const npmStart = await running();
    process.kill(npmStart.pidOf(/^\S*node scripts\/dev\.mjs/), "SIGKILL");
    await expectNothingLeft(npmStart);
  });

  test("when the launcher gets SIGKILL while the first build runs", async () => {
    const npmStart = copyOfRepository();
    npmStart.start(await unusedPort());
    await npmStart.prints(/custom build/);
    process.kill(npmStart.pidOf(/^\S*node scripts\/dev\.mjs/), "SIGKILL");
    await expectNothingLeft(npmStart);
  });

  // `script` gives the command a terminal. When it dies, the terminal closes.
  test.skipIf(process.platform !== "linux")("when its terminal closes", async () => {
    const npmStart = await running(["script", "-qefc", "npm start", "/dev/null"]);
    process.kill(npmStart.process?.pid ?? 0, "SIGKILL");
    await expectNothingLeft(npmStart);
  });
});
