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


def untraced_node(step: Step[Any], name: str, *, reads: str, after: Sequence[str]) -> PregelNode | NodeBuilder:
    """A node that does a step with what a channel holds, once any of the channels `after` was written to. Then it
    writes to the channel of its own name.
    """
    node = NodeBuilder().subscribe_to(*after, read=False).read_from(reads).write_to(name).build()
    node.node = Untraced(step, reads, node.writers)
    return node


class Untraced(Runnable[Mapping[str, Any], None]):
    """A step and then its writers, each called as it is."""

    def __init__(self, step: Step[Any], reads: str, writers: Sequence[Runnable[Any, Any]]) -> None:
        self._step = step
        self._reads = reads
        self._writers = writers

    async def ainvoke(self, input: Mapping[str, Any], config: RunnableConfig | None = None, **_: Any) -> None:  # noqa: A002
        await self._step(input[self._reads])
        for writer in self._writers:
            writer.invoke(True, config)

    def invoke(self, input: Mapping[str, Any], config: RunnableConfig | None = None, **_: Any) -> None:  # noqa: A002
        """Steps are asynchronous: this raises."""
        raise NotImplementedError
