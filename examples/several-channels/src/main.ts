// One grant for several channels: a plenary that everybody hears, and a team's own channel. Going
// from team to team needs no new grant: it allows `team-*`.

import { type ChannelCall, joinChannel, why } from "./channel-call.ts";
import { shareGrant } from "./share-grant.ts";

const ENDPOINT = import.meta.env.VITE_LATCHKEY_URL ?? "http://localhost:8787";
const PLENARY = "room-1";
const TEAMS = ["team-red", "team-blue"] as const;

const grant = shareGrant(async (signal) => {
  const response = await fetch("/grant", { method: "POST", signal });
  if (!response.ok) throw new Error(`/grant returned ${response.status}`);
  return response.json();
});

const calls = new Map<string, ChannelCall>();
let team: (typeof TEAMS)[number] = TEAMS[0];

async function join(channel: string): Promise<void> {
  if (calls.has(channel)) return;
  const say = stateOf(channel);
  say("joining");
  try {
    const call = await joinChannel({ endpoint: ENDPOINT, grant, channel }, say);
    calls.set(channel, call);
  } catch (error) {
    say(`failed: ${why(error as Error)}`);
  }
}

async function leave(channel: string): Promise<void> {
  await calls.get(channel)?.leave();
  calls.delete(channel);
}

/** A line of the page for this channel. */
function stateOf(channel: string): (state: string) => void {
  const id = `state-${channel}`;
  let line = document.getElementById(id);
  if (!line) {
    line = document.createElement("li");
    line.id = id;
    document.getElementById("states")?.append(line);
  }
  const element = line;
  return (state) => {
    element.textContent = `${channel}: ${state}`;
  };
}

function onClick(id: string, action: () => Promise<unknown>): void {
  document.getElementById(id)?.addEventListener("click", () => void action());
}

onClick("join", () => Promise.all([join(PLENARY), join(team)]));
onClick("switch", async () => {
  const left = team;
  team = team === TEAMS[0] ? TEAMS[1] : TEAMS[0];
  await Promise.all([leave(left), join(team)]);
});
onClick("leave", () => Promise.all([...calls.keys()].map(leave)));
