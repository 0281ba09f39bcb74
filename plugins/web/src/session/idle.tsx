// Signs out an inactive user. Activity in any tab keeps all of them signed in.
import { useEffect, useRef, useState } from "react";
import { useText } from "../text/text";
import { printDuration } from "../text/dates";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { signOut } from "./session";

const idle_s = 600; // The sign-in page states this period too.
const warning_s = 60;
const events = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

export function IdleGuard() {
  const { t } = useText();
  const lastUse = useRef(Date.now());
  const [left, setLeft] = useState<number>();

  useEffect(() => {
    const channel = new BroadcastChannel("bankd-web-use");
    let told = 0;
    const used = () => {
      lastUse.current = Date.now();
      if (Date.now() - told < 5000) return;
      told = Date.now();
      channel.postMessage("used");
    };
    channel.onmessage = () => void (lastUse.current = Date.now());
    for (const name of events) addEventListener(name, used, { passive: true });
    const timer = setInterval(() => {
      const rest = idle_s - (Date.now() - lastUse.current) / 1000;
      if (rest <= 0) void signOut("idle");
      setLeft(rest < warning_s ? rest : undefined);
    }, 1000);
    return () => {
      for (const name of events) removeEventListener(name, used);
      clearInterval(timer);
      channel.close();
    };
  }, []);

  if (left === undefined) return null;
  const stay = () => {
    lastUse.current = Date.now();
    setLeft(undefined);
  };
  return (
    <Dialog title={t.idle.title} onClose={stay}>
      <p>{t.idle.body(printDuration(left))}</p>
      <Button onClick={stay}>{t.idle.stay}</Button>
    </Dialog>
  );
}
