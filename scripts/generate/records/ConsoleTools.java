import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.MessageFormatter;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.tools.LineMessageReader;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * Answers questions, a JSON object on each line of stdin, with what Kafka's console tools do, a JSON object on
 * each line of stdout: {"murmur2": hex}, {"lines": text, "properties": {…}}, {"format": {record}, "properties": {…}}.
 */
public class ConsoleTools {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] args) throws Exception {
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line : new String(System.in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
            JsonNode question = MAPPER.readTree(line);
            ObjectNode answer = MAPPER.createObjectNode();
            if (question.has("murmur2")) answer.put("hash", Utils.murmur2(bytes(question.get("murmur2"))));
            else if (question.has("lines")) parse(question, answer);
            else format(question, answer);
            out.println(MAPPER.writeValueAsString(answer));
        }
        out.flush();
    }

    private static void parse(JsonNode question, ObjectNode answer) {
        var records = answer.putArray("records");
        try (var reader = new LineMessageReader()) {
            var properties = properties(question);
            properties.put("topic", "t");
            reader.configure(properties);
            var lines = reader.readRecords(new ByteArrayInputStream(question.get("lines").asText().getBytes(StandardCharsets.UTF_8)));
            while (lines.hasNext()) {
                var record = lines.next();
                var one = records.addObject();
                put(one, "key", record.key());
                put(one, "value", record.value());
                var headers = one.putArray("headers");
                for (var header : record.headers()) put(headers.addObject().put("key", header.key()), "value", header.value());
            }
        } catch (Exception e) {
            answer.put("error", e.getMessage());
        }
    }

    private static void format(JsonNode question, ObjectNode answer) {
        var told = question.get("format");
        var headers = new RecordHeaders();
        for (JsonNode header : told.get("headers")) headers.add(new RecordHeader(header.get(0).asText(), bytes(header.get(1))));
        var time = TimestampType.forName(told.get("timestampType").asText());
        byte[] key = bytes(told.get("key"));
        byte[] value = bytes(told.get("value"));
        var record = new ConsumerRecord<>("t", told.get("partition").asInt(), told.get("offset").asLong(), told.get("timestamp").asLong(),
            time, -1, -1, key, value, headers, Optional.of(told.get("epoch").asInt()));
        var bytes = new ByteArrayOutputStream();
        try (var formatter = defaultFormatter()) {
            formatter.configure(properties(question));
            formatter.writeTo(record, new PrintStream(bytes, true, StandardCharsets.UTF_8));
            answer.put("output", HexFormat.of().formatHex(bytes.toByteArray()));
        } catch (Exception e) {
            answer.put("error", String.valueOf(e.getMessage()));
        }
    }

    /** Not public, but what the console consumer uses. */
    private static MessageFormatter defaultFormatter() throws ReflectiveOperationException {
        var constructor = Class.forName("org.apache.kafka.tools.consumer.DefaultMessageFormatter").getDeclaredConstructor();
        constructor.setAccessible(true);
        return (MessageFormatter) constructor.newInstance();
    }

    private static Map<String, Object> properties(JsonNode question) {
        var properties = new HashMap<String, Object>();
        question.get("properties").properties().forEach(entry -> properties.put(entry.getKey(), entry.getValue().asText()));
        return properties;
    }

    private static byte[] bytes(JsonNode hex) {
        return hex.isNull() ? null : HexFormat.of().parseHex(hex.asText());
    }

    private static void put(ObjectNode object, String name, byte[] bytes) {
        if (bytes == null) object.putNull(name);
        else object.put(name, HexFormat.of().formatHex(bytes));
    }
}
