import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.StringDeserializer;

/** BOOTSTRAP TOPIC: all committed records as lines of JSON, in the words of kcat, read by Kafka's own consumer. */
public class ReadRecords {
    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        Map<String, Object> config = Map.of("bootstrap.servers", args[0], "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(args[1]).stream()
                .map(one -> new TopicPartition(one.topic(), one.partition()))
                .collect(Collectors.toList());
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue()))
                consumer.poll(Duration.ofMillis(100)).forEach(record -> out.println(asJson(record)));
        }
        out.flush();
    }

    private static ObjectNode asJson(ConsumerRecord<String, String> record) {
        ObjectNode json = JSON.createObjectNode();
        json.put("partition", record.partition());
        json.put("tstype", record.timestampType() == TimestampType.LOG_APPEND_TIME ? "logappend" : "create");
        json.put("ts", record.timestamp());
        json.put("key", record.key());
        json.put("payload", record.value());
        if (record.headers().toArray().length == 0) return json;
        ArrayNode headers = json.putArray("headers");
        for (Header header : record.headers()) {
            headers.add(header.key());
            headers.add(header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8));
        }
        return json;
    }
}
