// The beginning: asks who is here while the rest of the client is still on its way.
import { resume } from "./session/session";
import { applyTheme, keptTheme } from "./shell/theme";
import "./ui/tokens.css";
import "./ui/base.css";

applyTheme(keptTheme());
const resumed = resume();
import("./client").then(
  ({ show }) => show(resumed),
  () => document.getElementById("unloaded")?.removeAttribute("hidden"),
);
