import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutHeading, CalloutText } from "@twilio-paste/core/callout";
import { Spinner } from "@twilio-paste/core/spinner";
import { Stack } from "@twilio-paste/core/stack";
import { Text } from "@twilio-paste/core/text";
import * as React from "react";

import type { ApiClient } from "../api/client";
import { describeError } from "../api/describe-error";
import { text } from "../strings";
import { fetchRecording } from "./recordings";

type State =
  | { readonly kind: "loading" }
  | { readonly kind: "ready"; readonly url: string }
  | { readonly kind: "failed"; readonly message: string };

interface Props {
  readonly api: ApiClient;
  readonly recordingSid: string;
  readonly number: string;
  readonly isDark: boolean;
}

/** A voicemail's player. */
export function Recording({ api, recordingSid, number, isDark }: Props): JSX.Element {
  const [state, setState] = React.useState<State>({ kind: "loading" });
  const [attempt, setAttempt] = React.useState(0);

  React.useEffect(() => {
    let isShown = true;
    setState({ kind: "loading" });
    fetchRecording(api, recordingSid).then(
      (url) => isShown && setState({ kind: "ready", url }),
      (error) => isShown && setState({ kind: "failed", message: describeError(error) }),
    );
    return () => {
      isShown = false;
    };
  }, [api, recordingSid, attempt]);

  if (state.kind === "loading") {
    return (
      <Box role="status" minHeight="sizeSquare90" display="flex" alignItems="center">
        <Stack orientation="horizontal" spacing="space40">
          <Spinner decorative size="sizeIcon30" delay={0} />
          <Text as="span">{text("SwitchboardRecordingLoading")}</Text>
        </Stack>
      </Box>
    );
  }
  if (state.kind === "failed") {
    return (
      <Box role="alert">
        <Callout variant="error">
          <CalloutHeading as="h4">{text("SwitchboardRecordingFailed")}</CalloutHeading>
          <CalloutText>{state.message}</CalloutText>
          <Box marginTop="space40">
            <Button variant="secondary" size="small" onClick={() => setAttempt((count) => count + 1)}>
              {text("SwitchboardTryAgain")}
            </Button>
          </Box>
        </Callout>
      </Box>
    );
  }
  return (
    <audio
      controls
      src={state.url}
      style={{ width: "100%", display: "block", colorScheme: isDark ? "dark" : "light" }}
      aria-label={text("SwitchboardRecordingOf", { number })}
      onError={() => setState({ kind: "failed", message: text("SwitchboardRecordingNotPlayable") })}
    />
  );
}
