/** The dialogue in which a route, or the default route, is added and edited. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Callout, CalloutHeading, CalloutList, CalloutListItem } from "@twilio-paste/core/callout";
import { HelpText } from "@twilio-paste/core/help-text";
import { useUID } from "@twilio-paste/core/uid-library";

import { describeError } from "../../api/describe-error";
import { text as translate } from "../../strings";
import type { ApiError } from "../../api/errors";
import type { Applied } from "../editor";
import { kindOf } from "../model/address";
import { patternsOf, type DraftAction, type Row } from "../model/draft";
import { routeForm, routeOf, type RouteForm } from "../model/route-form";
import { text, type Route } from "../model/route-table";
import { repeatedHolidays } from "../model/schedule-form";
import { unplaced, type FieldErrors } from "../model/server-errors";
import { useIsMounted, usePanel } from "./context";
import { Passing } from "./Column";
import { Dialogue } from "./Dialogue";
import { RouteFields } from "./RouteFields";

/** What is edited: a row, the default route, or a new route. */
export type Edited = { readonly kind: "row"; readonly row: Row } | { readonly kind: "default" } | { readonly kind: "new" };

interface Props {
  readonly edited: Edited;
  readonly rows: readonly Row[];
  readonly defaultRoute: Route;
  readonly errors: FieldErrors;
  readonly onClose: () => void;
}

export function RouteDialogue({ edited, rows, defaultRoute, errors: known, onClose }: Props): React.ReactElement {
  const { editor } = usePanel();
  const isMounted = useIsMounted();
  const formId = useUID();
  const fields = React.useRef<HTMLElement>(null);
  const original = edited.kind === "row" ? edited.row.route : edited.kind === "default" ? defaultRoute : undefined;
  const isDefault = edited.kind === "default";
  const patterns = patternsOf(rows);
  const rank = edited.kind === "row" ? patterns.findIndex((row) => row.id === edited.row.id) + 1 : 0;

  const [form, setForm] = React.useState<RouteForm>(() => routeForm(original));
  const [place, setPlace] = React.useState(`${rank || patterns.length + 1}`);
  const [errors, setErrors] = React.useState(known);
  const [problem, setProblem] = React.useState<ApiError | null>(null);
  const [isChecking, setChecking] = React.useState(false);

  const isPattern = !isDefault && kindOf(form.address, form.match || undefined) === "pattern";
  const places = patterns.length + (rank > 0 ? 0 : 1);
  const isPlaceWrong = isPattern && !(Number(place) >= 1 && Number(place) <= places && /^\s*\d+\s*$/.test(place));
  const isTwice = form.schedule !== null && repeatedHolidays(form.schedule).size > 0;
  const isIncomplete = isPlaceWrong || isTwice;

  const action = (): DraftAction => {
    const route = routeOf(form, original, isDefault);
    if (isDefault) return { type: "edit-default", route };
    const wanted = isPattern ? Number(place) : undefined;
    return edited.kind === "row"
      ? { type: "edit", id: edited.row.id, route, place: wanted }
      : { type: "add", route, place: wanted };
  };

  const apply = async (): Promise<void> => {
    if (isChecking || isIncomplete) return;
    setChecking(true);
    const applied: Applied = await editor.apply(action());
    if (!isMounted()) return;
    setChecking(false);
    if (applied.kind === "applied") return onClose();
    setProblem(applied.kind === "unknown" ? applied.error : null);
    setErrors(applied.kind === "faulty" ? applied.errors : {});
    if (applied.kind === "faulty") setTimeout(() => focusError(fields.current));
  };

  const others = unplaced(errors, (field) => isShown(field, isDefault));
  const title =
    edited.kind === "new"
      ? translate("SwitchboardSipNewRoute")
      : isDefault
        ? translate("SwitchboardSipDefault")
        : translate("SwitchboardSipRouteOf", { address: text(original, "address") });
  return (
    <Dialogue
      heading={title}
      size="default"
      onClose={onClose}
      status={<HelpText marginTop="space0">{translate("SwitchboardSipApplyHelp")}</HelpText>}
      buttons={
        <>
          <Button variant="secondary" onClick={onClose}>
            {translate("SwitchboardSipCancel")}
          </Button>
          {problem === null ? null : (
            <Button
              variant="secondary"
              onClick={() => {
                editor.dispatch(action());
                onClose();
              }}
            >
              {translate("SwitchboardSipApplyUnchecked")}
            </Button>
          )}
          <Button variant="primary" type="submit" form={formId} loading={isChecking} disabled={isIncomplete}>
            {translate("SwitchboardSipApply")}
          </Button>
        </>
      }
    >
      <Box
        as="form"
        ref={fields}
        id={formId}
        onSubmit={(event: React.FormEvent) => {
          event.preventDefault();
          void apply();
        }}
      >
        <Faults isShown={Object.keys(errors).length > 0} others={others} problem={problem} />
        <RouteFields
          form={form}
          original={original}
          errors={errors}
          isDefault={isDefault}
          place={isPattern ? { value: place, count: places, isWrong: isPlaceWrong, onChange: setPlace } : null}
          onChange={(change) => setForm((before) => ({ ...before, ...change }))}
        />
      </Box>
    </Dialogue>
  );
}

interface FaultsProps {
  readonly isShown: boolean;
  readonly others: readonly string[];
  readonly problem: ApiError | null;
}

/** What stands above the fields: that some are wrong, and what no field shows. */
function Faults({ isShown, others, problem }: FaultsProps): React.ReactElement {
  return (
    <div role="alert">
      {isShown || problem !== null ? (
        <Passing>
          <Callout variant={problem === null ? "error" : "warning"}>
            <CalloutHeading as="h4">
              {problem === null
                ? translate("SwitchboardSipFaults")
                : translate("SwitchboardSipNotChecked", { problem: describeError(problem) })}
            </CalloutHeading>
            {others.length > 0 ? (
              <CalloutList as="ul">
                {others.map((each) => (
                  <CalloutListItem key={each}>{each}</CalloutListItem>
                ))}
              </CalloutList>
            ) : null}
          </Callout>
        </Passing>
      ) : null}
    </div>
  );
}

const SHOWN = /^(?:type|destination|comment|weight|alternatives\[\d+\](?:\.(?:type|destination|weight))?|(?:fallback|otherwise)(?:\.(?:type|destination))?|schedule\.(?:timeZone|weekly\.\w+.*|holidays[.[].*))$/s;

function isShown(field: string, isDefault: boolean): boolean {
  return SHOWN.test(field) || (!isDefault && (field === "address" || field === "match"));
}

function focusError(fields: HTMLElement | null): void {
  fields?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
}
