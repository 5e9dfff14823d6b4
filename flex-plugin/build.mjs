// Bundle the plugin into build/switchboard.js. What Flex UI itself loads is taken from the globals that it sets
// (https://www.twilio.com/docs/flex/developer/plugins/api).
import { build } from "esbuild";

const GLOBALS = {
  react: "window.React",
  "react-dom": "window.ReactDOM",
  redux: "window.Redux",
  "react-redux": "window.ReactRedux",
  "@twilio/flex-ui": "window.Twilio.Flex",
};

const fromGlobals = {
  name: "from-globals",
  setup(bundle) {
    bundle.onResolve({ filter: /^(react|react-dom|redux|react-redux|@twilio\/flex-ui)$/ }, ({ path }) => ({
      path,
      namespace: "global",
    }));
    bundle.onLoad({ filter: /.*/, namespace: "global" }, ({ path }) => ({
      contents: `module.exports = ${GLOBALS[path]};`,
    }));
  },
};

const { metafile } = await build({
  entryPoints: ["src/plugin.ts"],
  outfile: "build/switchboard.js",
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16"],
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [fromGlobals],
  metafile: true,
  logLevel: "warning",
});
const { bytes } = metafile.outputs["build/switchboard.js"];
console.log(`flex-plugin/build/switchboard.js: ${Math.round(bytes / 1000)} kB`);
