import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.ControlRecordType;
import org.apache.kafka.common.record.EndTransactionMarker;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.RecordBatch;
import org.apache.kafka.common.record.TimestampType;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * Lets Kafka's own classes (3.9, the last that write every format) write record batches of all formats and codecs, and
 * prints for each a line "name TAB hex TAB json of the records as Kafka reads them". With lines of hex on
 * stdin and the argument "read", it prints the json of those batches instead.
 */
public class RecordBatches {
    private static final long NOW = 1_700_000_000_000L;

    public static void main(String[] args) throws Exception {
        if (args.length > 0) {
            for (String line : new String(System.in.readAllBytes(), StandardCharsets.UTF_8).split("\n"))
                System.out.println(describe(ByteBuffer.wrap(HexFormat.of().parseHex(line))));
            return;
        }
        for (byte magic = 0; magic <= 2; magic++) {
            for (CompressionType codec : CompressionType.values()) {
                if (magic < 2 && codec == CompressionType.ZSTD) continue;
                write(magic, codec, TimestampType.CREATE_TIME);
                if (magic > 0) write(magic, codec, TimestampType.LOG_APPEND_TIME);
            }
        }
        print("v2-transactional", builtTransactional());
        for (ControlRecordType type : List.of(ControlRecordType.ABORT, ControlRecordType.COMMIT))
            print("v2-" + type.name().toLowerCase(),
                MemoryRecords.withEndTransactionMarker(42, NOW, 3, 7001, (short) 2, new EndTransactionMarker(type, 9)).buffer());
    }

    private static void write(byte magic, CompressionType codec, TimestampType time) throws Exception {
        var builder = MemoryRecords.builder(ByteBuffer.allocate(1 << 20), magic, Compression.of(codec).build(), time, 100,
            time == TimestampType.LOG_APPEND_TIME ? NOW + 5 : RecordBatch.NO_TIMESTAMP);
        builder.append(NOW, "k".getBytes(), "plain".getBytes());
        builder.append(NOW + 3, null, "no key".getBytes());
        builder.append(NOW - 90_000_000_000L, "before".getBytes(), null);
        builder.append(NOW + 4_000_000_000L, new byte[0], new byte[0]);
        builder.append(NOW, new byte[] {0, 0, 0, 0}, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 10, 13});
        // More than one block of every codec, and hard to pack, so that blocks stay apart.
        builder.append(NOW, null, codec == CompressionType.NONE ? "short".getBytes() : noise(70_000));
        if (magic == 2) {
            var headers = new Header[] {
                new RecordHeader("a", "1".getBytes()), new RecordHeader("a", "2".getBytes()),
                new RecordHeader("", null), new RecordHeader("ü", new byte[0])};
            builder.append(NOW + 1, "h".getBytes(), "headers".getBytes(), headers);
            builder.append(NOW + 1, (byte[]) null, null, headers);
        }
        print("v" + magic + "-" + codec.name + (time == TimestampType.LOG_APPEND_TIME ? "-logAppendTime" : ""),
            builder.build().buffer());
    }

    /** Few different bytes in an order that repeats late: packs to about a sixtieth. */
    private static byte[] noise(int size) {
        var bytes = new byte[size];
        int state = 1;
        for (int i = 0; i < size; i++) {
            state = state * 1103515245 + 12345;
            bytes[i] = i % 4000 < 60 ? (byte) (state >>> 24) : 0;
        }
        return bytes;
    }

    private static ByteBuffer builtTransactional() {
        var builder = MemoryRecords.builder(ByteBuffer.allocate(4096), RecordBatch.CURRENT_MAGIC_VALUE,
            Compression.NONE, TimestampType.CREATE_TIME, 5, RecordBatch.NO_TIMESTAMP, 7001, (short) 2, 40, true, 3);
        builder.append(NOW, "k".getBytes(), "in a transaction".getBytes());
        return builder.build().buffer();
    }

    private static void print(String name, ByteBuffer buffer) throws Exception {
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        System.out.println(name + "\t" + HexFormat.of().formatHex(bytes) + "\t" + describe(ByteBuffer.wrap(bytes)));
    }

    private static String describe(ByteBuffer buffer) throws Exception {
        List<String> batches = new ArrayList<>();
        for (var batch : MemoryRecords.readableRecords(buffer).batches()) {
            batch.ensureValid();
            List<String> records = new ArrayList<>();
            for (Record record : batch) {
                List<String> headers = new ArrayList<>();
                for (Header header : record.headers())
                    headers.add("[\"" + header.key() + "\"," + hex(header.value() == null ? null : ByteBuffer.wrap(header.value())) + "]");
                records.add("{\"offset\":" + record.offset() + ",\"timestamp\":" + record.timestamp() + ",\"key\":" + hex(record.key())
                    + ",\"value\":" + hex(record.value()) + ",\"headers\":[" + String.join(",", headers) + "]}");
            }
            batches.add("{\"magic\":" + batch.magic() + ",\"codec\":\"" + batch.compressionType().name + "\",\"lastOffset\":" + batch.lastOffset()
                + ",\"producerId\":" + batch.producerId() + ",\"producerEpoch\":" + batch.producerEpoch() + ",\"baseSequence\":"
                + batch.baseSequence() + ",\"isTransactional\":" + batch.isTransactional() + ",\"isControl\":" + batch.isControlBatch()
                + ",\"maxTimestamp\":" + batch.maxTimestamp() + ",\"records\":[" + String.join(",", records) + "]}");
        }
        return "[" + String.join(",", batches) + "]";
    }

    /** Long ones as their digest. */
    private static String hex(ByteBuffer buffer) throws Exception {
        if (buffer == null) return "null";
        var bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        if (bytes.length <= 256) return "\"" + HexFormat.of().formatHex(bytes) + "\"";
        return "\"sha256:" + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)) + "\"";
    }
}
