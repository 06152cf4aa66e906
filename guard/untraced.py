"""Nodes of a graph that run without LangChain's tracing, which nobody reads here and which takes a fifth of a run."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.runnables import Runnable, RunnableConfig
from langgraph.pregel import NodeBuilder

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
