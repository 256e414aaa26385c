import { StrictMode, useState } from "react";
import { Button, Text, View } from "react-native";
import { useCall } from "./src/use-call";

/** Your deployment, and your business server. Android's emulator has this machine at 10.0.2.2. */
const LATCHKEY_URL = "http://10.0.2.2:8787";
const GRANTS_URL = "http://10.0.2.2:3000/grant";

export default function App() {
  const [channel, setChannel] = useState<string>();
  return (
    <StrictMode>
      <View>
        <Button title="Join" onPress={() => setChannel("room-1")} />
        <Button title="Leave" onPress={() => setChannel(undefined)} />
        {channel ? <Call key={channel} channel={channel} /> : <Text>not in a call</Text>}
      </View>
    </StrictMode>
  );
}

function Call({ channel }: { channel: string }) {
  const state = useCall({ endpoint: LATCHKEY_URL, channel, grant: fetchGrant });
  return <Text>{state}</Text>;
}

/** Your business server knows who is signed in. */
async function fetchGrant(signal: AbortSignal): Promise<{ grant: string }> {
  const response = await fetch(GRANTS_URL, { method: "POST", signal });
  if (!response.ok) throw new Error(`${GRANTS_URL} returned ${response.status}`);
  return response.json();
}
