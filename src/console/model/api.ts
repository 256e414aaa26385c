// Requests to this deployment. The credential goes into a header, and nowhere else.

/** A problem of the service (RFC 9457). */
export interface Problem {
  /** Where it is explained. Left out: it is the page's own. */
  readonly type?: string;
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export type Result<Body> = { readonly body: Body } | { readonly problem: Problem };

export type Method = "GET" | "POST" | "DELETE";

export type Ask = <Body>(method: Method, path: string, body?: unknown) => Promise<Result<Body>>;

/** `credential` is called at each request. It says undefined while there is none. */
export function createAsk(credential: () => Promise<string | undefined>, send: typeof fetch): Ask {
  return async <Body>(method: Method, path: string, body?: unknown): Promise<Result<Body>> => {
    const authorization = await credential();
    if (authorization === undefined) {
      return failure("no_credential", "Not signed in", "Sign in with a service key or a grant.");
    }
    let response: Response;
    try {
      response = await send(path, {
        method,
        headers: {
          authorization: `Bearer ${authorization}`,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
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
    if (response.status === 204) return { body: undefined as Body };
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
