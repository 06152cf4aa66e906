// Asks the proxy as Node's clients do; prints what came back as one JSON object. Arguments: the API's URL, a data URL.
import OpenAI from "openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText, tool } from "ai";
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
  return {
    whole: generated.text,
    finish: generated.finishReason,
    streamed: text,
    calls: (await stream.toolCalls).map((call) => ({ name: call.toolName, input: call.input })),
    usage: (await stream.usage).outputTokens,
  };
}

console.log(JSON.stringify({ openai: await openaiClient(), ai: await aiSdk() }));
