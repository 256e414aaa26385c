// SHA-1 and HMAC written from FIPS 180-4 and RFC 2104 word for word, slowly: what the core is compared with.

const rotl = (x: number, by: number): number => (x << by) | (x >>> (32 - by));

const K = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];

function f(t: number, b: number, c: number, d: number): number {
  if (t < 20) return (b & c) ^ (~b & d);
  if (t < 40 || t >= 60) return b ^ c ^ d;
  return (b & c) ^ (b & d) ^ (c & d);
}

export function referenceSha1(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array((message.length + 9 + 63) & ~63);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 4, message.length * 8);

  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  for (let at = 0; at < padded.length; at += 64) {
    const w = new Int32Array(80);
    const W = (t: number): number => w[t] as number;
    for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
    for (let t = 16; t < 80; t++) w[t] = rotl(W(t - 3) ^ W(t - 8) ^ W(t - 14) ^ W(t - 16), 1);
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let t = 0; t < 80; t++) {
      const next = rotl(a, 5) + f(t, b, c, d) + e + (K[Math.floor(t / 20)] as number) + W(t);
      e = d;
      d = c;
      c = rotl(b, 30);
      b = a;
      a = next | 0;
    }
    [a, b, c, d, e].forEach((word, i) => {
      state[i] = (state[i] as number) + word;
    });
  }
  const digest = new DataView(new ArrayBuffer(20));
  state.forEach((word, i) => {
    digest.setInt32(4 * i, word);
  });
  return new Uint8Array(digest.buffer);
}

export function referenceHmac(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(64);
  block.set(key.length > 64 ? referenceSha1(key) : key);
  const padded = (byte: number, text: Uint8Array): Uint8Array => {
    const both = new Uint8Array(64 + text.length);
    both.set(block.map((x) => x ^ byte));
    both.set(text, 64);
    return both;
  };
  return referenceSha1(padded(0x5c, referenceSha1(padded(0x36, message))));
}

export const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
