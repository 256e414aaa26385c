/// <reference types="vite/client" />

interface ImportMetaEnv {
  /** Your deployment's address. */
  readonly VITE_LATCHKEY_URL?: string;
}
