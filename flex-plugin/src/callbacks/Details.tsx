import { Box } from "@twilio-paste/core/box";
import { Text } from "@twilio-paste/core/text";
import * as React from "react";

import { currentLanguage, text } from "../strings";
import type { CallbackTask } from "./callback-task";
import { formatDistance, formatMoment } from "./times";

interface Props {
  readonly callback: CallbackTask;
  /** 0: no limit. */
  readonly maxAttempts: number;
}

/** Who asked, when, how often they were called, and what they said. */
export function Details({ callback, maxAttempts }: Props): JSX.Element {
  const { attempt, number, calledNumber, receivedAt, nextOpening, timeZone, messages } = callback;
  return (
    <Box as="dl" margin="space0" display="flex" flexDirection="column" rowGap="space50">
      <Detail label={text("SwitchboardNumber")}>
        <Text as="span" fontWeight="fontWeightSemibold" fontVariantNumeric="tabular-nums">
          {number || text("SwitchboardNumberUnknown")}
        </Text>
        {calledNumber && <Small>{text("SwitchboardCalledNumber", { number: calledNumber })}</Small>}
      </Detail>
      {receivedAt && (
        <Detail label={text("SwitchboardReceived")}>
          <Moment moment={receivedAt} timeZone={timeZone} />
        </Detail>
      )}
      {nextOpening && (
        <Detail label={text("SwitchboardNextOpening")}>
          <Moment moment={nextOpening} timeZone={timeZone} />
        </Detail>
      )}
      <Detail label={text("SwitchboardAttempt")}>
        {maxAttempts > 0
          ? text("SwitchboardAttemptOf", { attempt, maxAttempts })
          : text("SwitchboardAttemptNumber", { attempt })}
      </Detail>
      {messages.length > 0 && (
        <Detail label={text(messages.length > 1 ? "SwitchboardMessages" : "SwitchboardMessage")}>
          {messages.map((message, index) => (
            <Box key={index} marginBottom="space20" whiteSpace="pre-wrap" overflowWrap="anywhere">
              {message.text}
              {message.at && <Small>{formatMoment(message.at, currentLanguage())}</Small>}
            </Box>
          ))}
        </Detail>
      )}
    </Box>
  );
}

function Detail({ label, children }: { label: string; children: React.ReactNode }): JSX.Element {
  return (
    // Flex's panel sets <dt> and <dd> inline and small.
    <Box display="flex" flexDirection="column">
      <Box as="dt">
        <Small>{label}</Small>
      </Box>
      <Box as="dd" margin="space0">
        <Box color="colorText" fontSize="fontSize30" lineHeight="lineHeight30">
          {children}
        </Box>
      </Box>
    </Box>
  );
}

/** A moment in the agent's time, with the business's time below it. */
function Moment({ moment, timeZone }: { moment: string; timeZone: string }): JSX.Element {
  const language = currentLanguage();
  const local = formatMoment(moment, language);
  if (!local) return <>{moment}</>;
  const system = timeZone && formatMoment(moment, language, timeZone);
  return (
    <>
      <time dateTime={moment}>
        {text("SwitchboardDetails", { text: local, detail: formatDistance(moment, language, Date.now()) })}
      </time>
      {system && <Small>{text("SwitchboardSystemTime", { time: system })}</Small>}
    </>
  );
}

function Small({ children }: { children: React.ReactNode }): JSX.Element {
  return (
    <Box as="span" display="block" color="colorTextWeak" fontSize="fontSize20" lineHeight="lineHeight20">
      {children}
    </Box>
  );
}
