/** A dialogue that can always be closed, by its cross, by a button or by Escape. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Modal, ModalBody, ModalFooter, ModalFooterActions, ModalHeader, ModalHeading } from "@twilio-paste/core/modal";
import { useUID } from "@twilio-paste/core/uid-library";

import { text } from "../../strings";

interface Props {
  readonly heading: string;
  readonly size: "default" | "wide";
  /** What stands in the footer before the buttons. */
  readonly status?: React.ReactElement;
  readonly buttons: React.ReactElement;
  readonly onClose: () => void;
  readonly children: React.ReactElement | readonly React.ReactElement[];
}

export function Dialogue({ heading, size, status, buttons, onClose, children }: Props): React.ReactElement {
  const id = useUID();
  const body = React.useRef<HTMLDivElement>(null);
  useKeptFocus(body);
  return (
    <Modal ariaLabelledby={id} isOpen onDismiss={onClose} size={size}>
      <ModalHeader i18nDismissLabel={text("SwitchboardSipClose")}>
        <ModalHeading as="h3" id={id}>
          {heading}
        </ModalHeading>
      </ModalHeader>
      <ModalBody ref={body}>{children as React.ReactElement}</ModalBody>
      <ModalFooter>
        {status === undefined ? null : <ModalFooterActions justify="start">{status}</ModalFooterActions>}
        <ModalFooterActions>
          <Box display="flex" columnGap="space50" rowGap="space30" flexWrap="wrap" justifyContent="flex-end">
            {buttons}
          </Box>
        </ModalFooterActions>
      </ModalFooter>
    </Modal>
  );
}

/**
 * Keep the focus in the dialogue when the control that has it is disabled or removed.
 *
 * The browser would give it to the page, where Escape does not close the dialogue.
 */
function useKeptFocus(body: React.RefObject<HTMLElement>): void {
  const isOpening = React.useRef(true);
  React.useEffect(() => {
    const dialogue = body.current?.closest<HTMLElement>("[role=dialog]");
    const focused = document.activeElement;
    const isLost = focused === null || focused === document.body || focused.matches(":disabled");
    // While it opens, Paste sets the focus.
    if (!isOpening.current && isLost) dialogue?.focus();
    isOpening.current = false;
  });
}
