import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { Call } from "./call.tsx";

function App() {
  const [channel, setChannel] = useState<string>();
  const [microphone, setMicrophone] = useState(false);
  return (
    <main>
      <button type="button" onClick={() => setChannel("room-1")}>
        Join
      </button>
      <button type="button" onClick={() => setMicrophone((on) => !on)}>
        {microphone ? "Mute" : "Speak"}
      </button>
      <button type="button" onClick={() => setChannel(undefined)}>
        Leave
      </button>
      {channel ? <Call channel={channel} microphone={microphone} /> : <p>not in a call</p>}
    </main>
  );
}

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
