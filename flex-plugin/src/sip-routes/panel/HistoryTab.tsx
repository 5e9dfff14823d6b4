/** The versions of the route table: what each changes, and back to it. */
import * as React from "react";

import { Badge } from "@twilio-paste/core/badge";
import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutText } from "@twilio-paste/core/callout";
import { Table, TBody, Td, Th, THead, Tr } from "@twilio-paste/core/table";

import { describeError } from "../../api/describe-error";
import { text } from "../../strings";
import { versionNumber, type Version } from "../api";
import { isBusy, type EditorState } from "../editor-state";
import { Breakable, RowHead } from "./Cells";
import { Passing } from "./Column";
import { useIsMounted, useIsPublishingRefused, usePanel } from "./context";
import { momentText, numberText } from "./words";
import { VersionDialogue } from "./VersionDialogue";

interface Chosen {
  readonly version: Version;
  readonly isRollBack: boolean;
}

export function HistoryTab({ state }: { readonly state: EditorState }): React.ReactElement {
  const { editor } = usePanel();
  const isMounted = useIsMounted();
  const isRefused = useIsPublishingRefused();
  const [versions, setVersions] = React.useState<readonly Version[]>([]);
  const [cursor, setCursor] = React.useState<string | null>(null);
  const [problem, setProblem] = React.useState<unknown>(null);
  const [isLoading, setLoading] = React.useState(true);
  const [chosen, setChosen] = React.useState<Chosen | null>(null);
  const [restored, setRestored] = React.useState<number | null>(null);

  const read = React.useCallback(
    async (from: string | null) => {
      setLoading(true);
      try {
        const page = await editor.api.versions({ limit: 20, ...(from === null ? {} : { cursor: from }) });
        if (!isMounted()) return;
        setVersions((before) => (from === null ? page.items : [...before, ...page.items]));
        setCursor(page.cursor);
        setProblem(null);
      } catch (error) {
        if (isMounted()) setProblem(error);
      }
      if (isMounted()) setLoading(false);
    },
    [editor, isMounted],
  );
  const { latest } = state;
  React.useEffect(() => void read(null), [read, latest?.version, latest?.publishedAt]);

  const live = Math.max(0, ...versions.filter((each) => each.publishedAt !== null).map((each) => each.number));
  return (
    <Box>
      <Box role="status">
        {restored === null ? null : (
          <Passing>
            <Callout variant="success">
              <CalloutText>{text("SwitchboardSipRolledBack", { number: restored })}</CalloutText>
            </Callout>
          </Passing>
        )}
        {problem === null ? null : (
          <Passing>
            <Callout variant="error">
              <CalloutText>{text("SwitchboardSipHistoryFailed", { problem: describeError(problem) })}</CalloutText>
              <Box>
                <Button variant="link" size="reset" onClick={() => void read(versions.length === 0 ? null : cursor)}>
                  {text("SwitchboardTryAgain")}
                </Button>
              </Box>
            </Callout>
          </Passing>
        )}
        {isRefused ? (
          <Passing>
            <Callout variant="neutral">
              <CalloutText>{text("SwitchboardSipAvailable")}</CalloutText>
            </Callout>
          </Passing>
        ) : null}
      </Box>
      <Table aria-label={text("SwitchboardSipTabHistory")}>
        <THead>
          <Tr>
            <Th>{text("SwitchboardSipTestVersion")}</Th>
            <Th>{text("SwitchboardSipHistorySaved")}</Th>
            <Th>{text("SwitchboardSipHistoryNote")}</Th>
            <Th>{text("SwitchboardSipHistoryRoutes")}</Th>
            <Th>{text("SwitchboardSipHistoryPublished")}</Th>
            <Th>{text("SwitchboardSipColumnActions")}</Th>
          </Tr>
        </THead>
        <TBody>
          {versions.map((version) => (
            <VersionRow
              key={version.version}
              version={version}
              isLive={version.number === live}
              canRollBack={!isRefused && !isBusy(state)}
              onChoose={(isRollBack) => setChosen({ version, isRollBack })}
            />
          ))}
        </TBody>
      </Table>
      {cursor === null ? null : (
        <Box marginTop="space50">
          <Button variant="secondary" size="small" loading={isLoading} onClick={() => void read(cursor)}>
            {text("SwitchboardSipHistoryMore")}
          </Button>
        </Box>
      )}
      {chosen === null ? null : (
        <VersionDialogue
          version={chosen.version}
          isRollBack={chosen.isRollBack}
          onClose={() => setChosen(null)}
          onRolledBack={() => {
            setChosen(null);
            setRestored(chosen.version.number);
          }}
        />
      )}
    </Box>
  );
}

interface RowProps {
  readonly version: Version;
  readonly isLive: boolean;
  readonly canRollBack: boolean;
  readonly onChoose: (isRollBack: boolean) => void;
}

function VersionRow({ version, isLive, canRollBack, onChoose }: RowProps): React.ReactElement {
  const { number, note, restores, publishedAt, publishedBy } = version;
  const restored = restores === null ? "" : text("SwitchboardSipHistoryRestores", { number: versionNumber(restores) });
  const remark = [note, restored].filter(Boolean).join(" · ");
  return (
    <Tr>
      <RowHead>
        <Box as="span" display="inline-flex" columnGap="space30" alignItems="center">
          {numberText(number)}
          {isLive ? <Badge as="span" variant="success">{text("SwitchboardSipLive")}</Badge> : null}
        </Box>
      </RowHead>
      <Td>{text("SwitchboardSipHistoryBy", { time: momentText(version.createdAt), name: version.createdBy })}</Td>
      <Td>
        <Breakable text={remark} minWidth="size20" />
      </Td>
      <Td>{numberText(version.routes)}</Td>
      <Td>
        {publishedAt === null
          ? text("SwitchboardSipHistoryNever")
          : text("SwitchboardSipHistoryBy", { time: momentText(publishedAt), name: publishedBy ?? "" })}
      </Td>
      <Td>
        {isLive ? null : (
          <Box display="flex" columnGap="space40" whiteSpace="nowrap">
            <Button
              variant="link"
              size="reset"
              aria-label={text("SwitchboardSipCompareVersion", { number })}
              onClick={() => onChoose(false)}
            >
              {text("SwitchboardSipCompare")}
            </Button>
            <Button
              variant="link"
              size="reset"
              aria-label={text("SwitchboardSipRollBackTo", { number })}
              disabled={!canRollBack}
              onClick={() => onChoose(true)}
            >
              {text("SwitchboardSipRollBack")}
            </Button>
          </Box>
        )}
      </Td>
    </Tr>
  );
}
