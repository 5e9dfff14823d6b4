/** Where calls go: a type and a destination, and further ones with their weights. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { Button } from "@twilio-paste/core/button";
import { Heading } from "@twilio-paste/core/heading";
import { HelpText } from "@twilio-paste/core/help-text";

import { text } from "../../strings";
import { choiceForm, type ChoiceForm, type DestinationForm, type RouteForm } from "../model/route-form";
import { DESTINATION_TYPES, MAX_ALTERNATIVES, type DestinationType } from "../model/route-table";
import { below, type FieldErrors } from "../model/server-errors";
import { Column } from "./Column";
import { SelectField, TextField } from "./Field";
import { TYPE_HELP, typeName } from "./words";

const LONG_TYPES: ReadonlySet<string> = new Set(["say", "twiml"]);

interface DestinationProps {
  readonly form: DestinationForm;
  readonly errors: FieldErrors;
  readonly typeLabel: string;
  readonly label: string;
  readonly onChange: (change: DestinationForm) => void;
}

export function DestinationFields({ form, errors, typeLabel, label, onChange }: DestinationProps): React.ReactElement {
  const known: readonly string[] = DESTINATION_TYPES;
  const types = known.includes(form.type) ? known : [form.type, ...known];
  const help = TYPE_HELP[form.type as DestinationType];
  return (
    <Column gap="space50">
      <SelectField
        label={typeLabel}
        value={form.type}
        error={errors.type}
        options={types.map((type) => [type, typeName(type)])}
        onChange={(type) => onChange({ type, destination: form.destination })}
      />
      <TextField
        label={label}
        value={form.destination}
        error={errors.destination ?? errors[""]}
        help={help === undefined ? undefined : text(help)}
        isRequired
        isLong={LONG_TYPES.has(form.type)}
        onChange={(destination) => onChange({ type: form.type, destination })}
      />
    </Column>
  );
}

interface SharesProps {
  readonly form: RouteForm;
  readonly errors: FieldErrors;
  readonly onChange: (change: Partial<RouteForm>) => void;
}

/** The weights of several destinations, the route's own first. */
export function SharesFields({ form, errors, onChange }: SharesProps): React.ReactElement {
  const { main, alternatives } = form;
  const set = (index: number, choice: ChoiceForm): void =>
    onChange({ alternatives: alternatives.map((each, number) => (number === index ? choice : each)) });
  return (
    <Column gap="space50">
      <Box>
        <Heading as="h4" variant="heading50" marginBottom="space0">
          {text("SwitchboardSipSharesHeading")}
        </Heading>
        <HelpText>{text("SwitchboardSipSharesHelp")}</HelpText>
      </Box>
      {alternatives.length === 0 ? null : (
        <TextField
          label={text("SwitchboardSipWeightOf", { number: 1 })}
          value={main.weight}
          error={errors.weight}
          isNumber
          onChange={(weight) => onChange({ main: { ...main, weight } })}
        />
      )}
      {alternatives.map((choice, index) => {
        const number = index + 2;
        const found = below(errors, `alternatives[${index}]`);
        return (
          <Box key={index} borderLeftStyle="solid" borderLeftWidth="borderWidth20" borderLeftColor="colorBorderWeak" paddingLeft="space50">
            <Column gap="space50">
              <DestinationFields
                form={choice}
                errors={found}
                typeLabel={text("SwitchboardSipTypeOf", { number })}
                label={text("SwitchboardSipDestinationOf", { number })}
                onChange={(change) => set(index, { ...choice, ...change })}
              />
              <TextField
                label={text("SwitchboardSipWeightOf", { number })}
                value={choice.weight}
                error={found.weight}
                isNumber
                onChange={(weight) => set(index, { ...choice, weight })}
              />
              <Box>
                <Button
                  variant="destructive_link"
                  size="reset"
                  onClick={() => onChange({ alternatives: alternatives.filter((_each, place) => place !== index) })}
                >
                  {text("SwitchboardSipRemoveDestination", { number })}
                </Button>
              </Box>
            </Column>
          </Box>
        );
      })}
      {alternatives.length < MAX_ALTERNATIVES ? (
        <Box>
          <Button
            variant="secondary"
            size="small"
            onClick={() => onChange({ alternatives: [...alternatives, choiceForm(null)] })}
          >
            {text("SwitchboardSipAddDestination")}
          </Button>
        </Box>
      ) : null}
    </Column>
  );
}
