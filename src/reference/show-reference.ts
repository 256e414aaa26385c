// The reference's script. It shows the OpenAPI document with Scalar, which comes from this
// deployment like all else. An error's address (/docs#grant_expired) shows the list of errors,
// which is in the page, and loads nothing.

import { CONFIGURATION } from "./configuration.ts";

interface Scalar {
  createApiReference(place: Element, configuration: object): unknown;
}

const SCALAR_URL = "/docs/scalar.js";
const place = document.getElementById("reference") as HTMLElement;
let isLoading = false;

async function showReference(): Promise<void> {
  if (isLoading || isErrorShown()) return;
  isLoading = true;
  place.textContent = "Loading the operations …";
  try {
    await import(SCALAR_URL);
  } catch {
    place.textContent = "The operations could not be loaded. Reload the page.";
    return;
  }
  const { Scalar } = window as unknown as { Scalar: Scalar };
  Scalar.createApiReference(place, { ...CONFIGURATION, onResponseReceived: showResponse });
  document.documentElement.classList.add("has-reference");
}

/** In a narrow window the response stands below the request, where nobody sees that it came. */
function showResponse(): void {
  const response = document.querySelector('.scalar-client section[aria-label^="Response"]');
  response?.scrollIntoView({ block: "start" });
}

function isErrorShown(): boolean {
  const target = document.getElementById(location.hash.slice(1));
  return target !== null && target.closest("#errors") !== null;
}

/** A deployment may have no console. */
async function hideDeadLink(): Promise<void> {
  const { ok } = await fetch("/", { method: "HEAD" });
  if (!ok) document.getElementById("console")?.remove();
}

addEventListener("hashchange", showReference);
showReference();
hideDeadLink();
