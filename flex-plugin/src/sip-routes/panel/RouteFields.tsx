/** The fields of a route. */
import * as React from "react";

import { Checkbox } from "@twilio-paste/core/checkbox";
import { HelpText } from "@twilio-paste/core/help-text";
import { Separator } from "@twilio-paste/core/separator";
import { useUID } from "@twilio-paste/core/uid-library";

import { text } from "../../strings";
import { kindOf, KINDS, type Kind } from "../model/address";
import { EMPTY_DESTINATION, type RouteForm } from "../model/route-form";
import { part, TYPES_WITH_FALLBACK, type Route } from "../model/route-table";
import { scheduleForm } from "../model/schedule-form";
import { below, type FieldErrors } from "../model/server-errors";
import { Column } from "./Column";
import { DestinationFields, SharesFields } from "./DestinationFields";
import { SelectField, TextField } from "./Field";
import { ScheduleFields } from "./ScheduleFields";
import { KIND_NAMES } from "./words";

/** The rank of a pattern among the patterns. */
interface Place {
  readonly value: string;
  readonly count: number;
  readonly isWrong: boolean;
  readonly onChange: (value: string) => void;
}

interface Props {
  readonly form: RouteForm;
  readonly original: Route | undefined;
  readonly errors: FieldErrors;
  readonly isDefault: boolean;
  readonly place: Place | null;
  readonly onChange: (change: Partial<RouteForm>) => void;
}

export function RouteFields({ form, original, errors, isDefault, place, onChange }: Props): React.ReactElement {
  return (
    <Column gap="space60">
      {isDefault ? null : <AddressFields form={form} errors={errors} onChange={onChange} />}
      {place === null ? null : (
        <TextField
          label={text("SwitchboardSipPlace")}
          value={place.value}
          {...{ [place.isWrong ? "error" : "help"]: text("SwitchboardSipPlaceHelp", { count: place.count }) }}
          isNumber
          onChange={place.onChange}
        />
      )}
      <TextField
        label={text("SwitchboardSipColumnComment")}
        value={form.comment}
        error={errors.comment}
        onChange={(comment) => onChange({ comment })}
      />
      <DestinationFields
        form={form.main}
        errors={errors}
        typeLabel={text("SwitchboardSipColumnType")}
        label={text("SwitchboardSipColumnDestination")}
        onChange={(change) => onChange({ main: { ...form.main, ...change } })}
      />
      <Separator orientation="horizontal" />
      <SharesFields form={form} errors={errors} onChange={onChange} />
      <Separator orientation="horizontal" />
      <FallbackFields form={form} errors={errors} onChange={onChange} />
      <Separator orientation="horizontal" />
      <OpeningFields form={form} original={original} errors={errors} onChange={onChange} />
    </Column>
  );
}

type PartProps = Pick<Props, "form" | "errors" | "onChange">;

function AddressFields({ form, errors, onChange }: PartProps): React.ReactElement {
  const kind = text(KIND_NAMES[kindOf(form.address)]);
  return (
    <Column gap="space50">
      <TextField
        label={text("SwitchboardSipColumnAddress")}
        value={form.address}
        error={errors.address}
        help={text("SwitchboardSipAddressHelp")}
        isRequired
        onChange={(address) => onChange({ address })}
      />
      <SelectField
        label={text("SwitchboardSipMatch")}
        value={form.match}
        error={errors.match}
        options={[
          ["", text("SwitchboardSipMatchAuto", { kind })],
          ...KINDS.map((each) => [each, text(KIND_NAMES[each])] as const),
        ]}
        onChange={(match) => onChange({ match: match as Kind | "" })}
      />
    </Column>
  );
}

function FallbackFields({ form, errors, onChange }: PartProps): React.ReactElement {
  const id = useUID();
  const isUsed = [form.main, ...form.alternatives].some((choice) => TYPES_WITH_FALLBACK.has(choice.type));
  return (
    <>
      <Checkbox
        id={id}
        checked={form.fallback !== null}
        onChange={(event) => onChange({ fallback: event.target.checked ? EMPTY_DESTINATION : null })}
      >
        {text("SwitchboardSipFallback")}
      </Checkbox>
      {form.fallback === null ? null : (
        <>
          {isUsed ? null : <HelpText variant="warning">{text("SwitchboardSipFallbackUnused")}</HelpText>}
          <DestinationFields
            form={form.fallback}
            errors={below(errors, "fallback")}
            typeLabel={text("SwitchboardSipFallbackType")}
            label={text("SwitchboardSipFallbackDestination")}
            onChange={(fallback) => onChange({ fallback })}
          />
        </>
      )}
    </>
  );
}

function OpeningFields({ form, original, errors, onChange }: PartProps & Pick<Props, "original">): React.ReactElement {
  const id = useUID();
  const before = part(original, "schedule");
  const open = (): void =>
    onChange({ schedule: scheduleForm(before, Intl.DateTimeFormat().resolvedOptions().timeZone) });
  return (
    <>
      <Checkbox
        id={id}
        checked={form.schedule !== null}
        onChange={(event) => (event.target.checked ? open() : onChange({ schedule: null }))}
      >
        {text("SwitchboardSipSchedule")}
      </Checkbox>
      {form.schedule === null ? null : (
        <>
          <ScheduleFields form={form.schedule} original={before} errors={errors} onChange={(schedule) => onChange({ schedule })} />
          <DestinationFields
            form={form.otherwise}
            errors={below(errors, "otherwise")}
            typeLabel={text("SwitchboardSipOtherwiseType")}
            label={text("SwitchboardSipOtherwiseDestination")}
            onChange={(otherwise) => onChange({ otherwise })}
          />
        </>
      )}
    </>
  );
}
