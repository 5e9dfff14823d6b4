/** Where a call to an address would go. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutText } from "@twilio-paste/core/callout";
import { DatePicker } from "@twilio-paste/core/date-picker";
import { HelpText } from "@twilio-paste/core/help-text";
import { Label } from "@twilio-paste/core/label";
import { Table, TBody, Td, Tr } from "@twilio-paste/core/table";
import { TimePicker } from "@twilio-paste/core/time-picker";
import { useUID } from "@twilio-paste/core/uid-library";

import { describeError } from "../../api/describe-error";
import { ApiError } from "../../api/errors";
import { text as translate } from "../../strings";
import { versionNumber, type TriedCall } from "../api";
import { isDirty, type EditorState } from "../editor-state";
import { text } from "../model/route-table";
import { Breakable, RowHead } from "./Cells";
import { Column } from "./Column";
import { useIsMounted, usePanel } from "./context";
import { SelectField, TextField } from "./Field";
import { destinationName, KIND_NAMES, momentText } from "./words";

export function TrialTab({ state }: { readonly state: EditorState }): React.ReactElement {
  const { editor } = usePanel();
  const isMounted = useIsMounted();
  const [address, setAddress] = React.useState("");
  const [date, setDate] = React.useState("");
  const [time, setTime] = React.useState("");
  const [version, setVersion] = React.useState("live");
  const [found, setFound] = React.useState<TriedCall | null>(null);
  const [problem, setProblem] = React.useState<unknown>(null);
  const [isWaiting, setWaiting] = React.useState(false);

  const ask = async (): Promise<void> => {
    setWaiting(true);
    setFound(null);
    setProblem(null);
    try {
      const at = momentOf(date, time);
      const answer = await editor.api.test({ address, version, ...(at === null ? {} : { at }) });
      if (isMounted()) setFound(answer);
    } catch (error) {
      if (isMounted()) setProblem(error);
    }
    if (isMounted()) setWaiting(false);
  };

  const errors = problem instanceof ApiError ? problem.errors : [];
  const addressError = errors.find((each) => each.field === "address")?.message;
  return (
    <Box display="flex" columnGap="space80" rowGap="space60" flexWrap="wrap" alignItems="flex-start">
      <Box
        as="form"
        flexGrow={1}
        maxWidth="size50"
        onSubmit={(event: React.FormEvent) => {
          event.preventDefault();
          void ask();
        }}
      >
        <Column gap="space50">
          <TextField
            label={translate("SwitchboardSipTestAddress")}
            help={translate("SwitchboardSipTestAddressHelp")}
            error={addressError}
            value={address}
            isRequired
            onChange={setAddress}
          />
          <MomentFields date={date} time={time} onDate={setDate} onTime={setTime} />
          <SelectField
            label={translate("SwitchboardSipTestVersion")}
            value={version}
            options={[
              ["live", translate("SwitchboardSipTestLive")],
              ["latest", translate("SwitchboardSipTestLatest")],
            ]}
            help={isDirty(state) ? translate("SwitchboardSipTestUnsaved") : undefined}
            onChange={setVersion}
          />
          <Box>
            <Button variant="primary" type="submit" loading={isWaiting}>
              {translate("SwitchboardSipTestRun")}
            </Button>
          </Box>
        </Column>
      </Box>
      <Box role="status" flexGrow={2} flexBasis="0" minWidth="size40">
        {problem !== null && addressError === undefined ? (
          <Callout variant="error">
            <CalloutText>{describeError(problem)}</CalloutText>
          </Callout>
        ) : null}
        {found === null ? null : <Result found={found} />}
      </Box>
    </Box>
  );
}

interface MomentProps {
  readonly date: string;
  readonly time: string;
  readonly onDate: (date: string) => void;
  readonly onTime: (time: string) => void;
}

function MomentFields({ date, time, onDate, onTime }: MomentProps): React.ReactElement {
  const id = useUID();
  return (
    <Box role="group" aria-labelledby={id}>
      <Label as="div" htmlFor="" id={id}>
        {translate("SwitchboardSipTestAt")}
      </Label>
      <Box display="flex" columnGap="space40">
        <DatePicker aria-labelledby={id} aria-describedby={`${id}-help`} value={date} onChange={(event) => onDate(event.target.value)} />
        <TimePicker aria-labelledby={id} aria-describedby={`${id}-help`} value={time} onChange={(event) => onTime(event.target.value)} />
      </Box>
      <HelpText id={`${id}-help`}>{translate("SwitchboardSipTestAtHelp")}</HelpText>
    </Box>
  );
}

function Result({ found }: { readonly found: TriedCall }): React.ReactElement {
  const schedule =
    found.open === null ? "SwitchboardSipTestNoSchedule" : found.open ? "SwitchboardSipTestOpen" : "SwitchboardSipTestClosed";
  const kind = translate(KIND_NAMES[found.match]);
  const route = [text(found.route, "address"), text(found.route, "comment")].filter(Boolean).join(" · ");
  const lines: readonly (readonly [string, string])[] = [
    [translate("SwitchboardSipTestAddress"), found.address],
    [translate("SwitchboardSipTestVersion"), `${versionNumber(found.version)}`],
    [translate("SwitchboardSipTestMoment"), momentText(found.at)],
    [translate("SwitchboardSipTestRoute"), route === "" ? kind : `${route} (${kind})`],
    [translate("SwitchboardSipTestSchedule"), translate(schedule)],
    [translate("SwitchboardSipColumnDestination"), destinationName(found)],
    [translate("SwitchboardSipExtraFallback"), found.fallback === null ? translate("SwitchboardSipNothing") : destinationName(found.fallback)],
  ];
  return (
    <Column gap="space50">
      <Table aria-label={translate("SwitchboardSipTabTest")}>
        <TBody>
          {lines.map(([name, value]) => (
            <Tr key={name}>
              <RowHead>{name}</RowHead>
              <Td>
                <Breakable text={value} />
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      <Box
        as="pre"
        margin="space0"
        padding="space50"
        backgroundColor="colorBackground"
        borderRadius="borderRadius20"
        fontFamily="fontFamilyCode"
        fontSize="fontSize20"
        whiteSpace="pre-wrap"
        overflowWrap="anywhere"
      >
        {found.twiml}
      </Box>
    </Column>
  );
}

/** Return a moment of the user's time zone as ISO 8601; null for now. A date without a time is its noon. */
function momentOf(date: string, time: string): string | null {
  if (date === "" && time === "") return null;
  const now = new Date();
  const today = new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  const moment = new Date(`${date || today}T${time || "12:00"}`);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
