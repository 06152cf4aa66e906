// Node's clients by chat completions: text, a stream, a typed reply, a tool, and a tool that is forced; prints what each
// said, a JSON object a line. Argument: the API's URL.
import { readFileSync } from "node:fs";
import * as ai5 from "ai5";
import * as ai6 from "ai6";
import * as ai7 from "ai7";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { createOpenAI as openai5 } from "provider5";
import { createOpenAI as openai6 } from "provider6";
import { createOpenAI as openai7 } from "provider7";
import { z } from "zod";

globalThis.AI_SDK_LOG_WARNINGS = false;
const [url] = process.argv.slice(2);
const question = "How do I practise my golf swing here?";
const swing = z.object({ club: z.string() });

function official() {
  const { completions } = new OpenAI({ baseURL: url, apiKey: "none", maxRetries: 0 }).chat;
  const asked = { model: "guarded", messages: [{ role: "user", content: question }] };
  const tools = [{ type: "function", function: { name: "swing", parameters: z.toJSONSchema(swing) } }];
  const forced = { tools, tool_choice: "required" };
  const create = async (options) => {
    const { message } = (await completions.create({ ...asked, ...options })).choices[0];
    return message.refusal ?? message.content;
  };
  const streamed = async (options) => {
    let said = "";
    for await (const chunk of await completions.create({ ...asked, ...options, stream: true })) {
      said += chunk.choices[0]?.delta?.content ?? chunk.choices[0]?.delta?.refusal ?? "";
    }
    return said;
  };
  const typed = { ...asked, response_format: zodResponseFormat(swing, "swing") };
  return {
    text: create,
    streamed,
    typed: async () => (await completions.parse(typed)).choices[0].message.refusal,
    "typed, streamed": async () => (await completions.stream(typed).finalMessage()).refusal,
    tools: () => create({ tools }),
    forced: () => create(forced),
    "forced, streamed": () => streamed(forced),
  };
}

function sdk(ai, create) {
  const settings = { model: create({ baseURL: url, apiKey: "none" }).chat("guarded"), maxRetries: 0, prompt: question };
  const tools = { swing: ai.tool({ inputSchema: swing }) };
  const forced = { tools, toolChoice: "required" };
  const streamed = async (options) => {
    let failed = null;
    const stream = ai.streamText({ ...settings, ...options, onError: ({ error }) => (failed = error) });
    let said = "";
    for await (const piece of stream.textStream) {
      said += piece;
    }
    if (failed && !said) {
      throw failed;
    }
    return said;
  };
  return {
    text: async () => (await ai.generateText(settings)).text,
    streamed,
    typed: async () => JSON.stringify((await ai.generateObject({ ...settings, schema: swing })).object),
    tools: async () => (await ai.generateText({ ...settings, tools })).text,
    forced: async () => (await ai.generateText({ ...settings, ...forced })).text,
    "forced, streamed": () => streamed(forced),
  };
}

// An error as a program sees it: the AI SDK keeps the model's words beside the message.
const told = (error) => `${error} ${error?.text ?? ""} ${JSON.stringify(error?.content ?? "")}`;

const versions = JSON.parse(readFileSync(new URL("package.json", import.meta.url))).dependencies;
const version = (name) => versions[name].split("@").pop();
const clients = {
  [`openai, Node ${version("openai")}`]: official(),
  [`AI SDK ${version("ai5")}`]: sdk(ai5, openai5),
  [`AI SDK ${version("ai6")}`]: sdk(ai6, openai6),
  [`AI SDK ${version("ai7")}`]: sdk(ai7, openai7),
};
for (const [client, cases] of Object.entries(clients)) {
  for (const [name, ask] of Object.entries(cases)) {
    try {
      console.log(JSON.stringify({ client, case: name, said: (await ask()) ?? null }));
    } catch (error) {
      console.log(JSON.stringify({ client, case: name, said: null, error: told(error) }));
    }
  }
}
