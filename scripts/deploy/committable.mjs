// Whether a file with secrets could get into a commit.
import { spawnSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/**
 * Whether `git add` would take this file, in whichever repository it lies. Where there is no git,
 * nothing is committed. Any other answer counts as yes.
 */
export function isCommittable(path) {
  const real = existsSync(path)
    ? realpathSync(path)
    : join(realpathSync(dirname(path)), basename(path));
  const git = spawnSync("git", ["check-ignore", "--quiet", "--", basename(real)], {
    cwd: dirname(real),
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
  });
  if (git.error?.code === "ENOENT" || git.status === 0) return false;
  return !/not a git repository/.test(git.stderr ?? "");
}
