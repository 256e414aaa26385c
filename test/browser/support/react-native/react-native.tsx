// A fake of react-native for a browser: the few parts that the example uses.

import type { ReactNode } from "react";
import { createElement } from "react";

interface Parent {
  readonly children?: ReactNode;
}

export const View = ({ children }: Parent) => createElement("div", {}, children);
export const Text = ({ children }: Parent) => createElement("p", {}, children);
export const Button = ({ title, onPress }: { title: string; onPress: () => void }) =>
  createElement("button", { type: "button", onClick: onPress }, title);

export const AppRegistry = {
  registerComponent(_name: string, _component: () => () => ReactNode): void {},
};
