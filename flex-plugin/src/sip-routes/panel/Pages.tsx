/** Pages of a table: arrows, the first and last page, and those around the current one. */
import * as React from "react";

import {
  Pagination,
  PaginationArrow,
  PaginationEllipsis,
  PaginationItems,
  PaginationNumber,
  PaginationNumbers,
} from "@twilio-paste/core/pagination";

import { text } from "../../strings";
import { numberText } from "./words";

interface Props {
  readonly page: number;
  readonly pages: number;
  readonly onTurn: (page: number) => void;
}

export function Pages({ page, pages, onTurn }: Props): React.ReactElement {
  return (
    <Pagination label={text("SwitchboardSipPages")}>
      <PaginationItems>
        <PaginationArrow
          as="button"
          variant="back"
          label={text("SwitchboardSipPrevious")}
          disabled={page === 1}
          onClick={() => onTurn(page - 1)}
        />
        <PaginationNumbers pageLabel={text("SwitchboardSipPageOf", { page, pages })}>
          {listedPages(page, pages).map((number, index) =>
            number === null ? (
              <PaginationEllipsis key={`gap ${index}`} label="…" />
            ) : (
              <PaginationNumber
                key={number}
                as="button"
                isCurrent={number === page}
                label={text("SwitchboardSipPage", { page: number })}
                onClick={() => onTurn(number)}
              >
                {numberText(number)}
              </PaginationNumber>
            ),
          )}
        </PaginationNumbers>
        <PaginationArrow
          as="button"
          variant="forward"
          label={text("SwitchboardSipNext")}
          disabled={page === pages}
          onClick={() => onTurn(page + 1)}
        />
      </PaginationItems>
    </Pagination>
  );
}

/** Return the numbers of the pages to show; null is a gap. */
function listedPages(page: number, pages: number): readonly (number | null)[] {
  const near = [1, page - 1, page, page + 1, pages].filter((number) => number >= 1 && number <= pages);
  const numbers = [...new Set(near)].sort((one, other) => one - other);
  return numbers.flatMap((number, index) => {
    const before = numbers[index - 1];
    return before !== undefined && number - before > 1 ? [null, number] : [number];
  });
}
