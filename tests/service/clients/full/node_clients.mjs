// Asks the proxy as Node's clients do by default, each with a tool loop and a second turn; prints what each said, a JSON
// object a line. Arguments: the API's URL, a data URL.
import { Agent, run, setDefaultOpenAIClient, setTracingDisabled, tool } from "@openai/agents";
import * as ai5 from "ai5";
import * as ai6 from "ai6";
import * as ai7 from "ai7";
import OpenAI from "openai";
import { createOpenAI as openai5 } from "provider5";
import { createOpenAI as openai6 } from "provider6";
import { createOpenAI as openai7 } from "provider7";
import { z } from "zod";

globalThis.AI_SDK_LOG_WARNINGS = false;
const [url, picture] = process.argv.slice(2);
const question = "How do I practise my golf swing here?";
const asked = { swing: z.object({ club: z.string() }), walk: z.object({ to: z.string() }) };
const execute = async () => "done";

async function say(client, ask) {
  try {
    console.log(JSON.stringify({ client, said: await ask() }));
  } catch (error) {
    console.log(JSON.stringify({ client, said: null, error: String(error) }));
  }
}

async function sdk(ai, create, streamed) {
  const tools = Object.fromEntries(
    Object.entries(asked).map(([name, inputSchema]) => [name, ai.tool({ inputSchema, execute })]),
  );
  const settings = { model: create({ baseURL: url, apiKey: "none" })("guarded"), tools, maxRetries: 0 };
  const first = [{ role: "user", content: [{ type: "image", image: picture }, { type: "text", text: question }] }];
  const loop = { ...settings, messages: first, stopWhen: ai.stepCountIs(4) };
  const reply = streamed ? ai.streamText(loop) : await ai.generateText(loop);
  const said = await reply.text;
  const turns = (await reply.responseMessages) ?? (await reply.response).messages; // of all steps, in 7 and before it
  const again = [...first, ...turns, { role: "user", content: "And then?" }];
  return [said, (await ai.generateText({ ...settings, messages: again })).text];
}

async function agents(streamed) {
  setTracingDisabled(true);
  setDefaultOpenAIClient(new OpenAI({ baseURL: url, apiKey: "none", maxRetries: 0 }));
  const tools = Object.entries(asked).map(([name, parameters]) => tool({ name, description: name, parameters, execute }));
  const agent = new Agent({ name: "golf", instructions: "Be brief.", model: "guarded", tools });
  const result = await run(agent, question, { stream: streamed });
  if (streamed) {
    await result.completed;
  }
  const second = await run(agent, [...result.history, { role: "user", content: "And then?" }]);
  return [result.finalOutput, second.finalOutput];
}

for (const streamed of [false, true]) {
  const way = streamed ? ", streamed" : "";
  await say(`AI SDK 5${way}`, () => sdk(ai5, openai5, streamed));
  await say(`AI SDK 6${way}`, () => sdk(ai6, openai6, streamed));
  await say(`AI SDK 7${way}`, () => sdk(ai7, openai7, streamed));
  await say(`Agents SDK, js${way}`, () => agents(streamed));
}
