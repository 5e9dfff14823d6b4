/** Form fields with a label, help and the server's error, as screen readers need them. */
import * as React from "react";

import { Box } from "@twilio-paste/core/box";
import { HelpText } from "@twilio-paste/core/help-text";
import { Input } from "@twilio-paste/core/input";
import { Label } from "@twilio-paste/core/label";
import { Option, Select } from "@twilio-paste/core/select";
import { TextArea } from "@twilio-paste/core/textarea";
import { useUID } from "@twilio-paste/core/uid-library";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
}

interface TextFieldProps extends FieldProps {
  readonly isLong?: boolean;
  readonly isRequired?: boolean;
  readonly isNumber?: boolean;
  readonly maxLength?: number;
}

export function TextField(props: TextFieldProps): React.ReactElement {
  const { label, value, onChange, help, error, isLong = false, isRequired = false, isNumber = false, maxLength } = props;
  const id = useUID();
  const common = {
    id,
    value,
    required: isRequired,
    hasError: error !== undefined,
    "aria-describedby": `${id}-help`,
    ...(maxLength === undefined ? {} : { maxLength }),
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(event.target.value),
  };
  return (
    <Box>
      <Label htmlFor={id} required={isRequired}>
        {label}
      </Label>
      {isLong ? (
        <TextArea {...common} />
      ) : (
        <Input {...common} type="text" inputMode={isNumber ? "numeric" : "text"} autoComplete="off" />
      )}
      <Help id={`${id}-help`} help={help} error={error} />
    </Box>
  );
}

interface SelectFieldProps extends FieldProps {
  /** Values and what the user reads. */
  readonly options: readonly (readonly [value: string, name: string])[];
}

export function SelectField({ label, value, onChange, help, error, options }: SelectFieldProps): React.ReactElement {
  const id = useUID();
  return (
    <Box>
      <Label htmlFor={id}>{label}</Label>
      <Select
        id={id}
        value={value}
        hasError={error !== undefined}
        aria-describedby={`${id}-help`}
        onChange={(event) => onChange(event.target.value)}
      >
        {options.map(([each, name]) => (
          <Option key={each} value={each}>
            {name}
          </Option>
        ))}
      </Select>
      <Help id={`${id}-help`} help={help} error={error} />
    </Box>
  );
}

interface HelpProps {
  readonly id: string;
  readonly help: string | undefined;
  readonly error: string | undefined;
}

export function Help({ id, help, error }: HelpProps): React.ReactElement {
  return (
    <Box id={id}>
      {error === undefined ? null : <HelpText variant="error">{error}</HelpText>}
      {help === undefined ? null : <HelpText>{help}</HelpText>}
    </Box>
  );
}
