/** The page of the SIP routes. */
import * as React from "react";

import { Badge } from "@twilio-paste/core/badge";
import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutText } from "@twilio-paste/core/callout";
import { Heading } from "@twilio-paste/core/heading";
import { SkeletonLoader } from "@twilio-paste/core/skeleton-loader";
import { Tab, TabList, TabPanel, TabPanels, Tabs } from "@twilio-paste/core/tabs";

import { describeError } from "../../api/describe-error";
import { text } from "../../strings";
import { versionNumber } from "../api";
import { unpublished, type EditorState } from "../editor-state";
import { countChanges, type Draft } from "../model/draft";
import { PanelContext, useEditorState, usePanel, type Panel } from "./context";
import { HistoryTab } from "./HistoryTab";
import { MergeDialogue } from "./MergeDialogue";
import { Notices } from "./Notices";
import { RoutesTab } from "./RoutesTab";
import { TrialTab } from "./TrialTab";
import { numberText } from "./words";

/** How often an open page looks whether another administrator saved. */
const REFRESH_MS = 20_000;

export function SipRoutesView(panel: Panel): React.ReactElement {
  return (
    <PanelContext.Provider value={panel}>
      <Page />
    </PanelContext.Provider>
  );
}

function Page(): React.ReactElement {
  const { editor } = usePanel();
  const state = useEditorState();
  React.useEffect(() => {
    void editor.open();
    const timer = setInterval(() => void editor.refresh(), REFRESH_MS);
    return () => clearInterval(timer);
  }, [editor]);
  return (
    <Box
      as="main"
      aria-label={text("SwitchboardSipTitle")}
      width="100%"
      height="100%"
      overflowY="auto"
      padding="space70"
      backgroundColor="colorBackgroundBody"
      color="colorText"
      data-switchboard="sip-routes"
    >
      {state.draft === null ? <Loading state={state} /> : <Loaded state={state} draft={state.draft} />}
    </Box>
  );
}

function Loading({ state }: { readonly state: EditorState }): React.ReactElement {
  const { editor } = usePanel();
  if (state.status !== "failed") {
    return (
      <Box role="status" aria-label={text("SwitchboardSipLoading")}>
        <SkeletonLoader height="size20" />
      </Box>
    );
  }
  return (
    <Box role="alert">
      <Callout variant="error">
        <CalloutText>
          {text("SwitchboardSipLoadFailed")} {describeError(state.problem)}
        </CalloutText>
        <Box>
          <Button variant="secondary" size="small" onClick={() => void editor.load()}>
            {text("SwitchboardTryAgain")}
          </Button>
        </Box>
      </Callout>
    </Box>
  );
}

function Loaded({ state, draft }: { readonly state: EditorState; readonly draft: Draft }): React.ReactElement {
  return (
    <Box>
      <Head state={state} draft={draft} />
      <Notices state={state} />
      <Tabs baseId="switchboard-sip-routes">
        <TabList aria-label={text("SwitchboardSipTitle")}>
          <Tab>{text("SwitchboardSipTabRoutes")}</Tab>
          <Tab>{text("SwitchboardSipTabTest")}</Tab>
          <Tab>{text("SwitchboardSipTabHistory")}</Tab>
        </TabList>
        <TabPanels>
          <TabPanel>
            <RoutesTab state={state} draft={draft} />
          </TabPanel>
          <TabPanel>
            <TrialTab state={state} />
          </TabPanel>
          <TabPanel>
            <HistoryTab state={state} />
          </TabPanel>
        </TabPanels>
      </Tabs>
      {state.merge === null ? null : <MergeDialogue plan={state.merge.plan} choices={state.merge.choices} />}
    </Box>
  );
}

function Head({ state, draft }: { readonly state: EditorState; readonly draft: Draft }): React.ReactElement {
  const number = versionNumber(draft.base.version);
  const waiting = unpublished(state);
  const isLive = waiting === null || waiting.number !== number;
  const changes = countChanges(draft);
  const changesText =
    changes === 0
      ? text("SwitchboardSipNoChanges")
      : changes === 1
        ? text("SwitchboardSipUnsavedOne")
        : text("SwitchboardSipUnsaved", { count: numberText(changes) });
  return (
    <Box display="flex" columnGap="space50" rowGap="space30" alignItems="center" flexWrap="wrap" marginBottom="space60">
      <Heading as="h2" variant="heading20" marginBottom="space0">
        {text("SwitchboardSipTitle")}
      </Heading>
      <Box as="span">{text("SwitchboardSipVersion", { number })}</Box>
      <Badge as="span" variant={isLive ? "success" : "neutral"}>
        {text(isLive ? "SwitchboardSipLive" : "SwitchboardSipNotLive")}
      </Badge>
      <Box role="status">
        <Badge as="span" variant={changes === 0 ? "neutral" : "warning"}>
          {changesText}
        </Badge>
      </Box>
    </Box>
  );
}
