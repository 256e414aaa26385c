// Text crosses into and out of the core's memory here, by the cheapest way that the host allows.

interface NodeBuffer {
  latin1Slice(start: number, end: number): string;
  utf8Write(text: string, at: number, maxBytes: number): number;
}
type NodeBufferClass = { from(buffer: ArrayBuffer, at: number, length?: number): NodeBuffer };

/** Node's Buffer reads and writes text faster than TextDecoder and TextEncoder do. Browsers have none, nor have Workers by default. */
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
    if (length > KEPT_VIEW_MAX_BYTES) return decoder.decode(new Uint8Array(memory, address, length));
    views[length] ??= new Uint8Array(memory, address, length);
    return decoder.decode(views[length]);
  };
}

/** Writes ASCII text whose length and characters the caller has checked. For 64 characters a loop beats an encoder. */
export function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
}

/** From this length on Node's Buffer is faster than a loop. */
const LONG_TEXT_CHARACTERS = 20;

/**
 * Makes a function that writes text nobody has checked to `address`, and answers how many bytes that took. ASCII takes as many as it
 * has characters; of other text come bytes or a length that the core refuses. `size` is room for whatever it is given.
 */
export function textWriter(memory: ArrayBuffer, address: number, size: number): (text: string) => number {
  const bytes = new Uint8Array(memory, address, size);
  const buffer = Buffer?.prototype?.utf8Write && Buffer.from(memory, address, size);
  return (text) => {
    if (buffer && text.length >= LONG_TEXT_CHARACTERS) return buffer.utf8Write(text, 0, size);
    let codes = 0;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      codes |= code;
      bytes[i] = code;
    }
    return codes < 128 ? text.length : 0;
  };
}
