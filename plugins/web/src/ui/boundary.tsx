// The error message of a page that failed to render. The rest of the client stays usable.
import { Component, type ReactNode } from "react";
import { useText } from "../text/text";
import { Button } from "./button";
import { Notice } from "./feedback";
import { Page } from "./page";

function Broken() {
  const { t } = useText();
  return (
    <Page title={t.common.brokenTitle} isNarrow>
      <Notice tone="danger">{t.common.brokenBody}</Notice>
      <div>
        <Button onClick={() => globalThis.location.reload()}>{t.common.reload}</Button>
      </div>
    </Page>
  );
}

export class Boundary extends Component<{ readonly children: ReactNode }> {
  override readonly state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    return this.state.isBroken ? <Broken /> : this.props.children;
  }
}
