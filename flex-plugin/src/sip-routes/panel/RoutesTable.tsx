/** The table of routes: search, filter, order, pages. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { HelpText } from "@twilio-paste/core/help-text";
import { Input } from "@twilio-paste/core/input";
import { Label } from "@twilio-paste/core/label";
import { Option, Select } from "@twilio-paste/core/select";
import { Table, TBody, Td, Th, THead, Tr } from "@twilio-paste/core/table";
import { useUID } from "@twilio-paste/core/uid-library";

import { text } from "../../strings";
import type { EditorState } from "../editor-state";
import { stateOf, type Draft, type Row } from "../model/draft";
import { COLUMNS, findRows, PAGE_SIZES, pageOf, sortBy, type Column, type Filter, type TableView } from "../model/table-view";
import { usePanel } from "./context";
import { Pages } from "./Pages";
import { RouteRow } from "./RouteRow";
import { SortableHead } from "./SortableHead";
import { numberText } from "./words";

const COLUMN_NAMES = {
  order: "SwitchboardSipColumnOrder",
  address: "SwitchboardSipColumnAddress",
  kind: "SwitchboardSipColumnKind",
  comment: "SwitchboardSipColumnComment",
  type: "SwitchboardSipColumnType",
  destination: "SwitchboardSipColumnDestination",
  extras: "SwitchboardSipColumnExtras",
  state: "SwitchboardSipColumnState",
} as const;

const FILTER_NAMES = {
  all: "SwitchboardSipShowAll",
  changed: "SwitchboardSipShowChanged",
  faulty: "SwitchboardSipShowFaulty",
} as const;

interface Props {
  readonly state: EditorState;
  readonly draft: Draft;
  readonly isLocked: boolean;
  readonly onEdit: (row: Row) => void;
  readonly onDelete: (row: Row) => void;
}

export function RoutesTable({ state, draft, isLocked, onEdit, onDelete }: Props): React.ReactElement {
  const { editor } = usePanel();
  const { view, errors } = state;
  const faulty = React.useMemo(() => new Set(errors.rows.keys()), [errors]);
  const places = React.useMemo(() => placesOf(draft.rows), [draft.rows]);
  const found = React.useMemo(() => findRows(draft.rows, view, faulty), [draft.rows, view, faulty]);
  const page = pageOf(found, view);
  return (
    <Box>
      <Finder view={view} onChange={(change) => editor.setView({ ...change, page: 1 })} />
      <Box role="status" marginY="space40" color="colorTextWeak" fontSize="fontSize30">
        {text("SwitchboardSipFound", { found: numberText(page.found), count: numberText(draft.rows.length) })}
      </Box>
      <Box overflowX="auto" tabIndex={0} role="group" aria-label={text("SwitchboardSipTabRoutes")}>
        <Table aria-label={text("SwitchboardSipTabRoutes")} tableLayout="auto" variant="default" striped>
          <THead>
            <Tr>
              {COLUMNS.map((column: Column) => (
                <SortableHead
                  key={column}
                  column={column}
                  label={text(COLUMN_NAMES[column])}
                  view={view}
                  onSort={(by) => editor.setView(sortBy(view, by))}
                />
              ))}
              <Th>{text("SwitchboardSipColumnActions")}</Th>
            </Tr>
          </THead>
          <TBody>
            {page.rows.map((row) => (
              <RouteRow
                key={row.id}
                row={row}
                place={places.get(row.id) ?? 0}
                isFaulty={faulty.has(row.id)}
                isLocked={isLocked}
                onEdit={onEdit}
                onDelete={onDelete}
                onRestore={({ id }) => editor.dispatch({ type: "restore", id })}
              />
            ))}
            {page.rows.length === 0 ? (
              <Tr>
                <Td colSpan={COLUMNS.length + 1}>{text("SwitchboardSipNothingFound")}</Td>
              </Tr>
            ) : null}
          </TBody>
        </Table>
      </Box>
      <Box marginTop="space50">
        <Pages page={page.page} pages={page.pages} onTurn={(number) => editor.setView({ page: number })} />
      </Box>
    </Box>
  );
}

function Finder({ view, onChange }: { readonly view: TableView; readonly onChange: (change: Partial<TableView>) => void }): React.ReactElement {
  const [search, filter, size] = [useUID(), useUID(), useUID()];
  return (
    <Box display="flex" columnGap="space60" rowGap="space40" flexWrap="wrap" alignItems="flex-start">
      <Box flexGrow={1} minWidth="size20">
        <Label htmlFor={search}>{text("SwitchboardSipSearch")}</Label>
        <Input
          id={search}
          type="search"
          value={view.search}
          aria-describedby={`${search}-help`}
          onChange={(event) => onChange({ search: event.target.value })}
        />
        <HelpText id={`${search}-help`}>{text("SwitchboardSipSearchHelp")}</HelpText>
      </Box>
      <Box>
        <Label htmlFor={filter}>{text("SwitchboardSipShow")}</Label>
        <Select id={filter} value={view.filter} onChange={(event) => onChange({ filter: event.target.value as Filter })}>
          {(Object.keys(FILTER_NAMES) as Filter[]).map((name) => (
            <Option key={name} value={name}>
              {text(FILTER_NAMES[name])}
            </Option>
          ))}
        </Select>
      </Box>
      <Box>
        <Label htmlFor={size}>{text("SwitchboardSipPageSize")}</Label>
        <Select id={size} value={`${view.pageSize}`} onChange={(event) => onChange({ pageSize: Number(event.target.value) })}>
          {PAGE_SIZES.map((number) => (
            <Option key={number} value={`${number}`}>
              {numberText(number)}
            </Option>
          ))}
        </Select>
      </Box>
    </Box>
  );
}

/** Return the places of the routes in the table as it would be saved, from 1. */
function placesOf(rows: readonly Row[]): ReadonlyMap<number, number> {
  const kept = rows.filter((row) => stateOf(row) !== "deleted");
  return new Map(kept.map((row, index) => [row.id, index + 1]));
}
