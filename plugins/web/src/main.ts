// The entry point: resumes the session while the rest of the client is still loading.
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
