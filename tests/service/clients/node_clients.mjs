// Asks the proxy as Node's clients do; prints what came back as one JSON object. Arguments: the API's URL, a data URL.
import OpenAI from "openai";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const [url, picture] = process.argv.slice(2);
const question = "How do I practise my golf swing here?";
const messages = [
  {
    role: "user",
    content: [
      { type: "image_url", image_url: { url: picture } },
      { type: "text", text: question },
    ],
  },
];
const parameters = { type: "object", properties: { club: { type: "string" } } };
const swing = { type: "function", function: { name: "swing", parameters } };

async function openaiClient() {
  const client = new OpenAI({ baseURL: url, apiKey: "none", maxRetries: 0 });
  const whole = await client.chat.completions.create({ model: "guarded", messages });
  let streamed = "";
  for await (const chunk of await client.chat.completions.create({ model: "guarded", messages, stream: true })) {
    streamed += chunk.choices[0]?.delta?.content ?? "";
  }
  const called = await client.chat.completions.create({ model: "tools", messages, tools: [swing] });
  const asked = { model: "tools", messages, tools: [swing], tool_choice: "required" };
  const forced = (await client.chat.completions.create(asked)).choices[0].message;
  let error = null;
  try {
    await client.chat.completions.create({ model: "nobody", messages });
  } catch (caught) {
    error = { name: caught.constructor.name, status: caught.status, code: caught.code };
  }
  return {
    whole: whole.choices[0].message.content,
    guard: whole.guard.verdict,
    streamed,
    calls: called.choices[0].message.tool_calls?.map((call) => call.function) ?? [],
    called: called.choices[0].message.content,
    forced: forced.refusal ?? forced.content,
    error,
  };
}

async function aiSdk() {
  const provider = createOpenAICompatible({ name: "situguard", baseURL: url, apiKey: "none", includeUsage: true });
  const shown = [{ role: "user", content: [{ type: "image", image: picture }, { type: "text", text: question }] }];
  const generated = await generateText({ model: provider("guarded"), messages: shown, maxRetries: 0 });
  const tools = { swing: tool({ description: "swing a club", inputSchema: z.object({ club: z.string() }) }) };
  const stream = streamText({ model: provider("tools"), messages: shown, tools, maxRetries: 0 });
  let text = "";
  for await (const piece of stream.textStream) {
    text += piece;
  }
  const forced = streamText({ model: provider("tools"), messages: shown, tools, toolChoice: "required", maxRetries: 0 });
  return {
    whole: generated.text,
    forced: await forced.text,
    finish: generated.finishReason,
    streamed: text,
    calls: (await stream.toolCalls).map((call) => ({ name: call.toolName, input: call.input })),
    usage: (await stream.usage).outputTokens,
  };
}

async function openaiResponses() {
  const client = new OpenAI({ baseURL: url, apiKey: "none", maxRetries: 0 });
  const content = [{ type: "input_image", image_url: picture }, { type: "input_text", text: question }];
  const asked = { model: "guarded", input: [{ role: "user", content }] };
  const whole = await client.responses.create(asked);
  const tools = [{ type: "function", name: "swing", parameters, strict: false }, { type: "web_search" }];
  const called = await client.responses.create({ ...asked, tools });
  let error = null;
  try {
    await client.responses.create({ model: "guarded", input: "Go on.", previous_response_id: "resp_nobody" });
  } catch (caught) {
    error = { name: caught.constructor.name, status: caught.status, code: caught.code };
  }
  return {
    whole: whole.output_text,
    guard: whole.guard.verdict,
    streamed: (await client.responses.stream(asked).finalResponse()).output_text,
    calls: called.output.filter((item) => item.type === "function_call").map((item) => item.name),
    error,
  };
}

// The default of the AI SDK: earlier items go back by their ids alone.
async function aiSdkResponses() {
  const provider = createOpenAI({ baseURL: url, apiKey: "none" });
  const execute = async () => "done";
  const tools = {
    swing: tool({ inputSchema: z.object({ club: z.string() }), execute }),
    walk: tool({ inputSchema: z.object({ to: z.string() }), execute }),
  };
  const first = [{ role: "user", content: [{ type: "image", image: picture }, { type: "text", text: question }] }];
  const settings = { model: provider("tools"), tools, stopWhen: stepCountIs(2), maxRetries: 0 };
  const loop = streamText({ ...settings, messages: first });
  let text = "";
  for await (const piece of loop.textStream) {
    text += piece;
  }
  const again = [...first, ...(await loop.response).messages, { role: "user", content: "And then?" }];
  const second = await generateText({ ...settings, messages: again, stopWhen: stepCountIs(1) });
  return { steps: (await loop.steps).length, text, second: second.text };
}

const openai = await openaiClient();
const ai = await aiSdk();
const responses = { openai: await openaiResponses(), ai: await aiSdkResponses() };
console.log(JSON.stringify({ openai, ai, responses }));
