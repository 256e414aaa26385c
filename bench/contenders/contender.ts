// What every contender is: JavaScript values in, a channel key's text out.

export interface Fields {
  version: 4 | 5;
  channel: string;
  unixTs: number;
  randomInt: number;
  uid: number;
  expiredTs: number;
}

export type Mint = (fields: Fields) => string;
export type MintAsync = (fields: Fields) => Promise<string>;

/** The service is always the media channel. */
export const SERVICE_NAME = "ACS";
export const SERVICE_NUMBER = 1;

export const decimal = (value: number): string => String(value).padStart(10, "0");
export const hex = (value: number): string => value.toString(16).padStart(8, "0");

/** What version 4 signs and shows, for contenders that sign text. */
export function message4(appId: string, fields: Fields): string {
  const { channel, unixTs, randomInt, uid, expiredTs } = fields;
  return (
    SERVICE_NAME +
    appId +
    decimal(unixTs) +
    hex(randomInt) +
    channel +
    decimal(uid) +
    decimal(expiredTs)
  );
}

export function key4(
  appId: string,
  signature: string,
  { unixTs, randomInt, expiredTs }: Fields,
): string {
  return `004${signature}${appId}${decimal(unixTs)}${hex(randomInt)}${decimal(expiredTs)}`;
}

/** What version 5 signs and shows. The buffers are used again: JavaScript can't do it with less. */
export class Packer5 {
  readonly #message = new Uint8Array(138);
  readonly #messageView = new DataView(this.#message.buffer);
  readonly #content = new Uint8Array(76);
  readonly #contentView = new DataView(this.#content.buffer);

  constructor(appId: string) {
    const raw = Uint8Array.from(appId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    this.#messageView.setUint16(0, SERVICE_NUMBER, true);
    this.#messageView.setUint16(2, 16, true);
    this.#message.set(raw, 4);
    this.#contentView.setUint16(0, SERVICE_NUMBER, true);
    this.#contentView.setUint16(2, 40, true);
    this.#contentView.setUint16(44, 16, true);
    this.#content.set(raw, 46);
  }

  /** A view of the message, valid until the next call. */
  message({ channel, unixTs, randomInt, uid, expiredTs }: Fields): Uint8Array {
    const bytes = this.#message;
    const view = this.#messageView;
    view.setUint32(20, unixTs, true);
    view.setUint32(24, randomInt, true);
    view.setUint16(28, channel.length, true);
    for (let i = 0; i < channel.length; i++) bytes[30 + i] = channel.charCodeAt(i);
    const at = 30 + channel.length;
    view.setUint32(at, uid, true);
    view.setUint32(at + 4, expiredTs, true);
    view.setUint16(at + 8, 0, true);
    return bytes.subarray(0, at + 10);
  }

  /** The content, with the signature's 40 upper-case digits. Valid until the next call. */
  content(signature: string, { unixTs, randomInt, expiredTs }: Fields): Uint8Array {
    const view = this.#contentView;
    for (let i = 0; i < 40; i++) this.#content[4 + i] = signature.charCodeAt(i);
    view.setUint32(62, unixTs, true);
    view.setUint32(66, randomInt, true);
    view.setUint32(70, expiredTs, true);
    return this.#content;
  }
}
