/** The default route, above the table. */
import * as React from "react";

import { Badge } from "@twilio-paste/core/badge";
import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Card } from "@twilio-paste/core/card";
import { Heading } from "@twilio-paste/core/heading";
import { HelpText } from "@twilio-paste/core/help-text";

import { text } from "../../strings";
import { isDefaultChanged, type Draft } from "../model/draft";
import type { FieldErrors } from "../model/server-errors";
import { summary } from "./words";

interface Props {
  readonly draft: Draft;
  readonly errors: FieldErrors;
  readonly isLocked: boolean;
  readonly onEdit: () => void;
}

export function DefaultRoute({ draft, errors, isLocked, onEdit }: Props): React.ReactElement {
  const name = text("SwitchboardSipDefault");
  return (
    <Card padding="space60">
      <Box display="flex" columnGap="space60" alignItems="center">
        <Box flexGrow={1} minWidth="0">
          <Box display="flex" columnGap="space40" alignItems="center">
            <Heading as="h3" variant="heading50" marginBottom="space0">
              {name}
            </Heading>
            {isDefaultChanged(draft) ? <Badge as="span" variant="warning">{text("SwitchboardSipStateChanged")}</Badge> : null}
            {Object.keys(errors).length > 0 ? <Badge as="span" variant="error">{text("SwitchboardSipStateFaulty")}</Badge> : null}
          </Box>
          <Box wordBreak="break-word" overflowWrap="anywhere" color="colorText">
            {summary(draft.default)}
          </Box>
          <HelpText>{text("SwitchboardSipDefaultHelp")}</HelpText>
        </Box>
        <Button
          variant="secondary"
          size="small"
          aria-label={text("SwitchboardSipEditRoute", { address: name })}
          disabled={isLocked}
          onClick={onEdit}
        >
          {text("SwitchboardSipEdit")}
        </Button>
      </Box>
    </Card>
  );
}
