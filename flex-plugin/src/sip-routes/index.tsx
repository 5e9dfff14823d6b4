/** What administrators see: the map of SIP routes. */
import * as React from "react";

import type { Part } from "../part";
import { text } from "../strings";
import { routesApi } from "./api";
import { Editor } from "./editor";
import { isDirty } from "./editor-state";
import { SipRoutesView } from "./panel/SipRoutesView";

const VIEW = "switchboard-sip-routes";

/** A map of 100,000 routes is up to 20 MB; the functions end after 14 s. */
const TIMEOUT_SECONDS = 30;

const REPEATABLE: ReadonlySet<string> = new Set(["/admin/list", "/admin/versions", "/admin/diff", "/admin/test"]);

export const sipRoutes: Part = {
  name: "sip-routes",
  isEnabled: (settings, manager) => settings.sipRoutes.enabled && manager.user.roles.includes("admin"),
  register({ flex, settings, api }) {
    const editor = new Editor(
      routesApi((path, body) =>
        api.post(path, body, { timeoutSeconds: TIMEOUT_SECONDS, isRepeatable: REPEATABLE.has(path) }),
      ),
    );
    window.addEventListener("beforeunload", (event) => {
      // The browser asks whether the page may be left.
      if (isDirty(editor.getState())) event.preventDefault();
    });
    flex.SideNav.Content.add(<Link key={VIEW} flex={flex} />);
    flex.ViewCollection.Content.add(
      <flex.View name={VIEW} key={VIEW}>
        <SipRoutesView editor={editor} publishWhileAvailable={settings.sipRoutes.publishWhileAvailable} />
      </flex.View>,
    );
  },
};

interface LinkProps {
  readonly flex: Parameters<Part["register"]>[0]["flex"];
  /** Given by Flex: the view that is shown. */
  readonly activeView?: string;
}

function Link({ flex, activeView }: LinkProps): React.ReactElement {
  const { SideLink } = flex;
  return (
    <SideLink
      showLabel
      icon="Directory"
      iconActive="DirectoryBold"
      isActive={activeView === VIEW}
      onClick={() => void flex.Actions.invokeAction("NavigateToView", { viewName: VIEW })}
    >
      {text("SwitchboardSipTitle")}
    </SideLink>
  );
}
