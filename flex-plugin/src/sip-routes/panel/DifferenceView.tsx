/** What changes from one route table to another. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Heading } from "@twilio-paste/core/heading";
import { Paragraph } from "@twilio-paste/core/paragraph";
import { Table, TBody, Td, Th, THead, Tr } from "@twilio-paste/core/table";

import { text } from "../../strings";
import { countDifferences, type ChangedRoute, type Difference } from "../model/difference";
import { differing } from "../model/excerpt";
import { changedFields, isObject } from "../model/json";
import type { Route } from "../model/route-table";
import { Breakable, RowHead } from "./Cells";
import { addressName, fieldName, numberText, summary, valueText } from "./words";

/** Entries of a list that are shown before the reader asks for more. */
const FIRST_ENTRIES = 20;

const MAX_SUMMARY_CHARACTERS = 400;

export function DifferenceView({ difference }: { readonly difference: Difference }): React.ReactElement {
  if (countDifferences(difference) === 0) return <Paragraph marginBottom="space0">{text("SwitchboardSipDifferenceNone")}</Paragraph>;
  const changed = [...difference.changed, ...defaultChange(difference)];
  return (
    <Box display="flex" flexDirection="column" rowGap="space50">
      <Routes heading={text("SwitchboardSipDifferenceAdded", { count: difference.added.length })} routes={difference.added} />
      <Routes heading={text("SwitchboardSipDifferenceRemoved", { count: difference.removed.length })} routes={difference.removed} />
      <Changes changes={changed} />
      {difference.patternsReordered ? (
        <Paragraph marginBottom="space0">{text("SwitchboardSipDifferenceReordered")}</Paragraph>
      ) : null}
    </Box>
  );
}

function Routes({ heading, routes }: { readonly heading: string; readonly routes: readonly Route[] }): React.ReactElement | null {
  const [isAll, setAll] = React.useState(false);
  if (routes.length === 0) return null;
  return (
    <Box>
      <Heading as="h4" variant="heading50">
        {heading}
      </Heading>
      <Table aria-label={heading}>
        <THead>
          <Tr>
            <Th width="size20">{text("SwitchboardSipColumnAddress")}</Th>
            <Th>{text("SwitchboardSipTestRoute")}</Th>
          </Tr>
        </THead>
        <TBody>
          {(isAll ? routes : routes.slice(0, FIRST_ENTRIES)).map((route, index) => (
            <Tr key={index}>
              <RowHead>
                <Breakable text={addressName(route)} />
              </RowHead>
              <Td>
                <Breakable text={summary(route)} maxCharacters={MAX_SUMMARY_CHARACTERS} />
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      <More isAll={isAll} count={routes.length} onClick={() => setAll(true)} />
    </Box>
  );
}

function Changes({ changes }: { readonly changes: readonly ChangedRoute[] }): React.ReactElement | null {
  const [isAll, setAll] = React.useState(false);
  if (changes.length === 0) return null;
  const heading = text("SwitchboardSipDifferenceChanged", { count: changes.length });
  return (
    <Box>
      <Heading as="h4" variant="heading50">
        {heading}
      </Heading>
      <Table aria-label={heading} tableLayout="fixed">
        <THead>
          <Tr>
            <Th>{text("SwitchboardSipColumnAddress")}</Th>
            <Th>{text("SwitchboardSipField")}</Th>
            <Th>{text("SwitchboardSipBefore")}</Th>
            <Th>{text("SwitchboardSipAfter")}</Th>
          </Tr>
        </THead>
        <TBody>
          {(isAll ? changes : changes.slice(0, FIRST_ENTRIES)).flatMap((change, index) =>
            change.fields.map((field) => <ChangedField key={`${index} ${field}`} change={change} field={field} />),
          )}
        </TBody>
      </Table>
      <More isAll={isAll} count={changes.length} onClick={() => setAll(true)} />
    </Box>
  );
}

function ChangedField({ change, field }: { readonly change: ChangedRoute; readonly field: string }): React.ReactElement {
  const [before, after] = differing(
    valueText(field, valueOf(change.before, field)),
    valueText(field, valueOf(change.after, field)),
  );
  return (
    <Tr>
      <RowHead>
        <Breakable text={change.address} />
      </RowHead>
      <Td>{fieldName(field)}</Td>
      <Td>
        <Breakable text={before} />
      </Td>
      <Td>
        <Breakable text={after} />
      </Td>
    </Tr>
  );
}

interface MoreProps {
  readonly isAll: boolean;
  readonly count: number;
  readonly onClick: () => void;
}

function More({ isAll, count, onClick }: MoreProps): React.ReactElement | null {
  if (isAll || count <= FIRST_ENTRIES) return null;
  return (
    <Box marginTop="space30">
      <Button variant="link" size="reset" onClick={onClick}>
        {text("SwitchboardSipDifferenceMore", { count: numberText(count) })}
      </Button>
    </Box>
  );
}

/** Return the change of the default route, and of further fields of the table, like changes of routes. */
function defaultChange(difference: Difference): readonly ChangedRoute[] {
  const change = difference.default;
  const more = difference.more.map(({ field, before, after }) => ({
    address: "",
    fields: [field],
    before: { [field]: before },
    after: { [field]: after },
  }));
  if (change === null) return more;
  const fields = changedFields(change.before, change.after);
  return [{ address: text("SwitchboardSipDefault"), fields, before: change.before, after: change.after }, ...more];
}

function valueOf(route: Route, field: string): unknown {
  return isObject(route) ? route[field] : undefined;
}
