/**
 * Flex UI itself in a page, without Twilio: the one file that uses private fields of Flex.
 *
 * Flex is pinned exactly in package.json because of it. Tasks, the worker and the token come from the test;
 * there are no sockets, so that WrapupTask, CompleteTask and StartOutboundCall are recorded and carried out here.
 */
import * as React from "react";
import * as ReactDOM from "react-dom";
import * as ReactRedux from "react-redux";
import * as Redux from "redux";
import * as Flex from "@twilio/flex-ui";

import type { Scenario, TaskOfScenario } from "./scenario";

const page = window as any;
Object.assign(page, { React, ReactDOM, Redux, ReactRedux, Twilio: { Flex } });

const ACTIVITIES = [
  { sid: "WA0", name: "Offline", available: false },
  { sid: "WA1", name: "Available", available: true },
  { sid: "WA2", name: "Break", available: false },
];

const flex = Flex as any;

/** Start Flex as a user sees it after signing in, and load the plugin as Flex loads it. */
page.startFlex = async (scenario: Scenario): Promise<void> => {
  const activities = new Map(ACTIVITIES.map((one) => [one.sid, activity(one, scenario.activity)]));
  const store = (Redux as any).createStore(
    (Redux as any).combineReducers({ flex: flex.FlexReducer }),
    { flex: initialState(scenario, activities) },
    flex.flexStoreEnhancer,
  );
  const manager = new (Flex.Manager as any)({}, store);
  // Flex exports a subclass; Flex itself asks the class below it.
  for (const one of [flex.Manager, Object.getPrototypeOf(flex.Manager)]) {
    one._instance = manager;
    one._proxiedInstance = manager;
  }
  manager._serviceConfiguration = serviceConfiguration(scenario);
  manager._initialized = true;
  manager.strings = { ...(flex.languages?.default ?? flex.languages?.["en-US"]) };
  Object.defineProperty(manager, "localization", {
    value: { localeTag: scenario.language, availableLocales: [], localeSource: "flex default" },
  });
  manager.updateConfig({
    ...scenario.uiAttributes,
    theme: { isLight: scenario.theme === "light" },
    logLevel: "error",
    componentProps: { CRMContainer: { uriCallback: () => "about:blank" } },
  });
  page.manager = manager;
  page.store = store;
  recordActions(store);
  for (const task of scenario.tasks) page.putTask(task);
  await loadPlugin(manager);
  const root = document.getElementById("root");
  ReactDOM.render(
    React.createElement(flex.ContextProvider, { manager, legacy: true }, React.createElement(flex.RootContainer, { key: "root" })),
    root,
  );
  if (scenario.selectedTask) await Flex.Actions.invokeAction("SelectTask", { sid: scenario.selectedTask });
};

/** Add a task to the worker's, or replace it. */
page.putTask = (task: TaskOfScenario): void => {
  page.store.dispatch({ type: "WORKER_UPDATE_RESERVATION", payload: reservation(task) });
};

page.removeTask = (reservationSid: string): void => {
  page.store.dispatch({ type: "WORKER_DELETE_RESERVATION", payload: { sid: reservationSid } });
};

page.setToken = (token: string): void => {
  const session = page.store.getState().flex.session;
  session.ssoTokenPayload.token = token;
};

page.setActivity = (name: string): void => {
  const activities = new Map(ACTIVITIES.map((one) => [one.sid, activity(one, name)]));
  const current = [...activities.values()].find((one) => one.name === name);
  const worker = page.store.getState().flex.worker;
  page.store.dispatch({ type: "WORKER_UPDATE", payload: { ...worker, activities, activity: current } });
};

function activity(of: (typeof ACTIVITIES)[number], current: string) {
  return { ...of, isCurrent: of.name === current, setAsCurrent: async () => page.setActivity(of.name) };
}

function initialState(scenario: Scenario, activities: Map<string, ReturnType<typeof activity>>) {
  const current = [...activities.values()].find((one) => one.isCurrent);
  const source = {
    sid: "WK" + "1".repeat(32),
    name: "ada",
    friendlyName: "ada",
    attributes: { full_name: "Ada Byron", contact_uri: "client:ada", roles: scenario.roles },
    activity: current,
    activities,
    available: current?.available,
    dateUpdated: new Date(),
    dateStatusChanged: new Date(),
    channels: new Map(),
    on: () => source,
    off: () => source,
    once: () => source,
    removeListener: () => source,
  };
  return {
    session: {
      identity: "ada",
      loginState: "LOGGED_IN",
      loginError: undefined,
      singleSessionGuard: {},
      insightsServiceStatus: "disabled",
      goodDataServiceStatus: "disabled",
      ssoTokenPayload: {
        identity: "ada",
        roles: scenario.roles,
        token: scenario.token,
        expiration: new Date(Date.now() + 3_600_000).toISOString(),
        permissions: permissions(scenario.roles),
        accountSid: "AC" + "1".repeat(32),
      },
    },
    worker: {
      tasks: new Map(),
      activity: current,
      activities,
      attributes: source.attributes,
      source,
      worker: { ...source, fullName: "Ada Byron", activityName: current?.name, isAvailable: current?.available, source },
      pausedEmailConversationsMap: new Map(),
      resumedEmailConversationsMap: new Map(),
      priorityPauseList: new Set(),
    },
    view: {
      isSideNavOpen: false,
      isOutboundDialerOpen: false,
      isDirectoryOpen: false,
      isContentTemplateBrowserOpen: false,
      activeView: "agent-desktop",
      selectedTaskSid: "",
      componentViewStates: {},
    },
  };
}

