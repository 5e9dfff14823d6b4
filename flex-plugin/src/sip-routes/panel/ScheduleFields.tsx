/** When a route is open, and where calls go when it is closed. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Combobox } from "@twilio-paste/core/combobox";
import { Heading } from "@twilio-paste/core/heading";
import { HelpText } from "@twilio-paste/core/help-text";

import { text } from "../../strings";
import type { JsonObject } from "../model/json";
import { DAYS, dayPath, repeatedHolidays, type HolidayForm, type ScheduleForm } from "../model/schedule-form";
import { below, type FieldErrors } from "../model/server-errors";
import { Column } from "./Column";
import { TextField } from "./Field";
import { weekdayName } from "./words";

interface Props {
  readonly form: ScheduleForm;
  /** The schedule that the form was made of, whose days and holidays the errors name. */
  readonly original: JsonObject | null;
  readonly errors: FieldErrors;
  readonly onChange: (form: ScheduleForm) => void;
}

export function ScheduleFields({ form, original, errors, onChange }: Props): React.ReactElement {
  const twice = repeatedHolidays(form);
  const setHoliday = (index: number, change: Partial<HolidayForm>): void =>
    onChange({ ...form, holidays: form.holidays.map((each, place) => (place === index ? { ...each, ...change } : each)) });
  return (
    <Column gap="space50">
      <ZoneField form={form} error={errors["schedule.timeZone"]} onChange={onChange} />
      <Box display="grid" gridTemplateColumns="repeat(auto-fit, minmax(220px, 1fr))" columnGap="space50" rowGap="space40">
        {DAYS.map((day, index) => (
          <TextField
            key={day}
            label={weekdayName(index)}
            value={form.weekly[day]}
            error={first(below(errors, dayPath(day, original)))}
            onChange={(hours) => onChange({ ...form, weekly: { ...form.weekly, [day]: hours } })}
          />
        ))}
      </Box>
      <HelpText>{text("SwitchboardSipHoursHelp")}</HelpText>
      <Box>
        <Heading as="h5" variant="heading60" marginBottom="space0">
          {text("SwitchboardSipHolidays")}
        </Heading>
        <HelpText>{text("SwitchboardSipHolidaysHelp")}</HelpText>
      </Box>
      {form.holidays.map((holiday, index) => {
        const number = index + 1;
        const found = holidayErrors(errors, holiday, index);
        return (
          <Box key={index} display="flex" columnGap="space40" alignItems="flex-end" flexWrap="wrap">
            <TextField
              label={text("SwitchboardSipHolidayDate", { number })}
              value={holiday.date}
              error={twice.has(index) ? text("SwitchboardSipHolidayTwice") : found}
              onChange={(date) => setHoliday(index, { date })}
            />
            <TextField
              label={text("SwitchboardSipHolidayHours", { number })}
              value={holiday.hours}
              onChange={(hours) => setHoliday(index, { hours })}
            />
            <Box paddingBottom="space20">
              <Button
                variant="destructive_link"
                size="reset"
                onClick={() => onChange({ ...form, holidays: form.holidays.filter((_each, place) => place !== index) })}
              >
                {text("SwitchboardSipRemoveHoliday", { number })}
              </Button>
            </Box>
          </Box>
        );
      })}
      <Box>
        <Button
          variant="secondary"
          size="small"
          onClick={() => onChange({ ...form, holidays: [...form.holidays, { date: "", hours: "" }] })}
        >
          {text("SwitchboardSipAddHoliday")}
        </Button>
      </Box>
    </Column>
  );
}

interface ZoneProps {
  readonly form: ScheduleForm;
  readonly error: string | undefined;
  readonly onChange: (form: ScheduleForm) => void;
}

function ZoneField({ form, error, onChange }: ZoneProps): React.ReactElement {
  const zones = React.useMemo(() => Intl.supportedValuesOf("timeZone"), []);
  const typed = form.timeZone.toLowerCase();
  const isKnown = zones.some((zone) => zone === form.timeZone);
  const items = isKnown ? zones : zones.filter((zone) => zone.toLowerCase().includes(typed));
  return (
    <Combobox
      autocomplete
      items={items}
      labelText={text("SwitchboardSipTimeZone")}
      inputValue={form.timeZone}
      required
      hasError={error !== undefined}
      {...(error === undefined ? {} : { helpText: error })}
      onInputValueChange={({ inputValue }) => {
        if (inputValue !== undefined && inputValue !== form.timeZone) onChange({ ...form, timeZone: inputValue });
      }}
    />
  );
}

/** Return the error of a holiday, which the server names by its date, or by its place in a list. */
function holidayErrors(errors: FieldErrors, holiday: HolidayForm, index: number): string | undefined {
  const byDate = below(errors, `schedule.holidays.${holiday.date.trim()}`);
  return first(byDate) ?? first(below(errors, `schedule.holidays[${index}]`));
}

function first(errors: FieldErrors): string | undefined {
  return Object.values(errors)[0];
}
