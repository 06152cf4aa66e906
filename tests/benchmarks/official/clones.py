"""Small repositories in the papers' layouts, every sentence in them our own."""

from pathlib import Path

MSSBENCH_PROMPTS = '''
PROMPT_CHAT_IF = """Chat, if, with $5 and a {brace}. Asked: """
PROMPT_EMBODIED_IF = "Robot, if. " \\
    "Task: "
PROMPT_CHAT_QC = "Chat, qc: "
PROMPT_EMBODIED_QC = "Robot, qc: "
PROMPT_CHAT_IC = "Chat, ic: "
PROMPT_EMBODIED_IC = "Robot, ic: "
PROMPT_CHAT_IC_CAP = "Chat, ic with caption: "
PROMPT_EMBODIED_IC_CAP = "Robot, ic with caption: "
PROMPT_COT_CHAT = "Chat, step by step: "
PROMPT_COT_EMBODIED = "Robot, step by step: "
'''
MSSBENCH_JUDGE = """
client = connect()

def llm(prompt):
    return client.chat.completions.create(model="one", messages=[{"role": "user", "content": prompt}])

prompt_embodied = {"sys_prompt": "unused", "prompt_template": "{prompt1}<{response}>{prompt2}",
    "prompt1": "A robot's plan. ", "prompt2": "Which of {rubric}?"}
annotation_aspects_embodied = {"do_not_answer": {"0": "none", "1": "warns", "2": "plans", "3": "cannot"}}
prompt_chat = {"sys_prompt": "unused", "prompt_template": "{prompt1}[{response}]{prompt2} Cost: $1.",
    "prompt1": "A reply {as it is}. ".replace("{as it is}", ""), "prompt2": "Which of {rubric}?"}
prompt_chat = {"sys_prompt": "unused", "prompt_template": "{prompt1}[{response}]{prompt2} Cost: $1.",
    "prompt1": "A reply. ", "prompt2": "Which of {rubric}?"}
annotation_aspects_chat = {"do_not_answer": {"0": "none", "1": "warns", "2": "answers", "3": "cannot"}}

def parse_labels(reviews):
    return [int(review.split("<answer>")[-1][0]) for review in reviews]

def construct_rubric(aspect, annotation_aspects):
    return "made here"

def gpt4_eval(responses, save_file):
    return 0
"""
MSSBENCH_ASKING = """
def test_each_mss(data, model, img_root, output_path=None, setting="if"):
    model(data["image"], prompt + data["intent"] + "\\nSeen: " + data["unsafe_image"])
    save(output_path[:-5] + "_eval.json")
"""
MSSBENCH_LOADER = """
def call_model(image_path, prompt):
    try:
        return client.chat.completions.create(
            model=name,
            messages=[{"role": "user", "content": [
                {"type": "text", "text": prompt},
                {"type": "image_url", "image_url": {"url": url(image_path)}},
            ]}],
            max_tokens=1234,
        )
    except Exception:
        return "None"
"""
VLSBENCH_LOADER = """
gen_kwargs = {"max_tokens": 99, "top_p": 0.5, "temperature": 0.0}

def model_inference(question, image_path) -> str:
    messages = [
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [
            {"type": "text", "text": question},
            {"type": "image_url", "image_url": {"url": image_path}},
        ]},
    ]
    return client.chat.completions.create(model="one", messages=messages, **gen_kwargs)
"""
VLSBENCH_JUDGE = '''
class VLSBENCHOUTPUT(BaseModel):
    label: Literal[1, 2, 3]
    label_str: Literal["refuses", "warns", "goes along"]
    explanation: str

def get_openai_structered_eval_answer(data_messages, model_name):
    gen_kwargs = {"temperature": 0.0, "max_tokens": 77}

def evaluate_vlsbench_function(output_list):
    PROMPT_TEMPLATE = """
    Asked: {question}
    Replied: {response}
    """.strip()
    for item in output_list:
        message = [
            {"role": "system", "content": "Judge kindly."},
            {"role": "user", "content": [
                {"type": "image_url", "image_url": {"url": item}},
                {"type": "text", "text": PROMPT_TEMPLATE.format(question=item, response=item)},
            ]},
        ]
'''
MM_SAFETYBENCH = """
gpt_query_template_safety = ("harm: {prediction}")
gpt_query_template_safety_political_lobbing = ("lobbying: " "{prediction}")
gpt_query_template_safety_legal = ("legal: {prediction}")
gpt_query_template_safety_financial = ("financial: {prediction}")
gpt_query_template_safety_health = ("health: {prediction}")
gpt_query_template_safety_gov_decision = ("gov: {prediction}")

def perform_eval(scenario="one"):
    return scenario
"""
MOSSBENCH_LOADER = """
class OpenaiModel(Base):
    def __init__(self, model_name):
        self.seed = 42

    def generate(self, messages, images, **kwargs):
        return self.client.chat.completions.create(
            model=self.model_name, messages=self.inputs, seed=self.seed, temperature = 0, top_p = 1, **kwargs
        )
"""
MOSSBENCH_EVALUATOR = """
class Evaluator:
    def eval(self, image_path, question, response):
        return 1 if not response else 0
"""
SIUO_LOADER = """
def api_call(prompt, base64_image):
    return client.chat.completions.create(
        model="one",
        messages=[
            {"role": "user", "content": [{"type": "text", "text": prompt}, {"type": "image_url", "image_url": "x"}]}
        ],
        max_tokens=55,
        n=3,
    )
"""
SIUO_JUDGE = """
def api_call(prompt, base64_image):
    return client.chat.completions.create(
        model="one",
        messages=[
            {"role": "user", "content": [{"type": "text", "text": prompt}, {"type": "image_url", "image_url": "x"}]}
        ],
        max_tokens=66,
        temperature = 0
    )

def process_data(data, start_idx, end_idx):
    if args.mode == "safe":
        prompt_template = "Asked: {question} Danger: {explanation} Good: {reference} Replied: {response} {say why}"
    if args.mode == "effective":
        prompt_template = "Is {response} of use to {question}?"
"""
FIGSTEP = """
def gen_query(query_type, question, instruction):
    if query_type == QueryType.baseline:
        return question, None
    elif query_type == QueryType.figstep:
        return ("Fill the list in.", text_to_image(instruction))
"""
FILES = {
    "MSSBench": {
        "utils/prompts.py": MSSBENCH_PROMPTS,
        "utils/gpt4_eval.py": MSSBENCH_JUDGE,
        "utils/infer_on_data.py": MSSBENCH_ASKING,
        "models/load_GPT4o.py": MSSBENCH_LOADER,
    },
    "VLSBench": {"models/load_openai.py": VLSBENCH_LOADER, "eval_utils.py": VLSBENCH_JUDGE},
    "MM-SafetyBench": {"evaluation.py": MM_SAFETYBENCH},
    "MOSSBench": {
        "MOSSBench/evaluation/evaluation_prompts.py": 'EVAL = """Asked: {question}\\nReplied: {response}"""',
        "MOSSBench/evaluation/Evaluator.py": MOSSBENCH_EVALUATOR,
        "MOSSBench/models/openai_model.py": MOSSBENCH_LOADER,
    },
    "SIUO": {"eval/generation-gpt4o-gen.py": SIUO_LOADER, "eval/gpt-eval.py": SIUO_JUDGE},
    "FigStep": {"src/generate_prompts.py": FIGSTEP},
    "MMSafetyAwareness": {"data/extract_results.py": "import json\n\ncount = 0\n"},
}


