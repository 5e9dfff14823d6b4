/** The head of a column: a button that sorts the table by it. */
import * as React from "react";

import { Button } from "@twilio-paste/core/button";
import { Th } from "@twilio-paste/core/table";
import { ArrowDownIcon } from "@twilio-paste/icons/esm/ArrowDownIcon";
import { ArrowUpIcon } from "@twilio-paste/icons/esm/ArrowUpIcon";

import type { Column, TableView } from "../model/table-view";

interface Props {
  readonly column: Column;
  readonly label: string;
  readonly view: TableView;
  readonly onSort: (column: Column) => void;
  readonly width?: "size10" | "size20";
}

export function SortableHead({ column, label, view, onSort, width }: Props): React.ReactElement {
  const isSorted = view.column === column;
  const Icon = view.descending ? ArrowDownIcon : ArrowUpIcon;
  return (
    <Th aria-sort={isSorted ? (view.descending ? "descending" : "ascending") : "none"} {...(width ? { width } : {})}>
      <Button variant="link" size="reset" onClick={() => onSort(column)}>
        {label}
        {isSorted ? <Icon decorative size="sizeIcon10" /> : null}
      </Button>
    </Th>
  );
}
