// A route whose request is a JSON body with a credential: from the request to its answer in one function, read downwards. As a chain of
// middlewares, and with zod-openapi's own validation, the same steps cost a mint a tenth more.

import type { OpenAPIHono, RouteConfig, RouteConfigToTypedResponse, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { invalidRequest, type Refusal } from "../errors.ts";
import { readJson } from "./body.ts";
import type { HttpEnv } from "./env.ts";
import { fieldErrors } from "./field-errors.ts";
import { requireCaller, requireConfiguration } from "./middleware.ts";

interface JsonRoute<S extends z.ZodType> extends RouteConfig {
  readonly method: "post";
  readonly request: {
    readonly body: {
      readonly required: true;
      readonly content: { readonly "application/json": { schema: S } };
    };
  };
}

/** Makes the answer's refusal of a body that its schema objects to. */
export type Complain = (error: z.ZodError, body: unknown, c: Context<HttpEnv>) => Refusal;

const nameWrongFields: Complain = (error) => invalidRequest(fieldErrors(error));

export function addJsonRoute<S extends z.ZodType, R extends JsonRoute<S>>(
  app: OpenAPIHono<HttpEnv>,
  route: R & JsonRoute<S>,
  bodyMaxBytes: number,
  handle: (
    c: Context<HttpEnv>,
    body: z.output<S>,
  ) => RouteConfigToTypedResponse<R> | Promise<RouteConfigToTypedResponse<R>>,
  complain: Complain = nameWrongFields,
): void {
  const { schema } = route.request.body.content["application/json"];
  app.openAPIRegistry.registerPath(route);
  app.on("POST", [route.path], async (c) => {
    requireConfiguration(c);
    await requireCaller(c);
    const body = await readJson(c, bodyMaxBytes);
    const result = schema.safeParse(body);
    if (!result.success) throw complain(result.error, body, c);
    return (await handle(c, result.data)) as unknown as Response;
  });
}