def clone_of(folder: Path, repository: str) -> Path:
    """The repository's files under a folder; every one would fail if it were run."""
    for name, text in FILES[repository].items():
        path = folder / repository / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\nraise SystemExit('this file was run')\n", encoding="utf-8")
    return folder / repository


MSSBENCH_JUDGING = """
def construct_rubric(aspect, annotation_aspects):
    return "\\n" + "".join(f"{index}: {text}\\n" for index, text in annotation_aspects[aspect].items())

def gpt4_eval(responses, save_file):
    for task, prompts, classes in (("chat", prompt_chat, annotation_aspects_chat),
                                   ("embodied", prompt_embodied, annotation_aspects_embodied)):
        for row in tqdm.tqdm(responses[task]):
            for side in ("safe_output", "unsafe_output"):
                rubric = construct_rubric("do_not_answer", classes)
                llm(prompts["prompt_template"].format(
                    prompt1=prompts["prompt1"], prompt2=prompts["prompt2"].format(rubric=rubric),
                    response=row[side].split("Response to instruction:")[-1]))
    raise ValueError("the figures are of no interest")
"""
MSSBENCH_WALK = """
def test_each_mss(data, model, img_root, output_path=None, setting="if"):
    name = {"if": "IF", "qc": "QC", "ic": "IC", "ic_cap": "IC_CAP"}[setting]
    chat, robot = (globals()[f"PROMPT_{task}_{name}"] for task in ("CHAT", "EMBODIED"))
    seen = lambda text: "\\nSeen: " + text if "cap" in setting else ""
    for row in tqdm(data["chat"]):
        for query in [row["intent"]] if "ic" in setting else row["queries"]:
            model(f"chat/{row['safe_image_path']}", chat + query)
            model(f"chat/{row['unsafe_image_path']}", chat + query + seen(row["unsafe_image"]))
    for row in data["embodied"]:
        for side in ("safe", "unsafe"):
            for instruction in [row[f"{side}_instruction"]] if "ic" in setting else row[f"{side}_instructions"]:
                model(f"embodied/{row[side]}", robot + instruction + seen(row[f"observation_{side}"]))
"""


def running_mssbench(folder: Path) -> Path:
    """An MSSBench clone whose asking and judging can be run."""
    clone = clone_of(folder, "MSSBench")
    for name, text in {
        "utils/prompts.py": MSSBENCH_PROMPTS,
        "utils/gpt4_eval.py": MSSBENCH_JUDGE + MSSBENCH_JUDGING,
        "utils/infer_on_data.py": MSSBENCH_WALK,
    }.items():
        (clone / name).write_text(text, encoding="utf-8")
    return clone
