// What Scalar shows, and what it must not do. All that would ask another server is off, and the
// page's policy (http/assets.ts) allows none of it.

const OFF = { disabled: true };

export const CONFIGURATION = {
  url: "/openapi.json",
  layout: "modern",
  theme: "none",
  // Its fonts, its proxy, its counting, its agent and its links to its makers' services.
  withDefaultFonts: false,
  proxyUrl: "",
  telemetry: false,
  agent: OFF,
  mcp: OFF,
  hideClientButton: true,
  showDeveloperTools: "never",
  // A credential stays in the page's memory.
  persistAuth: false,
  documentDownloadType: "direct",
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
  orderRequiredPropertiesFirst: false,
  orderSchemaPropertiesBy: "preserve",
};
