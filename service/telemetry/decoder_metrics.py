"""What is shown of the decoder processes: how many work, what waits for them, what they took and how many were lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, SummaryMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from agents.decoding import Decoder


class DecoderCollector(Collector):
    """Looked up when they are asked for. `waiting`: pictures that wait for a process, or for their client's turn."""

    def __init__(self, decoder: Decoder, waiting: Callable[[], int]) -> None:
        self._decoder = decoder
        self._waiting = waiting

    def collect(self) -> Iterator[Metric]:
        work = self._decoder.work
        yield GaugeMetricFamily("situguard_decoders", "Decoder processes that run.", len(self._decoder.processes))
        yield GaugeMetricFamily("situguard_decoders_busy", "Those that decode a picture.", work.busy)
        yield GaugeMetricFamily("situguard_decoder_waiting", "Pictures that wait for a decoder.", self._waiting())
        yield CounterMetricFamily("situguard_decoder_restarts", "Decoders lost before their time.", work.lost)
        yield SummaryMetricFamily(
            "situguard_decoder_seconds", "What pictures took in decoders.", work.pictures, work.seconds
        )
