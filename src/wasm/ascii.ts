// Text crosses into and out of the core's memory here, by the cheapest way that the host allows.

interface NodeBuffer {
  latin1Slice(start: number, end: number): string;
}
type NodeBufferClass = { from(buffer: ArrayBuffer, at: number): NodeBuffer };

/** Node's Buffer reads ASCII faster than a TextDecoder does. Browsers have none, nor have Workers by default. */
const { Buffer } = globalThis as { Buffer?: NodeBufferClass & { prototype?: Partial<NodeBuffer> } };

/** The longest text for which the view is kept: enough for one key. */
const KEPT_VIEW_MAX_BYTES = 128;

/** Makes a function that reads so many bytes of ASCII from `address` on. The memory never grows, so views stay good. */
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

/** Writes ASCII text whose length and characters the caller has checked. For 64 characters a loop beats an encoder. */
export function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

/**
 * The same for text whose characters nobody has checked yet; `allowed` holds a 1 at the code of each good one. False at the
 * first bad one. To read each character once is a tenth of a key's whole cost less than to read it twice.
 */
export function writeChecked(bytes: Uint8Array, text: string, allowed: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (allowed[code] !== 1) return false;
    bytes[i] = code;
  }
  return true;
}
