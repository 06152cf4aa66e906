"""Graphs that run without LangChain's tracing and LangGraph's streams, which nobody reads here."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakMethod

from langchain_core.runnables import Runnable, RunnableConfig
from langgraph.pregel import NodeBuilder, Pregel
from langgraph.pregel._loop import AsyncPregelLoop
from langgraph.pregel._runner import PregelRunner

if TYPE_CHECKING:
    from langgraph.pregel._read import PregelNode

T = TypeVar("T")
Step = Callable[[T], Coroutine[Any, Any, None]]


def untraced_node(
    steps: Sequence[Step[Any]], name: str, *, reads: str, after: Sequence[str]
) -> PregelNode | NodeBuilder:
    """A node that does steps, one after another, with what a channel holds, once any of the channels `after` was
    written to. Then it writes to the channel of its own name.
    """
    node = NodeBuilder().subscribe_to(*after, read=False).read_from(reads).write_to(name).build()
    node.node = Untraced(steps, reads, node.writers)
    return node


async def run_untraced(graph: Pregel[Any, None, Any, Any], given: object) -> None:
    """Run a graph to its end, as `Pregel.astream` would: level by level, and a failure stops what runs beside it.

    This is the loop of that method. It has no other way to leave out callbacks, streams and a state to go on from. They
    take a third of a run, and where `LANGSMITH_TRACING` is set, a callback sends conversations to LangSmith.
    """
    loop = AsyncPregelLoop(
        given,
        stream=None,
        config={"recursion_limit": len(graph.nodes) + 1, "configurable": {}},
        store=None,
        cache=None,
        checkpointer=None,
        nodes=graph.nodes,
        specs=graph.channels,
        input_keys=graph.input_channels,
        output_keys=graph.output_channels,
        stream_keys=graph.output_channels,
        trigger_to_nodes=graph.trigger_to_nodes,
        durability="async",
    )
    await loop.__aenter__()
    # Not the loop's own end: that is a task, and where it is cancelled before it begins, the run holds itself.
    async with loop.stack:
        runner = PregelRunner(submit=WeakMethod(loop.submit), put_writes=WeakMethod(loop.put_writes))
        while loop.tick():
            async for _ in runner.atick(loop.tasks.values(), schedule_task=loop.aaccept_push):
                pass
            loop.after_tick()


class Untraced(Runnable[Mapping[str, Any], None]):
    """Steps and then their writers, each called as it is."""

    def __init__(self, steps: Sequence[Step[Any]], reads: str, writers: Sequence[Runnable[Any, Any]]) -> None:
        self._steps = steps
        self._reads = reads
        self._writers = writers

    async def ainvoke(self, input: Mapping[str, Any], config: RunnableConfig | None = None, **_: Any) -> None:  # noqa: A002
        for step in self._steps:
            await step(input[self._reads])
        for writer in self._writers:
            writer.invoke(True, config)

    def invoke(self, input: Mapping[str, Any], config: RunnableConfig | None = None, **_: Any) -> None:  # noqa: A002
        """Steps are asynchronous: this raises."""
        raise NotImplementedError
