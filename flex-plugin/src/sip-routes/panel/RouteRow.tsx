/** A row of the table of routes. */
import * as React from "react";

import { Badge } from "@twilio-paste/core/badge";
import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Td, Tr } from "@twilio-paste/core/table";
import { Text } from "@twilio-paste/core/text";

import { text as translate } from "../../strings";
import { stateOf, type Row } from "../model/draft";
import { text } from "../model/route-table";
import { extrasOf, shown } from "../model/table-view";
import { Breakable, RowHead } from "./Cells";
import { addressName, EXTRA_NAMES, kindName, numberText, typeName } from "./words";

/** Characters of a long text that a row shows. The form has all of it. */
const SHOWN_CHARACTERS = 120;

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
      <RowHead>
        <Text as="span" textDecoration={isDeleted ? "line-through" : "none"}>
          <Breakable text={address} minWidth="size10" maxCharacters={SHOWN_CHARACTERS} />
        </Text>
      </RowHead>
      <Td>{kindName(route)}</Td>
      <Td>
        <Breakable text={text(route, "comment")} minWidth="size10" maxCharacters={SHOWN_CHARACTERS} />
      </Td>
      <Td>{typeName(text(route, "type"))}</Td>
      <Td>
        <Breakable text={text(route, "destination")} minWidth="size10" maxCharacters={SHOWN_CHARACTERS} />
      </Td>
      <Td>
        <Box display="flex" flexWrap="wrap" columnGap="space20" rowGap="space20">
          {extrasOf(route).map((extra) => (
            <Badge key={extra} as="span" variant="neutral">
              {translate(EXTRA_NAMES[extra])}
            </Badge>
          ))}
        </Box>
      </Td>
      <Td>
        <Box display="flex" flexWrap="wrap" columnGap="space20" rowGap="space20">
          {state === "added" ? <Badge as="span" variant="new">{translate("SwitchboardSipStateAdded")}</Badge> : null}
          {state === "changed" ? <Badge as="span" variant="warning">{translate("SwitchboardSipStateChanged")}</Badge> : null}
          {isDeleted ? <Badge as="span" variant="neutral">{translate("SwitchboardSipStateDeleted")}</Badge> : null}
          {isFaulty ? <Badge as="span" variant="error">{translate("SwitchboardSipStateFaulty")}</Badge> : null}
        </Box>
      </Td>
      <Td>
        <Box display="flex" columnGap="space40" whiteSpace="nowrap">
          {isDeleted ? null : (
            <Action label={translate("SwitchboardSipEdit")} name={translate("SwitchboardSipEditRoute", { address })} isLocked={isLocked} onClick={() => onEdit(row)} />
          )}
          {isDeleted ? null : (
            <Action label={translate("SwitchboardSipDelete")} name={translate("SwitchboardSipDeleteRoute", { address })} isLocked={isLocked} onClick={() => onDelete(row)} />
          )}
          {isDeleted || state === "changed" ? (
            <Action label={translate("SwitchboardSipRestore")} name={translate("SwitchboardSipRestoreRoute", { address })} isLocked={isLocked} onClick={() => onRestore(row)} />
          ) : null}
        </Box>
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
