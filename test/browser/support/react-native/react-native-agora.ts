// A fake of react-native-agora 4: the methods and events that the example uses, as its types have
// them. It takes everything, and tells what it was asked.

export interface IRtcEngine {
  initialize(context: { appId?: string }): number;
  registerEventHandler(handler: Handler): boolean;
  joinChannel(token: string, channelId: string, uid: number, options: object): number;
  joinChannelWithUserAccount(
    token: string,
    channelId: string,
    userAccount: string,
    options?: object,
  ): number;
  renewToken(token: string): number;
  leaveChannel(): number;
  release(): void;
}

interface Handler {
  onTokenPrivilegeWillExpire?(): void;
  onRequestToken?(): void;
}

interface Told {
  /** What each engine was asked. */
  readonly engines: { readonly calls: unknown[][]; readonly handlers: Handler[] }[];
}

export function createAgoraRtcEngine(): IRtcEngine {
  const calls: unknown[][] = [];
  const handlers: Handler[] = [];
  const told = globalThis as unknown as { agora?: Told };
  told.agora ??= { engines: [] };
  told.agora.engines.push({ calls, handlers });
  const tell =
    (name: string) =>
    (...args: unknown[]) => {
      calls.push([name, ...args]);
      return 0;
    };
  return {
    initialize: tell("initialize"),
    joinChannel: tell("joinChannel"),
    joinChannelWithUserAccount: tell("joinChannelWithUserAccount"),
    renewToken: tell("renewToken"),
    leaveChannel: tell("leaveChannel"),
    release: tell("release"),
    registerEventHandler(handler) {
      handlers.push(handler);
      return true;
    },
  };
}