function permissions(roles: readonly string[]) {
  const isAdmin = roles.includes("admin");
  const isSupervisor = isAdmin || roles.includes("supervisor");
  return {
    agentDesktopView: true,
    teamsView: isSupervisor,
    queueStatsView: isSupervisor,
    editSkills: isSupervisor,
    editStatus: isSupervisor,
    monitorChat: isSupervisor,
    monitorCall: isSupervisor,
    seeTaskInfo: isSupervisor,
    selfEditStatus: true,
    readAdmin: isAdmin,
    writeAdmin: isAdmin,
  };
}

function serviceConfiguration(scenario: Scenario) {
  return {
    account_sid: "AC" + "1".repeat(32),
    ui_version: "2.17.1",
    ui_attributes: scenario.uiAttributes,
    outbound_call_flows: { default: { enabled: scenario.isDialingEnabled, caller_id: "+12025550100", queue_sid: "WQ0" } },
    taskrouter_offline_activity_sid: "WA0",
    taskrouter_skills: [],
    queue_stats_configuration: {},
    channel_configs: [],
    features_enabled: {},
    public_attributes: {},
    plugin_service_enabled: true,
  };
}

/** What TaskRouter's SDK gives Flex: https://www.twilio.com/docs/taskrouter/js-sdk-v1 */
function reservation(of: TaskOfScenario) {
  const created = new Date(of.dateCreated ?? Date.now());
  const task = {
    sid: of.taskSid,
    attributes: of.attributes,
    status: of.taskStatus,
    age: Math.round((Date.now() - created.getTime()) / 1000),
    dateCreated: created,
    dateUpdated: created,
    priority: of.priority ?? 0,
    queueName: of.queueName,
    queueSid: of.queueSid,
    reason: "",
    taskChannelSid: "TC" + "1".repeat(32),
    taskChannelUniqueName: "voice",
    timeout: 86400,
    workflowName: "Callbacks",
    workflowSid: of.workflowSid,
    routingTarget: "",
    addOns: {},
    version: "0",
    transfers: { incoming: null, outgoing: null },
    on: () => task,
    off: () => task,
    once: () => task,
    removeListener: () => task,
    getChannels: async () => [],
    getParticipants: async () => [],
  };
  const found = {
    sid: of.reservationSid,
    status: of.status,
    task,
    workerSid: of.workerSid ?? "WK" + "1".repeat(32),
    timeout: 60,
    dateCreated: created,
    dateUpdated: created,
    version: "0",
    on: () => found,
    off: () => found,
    once: () => found,
    removeListener: () => found,
  };
  return found;
}

/** Load the plugin by a script tag that has its uuid, as Flex's plugin loader does. */
async function loadPlugin(manager: Flex.Manager): Promise<void> {
  const uuid = "plugin-of-the-test";
  const definition = { uuid, name: "switchboard", src: "/plugin.js", version: "1", flexVersion: "*", phase: 3, state: "NotStarted" };
  const plugins = flex.Plugins;
  plugins.setup(Flex, manager);
  plugins._plugins = [definition];
  plugins._phase = 3;
  await new Promise<void>((done, failed) => {
    const script = document.createElement("script");
    script.src = definition.src;
    script.setAttribute("uuid", uuid);
    script.onload = () => done();
    script.onerror = () => failed(new Error("the plugin's script did not load"));
    document.head.append(script);
  });
  while (definition.state !== "Initialized") {
    if (definition.state === "Failed") throw new Error("the plugin failed to start");
    await new Promise((done) => setTimeout(done, 10));
  }
}

/** Record the actions that need Twilio, and do what their outcome is. */
function recordActions(store: any): void {
  page.actions = [];
  page.failures = {};
  const record = (name: string, then: (payload: any) => void) => {
    Flex.Actions.replaceAction(name, async (payload: any) => {
      const { task, ...others } = payload ?? {};
      const sid = payload?.sid ?? task?.sid;
      page.actions.push({ name, payload: JSON.parse(JSON.stringify({ ...others, sid })) });
      if (page.failures[name] > 0) {
        page.failures[name] -= 1;
        throw new Error(`${name} failed, as the test ordered`);
      }
      then({ ...payload, sid });
    });
  };
  record("WrapupTask", ({ sid }) => setStatus(store, sid, "wrapping"));
  record("CompleteTask", ({ sid }) => page.removeTask(sid));
  record("StartOutboundCall", () => undefined);
}

function setStatus(store: any, sid: string, status: string): void {
  const task = store.getState().flex.worker.tasks.get(sid);
  if (!task) return;
  const source = task.sourceObject;
  page.store.dispatch({
    type: "WORKER_UPDATE_RESERVATION",
    payload: { ...source, status, task: { ...source.task, status } },
  });
}
