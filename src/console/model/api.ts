// Requests to this deployment. The credential goes into a header, and nowhere else.

/** RFC 9457, as the service writes it. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  readonly code: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

export type Answer<Body> = { readonly body: Body } | { readonly problem: Problem };

export type Post = <Body>(path: string, body: unknown) => Promise<Answer<Body>>;

/** `credential` is asked anew at each request; undefined while there is none. */
export function createPost(credential: () => string | undefined, send: typeof fetch): Post {
  return async <Body>(path: string, body: unknown): Promise<Answer<Body>> => {
    const authorization = credential();
    if (authorization === undefined) {
      return {
        problem: problem(
          "no_credential",
          "No credential yet",
          "Enter a service key or a grant above.",
        ),
      };
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
      return {
        problem: problem(
          "network",
          "No answer",
          "The deployment could not be reached, or the credential has characters that no header can carry.",
        ),
      };
    }
    const content: unknown = await response.json().catch(() => undefined);
    if (response.ok && content !== undefined) return { body: content as Body };
    const unknown = problem(
      `http_${response.status}`,
      "Not an answer of the service",
      `HTTP status ${response.status}.`,
    );
    return { problem: isProblem(content) ? content : unknown };
  };
}

function isProblem(content: unknown): content is Problem {
  return typeof content === "object" && content !== null && "code" in content && "title" in content;
}

function problem(code: string, title: string, detail: string): Problem {
  return { code, title, detail };
}

/** A grant is a JWT, whose parts are joined by dots; a service key has none. */
export function isGrant(credential: string): boolean {
  return credential.includes(".");
}
