/** The space between things that stand below each other. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";

interface Props {
  readonly gap: "space40" | "space50" | "space60" | "space70";
  readonly children: React.ReactNode;
}

export function Column({ gap, children }: Props): React.ReactElement {
  return (
    <Box display="flex" flexDirection="column" rowGap={gap}>
      {children as React.ReactElement}
    </Box>
  );
}

/** What comes and goes in a live region, with the space after it: the region itself takes none while it is empty. */
export function Passing({ children }: { readonly children: React.ReactElement | readonly React.ReactElement[] }): React.ReactElement {
  return <Box marginBottom="space60">{children as React.ReactElement}</Box>;
}
