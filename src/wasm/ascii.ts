// Text crosses into and out of the core's memory here, in the cheapest way that the host allows.
// The memory never grows, so views of it stay valid.

interface NodeBuffer {
  latin1Slice(start: number, end: number): string;
}
type NodeBufferClass = { from(buffer: ArrayBuffer, at: number): NodeBuffer };

/** Node's Buffer reads ASCII faster than a TextDecoder. Browsers have none, nor most Workers. */
const { Buffer } = globalThis as unknown as {
  Buffer?: NodeBufferClass & { prototype?: Partial<NodeBuffer> };
};

/** The longest text for which a view is kept: enough for one key. */
const KEPT_VIEW_MAX_BYTES = 128;

/** Makes a function that reads a number of bytes of ASCII from `address` on. */
export function asciiReader(memory: ArrayBuffer, address: number): (length: number) => string {
  if (Buffer?.prototype?.latin1Slice) {
    const bytes = Buffer.from(memory, address);
    return (length) => bytes.latin1Slice(0, length);
  }
  const decoder = new TextDecoder();
  const views: Uint8Array[] = [];
  return (length) => {
    if (length > KEPT_VIEW_MAX_BYTES)
      return decoder.decode(new Uint8Array(memory, address, length));
    views[length] ??= new Uint8Array(memory, address, length);
    return decoder.decode(views[length]);
  };
}

/**
 * Writes ASCII text. Its length is the caller's to check. For 64 characters a loop is faster than a
 * TextEncoder.
 */
export function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

/**
 * Writes text whose characters are not checked yet: `allowed` has a 1 at the code of each good one.
 * Returns false at the first other one.
 */
export function writeChecked(bytes: Uint8Array, text: string, allowed: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (allowed[code] !== 1) return false;
    bytes[i] = code;
  }
  return true;
}
