/** What a test says about the user, the settings and the tasks before Flex starts. */
export interface Scenario {
  readonly roles: readonly string[];
  readonly token: string;
  readonly activity: "Offline" | "Available" | "Break";
  readonly language: string;
  readonly theme: "light" | "dark";
  readonly isDialingEnabled: boolean;
  readonly uiAttributes: Record<string, unknown>;
  readonly tasks: readonly TaskOfScenario[];
  /** A reservation's SID. */
  readonly selectedTask?: string;
}

/** A task of the worker, with its reservation. */
export interface TaskOfScenario {
  readonly taskSid: string;
  readonly reservationSid: string;
  readonly status: "pending" | "accepted" | "wrapping" | "completed";
  readonly taskStatus: "reserved" | "assigned" | "wrapping" | "completed";
  readonly attributes: Record<string, unknown>;
  readonly queueName: string;
  readonly queueSid: string;
  readonly workflowSid: string;
  readonly priority?: number;
  readonly dateCreated?: string;
  /** Another agent's, where a supervisor looks at it. */
  readonly workerSid?: string;
}
