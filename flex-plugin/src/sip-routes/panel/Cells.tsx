/** Cells of tables whose contents may be long. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Td } from "@twilio-paste/core/table";

interface Props {
  readonly children: React.ReactElement | string;
}

/** The head of a row. Paste draws a line below a `Th` in the last row, but none below a `Td`. */
export function RowHead({ children }: Props): React.ReactElement {
  return (
    <Td role="rowheader">
      <Box as="span" fontWeight="fontWeightSemibold">
        {children}
      </Box>
    </Td>
  );
}

interface BreakableProps {
  readonly text: string;
  /** How narrow it may become. */
  readonly minWidth?: "size10" | "size20";
  /** Show the beginning of a longer text; the mouse shows the rest. */
  readonly maxCharacters?: number;
}

/** Text that is broken anywhere, such as a URL. */
export function Breakable({ text, minWidth, maxCharacters = Infinity }: BreakableProps): React.ReactElement {
  const characters = [...text];
  const isLong = characters.length > maxCharacters;
  return (
    <Box
      display={minWidth === undefined ? "inline" : "block"}
      overflowWrap="anywhere"
      {...(minWidth === undefined ? {} : { minWidth })}
      {...(isLong ? { title: text } : {})}
    >
      {isLong ? `${characters.slice(0, maxCharacters).join("")}…` : text}
    </Box>
  );
}
