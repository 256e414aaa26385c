// Fakes of what Cloudflare has and bare workerd lacks, as the text of modules that run inside
// workerd.

/** A rate limit that counts in the isolate, as Cloudflare's does, and never says no. */
export const FAKE_RATE_LIMIT = `const counts = new Map();
export default () => ({
  async limit({ key }) {
    if (counts.size > 10000) counts.clear();
    counts.set(key, (counts.get(key) ?? 0) + 1);
    return { success: true };
  },
});`;

/**
 * The Worker behind an assets binding: it gets the files from its binding FILES, a folder on disk.
 */
export const FAKE_ASSETS = `const TYPES = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  txt: "text/plain; charset=utf-8",
  md: "text/markdown; charset=utf-8",
  svg: "image/svg+xml",
  png: "image/png",
  woff2: "font/woff2",
};

export default {
  async fetch(request, { FILES }) {
    if (request.method !== "GET" && request.method !== "HEAD") return new Response(null, { status: 405 });
    const { pathname } = new URL(request.url);
    const names = pathname.endsWith("/") ? [pathname + "index.html"] : [pathname, pathname + ".html"];
    for (const name of names) {
      const file = await FILES.fetch("http://files" + name, { method: request.method });
      // Of a folder workerd returns a list, as JSON.
      if (file.status !== 200 || file.headers.get("Content-Type") !== "application/octet-stream") continue;
      const type = TYPES[name.slice(name.lastIndexOf(".") + 1)];
      return new Response(file.body, type === undefined ? file : { headers: { "Content-Type": type } });
    }
    return new Response(null, { status: 404 });
  },
};`;

/**
 * A request may carry this header: the Worker's clock is then so many seconds ahead, until a
 * request says otherwise.
 */
export const CLOCK_HEADER = "test-seconds-later";

/** Stands before a bundle's main module and moves its clock. */
export function moduleWithClock(main: string): string {
  return `import worker from "./${main}";
export * from "./${main}";

const realNow = Date.now;
let secondsLater = 0;
Date.now = () => realNow() + secondsLater * 1000;

export default {
  fetch(request, env, context) {
    secondsLater = Number(request.headers.get("${CLOCK_HEADER}") ?? 0);
    return worker.fetch(request, env, context);
  },
};`;
}
