import { createKeySource, type KeySource, type KeySourceOptions } from "latchkey/client";
import { useEffect, useRef, useState } from "react";

/**
 * A key source that lives as long as the component: undefined at the first render, then there.
 *
 * It is made in an effect, and not by `useMemo`: what is closed stays closed, and StrictMode runs
 * each effect, its cleanup, and the effect again. So each run makes a source of its own, and its
 * cleanup closes that one.
 *
 * The options are those of the first render. For another channel, give the component another `key`.
 */
export function useKeySource(options: KeySourceOptions): KeySource | undefined {
  const first = useRef(options);
  const [keys, setKeys] = useState<KeySource>();
  useEffect(() => {
    const source = createKeySource(first.current);
    setKeys(source);
    return () => source.close();
  }, []);
  return keys;
}
