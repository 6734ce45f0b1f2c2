package dev.kvcachepool.cachenode.app;

import dev.kvcachepool.cachenode.disk.LogCounters;
import dev.kvcachepool.cachenode.store.DiskCounters;
import dev.kvcachepool.cachenode.store.StoreDisk;
import io.micrometer.core.instrument.Tags;
import java.util.function.ToDoubleFunction;

/** What Prometheus sees of the disk tier. */
final class DiskMetrics {
    private static final Tags DISK = Tags.of("tier", "disk");

    private final Meters meters;

    DiskMetrics(Meters meters) {
        this.meters = meters;
    }

    void observe(StoreDisk disk) {
        observe(disk.counters());
        observe(disk.logCounters());
        meters.bytes("kvcachepool.store", "Disk in use", DISK, disk, StoreDisk::usedBytes);
        meters.bytes("kvcachepool.store.capacity", "Disk for values", DISK, disk, StoreDisk::capacityBytes);
        meters.bytes(
                "kvcachepool.disk.records", "Disk of values that keys have", Tags.empty(), disk, d -> d.recordBytes());
        meters.bytes(
                "kvcachepool.disk.waiting",
                "Values that wait to be written",
                Tags.empty(),
                disk,
                d -> d.waitingBytes());
        meters.gauge(
                "kvcachepool.disk.trouble",
                "1 while the disk refuses to work",
                Tags.empty(),
                disk,
                d -> d.trouble() == null ? 0 : 1);
    }

    private void observe(DiskCounters counters) {
        meters.counter("kvcachepool.store.hits", "Values read", DISK, counters, DiskCounters::hits);
        count("lost", "Values that were not what had been written", counters, DiskCounters::lost);
        count("no.memory", "Reads that found no memory to read into", counters, DiskCounters::noMemory);
        count("skipped", "Values not written for now, as too many waited", counters, DiskCounters::skipped);
        count("not.written", "Values that the disk would not take", counters, DiskCounters::notWritten);
        count("pauses", "Stores that waited for the disk in vain", counters, DiskCounters::pauses);
        count("moved", "Values moved on before their segment was given up", counters, DiskCounters::moved);
        count("given.up", "Values that left the disk with their segment", counters, DiskCounters::givenUp);
        count("compacted", "Segments emptied as little of them was in use", counters, DiskCounters::compacted);
        count("yields", "Pauses of background work for reads", counters, DiskCounters::yields);
        count("ahead", "Values read before they were asked for", counters, DiskCounters::ahead);
        count("ahead.used", "Values read ahead that were asked for then", counters, DiskCounters::aheadUsed);
        count("ahead.cancelled", "Values that nobody waited for any more", counters, DiskCounters::aheadCancelled);
        count("ahead.skipped", "Values not read ahead, as too many waited", counters, DiskCounters::aheadSkipped);
        count("recovered", "Values of an earlier process found at the start", counters, DiskCounters::recovered);
        count("proven", "Values of an earlier process compared and right", counters, DiskCounters::proven);
        count("superseded", "Records of an earlier process erased at the start", counters, DiskCounters::superseded);
    }

    private void observe(LogCounters counters) {
        count("written.bytes", "Bytes written, heads and padding included", counters, LogCounters::writtenBytes);
        count("read.bytes", "Bytes read for values, padding included", counters, LogCounters::readBytes);
        count("erased", "Records erased", counters, LogCounters::erasedRecords);
        count("segments.dropped", "Segments given up", counters, LogCounters::droppedSegments);
        count(
                "segments.unreached",
                "Segments given up as recovery ran out of time",
                counters,
                LogCounters::unreachedSegments);
        bad("torn", counters, LogCounters::torn);
        bad("foreign", counters, LogCounters::foreign);
        bad("corrupt", counters, LogCounters::corrupt);
        error("write", counters, LogCounters::writeErrors);
        error("read", counters, LogCounters::readErrors);
        error("erase", counters, LogCounters::eraseErrors);
    }

    private <T> void count(String name, String help, T of, ToDoubleFunction<T> value) {
        meters.counter("kvcachepool.disk." + name, help, Tags.empty(), of, value);
    }

    private void bad(String kind, LogCounters counters, ToDoubleFunction<LogCounters> value) {
        meters.counter("kvcachepool.disk.bad.records", "Records found broken", Tags.of("kind", kind), counters, value);
    }

    private void error(String operation, LogCounters counters, ToDoubleFunction<LogCounters> value) {
        meters.counter(
                "kvcachepool.disk.errors", "Refusals of the disk", Tags.of("operation", operation), counters, value);
    }
}
