/** A row of the table of routes. */
import * as React from "react";

import { Badge } from "@twilio-paste/core/badge";
import { Button } from "@twilio-paste/core/button";
import { Stack } from "@twilio-paste/core/stack";
import { Td, Th, Tr } from "@twilio-paste/core/table";
import { Text } from "@twilio-paste/core/text";
import { Truncate } from "@twilio-paste/core/truncate";

import { text as translate } from "../../strings";
import { stateOf, type Row } from "../model/draft";
import { text } from "../model/route-table";
import { extrasOf, shown } from "../model/table-view";
import { addressName, EXTRA_NAMES, kindName, numberText, typeName } from "./words";

interface Props {
  readonly row: Row;
  readonly place: number;
  readonly isFaulty: boolean;
  readonly isLocked: boolean;
  readonly onEdit: (row: Row) => void;
  readonly onDelete: (row: Row) => void;
  readonly onRestore: (row: Row) => void;
}

export function RouteRow({ row, place, isFaulty, isLocked, onEdit, onDelete, onRestore }: Props): React.ReactElement {
  const route = shown(row);
  const state = stateOf(row);
  const isDeleted = state === "deleted";
  const address = addressName(route);
  return (
    <Tr>
      <Td>{isDeleted ? "" : numberText(place)}</Td>
      <Th scope="row">
        <Text as="span" fontWeight="fontWeightMedium" textDecoration={isDeleted ? "line-through" : "none"}>
          <Truncate title={address}>{address}</Truncate>
        </Text>
      </Th>
      <Td>{kindName(route)}</Td>
      <Td>
        <Truncate title={text(route, "comment")}>{text(route, "comment")}</Truncate>
      </Td>
      <Td>{typeName(text(route, "type"))}</Td>
      <Td>
        <Truncate title={text(route, "destination")}>{text(route, "destination")}</Truncate>
      </Td>
      <Td>
        <Stack orientation="vertical" spacing="space10">
          {extrasOf(route).map((extra) => (
            <Badge key={extra} as="span" variant="neutral">
              {translate(EXTRA_NAMES[extra])}
            </Badge>
          ))}
        </Stack>
      </Td>
      <Td>
        <Stack orientation="vertical" spacing="space10">
          {state === "added" ? <Badge as="span" variant="new">{translate("SwitchboardSipStateAdded")}</Badge> : null}
          {state === "changed" ? <Badge as="span" variant="warning">{translate("SwitchboardSipStateChanged")}</Badge> : null}
          {isDeleted ? <Badge as="span" variant="neutral">{translate("SwitchboardSipStateDeleted")}</Badge> : null}
          {isFaulty ? <Badge as="span" variant="error">{translate("SwitchboardSipStateFaulty")}</Badge> : null}
        </Stack>
      </Td>
      <Td>
        <Stack orientation="horizontal" spacing="space40">
          {isDeleted ? null : (
            <Action label={translate("SwitchboardSipEdit")} name={translate("SwitchboardSipEditRoute", { address })} isLocked={isLocked} onClick={() => onEdit(row)} />
          )}
          {isDeleted ? null : (
            <Action label={translate("SwitchboardSipDelete")} name={translate("SwitchboardSipDeleteRoute", { address })} isLocked={isLocked} onClick={() => onDelete(row)} />
          )}
          {isDeleted || state === "changed" ? (
            <Action label={translate("SwitchboardSipRestore")} name={translate("SwitchboardSipRestoreRoute", { address })} isLocked={isLocked} onClick={() => onRestore(row)} />
          ) : null}
        </Stack>
      </Td>
    </Tr>
  );
}

interface ActionProps {
  readonly label: string;
  /** What a screen reader says: which route it is about. */
  readonly name: string;
  readonly isLocked: boolean;
  readonly onClick: () => void;
}

function Action({ label, name, isLocked, onClick }: ActionProps): React.ReactElement {
  return (
    <Button variant="link" size="reset" aria-label={name} disabled={isLocked} onClick={onClick}>
      {label}
    </Button>
  );
}
