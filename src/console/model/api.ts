// Requests to this deployment. The credential goes into a header, and nowhere else.

/** A problem of the service (RFC 9457). */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export type PostResult<Body> = { readonly body: Body } | { readonly problem: Problem };

export type Post = <Body>(path: string, body: unknown) => Promise<PostResult<Body>>;

/** `credential` is called at each request. It returns undefined while there is none. */
export function createPost(credential: () => string | undefined, send: typeof fetch): Post {
  return async <Body>(path: string, body: unknown): Promise<PostResult<Body>> => {
    const authorization = credential();
    if (authorization === undefined) {
      return failure("no_credential", "No credential yet", "Enter a service key or a grant above.");
    }
    let response: Response;
    try {
      response = await send(path, {
        method: "POST",
        headers: { authorization: `Bearer ${authorization}`, "content-type": "application/json" },
        body: JSON.stringify(body),
        cache: "no-store",
        credentials: "omit",
      });
    } catch {
      return failure(
        "network",
        "No response",
        "The deployment can't be reached, or the credential can't be sent in a header.",
      );
    }
    const content: unknown = await response.json().catch(() => undefined);
    if (response.ok && content !== undefined) return { body: content as Body };
    if (isProblem(content)) return { problem: content };
    return failure(
      `http_${response.status}`,
      "Not a response of the service",
      `HTTP status ${response.status}.`,
    );
  };
}

function isProblem(content: unknown): content is Problem {
  return typeof content === "object" && content !== null && "code" in content && "title" in content;
}

function failure(code: string, title: string, detail: string): { readonly problem: Problem } {
  return { problem: { code, title, detail } };
}

/** A grant is a JWT, which has dots between its parts. A service key has none. */
export function isGrant(credential: string): boolean {
  return credential.includes(".");
}
