/** The queue behind Flex, on the local platform: callers, and TaskRouter's tasks. */
import type { Platform } from "./harness";
import type { Scenario, TaskOfScenario } from "./scenario";

const FLEX_NUMBER = "+12025550102";
let lastCaller = 0;

/** A number that no test has used. */
export function newNumber(): string {
  lastCaller += 1;
  return `+1415555${String(1000 + (process.pid % 4000) + lastCaller).padStart(4, "0")}`;
}

export class Queue {
  constructor(private readonly platform: Platform) {}

  /** A person calls, waits, presses * 2, and leaves a message; returns their number. */
  async leaveVoicemail(message: string): Promise<string> {
    const number = newNumber();
    const { sid } = await this.phone("calls", { from: number, to: FLEX_NUMBER });
    await this.phone(`calls/${sid}/press`, { digits: "*" });
    await this.phone(`calls/${sid}/press`, { digits: "2" });
    await this.phone(`calls/${sid}/say`, { text: message });
    await this.phone(`calls/${sid}/hangup`, {});
    return number;
  }

  /** A person calls, waits, and asks to be called back; returns their number. */
  async askForCallback(): Promise<string> {
    const number = newNumber();
    const { sid } = await this.phone("calls", { from: number, to: FLEX_NUMBER });
    for (const digits of ["*", "1", "1"]) await this.phone(`calls/${sid}/press`, { digits });
    return number;
  }

  /** Wait for the newest task of a number's callback or voicemail, and for its transcript where it has one. */
  async taskOf(number: string): Promise<ServedTask> {
    for (let tries = 0; tries < 200; tries++) {
      const found = (await this.tasks()).find((task) => {
        const data = task.attributes.callBackData;
        const isWhole = task.attributes.taskType !== "voicemail" || data?.TranscriptionText;
        return data?.numberToCall === number && task.assignment_status !== "canceled" && isWhole;
      });
      if (found) return found;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`no task for ${number}`);
  }

  async task(sid: string): Promise<ServedTask> {
    return parsed(await this.twilio("GET", `Tasks/${sid}`));
  }

  async tasks(): Promise<ServedTask[]> {
    const page = await this.twilio("GET", "Tasks?Ordering=DateCreated:desc&PageSize=100");
    return (page.tasks as any[]).map(parsed);
  }

  /** Change a task as TaskRouter's REST API does. */
  async change(sid: string, form: Record<string, string>): Promise<ServedTask> {
    return parsed(await this.twilio("POST", `Tasks/${sid}`, form));
  }

  /** Make requests to Twilio that match fail. */
  async failTwilio(match: string, status: number, times: number): Promise<void> {
    await this.local("twilio/faults", { match, status, times });
  }

  /** Let the platform's time pass. */
  async advance(seconds: number): Promise<void> {
    await this.local("clock", { advanceSeconds: seconds });
  }

  private phone(path: string, body: object): Promise<any> {
    return this.local(`phone/${path}`, body);
  }

  private async local(path: string, body: object): Promise<any> {
    const answer = await fetch(`${this.platform.url}/_local/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json().catch(() => undefined);
  }

  private async twilio(method: string, path: string, form?: Record<string, string>): Promise<any> {
    const { twilioApi, workspaceSid, accountSid, authToken } = this.platform;
    const answer = await fetch(`${twilioApi}/taskrouter.twilio.com/v1/Workspaces/${workspaceSid}/${path}`, {
      method,
      headers: { Authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}` },
      body: form && new URLSearchParams(form),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
}

/** A task as TaskRouter's REST API shows it, its attributes parsed. */
export interface ServedTask {
  readonly sid: string;
  readonly attributes: Record<string, any>;
  readonly assignment_status: string;
  readonly workflow_sid: string;
  readonly task_queue_sid: string;
  readonly task_queue_friendly_name: string;
  readonly priority: number;
  readonly timeout: number;
  readonly date_created: string;
  readonly virtual_start_time: string;
}

function parsed(task: any): ServedTask {
  return { ...task, attributes: JSON.parse(task.attributes) };
}

/** Return a task of the queue as Flex has it once the agent has accepted it. */
export function accepted(task: ServedTask, more: Partial<TaskOfScenario> = {}): TaskOfScenario {
  return {
    taskSid: task.sid,
    reservationSid: `WR${task.sid.slice(2)}`,
    status: "accepted",
    taskStatus: "assigned",
    attributes: task.attributes,
    queueName: task.task_queue_friendly_name,
    queueSid: task.task_queue_sid,
    workflowSid: task.workflow_sid,
    priority: task.priority,
    dateCreated: task.date_created,
    ...more,
  };
}

/** Return what an agent's Flex starts with: English, light, available, the first task selected. */
export function agent(platform: Platform, tasks: readonly TaskOfScenario[], more: Partial<Scenario> = {}): Scenario {
  return {
    roles: ["agent"],
    token: platform.flexTokens.agent,
    activity: "Available",
    language: "en-US",
    theme: "light",
    isDialingEnabled: true,
    uiAttributes: { switchboard: { domain: platform.url } },
    tasks,
    selectedTask: tasks[0]?.reservationSid,
    ...more,
  };
}
