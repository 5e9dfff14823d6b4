/** What the components of the panel share. */
import * as React from "react";

import * as Flex from "@twilio/flex-ui";

import type { Editor } from "../editor";
import type { EditorState } from "../editor-state";

export interface Panel {
  readonly editor: Editor;
  /** Whether somebody who is available for tasks may publish. */
  readonly publishWhileAvailable: boolean;
}

export const PanelContext = React.createContext<Panel | null>(null);

export function usePanel(): Panel {
  const panel = React.useContext(PanelContext);
  if (panel === null) throw new Error("A component of the SIP routes stands outside of their panel.");
  return panel;
}

/** Return the state of the editor, and render again when it changes. */
export function useEditorState(): EditorState {
  const { editor } = usePanel();
  const [state, setState] = React.useState(editor.getState());
  React.useEffect(() => {
    const update = (): void => setState(editor.getState());
    update();
    return editor.subscribe(update);
  }, [editor]);
  return state;
}

/** Tell whether the user may not publish now, because they are available for tasks. */
export function useIsPublishingRefused(): boolean {
  const { publishWhileAvailable } = usePanel();
  const isAvailable = Flex.useFlexSelector((state) => state.flex.worker.activity?.available === true);
  return isAvailable && !publishWhileAvailable;
}

/** Return a function that tells whether the component is still there: an answer may come after it was closed. */
export function useIsMounted(): () => boolean {
  const isMounted = React.useRef(true);
  React.useEffect(() => {
    isMounted.current = true;
    return () => {
      isMounted.current = false;
    };
  }, []);
  return React.useCallback(() => isMounted.current, []);
}
